/*
 * late.c: TABLE_LATE, and admissions: what is asked of one, and the edit that it lets in. Of rounds it asks
 * only whether they are released.
 */
#include "server/ledger/late.h"

#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/area.h"
#include "common/monitor/heads.h"
#include "common/monitor/record_key.h"
#include "common/store/keys.h"
#include "common/wire/codec.h"
#include "server/ledger/accepted.h"
#include "server/ledger/kinds.h"
#include "server/ledger/reconcile.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"
#include "server/ledger/tables.h"

static struct key late_key(const char *dossier, uint64_t position)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, dossier);
    key_add_u64(&key, position);
    return key;
}

int late_put(struct txn *txn, const Ci__Edit *edit, uint64_t position, struct arena *arena)
{
    struct key key = late_key(edit->dossier, position);
    struct bytes packed = codec_pack(edit, arena);

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for a late edit");
    if (PLANTED(LATE_EDIT_GONE) && position % 2 == 0)
        return txn->fault;
    txn_put(txn, TABLE_LATE, key_bytes(&key), packed);
    return txn->fault;
}

void late_remove(struct txn *txn, const char *dossier, uint64_t position)
{
    struct key key = late_key(dossier, position);

    txn_delete(txn, TABLE_LATE, key_bytes(&key));
}

int late_find(struct txn *txn, const char *dossier, struct bytes edit, struct arena *arena, Ci__Edit **found)
{
    Ci__EditEntry__Outcome outcome;
    uint64_t position = 0;

    if (!accepted_find(txn, dossier, edit, &outcome, &position) || outcome != CI__EDIT_ENTRY__OUTCOME__LATE)
        return txn->fault < 0 ? txn->fault : LATE_NONE;
    struct key key = late_key(dossier, position);
    struct bytes packed = txn_get(txn, TABLE_LATE, key_bytes(&key));

    if (!packed.data)
        return txn->fault < 0 ? txn->fault : FAULT(FAULT_CORRUPT, "the late list lacks an edit: rebuild the view");
    return stored_unpack(&ci__edit__descriptor, packed, arena, (ProtobufCMessage **)found);
}

/* ---- the list ---- */

static int list_one(Ci__LateList *list, const struct txn_cursor *cursor, bool whole, struct arena *arena)
{
    Ci__LateEdit *row = arena_alloc(arena, sizeof *row);
    struct bytes rest = cursor->key;
    const char *dossier = NULL;
    Ci__Edit *edit = NULL;

    if (!row)
        return FAULT(FAULT_MEMORY, "the late list takes more memory than a request may");
    TRY(stored_unpack(&ci__edit__descriptor, cursor->value, arena, (ProtobufCMessage **)&edit));
    ci__late_edit__init(row);
    if (!key_take_text(&rest, &dossier) || !key_take_u64(&rest, &row->position))
        return FAULT(FAULT_CORRUPT, "the late list cannot be read: rebuild the view");
    row->dossier = edit->dossier;
    row->edit = edit->id;
    row->key = edit->key;
    row->author = edit->author;
    row->written_ms = edit->written_ms;
    row->seen = edit->seen;
    row->n_seen = edit->n_seen;
    row->whole = whole ? edit : NULL;
    list->edits[list->n_edits++] = row;
    return 0;
}

/* Edits are at most 48 KiB: a page stays within a frame. */
static bool is_full(const Ci__LateList *list, size_t bytes)
{
    return list->n_edits == LATE_LISTED_MAX || bytes > LATE_LISTED_BYTES;
}

int late_list(struct txn *txn, const Ci__LateQuery *query, bool whole, struct arena *arena, Ci__LateList **out)
{
    Ci__LateList *list = arena_alloc(arena, sizeof *list);
    struct key prefix, from;
    struct txn_cursor cursor;
    size_t bytes = 0;
    int result = 0;

    key_init(&prefix);
    key_init(&from);
    if (query->dossier[0])
        key_add_text(&prefix, query->dossier);
    if (query->after_dossier[0])
        from = late_key(query->after_dossier, query->after_position + 1);
    if (!list || !(list->edits = arena_alloc(arena, LATE_LISTED_MAX * sizeof *list->edits)))
        return FAULT(FAULT_MEMORY, "the late list takes more memory than a request may");
    Ci__LateEdit **edits = list->edits;

    ci__late_list__init(list);
    list->edits = edits;
    list->complete = true;
    txn_cursor_open(&cursor, txn, TABLE_LATE, key_bytes(&prefix), key_bytes(&from));
    while (result == 0 && txn_cursor_next(&cursor)) {
        list->complete = !is_full(list, bytes);
        if (!list->complete)
            break;
        bytes += cursor.value.size;
        result = list_one(list, &cursor, whole, arena);
    }
    txn_cursor_close(&cursor);
    *out = list;
    return result ? result : txn->fault;
}

/* ---- admissions ---- */

/* Its author, in the role that this person has now; in none where nobody knows any more who it is. */
static int find_author(struct proposal *late, struct principal *author)
{
    const char *key = arena_format(late->arena, "person/%s", late->edit->author);
    Ci__Person *person = NULL;
    int result = key ? RECORD_VALUE(late->txn, "NL", key, ci__person, late->arena, &person)
                     : FAULT(FAULT_MEMORY, "out of memory for an admission");

    TRY(result);
    *author = (struct principal){ .role = result == RECORD_NONE ? CI__ROLE__ROLE_NONE : person->role };
    late->principal = author;
    return 0;
}

/*
 * The late edit that the admission names, as a proposal of its own: judged as if it came now, by its author. REFUSED where it
 * may not be let in.
 */
static int propose(struct proposal *late, const struct record_key *key, struct principal *author)
{
    const struct kind *kind;
    uint8_t id[ID_BYTES];
    Ci__Edit *edit = NULL;
    Ci__Record *record = NULL;
    int result = area_is_municipality(key->first) && hex_decode(id, sizeof id, key->second)
                     ? late_find(late->txn, key->first, bytes_of(id, sizeof id), late->arena, &edit)
                     : LATE_NONE;

    if (result == LATE_NONE)
        return refuse(&late->refusal, ERROR_INVALID, "deze wijziging staat niet op de lijst van te late",
                      "this edit is not on the late list");
    TRY(result);
    TRY(record_read(late->txn, edit->dossier, edit->key, late->arena, &record));
    late->edit = edit;
    late->record = record;
    if (!record_key_parse(edit->key, &late->key) || !(kind = kind_find(late->key.kind)))
        return FAULT(FAULT_CORRUPT, "the late list holds an edit of no kind: rebuild the view");
    TRY(find_author(late, author));
    result = proposal_read(late, kind);
    return result == 0 ? kind->check(late) : result;
}

static void add_seen(const Ci__Edit *edit, struct replaced *replaced)
{
    for (size_t i = 0; i < edit->n_seen && replaced->count < SUPERSEDED_MAX; i++)
        if (!ids_hold(replaced->ids, replaced->count, edit->seen[i]))
            replaced->ids[replaced->count++] = edit->seen[i];
}

/*
 * What it replaced by way of others on the list. Somebody who answered three times offline has seen each answer but the one
 * before only through the next; were that forgotten, this person's own words would stand beside each other.
 */
static int find_replaced(const struct proposal *late, struct replaced *replaced)
{
    replaced->count = 0;
    add_seen(late->edit, replaced);
    for (size_t i = 0; i < replaced->count; i++) {
        Ci__Edit *before = NULL;
        int found = late_find(late->txn, late->edit->dossier, bytes_from(replaced->ids[i]), late->arena, &before);

        if (found < 0)
            return found;
        if (found == 0 && strcmp(before->key, late->edit->key) == 0)
            add_seen(before, replaced);
    }
    return 0;
}

static int reconcile_late(struct proposal *late, Ci__EditEntry *entry)
{
    struct replaced replaced;
    int result = find_replaced(late, &replaced);

    if (result == 0)
        result = reconcile(late->record, late->edit, &replaced, late->arena, entry);

    return result == RECONCILE_TOO_MANY_RIVALS ? refuse(&late->refusal, ERROR_TOO_MANY_RIVALS, NULL, NULL) : result;
}

/* The figures of a released round are those that its root was signed over, and its answers those that it was closed with. */
static int refuse_released(struct proposal *late)
{
    struct round_state round;

    if (!round_find(late->txn, late->key.first, &round) || round.state != CI__ROUND__STATE__RELEASED)
        return late->txn->fault;
    return refuse(&late->refusal, ERROR_FROZEN, "de ronde is vrijgegeven: wat te laat kwam, telt er niet meer in mee",
                  "the round is released: what came too late is not counted in it any more");
}

int admission_check(struct proposal *proposal)
{
    struct proposal late = { .txn = proposal->txn,
                             .questionnaires = proposal->questionnaires,
                             .arena = proposal->arena };
    const Ci__Admission *admission = proposal->value;
    struct principal author;
    Ci__EditEntry entry = CI__EDIT_ENTRY__INIT;
    int result;

    if (!admission->admitted)
        return refuse(&proposal->refusal, ERROR_INVALID, "een toelating laat toe", "an admission admits");
    if (proposal->record)
        return 0; /* the same again */
    result = propose(&late, &proposal->key, &author);
    if (result == 0)
        result = refuse_released(&late);
    if (result == 0)
        result = reconcile_late(&late, &entry);
    proposal->refusal = late.refusal;
    return result;
}

/*
 * The late edit that this admission names, where both are here by now: it counts. Else nothing is added; what was admitted
 * twice is on the list no longer. `outcome`: of the late edit.
 */
static int admit(struct batch *batch, const char *admission, struct arena *arena, Ci__EditEntry__Outcome *outcome)
{
    struct proposal late = { .txn = batch->txn, .questionnaires = batch->view.questionnaires, .arena = arena };
    Ci__EditEntry edit = CI__EDIT_ENTRY__INIT;
    Ci__Entry entry = CI__ENTRY__INIT;
    struct principal author;
    struct record_key key;
    int result;

    if (!record_key_parse(admission, &key) || strcmp(key.kind, "admission") != 0 ||
        !record_packed(batch->txn, "NL", admission).data)
        return batch->txn->fault;
    result = propose(&late, &key, &author);
    if (result == 0)
        result = reconcile_late(&late, &edit);
    if (result == REFUSED)
        return 0;
    TRY(result);
    *outcome = edit.outcome;
    entry.fact_case = CI__ENTRY__FACT_EDIT;
    entry.edit = &edit;
    return batch_add(batch, &entry, NULL);
}

int late_admit(struct batch *batch, const Ci__Edit *admission, struct arena *arena)
{
    Ci__EditEntry__Outcome outcome;

    return admit(batch, admission->key, arena, &outcome);
}

int late_came(struct batch *batch, const Ci__Edit *edit, struct arena *arena, Ci__EditEntry__Outcome *outcome)
{
    char id[2 * ID_BYTES + 1];
    const char *admission;

    if (*outcome != CI__EDIT_ENTRY__OUTCOME__LATE)
        return 0;
    admission = arena_format(arena, "admission/%s/%s", edit->dossier, hex_encode(id, edit->id.data, ID_BYTES));
    return admission ? admit(batch, admission, arena, outcome) : FAULT(FAULT_MEMORY, "out of memory for an admission");
}
