/*
 * verify.c: `cimonitord verify`: builds a second view beside the one in use and compares them. The benchmark's cells are
 * no part of a view: each start counts them from its sheets. Main thread.
 */
#include <stdio.h>

#include "common/base/fault.h"
#include "server/commands/command.h"
#include "server/commands/data.h"

static void say(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "%s\n", line);
}

int run_verify(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };
    int differing;

    log_set_level(LOG_WARNING);
    TRY(data_open(&data, arguments->data, DATA_READ));
    differing = ledger_verify(&data.options, say, NULL);
    TRY(differing);
    if (arguments->json)
        printf("{\"differing\": %d}\n", differing);
    else if (differing == 0)
        printf("The view is what the journal says, key for key. (The cells of the benchmark are not in it: they are "
               "counted from "
               "its sheets at each start, and checked at each stop.)\n");
    else
        printf("%d keys of the view are not what the journal says. The journal is the truth: stop the server, run "
               "cimonitord "
               "rebuild --data %s, and report this.\n",
               differing, arguments->data);
    return differing == 0 ? STATUS_DONE : STATUS_ATTENTION;
}
