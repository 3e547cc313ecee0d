/*
 * answer_words.c: how an answer reads: as it would be typed, and in words. The other half of answer_text.h. Pure; any
 * thread.
 */
#include "common/format/answer_text.h"

#include <inttypes.h>

/* Both `list` and the new text live in the arena; NULL stays NULL, so that a list is built without asking each time. */
static char *joined(struct arena *arena, const char *list, const char *between, const char *text)
{
    if (!list || !text)
        return NULL;
    return *list ? arena_format(arena, "%s%s%s", list, between, text) : arena_string(arena, text);
}

static const char *short_agreement(Ci__Agreement agreement)
{
    return agreement == CI__AGREEMENT__YES ? "yes" : agreement == CI__AGREEMENT__PARTLY ? "partly" : "no";
}

static char *short_choices(const Ci__Choices *choices, struct arena *arena)
{
    char *list = arena_string(arena, choices->n_options ? "" : "none");

    for (size_t i = 0; i < choices->n_options; i++)
        list = joined(arena, list, ",", choices->options[i]);
    return list;
}

static char *short_euros(const Ci__Euros *euros, struct arena *arena)
{
    char *list = arena_format(arena, "total=%" PRIu64, euros->total);

    for (size_t i = 0; i < euros->n_categories; i++)
        list = joined(arena, list, ",",
                      arena_format(arena, "%s=%" PRIu64, euros->categories[i]->theme, euros->categories[i]->amount));
    return euros->estimate ? joined(arena, list, ",", "estimate") : list;
}

char *answer_text_short(const struct questionnaire *questionnaire, size_t question, const Ci__AnswerValue *value,
                        struct arena *arena)
{
    (void)questionnaire;
    (void)question;
    switch (value->of_case) {
    case CI__ANSWER_VALUE__OF_LEVEL: return arena_format(arena, "%" PRIu32, value->level);
    case CI__ANSWER_VALUE__OF_PERCENTAGE: return arena_format(arena, "%" PRIu32 "%%", value->percentage);
    case CI__ANSWER_VALUE__OF_NUMBER: return arena_format(arena, "%" PRIu32, value->number);
    case CI__ANSWER_VALUE__OF_AGREEMENT: return arena_string(arena, short_agreement(value->agreement));
    case CI__ANSWER_VALUE__OF_CHOICES: return short_choices(value->choices, arena);
    case CI__ANSWER_VALUE__OF_EUROS: return short_euros(value->euros, arena);
    case CI__ANSWER_VALUE__OF_TEXT: return arena_string(arena, value->text);
    case CI__ANSWER_VALUE__OF_NOT_APPLICABLE: return arena_format(arena, "n/a: %s", value->not_applicable);
    case CI__ANSWER_VALUE__OF_UNKNOWN: return arena_string(arena, "unknown");
    default: return arena_string(arena, "");
    }
}

/* NULL where the question has none. */
static const Ci__Scale *scale_of(const struct questionnaire *questionnaire, const Ci__Question *question)
{
    const Ci__Questionnaire *message = questionnaire->message;

    for (size_t i = 0; question->kind == CI__QUESTION__KIND__MATURITY && i < message->n_scales; i++)
        if (strcmp(message->scales[i]->id, question->scale) == 0)
            return message->scales[i];
    return NULL;
}

/* "3 · set down, known and applied"; the number alone where the scale is not there. */
static char *level_words(const struct questionnaire *questionnaire, const Ci__Question *question, uint32_t level,
                         enum language language, struct arena *arena)
{
    const Ci__Scale *scale = scale_of(questionnaire, question);

    if (!scale || level >= scale->n_steps)
        return arena_format(arena, "%" PRIu32, level);
    return arena_format(arena, "%" PRIu32 " · %s", level, text_in(scale->steps[level], language));
}

static const char *agreement_words(Ci__Agreement agreement, enum language language)
{
    switch (agreement) {
    case CI__AGREEMENT__YES: return say(language, "ja", "yes");
    case CI__AGREEMENT__PARTLY: return say(language, "deels", "partly");
    default: return say(language, "nee", "no");
    }
}

static const char *option_words(const Ci__Question *question, const char *id, enum language language)
{
    for (size_t i = 0; i < question->n_options; i++)
        if (strcmp(question->options[i]->id, id) == 0)
            return text_in(question->options[i]->text, language);
    return id;
}

static char *choices_words(const Ci__Question *question, const Ci__Choices *choices, enum language language,
                           struct arena *arena)
{
    char *list = arena_string(arena, choices->n_options ? "" : say(language, "geen van deze", "none of these"));

    for (size_t i = 0; i < choices->n_options; i++)
        list = joined(arena, list, "; ", option_words(question, choices->options[i], language));
    return list;
}

/* 12.000.000 in Dutch, 12,000,000 in English. */
static char *grouped(uint64_t amount, enum language language, struct arena *arena)
{
    const char *between = say(language, ".", ",");
    char *text = arena_format(arena, "%" PRIu64, amount % 1000);

    for (; text && amount >= 1000; amount /= 1000) {
        const char *rest = text;
        int zeros = 3 - (int)strcspn(rest, between);

        text = arena_format(arena, "%" PRIu64 "%s%.*s%s", amount / 1000 % 1000, between, zeros, "000", rest);
    }
    return text;
}

static char *euros_words(const struct questionnaire *questionnaire, const Ci__Euros *euros, enum language language,
                         struct arena *arena)
{
    const char *total = grouped(euros->total, language, arena);
    char *list = arena_format(arena, say(language, "€ %s in totaal%s", "€ %s in total%s"), total ? total : "",
                              euros->estimate ? say(language, " (schatting)", " (estimate)") : "");

    for (size_t i = 0; i < euros->n_categories; i++) {
        int theme = questionnaire_theme(questionnaire, euros->categories[i]->theme);
        const char *amount = grouped(euros->categories[i]->amount, language, arena);
        const char *name =
            theme < 0 ? euros->categories[i]->theme : text_in(questionnaire->message->themes[theme]->name, language);

        list = joined(arena, list, "; ", amount ? arena_format(arena, "%s € %s", name, amount) : NULL);
    }
    return total ? list : NULL;
}

char *answer_text_words(const struct questionnaire *questionnaire, size_t question, const Ci__AnswerValue *value,
                        enum language language, struct arena *arena)
{
    const Ci__Question *asked = question_at(questionnaire, question);

    switch (value->of_case) {
    case CI__ANSWER_VALUE__OF_LEVEL: return level_words(questionnaire, asked, value->level, language, arena);
    case CI__ANSWER_VALUE__OF_PERCENTAGE: return arena_format(arena, "%" PRIu32 " %%", value->percentage);
    case CI__ANSWER_VALUE__OF_NUMBER: return arena_format(arena, "%" PRIu32, value->number);
    case CI__ANSWER_VALUE__OF_AGREEMENT: return arena_string(arena, agreement_words(value->agreement, language));
    case CI__ANSWER_VALUE__OF_CHOICES: return choices_words(asked, value->choices, language, arena);
    case CI__ANSWER_VALUE__OF_EUROS: return euros_words(questionnaire, value->euros, language, arena);
    case CI__ANSWER_VALUE__OF_TEXT: return arena_string(arena, value->text);
    case CI__ANSWER_VALUE__OF_NOT_APPLICABLE:
        return arena_format(arena, "%s: %s", say(language, "niet van toepassing", "not applicable"),
                            value->not_applicable);
    case CI__ANSWER_VALUE__OF_UNKNOWN: return arena_string(arena, say(language, "weet ik niet", "unknown"));
    default: return arena_string(arena, say(language, "niet ingevuld", "not answered"));
    }
}

static char *options_hint(const Ci__Question *question, enum language language, struct arena *arena)
{
    char *list = arena_string(arena, "");

    for (size_t i = 0; i < question->n_options; i++)
        list = joined(arena, list, ", ", question->options[i]->id);
    return list ? arena_format(arena, say(language, "met komma's ertussen: %s; of geen", "by comma: %s; or none"), list)
                : NULL;
}

static char *kind_hint(const Ci__Question *question, enum language language, struct arena *arena)
{
    switch (question->kind) {
    case CI__QUESTION__KIND__MATURITY: return arena_string(arena, say(language, "0, 1, 2, 3 of 4", "0, 1, 2, 3 or 4"));
    case CI__QUESTION__KIND__PERCENTAGE:
        return arena_string(arena, say(language, "een percentage van 0 tot en met 100", "a percentage from 0 to 100"));
    case CI__QUESTION__KIND__NUMBER: return arena_string(arena, say(language, "een heel getal", "a whole number"));
    case CI__QUESTION__KIND__YES_PARTLY_NO:
        return arena_string(arena, say(language, "ja, deels of nee", "yes, partly or no"));
    case CI__QUESTION__KIND__CHOICES:
    case CI__QUESTION__KIND__LADDER: return options_hint(question, language, arena);
    case CI__QUESTION__KIND__EUROS:
        return arena_string(
            arena, say(language, "totaal=12000000,O1=3000000,schatting", "total=12000000,O1=3000000,estimate"));
    default: return arena_string(arena, say(language, "tekst", "text"));
    }
}

char *answer_text_hint(const struct questionnaire *questionnaire, size_t question, enum language language,
                       struct arena *arena)
{
    const Ci__Question *asked = question_at(questionnaire, question);
    char *hint = joined(arena, kind_hint(asked, language, arena), "; ", say(language, "weet-niet", "unknown"));

    return asked->na_allowed ? joined(arena, hint, "; ", say(language, "nvt: reden", "n/a: reason")) : hint;
}

char *answer_text_choices(const struct questionnaire *questionnaire, size_t question, enum language language,
                          struct arena *arena)
{
    const Ci__Question *asked = question_at(questionnaire, question);
    const Ci__Scale *scale = scale_of(questionnaire, asked);
    char *list = arena_string(arena, "");

    for (size_t i = 0; i < asked->n_options; i++)
        list = joined(
            arena, list, "\n",
            arena_format(arena, "      %-18s %s", asked->options[i]->id, text_in(asked->options[i]->text, language)));
    for (size_t i = 0; scale && i < scale->n_steps; i++)
        list = joined(arena, list, "\n", arena_format(arena, "      %zu  %s", i, text_in(scale->steps[i], language)));
    return list;
}
