/*
 * rebuild.c: `cimonitord rebuild`: throws the view away and builds it from the journal. Main thread.
 */
#include <inttypes.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "server/commands/command.h"
#include "server/commands/data.h"

int run_rebuild(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };
    uint64_t entries;

    log_set_level(LOG_WARNING);
    TRY(data_open(&data, arguments->data, DATA_ANEW));
    TRY(ledger_rebuild(&data.options));
    entries = journal_head(data.journal).position;
    if (arguments->json)
        printf("{\"entries\": %" PRIu64 "}\n", entries);
    else
        printf("The view was built anew from %" PRIu64 " entries.\n", entries);
    return STATUS_DONE;
}
