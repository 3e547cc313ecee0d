/*
 * kinds.c: the table of kinds, and the checks that are too short for a file of their own.
 */
#include "server/ledger/kinds.h"

#include <stdio.h>

#include "common/base/fault.h"
#include "common/monitor/questionnaire.h"
#include "common/wire/codec.h"
#include "server/ledger/codes.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"

enum {
    BY_SERVER = 0,
    BY_CENTRAL = ROLE_BIT(CI__ROLE__ROLE_CENTRAL),
    BY_SUBMITTERS = ROLE_BIT(CI__ROLE__ROLE_LEAD) | ROLE_BIT(CI__ROLE__ROLE_EXECUTIVE),
    BY_MUNICIPALITY = BY_SUBMITTERS | ROLE_BIT(CI__ROLE__ROLE_RESPONDENT),
};

/* What was erased stays erased. */
static uint64_t person_rank(const void *value)
{
    return (uint64_t)((const Ci__Person *)value)->state;
}

/* The newest certificate's. */
static uint64_t install_rank(const void *value)
{
    return ((const Ci__Install *)value)->not_after_ms;
}

/* clang-format off */
static const struct kind kinds[] = {
    /* name             NL     clear  writers          unseen             value                           check                         effect             fits                          rank           right */
    { "answer",        false, true,  BY_MUNICIPALITY, UNSEEN_IS_RIVAL,   &ci__answer__descriptor,        answer_proposal_check,        answer_effect,     answer_proposal_fits,         NULL,          NULL },
    { "submission",    false, false, BY_SUBMITTERS,   UNSEEN_IS_RIVAL,   &ci__submission__descriptor,    submission_check,             submission_effect, submission_fits,              NULL,          submission_right },
    { "person",        true,  false, BY_SERVER,       UNSEEN_IS_STALE,   &ci__person__descriptor,        person_check,                 NULL,              NULL,                         person_rank,   NULL },
    { "install",       true,  false, BY_SERVER,       UNSEEN_IS_STALE,   &ci__install__descriptor,       install_check,                install_effect,    install_check,                install_rank,  NULL },
    { "revocation",    true,  false, BY_CENTRAL,      NOTHING_ELSE_EVER, &ci__revocation__descriptor,    revocation_check,             NULL,              NULL,                         NULL,          NULL },
    { "admission",     true,  false, BY_CENTRAL,      NOTHING_ELSE_EVER, &ci__admission__descriptor,     admission_check,              NULL,              NULL,                         NULL,          NULL },
    { "area",          true,  false, BY_CENTRAL,      UNSEEN_IS_STALE,   &ci__area__descriptor,          area_proposal_check,          area_effect,       area_proposal_check,          NULL,          NULL },
    { "questionnaire", true,  false, BY_CENTRAL,      NOTHING_ELSE_EVER, &ci__questionnaire__descriptor, questionnaire_check_new,      NULL,              questionnaire_proposal_check, NULL,          NULL },
    { "round",         true,  false, BY_CENTRAL,      UNSEEN_IS_STALE,   &ci__round__descriptor,         round_check,                  round_effect,      round_fits,                   round_rank,    NULL },
    { "release",       true,  false, BY_SERVER,       NOTHING_ELSE_EVER, &ci__release__descriptor,       release_check,                NULL,              NULL,                         NULL,          NULL },
};
/* clang-format on */

const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* Only the server writes persons, so this guards against its own mistakes and an inviter's wrong area. */
int person_check(struct proposal *proposal)
{
    const Ci__Person *person = proposal->value;

    if (proposal->key.second[0] || strlen(proposal->key.first) != PERSON_ID_SIZE - 1 ||
        person->n_areas > PRINCIPAL_AREAS_MAX)
        return refuse(&proposal->refusal, ERROR_INVALID, "geen geldige persoon", "not a valid person");
    for (size_t i = 0; i < person->n_areas; i++) {
        char *key = arena_format(proposal->arena, "area/%s", person->areas[i]);

        if (!key || !record_packed(proposal->txn, "NL", key).data)
            return refuse(&proposal->refusal, ERROR_UNKNOWN_AREA, person->areas[i], person->areas[i]);
    }
    return 0;
}

int install_check(struct proposal *proposal)
{
    const Ci__Install *install = proposal->value;

    if (proposal->key.second[0] || strlen(proposal->key.first) != INSTALL_ID_SIZE - 1 ||
        install->fingerprint.len != DIGEST_BYTES || install->serial.len > 20 ||
        (install->code_hash.len != 0 && install->code_hash.len != DIGEST_BYTES))
        return refuse(&proposal->refusal, ERROR_INVALID, "geen geldig programma", "not a valid install");
    return 0;
}

/* The code that it was enrolled with is used up. */
int install_effect(struct view *view, const struct applied *applied)
{
    Ci__Install *install = NULL;

    TRY(stored_unpack(&ci__install__descriptor, bytes_from(applied->standing->value), view->scratch,
                      (ProtobufCMessage **)&install));
    if (install->code_hash.len == DIGEST_BYTES && install->fingerprint.len == DIGEST_BYTES)
        invitation_bind(view->txn, install->code_hash.data, install->fingerprint.data);
    return view->txn->fault;
}

/* Only the server writes releases, so this guards against its own mistakes. */
int release_check(struct proposal *proposal)
{
    struct round_state round;

    if (proposal->key.second[0] || !round_find(proposal->txn, proposal->key.first, &round))
        return refuse(&proposal->refusal, ERROR_UNKNOWN_ROUND, NULL, NULL);
    if (round.state != CI__ROUND__STATE__RELEASED)
        return refuse(&proposal->refusal, ERROR_WRONG_STATE, NULL, NULL);
    return 0;
}

int revocation_check(struct proposal *proposal)
{
    const Ci__Revocation *revocation = proposal->value;
    char *person = arena_format(proposal->arena, "person/%s", proposal->key.first);
    char *install = arena_format(proposal->arena, "install/%s", proposal->key.first);

    if (!person || !install || !revocation->revoked || proposal->key.second[0] ||
        (!record_packed(proposal->txn, "NL", person).data && !record_packed(proposal->txn, "NL", install).data))
        return refuse(&proposal->refusal, ERROR_INVALID, "noem een bestaande persoon of een bestaand programma",
                      "name a person or an install that exists");
    return 0;
}

int questionnaire_proposal_check(struct proposal *proposal)
{
    const Ci__Questionnaire *message = proposal->value;
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    char reason[256] = "";
    char *key = arena_format(proposal->arena, "questionnaire/%s/%u", message->name, message->version);
    int result;

    if (!key || strcmp(key, proposal->edit->key) != 0)
        return refuse(&proposal->refusal, ERROR_INVALID, "naam en versie zijn niet die van de sleutel",
                      "name and version are not those of the key");
    result = questionnaire_new(&questionnaire, bytes_from(proposal->edit->value), reason, sizeof reason);
    if (result <= 0)
        return result;
    key = arena_string(proposal->arena, reason);
    return refuse(&proposal->refusal, ERROR_INVALID, key, key);
}

static int refuse_retyped(struct proposal *proposal, const char *question, const char *before)
{
    char *nl =
        arena_format(proposal->arena,
                     "vraag %s vroeg in %s om een ander soort antwoord: geef een andere vraag een nummer van haarzelf",
                     question, before);
    char *en = arena_format(
        proposal->arena, "question %s asked for another kind of answer in %s: give another question an id of its own",
        question, before);

    return refuse(&proposal->refusal, ERROR_INVALID, nl, en);
}

/* Against every version before it, since what was left out for a year may come back as something else. */
int questionnaire_check_new(struct proposal *proposal)
{
    const Ci__Questionnaire *message = proposal->value;
    char prefix[RECORD_KEY_MAX + 1];
    struct record_walk walk;
    int result = questionnaire_proposal_check(proposal);

    if (result != 0)
        return result;
    snprintf(prefix, sizeof prefix, "questionnaire/%s/", message->name);
    record_walk_open(&walk, proposal->txn, "NL", prefix);
    while (result == 0 && record_walk_next(&walk)) {
        Ci__Questionnaire *before = NULL;
        int retyped;

        result = RECORD_VALUE(proposal->txn, "NL", walk.key, ci__questionnaire, proposal->arena, &before);
        retyped = result == 0 ? questionnaire_retyped(before, message) : -1;
        if (retyped >= 0)
            result = refuse_retyped(proposal, message->questions[retyped]->id, walk.key);
    }
    record_walk_close(&walk);
    return result;
}

/* ---- what an edit says ---- */

/*
 * Packed as PROTOCOL.md section 6 asks: else two programs that mean the same would stand side by side, since values are the
 * same where their bytes are. What a later version added comes out as it went in.
 */
static bool is_canonical(struct proposal *proposal, const ProtobufCMessage *value)
{
    struct bytes packed = codec_pack(value, proposal->arena);

    return packed.data && bytes_equal(packed, bytes_from(proposal->edit->value));
}

int proposal_read(struct proposal *proposal, const struct kind *kind)
{
    const Ci__Edit *edit = proposal->edit;
    ProtobufCMessage *value = NULL;
    int result;

    if (edit->cleared)
        return kind->clearable ? 0
                               : refuse(&proposal->refusal, ERROR_INVALID, "dit kan niet worden leeggemaakt",
                                        "this cannot be cleared");
    result = codec_unpack(kind->value, bytes_from(edit->value), proposal->arena, &value);
    if (result == CODEC_TOO_COMPLEX)
        return refuse(&proposal->refusal, ERROR_TOO_COMPLEX, NULL, NULL);
    if (result == CODEC_MALFORMED)
        return refuse(&proposal->refusal, ERROR_INVALID, "de waarde is niet leesbaar", "the value cannot be read");
    TRY(result);
    if (!is_canonical(proposal, value))
        return refuse(&proposal->refusal, ERROR_INVALID, "de waarde is niet in de vaste vorm ingepakt",
                      "the value is not packed canonically");
    proposal->value = value;
    return kind->right ? kind->right(proposal) : 0;
}
