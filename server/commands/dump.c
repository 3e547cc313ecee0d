/*
 * dump.c: `cimonitord dump`: the view as text, the same for the same journal, to the byte. Main thread.
 */
#include <unistd.h>

#include "common/base/fault.h"
#include "server/commands/command.h"
#include "server/commands/data.h"

int run_dump(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };

    log_set_level(LOG_WARNING);
    TRY(data_open(&data, arguments->data, DATA_READ));
    TRY(data_open_ledger(&data));
    TRY(ledger_dump(data.ledger, STDOUT_FILENO));
    return STATUS_DONE;
}
