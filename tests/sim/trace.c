/*
 * trace.c: prints and reads. A deed that no longer exists ends the program: its trace must be found anew.
 */
#include "tests/sim/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = TRACE_TITLE };

void trace_print(const struct schedule *schedule, FILE *out)
{
    for (size_t i = 0; i < schedule->count; i++)
        fprintf(out, "\t%s\t%" PRIx64 "\n", schedule->steps[i].deed->name, schedule->steps[i].seed);
}

static const struct deed *find(const char *name)
{
    const struct deed *const tables[] = { deeds, faults };

    for (size_t table = 0; table < 2; table++)
        for (size_t i = 0; tables[table][i].name; i++)
            if (strcmp(tables[table][i].name, name) == 0)
                return &tables[table][i];
    fprintf(stderr, "there is no deed \"%s\"\n", name);
    exit(2);
}

static void read_step(char *line, struct schedule *schedule)
{
    char *name = line + 1, *seed = strchr(name, '\t');

    if (!seed || schedule->count == STEPS_MAX) {
        fprintf(stderr, "this is no step: %s\n", line);
        exit(2);
    }
    *seed++ = '\0';
    schedule->steps[schedule->count++] = (struct step){ find(name), strtoull(seed, NULL, 16) };
}

bool trace_read(FILE *in, char title[TRACE_TITLE], struct schedule *schedule)
{
    char line[LINE_SIZE];
    bool has_title = false;
    long before;

    schedule->count = 0;
    while (before = ftell(in), fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (line[0] == '\t') {
            read_step(line, schedule);
        } else if (!has_title) {
            snprintf(title, TRACE_TITLE, "%s", line);
            has_title = true;
        } else {
            fseek(in, before, SEEK_SET);
            break;
        }
    }
    return has_title;
}
