/*
 * values.c: packed values, and the drafts that carry them.
 */
#include "tests/sim/values.h"

#include <stdio.h>

#include "common/base/check.h"
#include "common/monitor/submission.h"
#include "common/wire/codec.h"
#include "tests/support/sample_questionnaire.h"

enum { VALUES_ARENA = 4 * 1024 * 1024 };

const struct questionnaire *values_questionnaire(void)
{
    static struct questionnaire *sample;

    if (!sample)
        sample = sample_questionnaire();
    return sample;
}

/* `pick`: which of the values that fit the question. */
static void fill_value(Ci__AnswerValue *value, const Ci__Question *question, uint32_t pick, struct arena *arena)
{
    static Ci__Choices none = CI__CHOICES__INIT;

    switch (question->kind) {
    case CI__QUESTION__KIND__MATURITY:
        value->of_case = CI__ANSWER_VALUE__OF_LEVEL;
        value->level = pick % 5;
        break;
    case CI__QUESTION__KIND__PERCENTAGE:
        value->of_case = CI__ANSWER_VALUE__OF_PERCENTAGE;
        value->percentage = pick * 20 % 101;
        break;
    case CI__QUESTION__KIND__NUMBER:
        value->of_case = CI__ANSWER_VALUE__OF_NUMBER;
        value->number = pick;
        break;
    case CI__QUESTION__KIND__YES_PARTLY_NO:
        value->of_case = CI__ANSWER_VALUE__OF_AGREEMENT;
        value->agreement = (Ci__Agreement)(1 + pick % 3);
        break;
    case CI__QUESTION__KIND__FREE_TEXT:
        value->of_case = CI__ANSWER_VALUE__OF_TEXT;
        value->text = arena_format(arena, "text %u", pick);
        break;
    case CI__QUESTION__KIND__CHOICES:
    case CI__QUESTION__KIND__LADDER:
        value->of_case = CI__ANSWER_VALUE__OF_CHOICES;
        value->choices = &none;
        break;
    default: value->of_case = CI__ANSWER_VALUE__OF_UNKNOWN; value->unknown = true;
    }
}

static struct bytes answer_of(const Ci__Question *question, uint32_t pick, struct arena *arena)
{
    Ci__Answer *answer = SAMPLE_NEW(arena, Ci__Answer, ci__answer);

    answer->value = SAMPLE_NEW(arena, Ci__AnswerValue, ci__answer_value);
    fill_value(answer->value, question, pick, arena);
    return codec_pack(answer, arena);
}

static void write_answer(struct world *world, struct install *install, const char *round, size_t question,
                         uint32_t pick, bool cleared, bool resolves)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    const Ci__Question *asked = question_at(values_questionnaire(), question);
    char key[64];

    MUST(arena_new(&arena, VALUES_ARENA));
    snprintf(key, sizeof key, "answer/%s/%s", round, asked->id);
    tell(world, "install %zu writes %s = %u%s%s", install->index, key, pick, cleared ? " (taken back)" : "",
         resolves ? ", having seen all" : "");
    install_write(world, install, install->town, key, cleared ? bytes_of(NULL, 0) : answer_of(asked, pick, arena),
                  resolves, install->person);
}

void write_something(struct world *world, struct install *install)
{
    static const char *const rounds[] = {
        "2026", "2026", "2026", "2026", "2026", "2026", "2026", "2026", "2027", "2028"
    };
    static const size_t asked[] = { 0, 1, 15 };
    struct chance *chance = &world->chance;

    if (!install->town)
        return;
    write_answer(world, install, rounds[chance_below(chance, sizeof rounds / sizeof *rounds)],
                 asked[chance_below(chance, 3)], (uint32_t)chance_below(chance, 4), chance_percent(chance, 10),
                 chance_percent(chance, 50));
}

void write_side_by_side(struct world *world, struct install *one, struct install *other)
{
    static const size_t asked[] = { 0, 1, 15 };
    size_t question = asked[chance_below(&world->chance, 3)];
    uint32_t pick = (uint32_t)chance_below(&world->chance, 4);

    write_answer(world, one, "2026", question, pick, false, false);
    write_answer(world, other, "2026", question, (pick + 1) % 4, false, false);
}

void write_in_a_row(struct world *world, struct install *install, size_t times)
{
    static const size_t asked[] = { 0, 1, 15 };
    size_t question = asked[chance_below(&world->chance, 3)];

    for (size_t i = 0; install->town && i < times; i++)
        write_answer(world, install, "2026", question, (uint32_t)i, false, false);
}

void write_everything(struct world *world, struct install *install)
{
    uint32_t pick = (uint32_t)chance_below(&world->chance, 5);

    for (size_t i = 0; install->town && i < values_questionnaire()->question_count; i++)
        write_answer(world, install, "2026", i, pick, false, false);
}

void write_choice(struct world *world, struct install *install)
{
    static const size_t asked[] = { 0, 1, 15 };
    size_t at = chance_below(&world->chance, 3);

    for (size_t i = 0; install->town && i < 3; i++) {
        CLEANUP(arena_free) struct arena *arena = NULL;
        size_t question = asked[(at + i) % 3];
        Ci__Record *record = NULL;
        char key[64];

        MUST(arena_new(&arena, VALUES_ARENA));
        snprintf(key, sizeof key, "answer/2026/%s", question_at(values_questionnaire(), question)->id);
        if (replica_record(install->replica, arena, install->town, key, &record) == 0 && record->n_rivals > 0) {
            write_answer(world, install, "2026", question, (uint32_t)chance_below(&world->chance, 4), false, true);
            return;
        }
    }
}

void write_poison(struct world *world, struct install *install)
{
    const char *town = install->town ? install->town : "GM0001";

    tell(world, "install %zu writes something that cannot be", install->index);
    switch (chance_below(&world->chance, 5)) {
    case 0:
        install_write(world, install, town, "answer/2026/S1.1", bytes_of("\xff\xff", 2), false, install->person);
        break;
    case 1: install_write(world, install, town, "answer/2026/Z9.9", bytes_of("", 0), false, install->person); break;
    case 2: install_write(world, install, town, "answer/1999/S1.1", bytes_of("", 0), false, install->person); break;
    case 3:
        install_write(world, install, "GM0002", "answer/2026/S1.1", bytes_of("", 0), false, "p0000000000000099");
        break;
    default: /* the server cannot read any message that it is in */
        install_write(world, install, town, "answer/2026/S1.1", bytes_of(UNREADABLE, sizeof UNREADABLE), false,
                      install->person);
    }
}

void write_trouble(struct world *world, struct install *install)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__AnswerValue value = CI__ANSWER_VALUE__INIT;
    Ci__Answer answer = CI__ANSWER__INIT;

    if (!install->town)
        return;
    MUST(arena_new(&arena, VALUES_ARENA));
    value.of_case = CI__ANSWER_VALUE__OF_UNKNOWN;
    value.unknown = true;
    answer.value = &value;
    answer.remark = arena_string(arena, TROUBLE);
    tell(world, "install %zu writes what an ailing server fails over", install->index);
    install_write(world, install, install->town, "answer/2026/S1.2", codec_pack(&answer, arena), false,
                  install->person);
}

/* ---- handing in ---- */

struct gathering {
    struct world *world;
    struct install *install;
    struct arena *arena;
    Ci__Submission *submission;
};

static void gather(struct gathering *gathering, size_t question)
{
    Ci__SubmittedAnswer *submitted = sample_take(gathering->arena, sizeof *submitted);
    Ci__Answer *answer = NULL;
    Ci__Edit *edit = NULL;
    char key[64];

    snprintf(key, sizeof key, "answer/2026/%s", question_at(values_questionnaire(), question)->id);
    if (replica_word(gathering->install->replica, gathering->arena, gathering->install->town, key, &edit, NULL) != 0 ||
        edit->cleared || CODEC_UNPACK(ci__answer, bytes_from(edit->value), gathering->arena, &answer) != 0 ||
        !answer->value)
        return;
    *submitted = submission_answer(values_questionnaire(), question, answer, edit->id.data);
    gathering->submission->answers[gathering->submission->n_answers++] = submitted;
}

void write_submission(struct world *world, struct install *install)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct gathering gathering = { world, install, NULL, NULL };
    uint8_t digest[DIGEST_BYTES];
    Ci__Edit *before = NULL;
    Ci__Submission *submission = NULL;

    if (!install->town)
        return;
    MUST(arena_new(&arena, VALUES_ARENA));
    gathering.arena = arena;
    if (replica_word(install->replica, arena, install->town, "submission/2026", &before, NULL) != 0 ||
        CODEC_UNPACK(ci__submission, bytes_from(before->value), arena, &submission) != 0 ||
        submission->state != CI__SUBMISSION__STATE__SUBMITTED) {
        submission = SAMPLE_NEW(arena, Ci__Submission, ci__submission);
        gathering.submission = submission;
        submission->answers = sample_take(arena, SAMPLE_QUESTIONS * sizeof *submission->answers);
        for (size_t i = 0; i < values_questionnaire()->question_count; i++)
            gather(&gathering, i);
        submission->state = CI__SUBMISSION__STATE__SUBMITTED;
    } else {
        submission->state = chance_percent(&world->chance, 50) ? CI__SUBMISSION__STATE__ADOPTED
                                                               : CI__SUBMISSION__STATE__CHANGES_REQUESTED;
    }
    MUST(submission_digest(submission, arena, digest));
    submission->digest = bytes_to(bytes_of(digest, sizeof digest));
    tell(world, "install %zu hands in %zu answers, state %d", install->index, submission->n_answers,
         (int)submission->state);
    install_write(world, install, install->town, "submission/2026", codec_pack(submission, arena), false,
                  install->person);
}

/* ---- the central team ---- */

void write_round(struct world *world, struct install *central, const char *id)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Round *round = NULL;
    char key[32];

    MUST(arena_new(&arena, VALUES_ARENA));
    if (replica_round(central->replica, arena, id, &round) != 0 || round->state == CI__ROUND__STATE__RELEASED)
        return;
    round->state = (Ci__Round__State)(round->state + 1);
    snprintf(key, sizeof key, "round/%s", id);
    tell(world, "install %zu moves %s to state %d", central->index, key, (int)round->state);
    install_write(world, central, "NL", key, codec_pack(round, arena), false, central->person);
}

void write_revocation(struct world *world, struct install *central, const char *of)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Revocation revocation = CI__REVOCATION__INIT;
    char key[64];

    MUST(arena_new(&arena, VALUES_ARENA));
    revocation.revoked = true;
    snprintf(key, sizeof key, "revocation/%s", of);
    tell(world, "install %zu revokes %s", central->index, of);
    install_write(world, central, "NL", key, codec_pack(&revocation, arena), false, central->person);
}

bool write_admission(struct world *world, struct install *central)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Admission admission = CI__ADMISSION__INIT;
    const struct chronicle *chronicle = &world->chronicle;
    size_t from = chance_below(&world->chance, chronicle->said_count);
    char key[RECORD_KEY_MAX + 1], id[2 * ID_BYTES + 1];

    MUST(arena_new(&arena, VALUES_ARENA));
    admission.admitted = true;
    for (size_t i = 0; i < chronicle->said_count; i++) {
        const struct said *said = &chronicle->said[(from + i) % chronicle->said_count];

        if (!said->late || !said->accepted)
            continue;
        snprintf(key, sizeof key, "admission/%s/%s", said->dossier, hex_encode(id, said->id, ID_BYTES));
        tell(world, "install %zu lets in a late edit of %s", central->index, said->key);
        install_write(world, central, "NL", key, codec_pack(&admission, arena), false, central->person);
        return true;
    }
    return false;
}

/* Says other things than the first, and weighs otherwise. */
static struct bytes second_version(struct arena *arena, uint8_t hash[DIGEST_BYTES])
{
    Ci__Questionnaire *message = sample_message(arena);
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    struct bytes packed;

    message->version = 2;
    message->title = sample_text(arena, "another title");
    message->questions[0]->weight++;
    packed = codec_pack(message, arena);
    MUST(questionnaire_new(&questionnaire, packed, NULL, 0));
    memcpy(hash, questionnaire->hash, DIGEST_BYTES);
    return packed;
}

void write_publication(struct world *world, struct install *central)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Round round = CI__ROUND__INIT;
    uint8_t hash[DIGEST_BYTES];
    Ci__Edit *before = NULL;
    struct bytes packed;

    MUST(arena_new(&arena, VALUES_ARENA));
    if (replica_word(central->replica, arena, "NL", "questionnaire/sample/2", &before, NULL) == 0) {
        write_round(world, central, "2028");
        return;
    }
    tell(world, "install %zu publishes a questionnaire, and opens a round with it", central->index);
    packed = second_version(arena, hash);
    install_write(world, central, "NL", "questionnaire/sample/2", packed, false, central->person);
    round.id = arena_string(arena, "2028");
    round.questionnaire = arena_string(arena, "sample/2");
    round.questionnaire_hash = bytes_to(bytes_of(hash, DIGEST_BYTES));
    round.state = CI__ROUND__STATE__OPEN;
    install_write(world, central, "NL", "round/2028", codec_pack(&round, arena), false, central->person);
}
