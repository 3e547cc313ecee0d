/*
 * report.h: what was measured, as a table for people or as one JSON object. One thread.
 */
#pragma once

#include "tests/bench/phase.h"

enum { ROUNDS_MAX = 15 };
enum { OURS, REDIS, SIDES };

struct report {
    size_t connections, idle;
    unsigned seconds, rounds;
    struct weights weights;
    struct measured measured[SIDES][SHAPES][ROUNDS_MAX];
    uint64_t idle_bytes[SIDES];
};

void report_print(struct report *report);
void report_print_json(struct report *report);
