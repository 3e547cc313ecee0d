/*
 * data.c: paths, order, progress. Main thread.
 */
#include "server/commands/data.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/wire/invitation_code.h"
#include "server/backup/backup.h"
#include "server/ledger/mark.h"

enum { PROGRESS_AFTER_US = 1000 * 1000 };

/* Quiet for the first second; then one line a second. */
static void say_progress(void *context, uint64_t done, uint64_t all)
{
    static uint64_t said_us;
    uint64_t now_us = clock_monotonic_us(&clock_system);

    (void)context;
    if (said_us == 0)
        said_us = now_us;
    if (now_us - said_us < PROGRESS_AFTER_US)
        return;
    said_us = now_us;
    fprintf(stderr, "building the view from the journal: %" PRIu64 " of %" PRIu64 " entries\n", done, all);
}

int data_path(char out[PATH_SIZE], const char *path, const char *name)
{
    if (snprintf(out, PATH_SIZE, "%s/%s", path, name) >= PATH_SIZE)
        return FAULT(FAULT_INVALID, "this path is too long: %s", path);
    return 0;
}

static int look(const char *path, const char *journal_path)
{
    struct stat found;

    if (stat(path, &found) != 0)
        return FAULT(FAULT_MISSING, "the folder %s cannot be opened: %s. Make it with: cimonitord init --data %s", path,
                     strerror(errno), path);
    if (stat(journal_path, &found) != 0)
        return FAULT(
            FAULT_MISSING,
            "%s holds no journal: %s. A new server is made with: cimonitord init --data %s. If there was one, restore "
            "its backup: cimonitord restore --from BACKUP --data %s",
            path, strerror(errno), path, path);
    return 0;
}

/* Who only looks takes the lock too where it is free: then the view can be brought up to date first. */
static int open_journal(struct data *data, const char *path, enum data_access access)
{
    struct journal_options options = { .path = data->journal_path,
                                       .at_least = access == DATA_ANEW ? 0 : mark_position(path) };
    int result = journal_open(&data->journal, &options);

    if (result == -FAULT_MISSING)
        return FAULT(
            FAULT_MISSING,
            "%s holds no journal, only its folder, as an init leaves it that did not finish. Then take it away "
            "(rm -r %s) and run init again. If a server was here, restore its backup: cimonitord restore",
            path, path);
    if (result != -FAULT_BUSY || access != DATA_READ)
        return result;
    options.read_only = data->options.read_only = true;
    return journal_open(&data->journal, &options);
}

int data_open(struct data *data, const char *path, enum data_access access)
{
    *data = (struct data){ 0 };
    TRY(data_path(data->journal_path, path, "journal"));
    TRY(data_path(data->vault_path, path, "vault"));
    TRY(look(path, data->journal_path));
    TRY(backup_check_owner(path)); /* what another user writes here the server could not read */
    TRY(open_journal(data, path, access));
    TRY(vault_open(&data->vault, data->vault_path, clock_now_ms(&clock_system)));
    data->options = (struct ledger_options){
        .path = path,
        .journal = data->journal,
        .vault = data->vault,
        .read_only = data->options.read_only,
        .progress = say_progress,
    };
    return 0;
}

int data_open_ledger(struct data *data)
{
    return ledger_open(&data->ledger, &data->options);
}

void data_close(struct data *data)
{
    data->ledger = ledger_close(data->ledger);
    data->journal = journal_close(data->journal);
    data->vault = vault_close(data->vault);
}

int data_address(struct data *data, char *out, size_t size)
{
    struct txn txn;
    int result;

    TRY(txn_begin_read(&txn, ledger_store(data->ledger)));
    result = ledger_address(&txn, out, size);
    txn_end(&txn);
    return result;
}

int data_host(struct data *data, char *out, size_t size)
{
    char address[INVITATION_ADDRESS_SIZE];
    struct invitation_code code;

    TRY(data_address(data, address, sizeof address));
    if (invitation_address_parse(&code, address) != 0)
        return FAULT(FAULT_CORRUPT, "the journal's address is none: %s", address);
    snprintf(out, size, "%s", code.host);
    return 0;
}
