/*
 * rounds.c: rounds: their rules, and TABLE_ROUND. Knows nothing of what is answered in them.
 *
 * Stored: state u8, mean_from u32, spread_from u32, hash, name of the questionnaire.
 */
#include "server/ledger/rounds.h"

#include <stdio.h>

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/store/keys.h"
#include "common/wire/codec.h"
#include "server/ledger/records.h"
#include "server/ledger/tables.h"

enum { ROUND_FIXED_BYTES = 9 + DIGEST_BYTES, YEAR_DIGITS = 4 };

static struct key round_key(const char *round)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, round);
    return key;
}

bool round_find(struct txn *txn, const char *round, struct round_state *state)
{
    struct key key = round_key(round);
    struct bytes value = txn_get(txn, TABLE_ROUND, key_bytes(&key));
    const uint8_t *at = value.data;

    *state = (struct round_state){ 0 };
    if (value.size <= ROUND_FIXED_BYTES || value.size - ROUND_FIXED_BYTES >= QUESTIONNAIRE_NAME_SIZE)
        return false;
    state->state = at[0];
    state->rule = (struct disclosure){ get_u32(at + 1), get_u32(at + 5) };
    memcpy(state->hash, at + 9, DIGEST_BYTES);
    memcpy(state->questionnaire, at + ROUND_FIXED_BYTES, value.size - ROUND_FIXED_BYTES);
    return true;
}

int rounds_list(struct txn *txn, struct arena *arena, char **rounds, size_t *count)
{
    struct txn_cursor cursor;

    *count = 0;
    txn_cursor_open(&cursor, txn, TABLE_ROUND, bytes_of("", 0), bytes_of("", 0));
    while (*count < ROUNDS_MAX && txn_cursor_next(&cursor)) {
        rounds[*count] = arena_copy(arena, cursor.key.data, cursor.key.size);
        if (!rounds[(*count)++])
            break;
    }
    txn_cursor_close(&cursor);
    if (*count > 0 && !rounds[*count - 1])
        return FAULT(FAULT_MEMORY, "the list of rounds takes more memory than an entry may");
    return txn->fault;
}

int round_admits(struct proposal *proposal, struct round_state *state, const struct questionnaire **questionnaire)
{
    int result;

    if (!round_find(proposal->txn, proposal->key.first, state))
        return refuse(&proposal->refusal, ERROR_UNKNOWN_ROUND, NULL, NULL);
    if (state->state == CI__ROUND__STATE__PLANNED)
        return refuse(&proposal->refusal, ERROR_ROUND_NOT_OPEN, NULL, NULL);
    proposal->late = state->state != CI__ROUND__STATE__OPEN;
    result =
        questionnaires_get(proposal->questionnaires, proposal->txn, state->questionnaire, state->hash, questionnaire);
    return result > 0 ? FAULT(FAULT_CORRUPT, "the questionnaire of a round is not in the view: rebuild it") : result;
}

/* Four digits: a round is named after its year. */
static bool id_is_year(const char *id)
{
    return strlen(id) == YEAR_DIGITS && strspn(id, "0123456789") == YEAR_DIGITS;
}

/* In this millennium: 0202 and 20260 are slips of the hand. */
static bool date_is_none_or_sane(const char *date)
{
    return !date[0] || (date_is_valid(date) && date[0] == '2');
}

static int check_form(struct proposal *proposal, const Ci__Round *round)
{
    struct refusal *refusal = &proposal->refusal;

    if (proposal->key.second[0] || strcmp(round->id, proposal->key.first) != 0 || !id_is_year(round->id))
        return refuse(refusal, ERROR_INVALID, "een ronde heet naar haar jaar, in vier cijfers",
                      "a round is named after its year, in four digits");
    if (!date_is_none_or_sane(round->opens) || !date_is_none_or_sane(round->closes))
        return refuse(refusal, ERROR_INVALID, "geef een bestaande datum als JJJJ-MM-DD, van 2000 tot 2999",
                      "give a date that exists as YYYY-MM-DD, from 2000 to 2999");
    if (round->opens[0] && round->closes[0] && strcmp(round->opens, round->closes) > 0)
        return refuse(refusal, ERROR_INVALID, "een ronde sluit niet voordat zij opent",
                      "a round does not close before it opens");
    return 0;
}

/* Never from fewer municipalities than was promised to them. */
static bool disclosure_is_sound(const Ci__Disclosure *disclosure)
{
    return !disclosure ||
           (disclosure->mean_from >= DISCLOSURE_MEAN_FROM && disclosure->spread_from >= DISCLOSURE_SPREAD_FROM);
}

/* Once a round was opened there may be answers, which are to the questions of its questionnaire and no other. */
static bool keeps_questionnaire(const Ci__Round *round, const struct round_state *before)
{
    return before->state == CI__ROUND__STATE__PLANNED ||
           (strcmp(before->questionnaire, round->questionnaire) == 0 &&
            bytes_equal(bytes_of(before->hash, DIGEST_BYTES), bytes_from(round->questionnaire_hash)));
}

/* Well formed, of a questionnaire that is here, and of the one that the round here was opened with. */
int round_fits(struct proposal *proposal)
{
    const Ci__Round *round = proposal->value;
    const struct questionnaire *questionnaire;
    struct round_state before;
    int result = check_form(proposal, round);

    if (result != 0)
        return result;
    if (!disclosure_is_sound(round->disclosure))
        return refuse(&proposal->refusal, ERROR_INVALID, "gemiddelden vanaf minstens 5 gemeenten, spreiding vanaf 10",
                      "means from at least 5 municipalities, spread from at least 10");
    if (strlen(round->questionnaire) >= QUESTIONNAIRE_NAME_SIZE || round->questionnaire_hash.len != DIGEST_BYTES)
        return refuse(&proposal->refusal, ERROR_UNKNOWN_VERSION, NULL, NULL);
    if (round_find(proposal->txn, round->id, &before) && !keeps_questionnaire(round, &before))
        return refuse(&proposal->refusal, ERROR_FROZEN, NULL, NULL);
    result = questionnaires_get(proposal->questionnaires, proposal->txn, round->questionnaire,
                                round->questionnaire_hash.data, &questionnaire);
    return result > 0 ? refuse(&proposal->refusal, ERROR_UNKNOWN_VERSION, NULL, NULL) : result;
}

/* A step at a time: one that was skipped is a slip of the hand, which nobody could take back. */
static int check_step(struct refusal *refusal, Ci__Round__State before, Ci__Round__State after)
{
    if (after < before)
        return refuse(refusal, ERROR_INVALID, "een ronde gaat nooit terug", "a round never goes back");
    if (after > before + 1)
        return refuse(refusal, ERROR_INVALID,
                      "een ronde gaat open, dan dicht, en wordt dan vrijgegeven: één stap tegelijk",
                      "a round is opened, then closed, then released: one step at a time");
    return 0;
}

int round_check(struct proposal *proposal)
{
    const Ci__Round *round = proposal->value;
    struct round_state before;
    int result = round_fits(proposal);

    if (result != 0)
        return result;
    if (round_find(proposal->txn, round->id, &before))
        return check_step(&proposal->refusal, before.state, round->state);
    if (round->state > CI__ROUND__STATE__OPEN) /* a slip of the hand, which nobody could take back */
        return refuse(&proposal->refusal, ERROR_UNKNOWN_ROUND, NULL, NULL);
    if (txn_count(proposal->txn, TABLE_ROUND) >= ROUNDS_MAX)
        return refuse(&proposal->refusal, ERROR_INVALID, "er zijn al 64 rondes", "there are 64 rounds already");
    return 0;
}

/* The later state: what was closed is not opened again. */
uint64_t round_rank(const void *value)
{
    return (uint64_t)((const Ci__Round *)value)->state;
}

int round_effect(struct view *view, const struct applied *applied)
{
    struct key key = round_key(applied->key.first);
    uint8_t value[ROUND_FIXED_BYTES + QUESTIONNAIRE_NAME_SIZE];
    struct disclosure rule;
    Ci__Round *round = NULL;
    size_t name;

    TRY(stored_unpack(&ci__round__descriptor, bytes_from(applied->standing->value), view->scratch,
                      (ProtobufCMessage **)&round));
    rule = disclosure_rule(round->disclosure);
    name = strnlen(round->questionnaire, QUESTIONNAIRE_NAME_SIZE - 1);
    CHECK(round->questionnaire_hash.len == DIGEST_BYTES);
    value[0] = (uint8_t)round->state;
    put_u32(value + 1, rule.mean_from);
    put_u32(value + 5, rule.spread_from);
    memcpy(value + 9, round->questionnaire_hash.data, DIGEST_BYTES);
    memcpy(value + ROUND_FIXED_BYTES, round->questionnaire, name);
    txn_put(view->txn, TABLE_ROUND, key_bytes(&key), bytes_of(value, ROUND_FIXED_BYTES + name));
    return view->txn->fault;
}
