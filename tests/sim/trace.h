/*
 * trace.h: schedules as text: a step a line, its deed and its seed. A trace stays what it is when deeds are added, which a
 * seed of a whole schedule does not.
 */
#pragma once

#include <stdio.h>

#include "tests/sim/schedule.h"

enum { TRACE_TITLE = 300 };

void trace_print(const struct schedule *schedule, FILE *out);
/* The next trace of the file: a line that is its sentence, then its steps, each after a tab. False: there is none. */
bool trace_read(FILE *in, char title[TRACE_TITLE], struct schedule *schedule);
