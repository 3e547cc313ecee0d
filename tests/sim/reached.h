/*
 * reached.h: the branches on which nothing may be lost, and how often a run came through each: one table. A run of many seeds
 * that never reached one of them has proved less than it says, and fails.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define REACHED_TABLE(ROW)                                                    \
    ROW(RIVAL, "a rival is made")                                             \
    ROW(RESOLVED, "a rival goes, since it was seen")                          \
    ROW(AGREED, "two say the same")                                           \
    ROW(SUPERSEDED, "an edit was superseded before it came")                  \
    ROW(LATE, "an edit comes late")                                           \
    ROW(LATE_LISTED, "somebody reads what came late in the own municipality") \
    ROW(NAMED, "a person's record comes with the name")                       \
    ROW(ADMITTED, "a late edit is let in")                                    \
    ROW(NEW_VERSION, "an answer to a questionnaire of later")                 \
    ROW(OTHER_VERSION, "an answer to another questionnaire than is asked")    \
    ROW(DUPLICATE, "an edit comes again")                                     \
    ROW(PARKED, "an edit is refused and the others go on")                    \
    ROW(UNREADABLE_MESSAGE, "a message cannot be read")                       \
    ROW(INTERNAL, "the server fails over an edit")                            \
    ROW(DEFERRED, "what it fails over waits, the others go on")               \
    ROW(MAP_FULL, "the server has no room")                                   \
    ROW(REVOKED, "somebody is refused whose access ended")                    \
    ROW(REVOKED_MIDDLE, "access ends in the middle of a push")                \
    ROW(CUT_PUSH, "the network cuts in the middle of a push")                 \
    ROW(PAGED, "a pull goes on with another page")                            \
    ROW(PAGES_CUT, "the network cuts between two pages")                      \
    ROW(CURSOR_REFUSED, "a cursor is refused")                                \
    ROW(CLONED_HELLO, "a clone is known by its greeting")                     \
    ROW(CLONED_PUSH, "a clone is known by a number that it sends")            \
    ROW(REWOUND, "a home's cursor is not in the server's history")            \
    ROW(LACKED, "the server lacks a record that a home has")                  \
    ROW(HEALED, "a record is given back")                                     \
    ROW(HEAL_REFUSED, "a record that is given back is refused")               \
    ROW(RIVALS_REFUSED, "the same, of one with rivals")                       \
    ROW(HISTORY, "superseded edits are offered")                              \
    ROW(BACKED_UP, "a home hears how far the newest backup reaches")          \
    ROW(RESTORED, "a restore is announced")                                   \
    ROW(HELD, "a restored server holds whom it does not know")                \
    ROW(READMITTED, "a restored server lets an install in again")             \
    ROW(EXPIRED, "a certificate has ended")                                   \
    ROW(EXPIRED_MIDDLE, "a certificate ends in the middle of a sync")         \
    ROW(RENEWED, "a certificate is renewed")                                  \
    ROW(TORN, "a write to the journal is torn")                               \
    ROW(WRITE_LOST, "a write to the journal is lost")                         \
    ROW(SERVER_COMMIT_LOST, "the view's last commit is lost")                 \
    ROW(HOME_COMMIT_LOST, "a home's last commit is lost")                     \
    ROW(SUBMITTED, "a submission stands")

enum reached {
#define REACHED_ENUM(upper, name) REACHED_##upper,
    REACHED_TABLE(REACHED_ENUM)
#undef REACHED_ENUM
        REACHED_COUNT
};

/* Counted in this run's progress. */
void reached(enum reached branch);
void reached_if(bool so, enum reached branch);
/* Two a line. */
void reached_print(const uint64_t counts[REACHED_COUNT]);
/* The first that was never reached, by its name; NULL: all were. */
const char *reached_never(const uint64_t counts[REACHED_COUNT]);
