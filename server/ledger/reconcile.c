/*
 * reconcile.c: superseded, fast-forward, agreement or rival. Knows edits and heads; nothing of kinds, rights or storage.
 */
#include "server/ledger/reconcile.h"

#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

/* A set of ids in order, each once. */
struct ids {
    ProtobufCBinaryData *at;
    size_t count, limit;
};

static bool same_id(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
    return bytes_equal(bytes_from(a), bytes_from(b));
}

static bool holds(const ProtobufCBinaryData *ids, size_t count, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < count; i++)
        if (same_id(ids[i], id))
            return true;
    return false;
}

static void add(struct ids *ids, ProtobufCBinaryData id)
{
    if (ids->count < ids->limit && !holds(ids->at, ids->count, id))
        ids->at[ids->count++] = id;
}

bool edit_same_value(const Ci__Edit *a, const Ci__Edit *b)
{
    return a->cleared == b->cleared && bytes_equal(bytes_from(a->value), bytes_from(b->value));
}

static bool seen_by(const Ci__Edit *edit, ProtobufCBinaryData id)
{
    return holds(edit->seen, edit->n_seen, id);
}

static bool is_superseded(const Ci__Record *record, const Ci__Edit *edit)
{
    bool superseded = holds(record->superseded, record->n_superseded, edit->id) || seen_by(record->standing, edit->id);

    for (size_t i = 0; i < record->n_rivals && !superseded; i++)
        superseded = seen_by(record->rivals[i], edit->id);
    return superseded;
}

static bool is_fast_forward(const Ci__Record *record, const Ci__Edit *edit)
{
    uint8_t digest[DIGEST_BYTES];

    if (seen_by(edit, record->standing->id))
        return true;
    if (edit->base_edit.len == 0)
        return false;
    digest_bytes(digest, record->standing->value.data, record->standing->value.len);
    return bytes_equal(bytes_of(digest, sizeof digest), bytes_from(edit->base_digest));
}

static Ci__EditEntry__Outcome outcome_of(const Ci__Record *record, const Ci__Edit *edit)
{
    if (!record)
        return CI__EDIT_ENTRY__OUTCOME__STANDS;
    if (is_superseded(record, edit))
        return CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;
    if (is_fast_forward(record, edit))
        return CI__EDIT_ENTRY__OUTCOME__STANDS;
    if (edit_same_value(edit, record->standing))
        return CI__EDIT_ENTRY__OUTCOME__AGREED;
    return CI__EDIT_ENTRY__OUTCOME__RIVAL;
}

/* The rivals that stay, and a new one. */
static void rivals_after(const Ci__Record *record, const Ci__EditEntry *entry, struct ids *rivals)
{
    bool keeps_all = entry->outcome == CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;

    for (size_t i = 0; record && i < record->n_rivals; i++)
        if (!same_id(record->rivals[i]->id, entry->standing) &&
            (keeps_all || !seen_by(entry->edit, record->rivals[i]->id)))
            add(rivals, record->rivals[i]->id);
    if (entry->outcome == CI__EDIT_ENTRY__OUTCOME__RIVAL)
        add(rivals, entry->edit->id);
}

static void remember(struct ids *superseded, const Ci__EditEntry *entry, ProtobufCBinaryData id)
{
    if (!same_id(id, entry->standing) && !holds(entry->rivals, entry->n_rivals, id))
        add(superseded, id);
}

/* The newest first: an agreeing edit itself, what this one has seen, the heads that were, those before them. */
static void superseded_after(const Ci__Record *record, const Ci__EditEntry *entry, struct ids *superseded)
{
    if (entry->outcome == CI__EDIT_ENTRY__OUTCOME__AGREED)
        remember(superseded, entry, entry->edit->id);
    for (size_t i = 0; i < entry->edit->n_seen; i++)
        remember(superseded, entry, entry->edit->seen[i]);
    if (!record)
        return;
    remember(superseded, entry, record->standing->id);
    for (size_t i = 0; i < record->n_rivals; i++)
        remember(superseded, entry, record->rivals[i]->id);
    for (size_t i = 0; i < record->n_superseded; i++)
        remember(superseded, entry, record->superseded[i]);
}

int reconcile(const Ci__Record *record, const Ci__Edit *edit, struct arena *arena, Ci__EditEntry *entry)
{
    struct ids rivals = { arena_alloc(arena, (HEADS_MAX + 1) * sizeof *rivals.at), 0, HEADS_MAX + 1 };
    struct ids superseded = { arena_alloc(arena, SUPERSEDED_MAX * sizeof *superseded.at), 0, SUPERSEDED_MAX };
    bool replaces;

    if (!rivals.at || !superseded.at)
        return FAULT(FAULT_MEMORY, "the request takes more memory than it may: send fewer edits at once");
    entry->edit = (Ci__Edit *)(uintptr_t)edit;
    entry->outcome = outcome_of(record, edit);
    replaces = entry->outcome == CI__EDIT_ENTRY__OUTCOME__STANDS;
    entry->standing = replaces ? edit->id : record->standing->id;
    rivals_after(record, entry, &rivals);
    if (rivals.count >= HEADS_MAX)
        return RECONCILE_TOO_MANY_RIVALS;
    entry->rivals = rivals.at;
    entry->n_rivals = rivals.count;
    superseded_after(record, entry, &superseded);
    entry->superseded = superseded.at;
    entry->n_superseded = superseded.count;
    return 0;
}
