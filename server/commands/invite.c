/*
 * invite.c: `cimonitord invite`: the way back in when no central install is left. Main thread.
 */
#include "common/base/fault.h"
#include "server/commands/central.h"
#include "server/commands/command.h"

int run_invite(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };
    struct invited invited;
    char code[INVITATION_CODE_SIZE];

    log_set_level(LOG_WARNING);
    TRY(data_open(&data, arguments->data, DATA_WRITE));
    TRY(data_open_ledger(&data));
    TRY(central_invite(&data, NULL, code, &invited));
    central_say(code, &invited, arguments->json);
    return STATUS_DONE;
}
