/*
 * machine.h: the simulated computer under the real code: its clock, its chance, and what its disk has not yet on the
 * platter. The linker puts these in the place of the system's (--wrap), for our own code alone.
 *
 * The machine can be told to stop at a point: then it calls back once, at that very point, so that somebody can take an
 * image of the disk. The code goes on running to its end, but what it does after that is thrown away with the image's
 * return: a crash without jumping out of the code that crashes.
 */
#pragma once

#include "tests/sim/chance.h"

/* What random bytes are made of, and what every clock says, until told otherwise. */
void machine_seed(uint64_t seed);
void machine_set_time(uint64_t now_ms);
uint64_t machine_time(void);

enum machine_point {
    POINT_NONE,
    POINT_WRITE,     /* before the journal's record is written */
    POINT_SYNC,      /* it is written, and not synced */
    POINT_COMMIT,    /* before a commit of the store in the folder */
    POINT_COMMITTED, /* after it */
};
/* `folder`: of the store or the journal that is watched, by the beginning of its path; `countdown`: 1 is the next time. */
void machine_arm(enum machine_point point, const char *folder, unsigned countdown, void (*reached)(void *context),
                 void *context);
/* True where the point was never reached. */
bool machine_disarm(void);

/*
 * A part of a journal's file that was written and never synced. They stay, also when the program ends, until somebody
 * syncs the file or they are forgotten.
 */
struct unsynced {
    char path[256];
    size_t offset, size, file_size; /* the file's size before the write */
    uint8_t *before;                /* `size` bytes */
};
size_t machine_unsynced(const struct unsynced **list);
void machine_forget_unsynced(void);
/* From the moment of a crash until the next start nothing counts as written or synced: the code that crashed goes on. */
void machine_stop_disk(bool stops);
