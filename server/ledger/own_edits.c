/*
 * own_edits.c: the server as an author. Writer thread.
 */
#include "server/ledger/own_edits.h"

#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "server/ledger/decide.h"
#include "server/ledger/records.h"

static int base_on(Ci__Edit *edit, const Ci__Record *record, struct arena *arena)
{
    uint8_t digest[DIGEST_BYTES];

    digest_bytes(digest, record->standing->value.data, record->standing->value.len);
    edit->base_edit = record->standing->id;
    edit->base_digest = bytes_to(bytes_of(arena_copy(arena, digest, sizeof digest), sizeof digest));
    edit->seen = &edit->base_edit;
    edit->n_seen = 1;
    return edit->base_digest.data ? 0 : FAULT(FAULT_MEMORY, "out of memory for an edit of the server");
}

int own_edit_add(struct batch *batch, const char *author, const char *key, struct bytes value, struct arena *arena,
                 struct refusal *refusal)
{
    struct sender server = { 0 };
    Ci__Edit edit = CI__EDIT__INIT;
    Ci__Record *record = NULL;
    struct decision decision;
    uint8_t id[ID_BYTES];
    int result;

    id_new(id, batch->now_ms);
    edit.id = bytes_to(bytes_of(id, sizeof id));
    edit.dossier = (char *)(uintptr_t) "NL";
    edit.key = (char *)(uintptr_t)key;
    edit.author = (char *)(uintptr_t)author;
    edit.value = bytes_to(value);
    edit.written_ms = batch->now_ms;
    result = record_read(batch->txn, "NL", key, arena, &record);
    if (result == 0)
        result = base_on(&edit, record, arena);
    TRY(result);
    TRY(edit_decide(batch->txn, batch->view.questionnaires, &server, &edit, arena, &decision));
    if (decision.verdict == DECIDED)
        return batch_add_edit(batch, &decision.entry, decision.before);
    *refusal = decision.refusal;
    return REFUSED;
}

int own_message_add(struct batch *batch, const char *author, const char *key, const void *message, struct arena *arena,
                    struct refusal *refusal)
{
    struct bytes packed = codec_pack(message, arena);

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for an edit of the server");
    return own_edit_add(batch, author, key, packed, arena, refusal);
}
