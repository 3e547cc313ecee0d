/*
 * progress.h: what is being done, a line a second on standard error, once it takes longer than a second. Main thread.
 */
#pragma once

#include <stdint.h>

/* `context` is not used: it fits where a callback is asked for. */
void progress_say(void *context, const char *doing, uint64_t done, uint64_t all);
