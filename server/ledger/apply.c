/*
 * apply.c: entries into the tables. Its only sources are the entry, its place and the view.
 */
#include "server/ledger/apply.h"

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/accepted.h"
#include "server/ledger/codes.h"
#include "server/ledger/feed.h"
#include "server/ledger/kinds.h"
#include "server/ledger/late.h"
#include "server/ledger/meta.h"
#include "server/ledger/reconcile.h"
#include "server/ledger/records.h"
#include "server/ledger/tables.h"

enum { SCRATCH_BYTES = 16 * 1024 * 1024, RECORD_BYTES_MAX = 900 * 1024 };

_Static_assert(HEADS_MAX *EDIT_BYTES_MAX + 64 * 1024 <= RECORD_BYTES_MAX, "a record of 16 heads always fits");

int view_init(struct view *view, struct txn *txn, struct questionnaires *questionnaires, struct cells *cells)
{
    CLEANUP(sheets_free) struct sheets *sheets = NULL;
    struct arena *scratch = NULL;

    TRY(sheets_new(&sheets, cells));
    TRY(arena_new(&scratch, SCRATCH_BYTES));
    *view = (struct view){ txn, questionnaires, TAKE(&sheets), scratch, NULL };
    return 0;
}

void view_done(struct view *view)
{
    view->sheets = sheets_free(view->sheets);
    view->scratch = arena_free(view->scratch);
}

int view_flush(struct view *view)
{
    return sheets_flush(view->sheets, view->txn);
}

void view_publish(struct view *view)
{
    sheets_publish(view->sheets);
}

static int genesis_apply(struct view *view, const Ci__Genesis *genesis)
{
    struct bytes packed = codec_pack(genesis, view->scratch);

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for the journal's first entry");
    txn_put(view->txn, TABLE_META, bytes_of("genesis", 7), packed);
    return view->txn->fault;
}

static int invitation_apply(struct view *view, const Ci__InvitationEntry *entry)
{
    struct invitation_state state = { .expires_ms = entry->expires_ms };

    CHECK(entry->code_hash.len == DIGEST_BYTES && strlen(entry->person) < sizeof state.person);
    memcpy(state.person, entry->person, strlen(entry->person) + 1);
    invitation_put(view->txn, entry->code_hash.data, &state);
    return view->txn->fault;
}

/* What an entry says of its record: the edit that it brings (NULL: none), and the heads after it, by their ids. */
struct heads_after {
    const char *dossier, *key;
    Ci__Edit *edit;
    ProtobufCBinaryData standing;
    const ProtobufCBinaryData *rivals;
    size_t rival_count;
};

/* The head of this id: the entry's edit, or one that was a head before. */
static Ci__Edit *head_named(const struct heads_after *heads, const Ci__Record *before, ProtobufCBinaryData id)
{
    if (heads->edit && bytes_equal(bytes_from(heads->edit->id), bytes_from(id)))
        return heads->edit;
    if (before && bytes_equal(bytes_from(before->standing->id), bytes_from(id)))
        return before->standing;
    for (size_t i = 0; before && i < before->n_rivals; i++)
        if (bytes_equal(bytes_from(before->rivals[i]->id), bytes_from(id)))
            return before->rivals[i];
    return NULL;
}

static int take_heads(const struct heads_after *heads, const Ci__Record *before, struct arena *arena, Ci__Record *after)
{
    after->standing = head_named(heads, before, heads->standing);
    after->rivals = arena_alloc(arena, (heads->rival_count + 1) * sizeof *after->rivals);
    if (!after->rivals)
        return FAULT(FAULT_MEMORY, "a record takes more memory than an entry may");
    for (size_t i = 0; i < heads->rival_count; i++) {
        after->rivals[i] = head_named(heads, before, heads->rivals[i]);
        if (!after->rivals[i])
            return FAULT(FAULT_CORRUPT, "an entry names a rival that is no head of %s", heads->key);
    }
    if (!after->standing)
        return FAULT(FAULT_CORRUPT, "an entry names a standing edit that is no head of %s", heads->key);
    after->n_rivals = heads->rival_count;
    return 0;
}

static int effect(struct view *view, const Ci__Edit *standing, const struct journal_head *at, uint64_t time_ms)
{
    struct applied applied = { .dossier = standing->dossier, .standing = standing, .at = at, .time_ms = time_ms };
    const struct kind *kind;

    CHECK(record_key_parse(standing->key, &applied.key));
    kind = kind_find(applied.key.kind);
    return kind && kind->effect ? kind->effect(view, &applied) : 0;
}

static int read_before(struct view *view, const char *dossier, const char *key, const Ci__Record **before)
{
    Ci__Record *record = NULL;

    if (view->before) {
        *before = *view->before;
        return 0;
    }
    TRY(record_read(view->txn, dossier, key, view->scratch, &record));
    *before = record;
    return 0;
}

/* `after` has everything but its heads and its place. */
static int record_apply(struct view *view, const struct heads_after *heads, const Ci__Record *before, Ci__Record *after,
                        const struct journal_head *at, uint64_t time_ms)
{
    Ci__Place place = CI__PLACE__INIT;

    TRY(take_heads(heads, before, view->scratch, after));
    place.position = at->position;
    place.hash = bytes_to(bytes_of(at->hash, PLACE_HASH_BYTES));
    after->place = &place;
    TRY(record_write(view->txn, heads->dossier, heads->key, after, view->scratch));
    feed_move(view->txn, heads->dossier, before ? before->place->position : 0, at->position, heads->key);
    if (strcmp(heads->dossier, "NL") == 0)
        meta_put_national(view->txn, at);
    return effect(view, after->standing, at, time_ms);
}

static int head_apply(struct view *view, const Ci__EditEntry *entry, const struct journal_head *at, uint64_t time_ms)
{
    const struct heads_after heads = { entry->edit->dossier, entry->edit->key, entry->edit,
                                       entry->standing,      entry->rivals,    entry->n_rivals };
    const Ci__Record *before = NULL;
    Ci__Record after = CI__RECORD__INIT;

    TRY(read_before(view, heads.dossier, heads.key, &before));
    after.superseded = entry->superseded;
    after.n_superseded = entry->n_superseded;
    if (before) {
        after.healed = before->healed;
        after.n_healed = before->n_healed;
    }
    return record_apply(view, &heads, before, &after, at, time_ms);
}

/* What was late, and counts now, is late no longer. */
static void late_end(struct view *view, const Ci__Edit *edit)
{
    Ci__EditEntry__Outcome outcome;
    uint64_t position;

    if (accepted_find(view->txn, edit->dossier, bytes_from(edit->id), &outcome, &position) &&
        outcome == CI__EDIT_ENTRY__OUTCOME__LATE)
        late_remove(view->txn, edit->dossier, position);
}

static int edit_apply(struct view *view, const Ci__EditEntry *entry, const struct journal_head *at, uint64_t time_ms)
{
    bool history = entry->outcome == CI__EDIT_ENTRY__OUTCOME__SUPERSEDED && entry->standing.len == 0;

    if (entry->outcome == CI__EDIT_ENTRY__OUTCOME__LATE) {
        TRY(late_put(view->txn, entry->edit, at->position, view->scratch));
    } else if (!history) {
        late_end(view, entry->edit);
        TRY(head_apply(view, entry, at, time_ms));
    }
    accepted_put(view->txn, entry->edit->dossier, bytes_from(entry->edit->id), at->position, entry->outcome);
    if (entry->incarnation.len == ID_BYTES)
        last_number_put(view->txn, entry->install, bytes_from(entry->incarnation), entry->number,
                        bytes_from(entry->edit->id));
    return view->txn->fault;
}

/* An edit that this history did not know is one of its accepted ones now. */
static void healed_edit_apply(struct view *view, const Ci__HealEntry *entry, uint64_t position)
{
    struct bytes id = bytes_from(entry->edit->id);
    Ci__EditEntry__Outcome outcome = CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;

    if (accepted_find(view->txn, entry->dossier, id, &outcome, NULL) && outcome != CI__EDIT_ENTRY__OUTCOME__LATE)
        return;
    late_end(view, entry->edit);
    outcome = CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;
    if (bytes_equal(id, bytes_from(entry->standing)))
        outcome = CI__EDIT_ENTRY__OUTCOME__STANDS;
    for (size_t i = 0; i < entry->n_rivals; i++)
        if (bytes_equal(id, bytes_from(entry->rivals[i])))
            outcome = CI__EDIT_ENTRY__OUTCOME__RIVAL;
    accepted_put(view->txn, entry->dossier, id, position, outcome);
}

static int heal_apply(struct view *view, const Ci__HealEntry *entry, const struct journal_head *at, uint64_t time_ms)
{
    const struct heads_after heads = { entry->dossier,  entry->key,    entry->edit,
                                       entry->standing, entry->rivals, entry->n_rivals };
    const Ci__Record *before = NULL;
    Ci__Record after = CI__RECORD__INIT;

    TRY(read_before(view, heads.dossier, heads.key, &before));
    after.superseded = entry->superseded;
    after.n_superseded = entry->n_superseded;
    after.healed = entry->healed;
    after.n_healed = entry->n_healed;
    TRY(record_apply(view, &heads, before, &after, at, time_ms));
    if (entry->edit)
        healed_edit_apply(view, entry, at->position);
    return view->txn->fault;
}

static int fact_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at)
{
    switch (entry->fact_case) {
    case CI__ENTRY__FACT_GENESIS: return genesis_apply(view, entry->genesis);
    case CI__ENTRY__FACT_EDIT:
        return edit_apply(view, entry->edit, at,
                          PLANTED(APPLY_READS_CLOCK) ? clock_now_ms(&clock_system) : entry->time_ms);
    case CI__ENTRY__FACT_HEAL: return heal_apply(view, entry->heal, at, entry->time_ms);
    case CI__ENTRY__FACT_INVITATION: return invitation_apply(view, entry->invitation);
    default: return FAULT(FAULT_CORRUPT, "the journal holds an entry that this version does not know: use a newer one");
    }
}

int entry_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at)
{
    int result = fact_apply(view, entry, at);

    place_put(view->txn, at);
    arena_reset(view->scratch);
    return result < 0 ? result : view->txn->fault;
}
