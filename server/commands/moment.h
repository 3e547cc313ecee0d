/*
 * moment.h: a moment as an operator writes it. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * "2026-11-23 09:15", "2026-11-23T09:15:30": the time of this machine's clock on the wall; with a Z after it: UTC. Seconds
 * may have a fraction of three digits. "2026-11-23" alone: the midnight in UTC with which it begins. False where it is no such
 * moment.
 */
bool moment_parse(const char *text, uint64_t *ms);
/* A date alone: which moment that is taken for is to be said. */
bool moment_is_date(const char *text);
