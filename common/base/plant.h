/*
 * plant.h: known mistakes that the simulator plants one at a time, in a build of its own, to show that it finds each
 * (tests/sim). In every other build PLANTED is 0, and nothing is left of it.
 */
#pragma once

#ifdef CIMONITOR_PLANTS
#include <stdbool.h>

#define PLANT_TABLE(ROW)                          \
    ROW(REPLY_BEFORE_SYNC, reply_before_sync)     \
    ROW(APPLY_READS_CLOCK, apply_reads_clock)     \
    ROW(REPLAY_SKIPS, replay_skips)               \
    ROW(DUPLICATE_FORGOTTEN, duplicate_forgotten) \
    ROW(LAST_WRITE_WINS, last_write_wins)         \
    ROW(CURSOR_FIRST, cursor_first)               \
    ROW(SEAL_UNCHECKED, seal_unchecked)           \
    ROW(RIVAL_DROPPED, rival_dropped)             \
    ROW(POISON_STOPS_QUEUE, poison_stops_queue)   \
    ROW(HASHES_UNCOMPARED, hashes_uncompared)     \
    ROW(CURSOR_ALONE, cursor_alone)               \
    ROW(ONLY_OWN_HEALED, only_own_healed)         \
    ROW(REFUSED_RIVALS_GONE, refused_rivals_gone) \
    ROW(LATE_EDIT_GONE, late_edit_gone)           \
    ROW(HEAL_SEAL_UNCHECKED, heal_seal_unchecked) \
    ROW(FORGOTTEN_EARLY, forgotten_early)         \
    ROW(HISTORY_WITHHELD, history_withheld)       \
    ROW(PERSONS_OF_OTHERS, persons_of_others)     \
    ROW(LATE_OF_OTHERS, late_of_others)           \
    ROW(KNOWN_NOT_HELD, known_not_held)

enum plant {
    PLANT_NONE,
#define PLANT_ENUM(upper, lower) PLANT_##upper,
    PLANT_TABLE(PLANT_ENUM)
#undef PLANT_ENUM
};

bool plant_is(enum plant plant);
#define PLANTED(name) plant_is(PLANT_##name)
#else
#define PLANTED(name) 0
#endif
