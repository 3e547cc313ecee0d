/*
 * write.c: from a draft to an edit in the outbox, on disk before it returns. Decides base and seen; knows no kinds.
 */
#include "client/replica/tables.h"
#include "common/base/check.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"

enum { WRITE_ARENA = 4 * 1024 * 1024 };

/* What the edit is made of besides the draft; kept together because the edit borrows from it. */
struct making {
    Ci__Edit edit;
    uint8_t id[ID_BYTES], base_digest[DIGEST_BYTES];
    ProtobufCBinaryData seen[SEEN_MAX];
};

static void see(struct making *making, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < making->edit.n_seen; i++)
        if (bytes_equal(bytes_from(making->seen[i]), bytes_from(id)))
            return;
    if (making->edit.n_seen < SEEN_MAX)
        making->seen[making->edit.n_seen++] = id;
}

/* The base is this home's own latest word; seen always names it, and the heads that the draft resolves. */
static int follow(struct making *making, struct txn *txn, struct arena *arena, const struct draft *draft)
{
    Ci__Edit *base = NULL;
    int found = word_find(txn, arena, draft->dossier, draft->key, &base, NULL);

    if (found != 0)
        return found == REPLICA_NONE ? 0 : found;
    digest_bytes(making->base_digest, base->value.data, base->value.len);
    making->edit.base_edit = base->id;
    making->edit.base_digest = bytes_to(bytes_of(making->base_digest, DIGEST_BYTES));
    see(making, base->id);
    for (size_t head = 0; draft->seen && head < draft->seen->count; head++)
        see(making, draft->seen->edits[head]->id);
    return 0;
}

static int make(struct making *making, struct replica *replica, struct txn *txn, struct arena *arena,
                const struct draft *draft)
{
    struct record_key parsed;
    Ci__Edit *edit = &making->edit;

    CHECK(record_key_parse(draft->key, &parsed));
    ci__edit__init(edit);
    edit->id = bytes_to(bytes_of(making->id, sizeof making->id));
    edit->dossier = (char *)(uintptr_t)draft->dossier;
    edit->key = (char *)(uintptr_t)draft->key;
    edit->cleared = draft->value.data == NULL;
    edit->value = bytes_to(draft->value);
    edit->seen = making->seen;
    edit->questionnaire = bytes_to(draft->questionnaire);
    edit->author = (char *)(uintptr_t)draft->author;
    edit->written_ms = clock_now_ms(replica->clock);
    id_new(making->id, edit->written_ms);
    return follow(making, txn, arena, draft);
}

static int write_one(struct replica *replica, struct txn *txn, struct arena *arena, const struct draft *draft,
                     uint8_t *id)
{
    struct making making = { 0 };

    TRY(make(&making, replica, txn, arena, draft));
    struct bytes packed = codec_pack(&making.edit, arena);

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for what is to be saved");
    if (packed.size > EDIT_BYTES_MAX)
        return FAULT(FAULT_INVALID, "%s is larger than %d KiB: shorten it", draft->key, EDIT_BYTES_MAX / 1024);
    uint64_t number = meta_number(txn, "number", NULL) + 1;
    struct key by_number = number_table_key(number);
    struct key by_key = unsent_table_key(draft->dossier, draft->key, number);

    meta_put_number(txn, "number", NULL, number);
    txn_append(txn, TABLE_OUTBOX, key_bytes(&by_number), packed);
    txn_put(txn, TABLE_UNSENT, key_bytes(&by_key), bytes_of("", 0));
    history_note(txn, arena, &making.edit, FATE_UNSENT, NULL);
    if (id)
        memcpy(id, making.id, ID_BYTES);
    return txn->fault;
}

int replica_write(struct replica *replica, const struct draft *drafts, size_t count, uint8_t *ids)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct txn txn;

    TRY(arena_new(&arena, WRITE_ARENA));
    TRY(txn_begin_write(&txn, replica->store));
    for (size_t i = 0; i < count; i++) {
        arena_reset(arena);
        int result = write_one(replica, &txn, arena, &drafts[i], ids ? ids + i * ID_BYTES : NULL);

        if (result != 0) {
            txn_end(&txn);
            return result;
        }
    }
    return txn_commit(&txn);
}
