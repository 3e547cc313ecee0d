/*
 * room.c: one bound and one sentence for a disk that is nearly full.
 */
#include "server/commands/room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/base/fault.h"

/*
 * Four times the 64 MiB at which the server stops taking work in (VIEW_HEADROOM_BYTES), so that whoever reads this has time
 * left: the journal takes room by 16 MiB at once, and `verify` and `rebuild` build a whole view.
 */
#define ROOM_BYTES_MIN (UINT64_C(256) << 20)

int room_look(const char *path)
{
    struct statvfs disk;

    if (statvfs(path, &disk) != 0)
        return FAULT(FAULT_IO, "how much room %s has cannot be seen: %s", path, strerror(errno));
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;

    if (free_bytes >= ROOM_BYTES_MIN)
        return 0;
    return FAULT(FAULT_FULL,
                 "little room is left on the disk of %s: %" PRIu64 " MiB are free, and a server wants %" PRIu64
                 " MiB at least. Make room: on a full disk nothing is taken in",
                 path, free_bytes >> 20, ROOM_BYTES_MIN >> 20);
}

void room_warn(const char *path)
{
    if (room_look(path) < 0)
        fprintf(stderr, "warning: %s\n", fault_message());
}
