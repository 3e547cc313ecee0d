/*
 * heal.c: seal, rights, scope, what effects rely on; then one entry for each head that was not here. Knows nothing of
 * messages beyond the record.
 */
#include "server/ledger/heal.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/area.h"
#include "common/monitor/heads.h"
#include "common/wire/codec.h"
#include "server/benchmark/members.h"
#include "server/ledger/accepted.h"
#include "server/ledger/feed.h"
#include "server/ledger/kinds.h"
#include "server/ledger/late.h"
#include "server/ledger/reconcile.h"
#include "server/ledger/records.h"

/* A record on its way in. */
struct healing {
    struct batch *batch;
    const struct principal *principal;
    struct arena *arena;
    struct refusal *refusal;
    const Ci__SealedRecord *sealed;
    struct record_key key;
    const struct kind *kind;
    Ci__Record *offered, *record; /* record NULL: the key has none here */
};

static bool place_is_sound(const Ci__Place *place)
{
    return place && place->hash.len == PLACE_HASH_BYTES;
}

static bool is_here(struct txn *txn, const Ci__Place *place)
{
    return place_is_known(txn, place->position, place->hash.data);
}

int heal_lacks(struct txn *txn, const char *dossier, const Ci__MarkedPlace *marked, struct arena *scratch, bool *lacks)
{
    Ci__Record *record = NULL;
    int result;

    *lacks = false;
    if (!place_is_sound(marked->place) || strlen(marked->key) > RECORD_KEY_MAX || is_here(txn, marked->place))
        return txn->fault;
    result = record_read(txn, dossier, marked->key, scratch, &record);
    TRY(result);
    *lacks = result == RECORD_NONE || !record_healed(record, marked->place);
    return txn->fault;
}

/* ---- may it come in? ---- */

static bool head_is_sound(const struct healing *healing, const Ci__Edit *edit)
{
    return edit && edit->id.len == ID_BYTES && strcmp(edit->dossier, healing->sealed->dossier) == 0 &&
           strcmp(edit->key, healing->sealed->key) == 0;
}

static bool record_is_sound(const struct healing *healing)
{
    const Ci__Record *offered = healing->offered;
    bool sound = head_is_sound(healing, offered->standing) && offered->n_rivals < HEADS_MAX &&
                 offered->n_superseded <= SUPERSEDED_MAX && offered->n_healed <= HEALED_MAX &&
                 place_is_sound(offered->place);

    for (size_t i = 0; sound && i < offered->n_rivals; i++)
        sound = head_is_sound(healing, offered->rivals[i]);
    for (size_t i = 0; sound && i < offered->n_healed; i++)
        sound = place_is_sound(offered->healed[i]);
    return sound;
}

static int unfit(struct healing *healing)
{
    return refuse(healing->refusal, ERROR_INVALID, "dit gegeven is niet goed gevormd", "the record is not well formed");
}

/* The seal says that this server gave it out; what it says is read only then. */
static int open_seal(struct healing *healing)
{
    const Ci__SealedRecord *sealed = healing->sealed;
    int result;

    if (!PLANTED(HEAL_SEAL_UNCHECKED) && !record_is_sealed(ledger_vault(healing->batch->ledger), sealed))
        return refuse(healing->refusal, ERROR_BAD_SEAL, NULL, NULL);
    result = CODEC_UNPACK(ci__record, bytes_from(sealed->record), healing->arena, &healing->offered);
    if (result > 0)
        return unfit(healing);
    TRY(result);
    return record_is_sound(healing) ? 0 : unfit(healing);
}

/* Who may read it may give it back: it is what the server once said, not what its bearer says. */
static int check_rights(struct healing *healing)
{
    const struct principal *principal = healing->principal;
    const char *dossier = healing->sealed->dossier;
    struct txn *txn = healing->batch->txn;

    if (healing->kind->national ? strcmp(dossier, "NL") != 0
                                : !area_is_municipality(dossier) || !member_exists(txn, dossier))
        return refuse(healing->refusal, ERROR_UNKNOWN_DOSSIER, NULL, NULL);
    if (principal && !principal_reads(principal, dossier))
        return refuse(healing->refusal, ERROR_NO_RIGHT, NULL, NULL);
    if (principal && healing->kind->national &&
        !feed_sees(txn, principal, healing->sealed->key, healing->offered, healing->arena))
        return txn->fault < 0 ? txn->fault : refuse(healing->refusal, ERROR_NO_RIGHT, NULL, NULL);
    return 0;
}

static int open_record(struct healing *healing)
{
    const Ci__SealedRecord *sealed = healing->sealed;
    int result;

    if (strlen(sealed->dossier) > DOSSIER_MAX || !record_key_parse(sealed->key, &healing->key))
        return unfit(healing);
    healing->kind = kind_find(healing->key.kind);
    if (!healing->kind)
        return refuse(healing->refusal, ERROR_UNKNOWN_KIND, NULL, NULL);
    result = open_seal(healing);
    return result == 0 ? check_rights(healing) : result;
}

static int read_value(const struct healing *healing, const Ci__Edit *edit, const void **value)
{
    ProtobufCMessage *message = NULL;

    *value = NULL;
    if (edit->cleared)
        return 0;
    TRY(stored_unpack(healing->kind->value, bytes_from(edit->value), healing->arena, &message));
    *value = message;
    return 0;
}

static int check_fits(struct healing *healing, const Ci__Edit *edit)
{
    struct proposal proposal = { .txn = healing->batch->txn,
                                 .questionnaires = healing->batch->view.questionnaires,
                                 .arena = healing->arena,
                                 .edit = edit,
                                 .key = healing->key,
                                 .record = healing->record };
    int result;

    if (!healing->kind->fits)
        return 0;
    TRY(read_value(healing, edit, &proposal.value));
    result = healing->kind->fits(&proposal);
    *healing->refusal = proposal.refusal;
    return result;
}

static int check_heads(struct healing *healing)
{
    const Ci__Record *offered = healing->offered;
    int result = check_fits(healing, offered->standing);

    for (size_t i = 0; result == 0 && i < offered->n_rivals; i++)
        result = check_fits(healing, offered->rivals[i]);
    if (result == 0 && healing->kind->unseen == NOTHING_ELSE_EVER && healing->record &&
        !edit_same_value(offered->standing, healing->record->standing))
        return refuse(healing->refusal, ERROR_FROZEN, NULL, NULL);
    return result;
}

/* ---- what becomes of it ---- */

static int rank_heads(struct healing *healing, struct merged *merged)
{
    uint64_t ranks[2 * HEADS_MAX];

    for (size_t i = 0; i < merged->head_count; i++) {
        const void *value;

        TRY(read_value(healing, merged->heads[i], &value));
        ranks[i] = value ? healing->kind->rank(value) : 0;
    }
    merged_rank(merged, ranks, healing->kind->writers != 0);
    return 0;
}

/* The heads that there are by now: what was here before, and what came with the entries so far. */
struct arriving {
    const struct merged *merged;
    bool here[2 * HEADS_MAX];
};

static int add_entry(struct healing *healing, const struct arriving *arriving, Ci__Edit *edit)
{
    const struct merged *merged = arriving->merged;
    ProtobufCBinaryData rivals[2 * HEADS_MAX];
    Ci__HealEntry heal = CI__HEAL_ENTRY__INIT;
    Ci__Entry entry = CI__ENTRY__INIT;

    CHECK(arriving->here[0]);
    heal.dossier = healing->sealed->dossier;
    heal.key = healing->sealed->key;
    heal.edit = edit;
    heal.standing = merged->heads[0]->id;
    heal.rivals = rivals;
    for (size_t i = 1; i < merged->head_count; i++)
        if (arriving->here[i])
            rivals[heal.n_rivals++] = merged->heads[i]->id;
    heal.superseded = (ProtobufCBinaryData *)(uintptr_t)merged->superseded;
    heal.n_superseded = merged->superseded_count;
    heal.healed = (Ci__Place **)(uintptr_t)merged->healed;
    heal.n_healed = merged->healed_count;
    heal.install = (char *)(uintptr_t)(healing->principal ? healing->principal->install : "");
    entry.fact_case = CI__ENTRY__FACT_HEAL;
    entry.heal = &heal;
    return batch_add(healing->batch, &entry, NULL);
}

/* An offered head that is over by now is brought too, where its id was never accepted here. */
static int add_if_over(struct healing *healing, struct arriving *arriving, Ci__Edit *edit, size_t *added)
{
    Ci__EditEntry__Outcome outcome;

    for (size_t i = 0; i < arriving->merged->head_count; i++)
        if (bytes_equal(bytes_from(arriving->merged->heads[i]->id), bytes_from(edit->id)))
            return 0;
    if (accepted_find(healing->batch->txn, edit->dossier, bytes_from(edit->id), &outcome, NULL))
        return healing->batch->txn->fault;
    ++*added;
    return add_entry(healing, arriving, edit);
}

static int add_entries(struct healing *healing, const struct merged *merged)
{
    struct arriving arriving = { .merged = merged };
    size_t added = 0;

    for (size_t i = 0; i < merged->head_count; i++)
        arriving.here[i] = healing->record && heads_hold(healing->record, merged->heads[i]->id);
    for (size_t i = 0; i < merged->head_count; i++)
        if (!arriving.here[i]) {
            arriving.here[i] = true;
            TRY(add_entry(healing, &arriving, merged->heads[i]));
            added++;
        }
    TRY(add_if_over(healing, &arriving, healing->offered->standing, &added));
    for (size_t i = 0; i < healing->offered->n_rivals; i++)
        TRY(add_if_over(healing, &arriving, healing->offered->rivals[i], &added));
    return added > 0 ? 0 : add_entry(healing, &arriving, NULL);
}

static int merge(struct healing *healing)
{
    struct merged *merged = arena_alloc(healing->arena, sizeof *merged);

    if (!merged)
        return FAULT(FAULT_MEMORY, "a record takes more memory than a request may");
    reconcile_healed(healing->record, healing->offered, merged);
    if (healing->kind->rank)
        TRY(rank_heads(healing, merged));
    if (merged->head_count > HEADS_MAX)
        return refuse(healing->refusal, ERROR_TOO_MANY_RIVALS, NULL, NULL);
    return add_entries(healing, merged);
}

int heal_offer(struct batch *batch, const struct principal *principal, const Ci__SealedRecord *sealed,
               struct arena *scratch, struct refusal *refusal)
{
    struct healing healing = {
        .batch = batch, .principal = principal, .arena = scratch, .refusal = refusal, .sealed = sealed
    };
    int result = open_record(&healing);

    if (result != 0)
        return result;
    TRY(record_read(batch->txn, sealed->dossier, sealed->key, scratch, &healing.record));
    if (PLANTED(ONLY_OWN_HEALED) && principal && strcmp(healing.offered->standing->author, principal->person) != 0)
        return HEAL_COVERED;
    if (is_here(batch->txn, healing.offered->place) ||
        (healing.record && record_healed(healing.record, healing.offered->place)))
        return batch->txn->fault < 0 ? batch->txn->fault : HEAL_COVERED;
    TRY(batch->txn->fault);
    result = check_heads(&healing);
    if (result == 0)
        result = merge(&healing);
    return result == 0 ? late_admit(batch, healing.offered->standing, scratch) : result;
}
