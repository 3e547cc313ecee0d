/*
 * decide.c: an edit against the rules, one after the other, in the order that PROTOCOL.md section 6 gives. Reads the
 * view, changes nothing. Writer thread.
 */
#include "server/ledger/decide.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/area.h"
#include "common/monitor/heads.h"
#include "common/wire/codec.h"
#include "server/benchmark/members.h"
#include "server/ledger/accepted.h"
#include "server/ledger/reconcile.h"
#include "server/ledger/records.h"

static bool is_id(ProtobufCBinaryData id)
{
    return id.len == ID_BYTES;
}

/* The base is among what was seen, nothing twice. */
static bool seen_is_sound(const Ci__Edit *edit)
{
    bool has_base = edit->base_edit.len == 0;

    if (edit->n_seen > SEEN_MAX || (edit->base_edit.len == 0 && edit->n_seen > 0))
        return false;
    for (size_t i = 0; i < edit->n_seen; i++) {
        if (!is_id(edit->seen[i]) || memcmp(edit->seen[i].data, edit->id.data, ID_BYTES) == 0)
            return false;
        has_base = has_base || bytes_equal(bytes_from(edit->seen[i]), bytes_from(edit->base_edit));
    }
    return has_base;
}

static bool form_is_sound(const Ci__Edit *edit)
{
    bool based = edit->base_edit.len != 0;

    return is_id(edit->id) && (!based || is_id(edit->base_edit)) &&
           edit->base_digest.len == (based ? DIGEST_BYTES : 0) &&
           (edit->questionnaire.len == 0 || edit->questionnaire.len == DIGEST_BYTES) &&
           (!edit->cleared || edit->value.len == 0) && seen_is_sound(edit) &&
           ci__edit__get_packed_size(edit) <= EDIT_BYTES_MAX;
}

/* Who writes, and whether that may be in this dossier: first of all, so that a foreign dossier tells nothing. */
static int check_rights(struct proposal *proposal, const struct kind *kind)
{
    const struct principal *principal = proposal->principal;
    const char *dossier = proposal->edit->dossier, *own;

    if (!principal)
        return 0;
    own = kind->national ? "NL" : principal_municipality(principal);
    if (!(kind->writers & ROLE_BIT(principal->role)) || !own || strcmp(own, dossier) != 0 ||
        strcmp(proposal->edit->author, principal->person) != 0)
        return refuse(&proposal->refusal, ERROR_NO_RIGHT, NULL, NULL);
    return 0;
}

static int check_dossier(struct proposal *proposal, const struct kind *kind)
{
    const char *dossier = proposal->edit->dossier;

    if (kind->national ? strcmp(dossier, "NL") == 0
                       : area_is_municipality(dossier) && member_exists(proposal->txn, dossier))
        return 0;
    return refuse(&proposal->refusal, ERROR_UNKNOWN_DOSSIER, NULL, NULL);
}

/* Asked of a known edit too: an id alone opens nothing. */
static int check_sender(struct proposal *proposal, const struct kind **kind)
{
    const Ci__Edit *edit = proposal->edit;
    int result;

    if (!form_is_sound(edit) || !record_key_parse(edit->key, &proposal->key))
        return refuse(&proposal->refusal, ERROR_INVALID, "de wijziging is niet goed gevormd",
                      "the edit is not well formed");
    *kind = kind_find(proposal->key.kind);
    if (!*kind)
        return refuse(&proposal->refusal, ERROR_UNKNOWN_KIND, NULL, NULL);
    result = check_rights(proposal, *kind);
    return result == 0 ? check_dossier(proposal, *kind) : result;
}

static bool is_other_than(const Ci__Edit *edit, const Ci__Edit *head)
{
    return bytes_equal(bytes_from(edit->id), bytes_from(head->id)) && !edit_same_value(edit, head);
}

/* An id is of one edit; while that one is a head of the record, another that comes under its id shows. */
static int check_known(struct proposal *proposal)
{
    const Ci__Record *record = proposal->record;
    bool other = record && is_other_than(proposal->edit, record->standing);

    for (size_t i = 0; record && i < record->n_rivals; i++)
        other = other || is_other_than(proposal->edit, record->rivals[i]);
    return other ? refuse(&proposal->refusal, ERROR_INVALID, "dit kenmerk is al van een andere wijziging",
                          "this id is another edit's already")
                 : 0;
}

static int read_standing(struct proposal *proposal)
{
    Ci__Record *record = NULL;

    TRY(record_read(proposal->txn, proposal->edit->dossier, proposal->edit->key, proposal->arena, &record));
    proposal->record = record;
    return 0;
}

/* What the kind makes of an edit that has not seen what stands. */
static int check_unseen(struct proposal *proposal, const struct kind *kind, const Ci__EditEntry *entry)
{
    bool replaces = proposal->record && entry->outcome == CI__EDIT_ENTRY__OUTCOME__STANDS &&
                    !edit_same_value(proposal->edit, proposal->record->standing);
    bool rivals = entry->outcome == CI__EDIT_ENTRY__OUTCOME__RIVAL;

    if (kind->unseen == NOTHING_ELSE_EVER && (replaces || rivals))
        return refuse(&proposal->refusal, ERROR_FROZEN, NULL, NULL);
    if (kind->unseen == UNSEEN_IS_STALE && rivals)
        return refuse(&proposal->refusal, ERROR_STALE, NULL, NULL);
    return 0;
}

static int reconcile_proposal(struct proposal *proposal, const struct kind *kind, Ci__EditEntry *entry)
{
    bool over = proposal->record && heads_supersede(proposal->record, proposal->edit->id);
    int result;

    if (proposal->late && !over) { /* what the record has replaced is history, also when it comes late */
        entry->edit = (Ci__Edit *)(uintptr_t)proposal->edit;
        entry->outcome = CI__EDIT_ENTRY__OUTCOME__LATE;
        return 0;
    }
    result = reconcile(proposal->record, proposal->edit, NULL, proposal->arena, entry);
    if (result == RECONCILE_TOO_MANY_RIVALS)
        return refuse(&proposal->refusal, ERROR_TOO_MANY_RIVALS, NULL, NULL);
    TRY(result);
    return check_unseen(proposal, kind, entry);
}

static void entry_fill(struct decision *decision, const struct sender *sender)
{
    const struct principal *principal = sender->principal;

    decision->outcome = decision->edit.outcome;
    if (principal) {
        decision->edit.install = (char *)(uintptr_t)principal->install;
        decision->edit.incarnation = bytes_to(sender->incarnation);
        decision->edit.number = sender->number;
    }
    decision->entry.fact_case = CI__ENTRY__FACT_EDIT;
    decision->entry.edit = &decision->edit;
}

/* A number that another edit has, or that must have been given out before: only asked of what would be accepted. */
static bool is_cloned(struct txn *txn, const struct sender *sender)
{
    struct last_number last;

    return sender->principal && last_number_find(txn, sender->principal->install, sender->incarnation, &last) &&
           sender->number <= last.number;
}

/* What a history that was lost had decided already. */
static void decide_past(const struct sender *sender, const Ci__Edit *edit, Ci__EditEntry *entry)
{
    entry->edit = (Ci__Edit *)(uintptr_t)edit;
    entry->outcome =
        sender->comes_as == COMES_LATE ? CI__EDIT_ENTRY__OUTCOME__LATE : CI__EDIT_ENTRY__OUTCOME__SUPERSEDED;
}

/* Of an edit that is not known here. */
static int decide_new(struct proposal *proposal, const struct kind *kind, const struct sender *sender,
                      Ci__EditEntry *entry)
{
    int result;

    if (sender->comes_as == COMES_SUPERSEDED) {
        decide_past(sender, proposal->edit, entry);
        return 0;
    }
    result = proposal_read(proposal, kind);
    if (result == 0 && sender->comes_as == COMES_LATE) { /* the rest is asked of it when it is admitted (late.c) */
        decide_past(sender, proposal->edit, entry);
        return 0;
    }
    if (result == 0)
        result = kind->check(proposal);
    return result == 0 ? reconcile_proposal(proposal, kind, entry) : result;
}

int edit_decide(struct txn *txn, struct questionnaires *questionnaires, const struct sender *sender,
                const Ci__Edit *edit, struct arena *arena, struct decision *decision)
{
    struct proposal proposal = {
        .txn = txn, .questionnaires = questionnaires, .arena = arena, .principal = sender->principal, .edit = edit
    };
    const struct kind *kind = NULL;
    bool known;
    int result;

    decision->entry = (Ci__Entry)CI__ENTRY__INIT;
    decision->edit = (Ci__EditEntry)CI__EDIT_ENTRY__INIT;
    result = check_sender(&proposal, &kind);
    if (result == 0)
        result = read_standing(&proposal);
    known = result == 0 && !PLANTED(DUPLICATE_FORGOTTEN) &&
            accepted_find(txn, edit->dossier, bytes_from(edit->id), &decision->outcome, NULL);
    if (known)
        result = check_known(&proposal);
    else if (result == 0)
        result = decide_new(&proposal, kind, sender, &decision->edit);
    TRY(result);
    TRY(txn->fault);
    decision->before = proposal.record;
    decision->refusal = proposal.refusal;
    decision->verdict = result != 0              ? NOT_ALLOWED
                        : known                  ? ALREADY_KNOWN
                        : is_cloned(txn, sender) ? IS_CLONED
                                                 : DECIDED;
    if (decision->verdict == DECIDED)
        entry_fill(decision, sender);
    return 0;
}
