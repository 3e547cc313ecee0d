/*
 * central.c: decide, append, commit, as the writer does, for the two commands that write without one. Main thread.
 */
#include "server/commands/central.h"

#include <jansson.h>
#include <stdio.h>

#include "common/base/fault.h"

enum { ARENA_BYTES = 1024 * 1024 };

static int invite(struct batch *batch, struct arena *arena, struct invited *invited)
{
    Ci__PersonDetails details = CI__PERSON_DETAILS__INIT;
    struct refusal refusal = { 0 };
    int result;

    details.name = (char *)(uintptr_t) "Centraal team";
    result = invitation_create(
        batch, &(struct invitation){ .author = "", .role = CI__ROLE__ROLE_CENTRAL, .details = &details }, arena,
        invited, &refusal);
    if (result == REFUSED)
        return FAULT(FAULT_STATE, "the invitation was refused: %s", error_row(refusal.code)->en);
    return result;
}

static int decide(struct batch *batch, const struct founding *founding, struct invited *invited)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    TRY(arena_new(&arena, ARENA_BYTES));
    if (founding)
        TRY(ledger_found(batch, founding));
    TRY(invite(batch, arena, invited));
    return batch_flush(batch);
}

static int append(struct data *data, struct batch *batch)
{
    TRY(journal_append(data->journal, batch->head.position - batch->count, batch->entries, batch->count));
    return txn_commit(batch->txn);
}

static int write_batch(struct data *data, const struct founding *founding, struct invited *invited)
{
    CLEANUP(memory_free) struct batch *batch = calloc(1, sizeof *batch);
    struct txn txn;
    int result;

    if (!batch)
        return FAULT(FAULT_MEMORY, "out of memory");
    TRY(txn_begin_write(&txn, ledger_store(data->ledger)));
    result = batch_init(batch, data->ledger, &txn, clock_now_ms(&clock_system));
    if (result == 0) {
        result = decide(batch, founding, invited);
        if (result == 0)
            result = append(data, batch);
        batch_done(batch);
    }
    txn_end(&txn);
    return result;
}

int central_invite(struct data *data, const struct founding *founding, char code[INVITATION_CODE_SIZE],
                   struct invited *invited)
{
    struct txn txn;
    int result;

    TRY(write_batch(data, founding, invited));
    TRY(txn_begin_read(&txn, ledger_store(data->ledger)));
    result = invitation_text(data->ledger, &txn, invited, code);
    txn_end(&txn);
    return result;
}

void central_say(const char *code, const struct invited *invited, bool json)
{
    char until[TIMESTAMP_SIZE];

    timestamp_print(until, invited->expires_ms);
    if (json) {
        json_t *said = json_pack("{s:s, s:s, s:s}", "code", code, "person", invited->person, "expires", until);

        json_dumpf(said, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(said);
        return;
    }
    printf("Code for the central team, good for one install until %.10s. Enrol it with: cimonitor enrol CODE\n%s\n",
           until, code);
}
