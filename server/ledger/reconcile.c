/*
 * reconcile.c: superseded, fast-forward, agreement or rival. Knows edits and heads; nothing of kinds, rights or storage.
 */
#include "server/ledger/reconcile.h"

#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/heads.h"
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

static void add(struct ids *ids, ProtobufCBinaryData id)
{
    if (ids->count < ids->limit && !ids_hold(ids->at, ids->count, id))
        ids->at[ids->count++] = id;
}

bool edit_same_value(const Ci__Edit *a, const Ci__Edit *b)
{
    return a->cleared == b->cleared && bytes_equal(bytes_from(a->value), bytes_from(b->value));
}

bool edit_has_seen(const Ci__Edit *edit, ProtobufCBinaryData id)
{
    return ids_hold(edit->seen, edit->n_seen, id);
}

static bool has_replaced(const Ci__Edit *edit, const struct replaced *more, ProtobufCBinaryData id)
{
    return edit_has_seen(edit, id) || (more && ids_hold(more->ids, more->count, id));
}

static bool is_fast_forward(const Ci__Record *record, const Ci__Edit *edit, const struct replaced *more)
{
    uint8_t digest[DIGEST_BYTES];

    if (has_replaced(edit, more, record->standing->id))
        return true;
    if (edit->base_edit.len == 0)
        return false;
    digest_bytes(digest, record->standing->value.data, record->standing->value.len);
    return bytes_equal(bytes_of(digest, sizeof digest), bytes_from(edit->base_digest));
}

static Ci__EditEntry__Outcome outcome_of(const Ci__Record *record, const Ci__Edit *edit, const struct replaced *more)
{
    if (!record || PLANTED(LAST_WRITE_WINS))
        return CI__EDIT_ENTRY__OUTCOME__STANDS;
    if (heads_supersede(record, edit->id))
        return CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;
    if (is_fast_forward(record, edit, more))
        return CI__EDIT_ENTRY__OUTCOME__STANDS;
    if (edit_same_value(edit, record->standing))
        return CI__EDIT_ENTRY__OUTCOME__AGREED;
    return CI__EDIT_ENTRY__OUTCOME__RIVAL;
}

/* The rivals that stay, and a new one. */
static void rivals_after(const Ci__Record *record, const Ci__EditEntry *entry, const struct replaced *more,
                         struct ids *rivals)
{
    bool keeps_all = entry->outcome == CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;

    for (size_t i = 0; record && i < record->n_rivals; i++)
        if (!same_id(record->rivals[i]->id, entry->standing) &&
            (keeps_all || !has_replaced(entry->edit, more, record->rivals[i]->id)) &&
            !(PLANTED(RIVAL_DROPPED) && entry->edit->n_seen > 1))
            add(rivals, record->rivals[i]->id);
    if (entry->outcome == CI__EDIT_ENTRY__OUTCOME__RIVAL)
        add(rivals, entry->edit->id);
}

static void remember(struct ids *superseded, const Ci__EditEntry *entry, ProtobufCBinaryData id)
{
    if (!same_id(id, entry->standing) && !ids_hold(entry->rivals, entry->n_rivals, id))
        add(superseded, id);
}

/* The newest first: an agreeing edit itself, what this one has seen, the heads that were, those before them. */
static void superseded_after(const Ci__Record *record, const Ci__EditEntry *entry, const struct replaced *more,
                             struct ids *superseded)
{
    if (entry->outcome == CI__EDIT_ENTRY__OUTCOME__AGREED)
        remember(superseded, entry, entry->edit->id);
    for (size_t i = 0; i < entry->edit->n_seen; i++)
        remember(superseded, entry, entry->edit->seen[i]);
    for (size_t i = 0; more && i < more->count; i++)
        remember(superseded, entry, more->ids[i]);
    if (!record)
        return;
    remember(superseded, entry, record->standing->id);
    for (size_t i = 0; i < record->n_rivals; i++)
        remember(superseded, entry, record->rivals[i]->id);
    for (size_t i = 0; i < record->n_superseded; i++)
        remember(superseded, entry, record->superseded[i]);
}

int reconcile(const Ci__Record *record, const Ci__Edit *edit, const struct replaced *more, struct arena *arena,
              Ci__EditEntry *entry)
{
    struct ids rivals = { arena_alloc(arena, (HEADS_MAX + 1) * sizeof *rivals.at), 0, HEADS_MAX + 1 };
    struct ids superseded = { arena_alloc(arena, SUPERSEDED_MAX * sizeof *superseded.at), 0, SUPERSEDED_MAX };
    bool replaces;

    if (!rivals.at || !superseded.at)
        return FAULT(FAULT_MEMORY, "the request takes more memory than it may: send fewer edits at once");
    entry->edit = (Ci__Edit *)(uintptr_t)edit;
    entry->outcome = outcome_of(record, edit, more);
    replaces = entry->outcome == CI__EDIT_ENTRY__OUTCOME__STANDS;
    entry->standing = replaces ? edit->id : record->standing->id;
    rivals_after(record, entry, more, &rivals);
    if (rivals.count >= HEADS_MAX)
        return RECONCILE_TOO_MANY_RIVALS;
    entry->rivals = rivals.at;
    entry->n_rivals = rivals.count;
    superseded_after(record, entry, more, &superseded);
    entry->superseded = superseded.at;
    entry->n_superseded = superseded.count;
    return 0;
}

/* ---- records from lost histories ---- */

bool record_healed(const Ci__Record *record, const Ci__Place *place)
{
    for (size_t i = 0; i < record->n_healed; i++)
        if (record->healed[i]->position == place->position &&
            bytes_equal(bytes_from(record->healed[i]->hash), bytes_from(place->hash)))
            return true;
    return false;
}

static void add_head(struct merged *merged, Ci__Edit *edit)
{
    for (size_t i = 0; i < merged->head_count; i++)
        if (same_id(merged->heads[i]->id, edit->id))
            return;
    merged->heads[merged->head_count++] = edit;
}

static void add_heads(struct merged *merged, const Ci__Record *record)
{
    add_head(merged, record->standing);
    for (size_t i = 0; i < record->n_rivals && i < HEADS_MAX - 1; i++)
        add_head(merged, record->rivals[i]);
}

/* What stands here keeps standing, unless the other side has seen it go. */
static Ci__Edit *standing_of(const Ci__Record *record, const Ci__Record *offered)
{
    ProtobufCBinaryData here = record->standing->id, there = offered->standing->id;
    bool gone = edit_has_seen(offered->standing, here) || (ids_hold(offered->superseded, offered->n_superseded, here) &&
                                                           !ids_hold(record->superseded, record->n_superseded, there));

    return gone ? offered->standing : record->standing;
}

/* Said by what stands already, or superseded on either side. */
static bool is_over(const struct merged *merged, size_t head, const Ci__Record *record, const Ci__Record *offered)
{
    ProtobufCBinaryData id = merged->heads[head]->id;

    if (edit_same_value(merged->heads[head], merged->heads[0]) ||
        ids_hold(record->superseded, record->n_superseded, id) ||
        ids_hold(offered->superseded, offered->n_superseded, id))
        return true;
    for (size_t i = 0; i < merged->head_count; i++)
        if (i != head && edit_has_seen(merged->heads[i], id))
            return true;
    return false;
}

static bool merged_holds(const struct merged *merged, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < merged->head_count; i++)
        if (same_id(merged->heads[i]->id, id))
            return true;
    return false;
}

static void forget_head(struct merged *merged, ProtobufCBinaryData id)
{
    struct ids superseded = { merged->superseded, merged->superseded_count, SUPERSEDED_MAX };

    if (!merged_holds(merged, id))
        add(&superseded, id);
    merged->superseded_count = superseded.count;
}

static void heal_place(struct merged *merged, Ci__Place *place)
{
    const Ci__Record known = { .healed = merged->healed, .n_healed = merged->healed_count };

    if (merged->healed_count < HEALED_MAX && !record_healed(&known, place))
        merged->healed[merged->healed_count++] = place;
}

static void heal_places(struct merged *merged, const Ci__Record *record, const Ci__Record *offered)
{
    heal_place(merged, offered->place);
    for (size_t i = 0; record && i < record->n_healed; i++)
        heal_place(merged, record->healed[i]);
    for (size_t i = 0; i < offered->n_healed; i++)
        heal_place(merged, offered->healed[i]);
}

void reconcile_healed(const Ci__Record *record, const Ci__Record *offered, struct merged *merged)
{
    struct merged all = { 0 };

    *merged = (struct merged){ 0 };
    heal_places(merged, record, offered);
    if (record)
        add_head(&all, standing_of(record, offered));
    if (record)
        add_heads(&all, record);
    add_heads(&all, offered);
    for (size_t i = 0; i < all.head_count; i++)
        if (i == 0 || !record || !is_over(&all, i, record, offered))
            merged->heads[merged->head_count++] = all.heads[i];
    for (size_t i = 0; i < all.head_count; i++)
        forget_head(merged, all.heads[i]->id);
    for (size_t i = 0; i < offered->n_superseded; i++)
        forget_head(merged, offered->superseded[i]);
    for (size_t i = 0; record && i < record->n_superseded; i++)
        forget_head(merged, record->superseded[i]);
}

void merged_rank(struct merged *merged, const uint64_t ranks[], bool keeps_equals)
{
    struct merged before = *merged;
    size_t best = 0;

    for (size_t i = 1; i < before.head_count; i++)
        best = ranks[i] > ranks[best] ? i : best;
    merged->heads[0] = before.heads[best];
    merged->head_count = 1;
    for (size_t i = 0; i < before.head_count; i++)
        if (i != best && keeps_equals && ranks[i] == ranks[best])
            merged->heads[merged->head_count++] = before.heads[i];
    merged->superseded_count = 0;
    for (size_t i = 0; i < before.head_count; i++)
        forget_head(merged, before.heads[i]->id);
    for (size_t i = 0; i < before.superseded_count; i++)
        forget_head(merged, before.superseded[i]);
}
