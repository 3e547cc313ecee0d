/*
 * push.c: edits, decided and added one after the other. A refused one stops no other. The records that they are about go
 * back as they are after the last of them, sealed on the loop's thread.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/handlers/handlers.h"
#include "server/ledger/decide.h"
#include "server/ledger/feed.h"
#include "server/ledger/late.h"
#include "server/ledger/records.h"
#include "server/ledger/releases.h"

enum { PUSH_SCRATCH_BYTES = 16 * 1024 * 1024, SEALED_OVERHEAD_BYTES = 160, REPLY_SLACK_BYTES = 1024 };

_Static_assert((int)CI__EDIT_ENTRY__OUTCOME__STANDS == (int)CI__PUSH_RESULT__OUTCOME__STANDS, "one numbering");
_Static_assert((int)CI__EDIT_ENTRY__OUTCOME__LATE == (int)CI__PUSH_RESULT__OUTCOME__LATE, "one numbering");

static bool is_sound(const Ci__Push *push)
{
    if (push->incarnation.len != INCARNATION_BYTES || push->n_edits == 0 || push->n_edits > PUSH_EDITS_MAX)
        return false;
    for (size_t i = 0; i < push->n_edits; i++)
        if (!push->edits[i]->edit || push->edits[i]->number <= (i ? push->edits[i - 1]->number : 0))
            return false;
    return true;
}

static Ci__PushReply *reply_new(const Ci__Push *push, struct arena *arena)
{
    Ci__PushReply *reply = arena_alloc(arena, sizeof *reply);
    Ci__PushResult *results = arena_alloc(arena, push->n_edits * sizeof *results);

    if (!reply || !results)
        return NULL;
    ci__push_reply__init(reply);
    reply->results = arena_alloc(arena, push->n_edits * sizeof *reply->results);
    if (!reply->results)
        return NULL;
    for (size_t i = 0; i < push->n_edits; i++) {
        ci__push_result__init(&results[i]);
        results[i].edit = push->edits[i]->edit->id;
        reply->results[i] = &results[i];
    }
    reply->n_results = push->n_edits;
    return reply;
}

static int push_one(struct request *request, struct batch *batch, const struct sender *sender, const Ci__Edit *edit,
                    struct arena *scratch, Ci__PushResult *push_result)
{
    struct decision decision;

    TRY(edit_decide(batch->txn, batch->view.questionnaires, sender, edit, scratch, &decision));
    switch (decision.verdict) {
    case IS_CLONED: return request_refuse(request, ERROR_CLONED, NULL, NULL);
    case NOT_ALLOWED:
        push_result->outcome = CI__PUSH_RESULT__OUTCOME__REFUSED;
        push_result->error = (Ci__Error *)(uintptr_t)error_new(request->arena, decision.refusal.code,
                                                               decision.refusal.nl, decision.refusal.en);
        return 0;
    case DECIDED:
        TRY(batch_add_edit(batch, &decision.entry, decision.before));
        TRY(release_add(batch, edit, scratch));
        break;
    case ALREADY_KNOWN: push_result->duplicate = true; break;
    }
    TRY(late_admit(batch, edit, scratch));
    TRY(late_came(batch, edit, scratch, &decision.outcome));
    push_result->outcome = (Ci__PushResult__Outcome)decision.outcome;
    return 0;
}

static bool has_record(const Ci__PushReply *reply, const Ci__Edit *edit)
{
    for (size_t i = 0; i < reply->n_records; i++)
        if (strcmp(reply->records[i]->key, edit->key) == 0 && strcmp(reply->records[i]->dossier, edit->dossier) == 0)
            return true;
    return false;
}

/* A record that does not fit any more comes with the next pull. */
static int add_record(struct request *request, struct txn *txn, const Ci__Edit *edit, Ci__PushReply *reply,
                      size_t *room)
{
    struct bytes packed = record_packed(txn, edit->dossier, edit->key);
    Ci__SealedRecord *sealed;

    if (!packed.data || packed.size + SEALED_OVERHEAD_BYTES > *room)
        return txn->fault;
    *room -= packed.size + SEALED_OVERHEAD_BYTES;
    sealed = arena_alloc(request->arena, sizeof *sealed);
    if (!sealed)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a push");
    ci__sealed_record__init(sealed);
    sealed->record = bytes_to(bytes_of(arena_copy(request->arena, packed.data, packed.size), packed.size));
    sealed->dossier = edit->dossier;
    sealed->key = edit->key;
    if (!sealed->record.data)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a push");
    reply->records[reply->n_records++] = sealed;
    return 0;
}

/* Also beside an edit that was known already, whoever sends it: no record leaves to who may not write it. */
static bool gets_record(const struct principal *principal, const Ci__Edit *edit)
{
    if (strcmp(edit->dossier, "NL") == 0)
        return principal->role == CI__ROLE__ROLE_CENTRAL;
    return principal_reads(principal, edit->dossier);
}

/* As they are now: here, and not after the commit, since a batch that is not on disk yet may have come by then. */
static int add_records(struct request *request, struct txn *txn, Ci__PushReply *reply)
{
    const Ci__Push *push = (const Ci__Push *)request->message;
    size_t taken = ci__push_reply__get_packed_size(reply) + REPLY_SLACK_BYTES;
    size_t room = taken < REPLY_BYTES_MAX ? REPLY_BYTES_MAX - taken : 0;

    reply->records = arena_alloc(request->arena, push->n_edits * sizeof *reply->records);
    if (!reply->records)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a push");
    for (size_t i = 0; i < push->n_edits; i++) {
        const Ci__Edit *edit = push->edits[i]->edit;

        if (reply->results[i]->outcome != CI__PUSH_RESULT__OUTCOME__REFUSED && gets_record(&request->principal, edit) &&
            strlen(edit->key) <= RECORD_KEY_MAX && !has_record(reply, edit))
            TRY(add_record(request, txn, edit, reply, &room));
    }
    return 0;
}

int handle_push(struct request *request, struct batch *batch)
{
    const Ci__Push *push = (const Ci__Push *)request->message;
    struct sender sender = { .principal = &request->principal, .incarnation = bytes_from(push->incarnation) };
    CLEANUP(arena_free) struct arena *scratch = NULL;
    Ci__PushReply *reply;

    if (!is_sound(push))
        return request_refuse(request, ERROR_MALFORMED, NULL, NULL);
    reply = reply_new(push, request->arena);
    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a push");
    TRY(arena_new(&scratch, PUSH_SCRATCH_BYTES));
    for (size_t i = 0; i < push->n_edits && !request->error; i++) {
        if (!batch_takes_more(batch, 2, 2 * JOURNAL_ENTRY_MAX)) /* after a great many admissions */
            return request_refuse(request, ERROR_BUSY, NULL, NULL);
        sender.number = push->edits[i]->number;
        TRY(push_one(request, batch, &sender, push->edits[i]->edit, scratch, reply->results[i]));
        arena_reset(scratch);
    }
    request->edits = push->n_edits;
    request->work = reply;
    return request->error ? 0 : add_records(request, batch->txn, reply);
}

int finish_push(struct request *request, struct ledger *ledger)
{
    Ci__PushReply *reply = request->work;

    for (size_t i = 0; i < reply->n_records; i++)
        record_seal(ledger_vault(ledger), reply->records[i], request->arena);
    request_reply(request, &reply->base, 0);
    return 0;
}
