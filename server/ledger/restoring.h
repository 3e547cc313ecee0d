/*
 * restoring.h: who has synced since this server was restored: the file "restoring" in the data folder.
 *
 * `cimonitord restore` writes it; the running server notes in it who has synced, and `cimonitord open` ends the holding or
 * strikes an install off, also beside a running server: each change is made to the file as it is now, under a lock of
 * the folder, and whoever has it open sees the other's change at the next question. It stays for the report.
 *
 *   restoring 1                                      the format
 *   restored TIME_MS POSITION HASH                   when, and where the restored journal ended
 *   backup POSITION HASH                             where the backup ended: later, where it was restored to a moment
 *   held | open                                      all but the central team are held, or the operator has opened
 *   install ID PERSON central|other waiting|synced|struck TIME_MS [AREA]    one a line, TIME_MS of its last change
 *
 * Listed are the installs of the backup that could still come; one that is admitted later is added when it has synced.
 * Any thread.
 */
#pragma once

#include <stdbool.h>

#include "server/journal/journal.h"

enum {
    RESTORING_INSTALLS_MAX = 20000,
    RESTORING_INSTALL_SIZE = 33,
    RESTORING_PERSON_SIZE = 18,
    RESTORING_AREA_SIZE = 41
};

enum restoring_state { RESTORING_WAITING, RESTORING_SYNCED, RESTORING_STRUCK };

struct restoring_install {
    char install[RESTORING_INSTALL_SIZE], person[RESTORING_PERSON_SIZE], area[RESTORING_AREA_SIZE]; /* area: or empty */
    bool central;
    enum restoring_state state;
    uint64_t time_ms;
};

struct restored {
    uint64_t time_ms;
    struct journal_head head, backup;
};

struct restoring;

/* Also where this server was never restored: then nothing is held, and nothing is noted. */
int restoring_open(struct restoring **out, const char *folder);
struct restoring *restoring_close(struct restoring *restoring);
DEFINE_CLEANUP(struct restoring, restoring_close)

/* Makes the file. FAULT_STATE where there is one. */
int restoring_begin(const char *folder, const struct restored *restored, const struct restoring_install *installs,
                    size_t count);

/*
 * Whether everybody but the central team is held: not opened, and a central install of the backup has neither synced nor
 * been struck off. The revocations of after the backup are with them: until they come, somebody who was revoked is known
 * here as if nothing had been. A file that cannot be read holds too, and is said in the log. Cheap where this server was
 * never restored.
 */
bool restoring_holds(struct restoring *restoring);
/*
 * The install has healed, pushed and pulled all that it had since the restore. Durable when it returns; cheap for one
 * that was noted before, and where this server was never restored.
 */
int restoring_note_synced(struct restoring *restoring, const struct restoring_install *install, uint64_t now_ms);

enum restoring_outcome {
    RESTORING_NONE = 1, /* this server was never restored */
    RESTORING_UNKNOWN,  /* restoring_strike: no such install was in the backup */
};
/* It is not waited for any longer. Its work is admitted all the same if it comes. */
int restoring_strike(struct restoring *restoring, const char *install, uint64_t now_ms);
/* Nothing is held any longer. */
int restoring_end(struct restoring *restoring);
/* What the file says now. `*installs` is the caller's, malloc'ed. RESTORING_NONE. */
int restoring_read(struct restoring *restoring, struct restored *restored, bool *held,
                   struct restoring_install **installs, size_t *count);
