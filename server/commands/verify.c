/*
 * verify.c: `cimonitord verify`: builds a second view beside the one in use and compares them. The benchmark's cells are
 * no part of a view: each start counts them from its sheets. And whether what was released is still what was signed. Main
 * thread.
 */
#include <stdio.h>

#include "common/base/fault.h"
#include "server/commands/command.h"
#include "server/commands/data.h"
#include "server/commands/room.h"

static void say(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "%s\n", line);
}

int run_verify(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };
    int differing, unsound = 0;

    log_set_level(LOG_WARNING);
    TRY(data_open(&data, arguments->data, DATA_READ));
    room_warn(arguments->data);
    differing = ledger_verify(&data.options, say, NULL, &unsound);
    TRY(differing);
    if (arguments->json)
        printf("{\"differing\": %d, \"releases_unsound\": %d}\n", differing, unsound);
    else if (differing == 0)
        printf("The view is what the journal says, key for key. (The cells of the benchmark are not in it: they are "
               "counted from "
               "its sheets at each start, and checked at each stop.)\n");
    else
        printf("%d keys of the view are not what the journal says. The journal is the truth: stop the server, run "
               "cimonitord "
               "rebuild --data %s, and report this.\n",
               differing, arguments->data);
    if (!arguments->json && unsound > 0)
        printf("%d released rounds have a root or a signature that is not this server's. Restore the vault from a "
               "backup if "
               "it was lost; else report this.\n",
               unsound);
    return differing == 0 && unsound == 0 ? STATUS_DONE : STATUS_ATTENTION;
}
