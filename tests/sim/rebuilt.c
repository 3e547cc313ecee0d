/*
 * rebuilt.c: builds, dumps, compares.
 */
#include "tests/sim/rebuilt.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/monitor/node.h"
#include "server/benchmark/cells.h"
#include "server/ledger/view_files.h"
#include "tests/sim/values.h"

enum { MAP_BYTES = 256 * 1024 * 1024 };

static char *dump(struct ledger *ledger)
{
    int fd = memfd_create("dump", MFD_CLOEXEC);
    struct stat status;
    char *text;

    CHECK(fd >= 0);
    MUST(ledger_dump(ledger, fd));
    CHECK(fstat(fd, &status) == 0);
    text = malloc((size_t)status.st_size + 1);
    CHECK(text && pread(fd, text, (size_t)status.st_size, 0) == status.st_size);
    text[status.st_size] = '\0';
    close(fd);
    return text;
}

/* The first line that differs, cut short. */
static void differ(const char *live, const char *fresh)
{
    const char *a = live, *b = fresh;
    size_t line = 0;

    for (size_t i = 0; live[i] && live[i] == fresh[i]; i++)
        if (live[i] == '\n') {
            line++;
            a = live + i + 1;
            b = fresh + i + 1;
        }
    violated(14, "line %zu of the dump is \"%.*s\", and built anew \"%.*s\"", line, (int)strcspn(a, "\n") % 200, a,
             (int)strcspn(b, "\n") % 200, b);
}

static void compare_cells(struct ledger *live, struct ledger *fresh, size_t nodes)
{
    static const char *const rounds[] = { "2026", "2027", "2028" }, *const areas[] = { "NL", "PV25", "SC1", "SC2",
                                                                                       "SC3" };
    static const struct cell none;

    for (size_t i = 0; i < 3 * 2 * 5; i++) {
        const char *round = rounds[i / 10], *area = areas[i % 5];
        Ci__Basis basis = (Ci__Basis)(i / 5 % 2);
        const struct cell *a = cells_of_area(ledger_cells(live), round, basis, area);
        const struct cell *b = cells_of_area(ledger_cells(fresh), round, basis, area);

        for (size_t node = 0; node < nodes && (a || b); node++)
            if (memcmp(a ? &a[node] : &none, b ? &b[node] : &none, sizeof none) != 0)
                violated(6, "node %zu of %s in %s differs from its recount", node, area, round);
    }
}

void rebuilt_check(struct world *world)
{
    char path[96], journal[112];
    struct ledger_options options = {
        .path = path, .journal = world->server.journal, .vault = world->server.vault, .map_bytes = MAP_BYTES
    };
    CLEANUP(memory_free) char *live = NULL;
    CLEANUP(memory_free) char *fresh = NULL;
    struct ledger *ledger = NULL;

    snprintf(path, sizeof path, "%s/rebuilt", world->path);
    snprintf(journal, sizeof journal, "%s/journal", path);
    mkdir(path, 0700);
    if (symlink(world->server.journal_path, journal) != 0)
        CHECK(access(journal, F_OK) == 0);
    MUST(view_files_remove(path, "view"));
    MUST(ledger_open(&ledger, &options));
    live = dump(world->server.ledger);
    fresh = dump(ledger);
    if (strcmp(live, fresh) != 0)
        differ(live, fresh);
    compare_cells(world->server.ledger, ledger, node_count(values_questionnaire()));
    ledger_close(ledger);
}
