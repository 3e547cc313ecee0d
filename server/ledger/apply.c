/*
 * apply.c: entries into the tables. Its only sources are the entry, its place and the view.
 */
#include "server/ledger/apply.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/store/keys.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/accepted.h"
#include "server/ledger/codes.h"
#include "server/ledger/feed.h"
#include "server/ledger/kinds.h"
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

/* The head of this id: the entry's edit, or one that was a head before. */
static Ci__Edit *head_named(const Ci__EditEntry *entry, const Ci__Record *before, ProtobufCBinaryData id)
{
    if (bytes_equal(bytes_from(entry->edit->id), bytes_from(id)))
        return entry->edit;
    if (before && bytes_equal(bytes_from(before->standing->id), bytes_from(id)))
        return before->standing;
    for (size_t i = 0; before && i < before->n_rivals; i++)
        if (bytes_equal(bytes_from(before->rivals[i]->id), bytes_from(id)))
            return before->rivals[i];
    return NULL;
}

static int record_after(const Ci__EditEntry *entry, const Ci__Record *before, Ci__Place *place, struct arena *arena,
                        Ci__Record *after)
{
    after->standing = head_named(entry, before, entry->standing);
    after->rivals = arena_alloc(arena, (entry->n_rivals + 1) * sizeof *after->rivals);
    if (!after->rivals)
        return FAULT(FAULT_MEMORY, "a record takes more memory than an entry may");
    for (size_t i = 0; i < entry->n_rivals; i++) {
        after->rivals[i] = head_named(entry, before, entry->rivals[i]);
        if (!after->rivals[i])
            return FAULT(FAULT_CORRUPT, "an entry names a rival that is no head of %s", entry->edit->key);
    }
    if (!after->standing)
        return FAULT(FAULT_CORRUPT, "an entry names a standing edit that is no head of %s", entry->edit->key);
    after->n_rivals = entry->n_rivals;
    after->place = place;
    after->superseded = entry->superseded;
    after->n_superseded = entry->n_superseded;
    if (before) {
        after->healed = before->healed;
        after->n_healed = before->n_healed;
    }
    return 0;
}

static int effect(struct view *view, const Ci__Edit *standing, uint64_t time_ms)
{
    struct applied applied = { .dossier = standing->dossier, .standing = standing, .time_ms = time_ms };
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

static int head_apply(struct view *view, const Ci__EditEntry *entry, const struct journal_head *at, uint64_t time_ms)
{
    const char *dossier = entry->edit->dossier, *key = entry->edit->key;
    const Ci__Record *before = NULL;
    Ci__Record after = CI__RECORD__INIT;
    Ci__Place place = CI__PLACE__INIT;

    TRY(read_before(view, dossier, key, &before));
    place.position = at->position;
    place.hash = bytes_to(bytes_of(at->hash, PLACE_HASH_BYTES));
    TRY(record_after(entry, before, &place, view->scratch, &after));
    TRY(record_write(view->txn, dossier, key, &after, view->scratch));
    feed_move(view->txn, dossier, before ? before->place->position : 0, at->position, key);
    if (strcmp(dossier, "NL") == 0)
        meta_put_national(view->txn, at);
    return effect(view, after.standing, time_ms);
}

static int late_apply(struct view *view, const Ci__Edit *edit, uint64_t position)
{
    struct bytes packed = codec_pack(edit, view->scratch);
    struct key key;

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for a late edit");
    key_init(&key);
    key_add_text(&key, edit->dossier);
    key_add_u64(&key, position);
    txn_put(view->txn, TABLE_LATE, key_bytes(&key), packed);
    return view->txn->fault;
}

static int edit_apply(struct view *view, const Ci__EditEntry *entry, const struct journal_head *at, uint64_t time_ms)
{
    if (entry->outcome == CI__EDIT_ENTRY__OUTCOME__LATE)
        TRY(late_apply(view, entry->edit, at->position));
    else
        TRY(head_apply(view, entry, at, time_ms));
    accepted_put(view->txn, entry->edit->dossier, bytes_from(entry->edit->id), at->position, entry->outcome);
    if (entry->install[0])
        last_number_put(view->txn, entry->install, bytes_from(entry->incarnation), entry->number,
                        bytes_from(entry->edit->id));
    return view->txn->fault;
}

static int fact_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at)
{
    switch (entry->fact_case) {
    case CI__ENTRY__FACT_GENESIS: return genesis_apply(view, entry->genesis);
    case CI__ENTRY__FACT_EDIT: return edit_apply(view, entry->edit, at, entry->time_ms);
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
