/*
 * invite.c: `cimonitord invite`: the way back in when no central install is left. Main thread.
 */
#include <string.h>

#include "common/base/fault.h"
#include "server/commands/central.h"
#include "server/commands/command.h"

static int invite(const struct arguments *arguments, struct invited *invited, char code[INVITATION_CODE_SIZE])
{
    CLEANUP(data_close) struct data data = { 0 };

    TRY(data_open(&data, arguments->data, DATA_WRITE));
    TRY(data_open_ledger(&data));
    TRY(central_invite(&data, NULL, code, invited));
    central_say(code, invited, arguments->json);
    return STATUS_DONE;
}

int run_invite(const struct arguments *arguments)
{
    struct invited invited = { 0 };
    char code[INVITATION_CODE_SIZE] = "";
    int result;

    log_set_level(LOG_WARNING);
    result = invite(arguments, &invited, code);
    explicit_bzero(&invited, sizeof invited);
    explicit_bzero(code, sizeof code);
    return result;
}
