/*
 * open.c: `cimonitord open`: lets everybody in after a restore, or stops waiting for one install. Also beside a running
 * server. Main thread.
 */
#include <jansson.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "server/backup/backup.h"
#include "server/commands/command.h"
#include "server/ledger/restoring.h"

static int act(struct restoring *restoring, const struct arguments *arguments)
{
    int result = arguments->strike ? restoring_strike(restoring, arguments->strike, clock_now_ms(&clock_system))
                                   : restoring_end(restoring);

    if (result == RESTORING_NONE)
        return FAULT(FAULT_STATE, "%s was not restored from a backup, so it holds nobody back", arguments->data);
    if (result == RESTORING_UNKNOWN)
        return FAULT(FAULT_MISSING, "no install %s is waited for: cimonitord restore --report --data %s names them",
                     arguments->strike, arguments->data);
    return result;
}

int run_open(const struct arguments *arguments)
{
    CLEANUP(restoring_close) struct restoring *restoring = NULL;

    log_set_level(LOG_ERROR);
    TRY(backup_check_owner(arguments->data));
    TRY(restoring_open(&restoring, arguments->data));
    TRY(act(restoring, arguments));
    bool held = restoring_holds(restoring);

    if (arguments->json)
        printf("{\"held\": %s}\n", held ? "true" : "false");
    else if (held)
        printf(
            "Struck off. Other installs of the central team are still waited for: cimonitord restore --report --data "
            "%s\n",
            arguments->data);
    else
        printf("The server is open: everybody is let in, also installs that the backup did not know.\n");
    return STATUS_DONE;
}
