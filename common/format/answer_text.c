/*
 * answer_text.c: what people type for an answer, and back. Only the form is judged here; bounds and what fits the
 * question are answer_check's. Pure; any thread.
 */
#include "common/format/answer_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "common/base/fault.h"

/* Typed text is longer than any answer only by mistake. */
enum { TYPED_BYTES_MAX = 8 * 1024 };

static int no_memory(void)
{
    return FAULT(FAULT_MEMORY, "There is no memory for this answer.");
}

static int not_typed_well(struct answer_problem *problem, const char *nl, const char *en)
{
    snprintf(problem->nl, sizeof problem->nl, "%s", nl);
    snprintf(problem->en, sizeof problem->en, "%s", en);
    return ANSWER_TEXT_INVALID;
}

static bool is_word(const char *text, const char *en, const char *nl)
{
    return strcasecmp(text, en) == 0 || strcasecmp(text, nl) == 0;
}

/* A copy in the arena without spaces around it. */
static char *trimmed(const char *text, size_t length, struct arena *arena)
{
    static const char blank[] = " \t\r\n";

    while (length > 0 && strchr(blank, *text)) {
        text++;
        length--;
    }
    while (length > 0 && strchr(blank, text[length - 1]))
        length--;
    char *copy = arena_alloc(arena, length + 1);

    if (copy)
        memcpy(copy, text, length);
    return copy;
}

/* Digits and nothing else; up to 15 of them, which is more than any bound. */
static bool digits(const char *text, uint64_t *number)
{
    size_t length = strspn(text, "0123456789");

    if (length == 0 || length > 15 || text[length] != '\0')
        return false;
    *number = strtoull(text, NULL, 10);
    return true;
}

static int no_number(const Ci__Question *question, struct answer_problem *problem)
{
    switch (question->kind) {
    case CI__QUESTION__KIND__MATURITY:
        return not_typed_well(problem, "Vul een heel getal in van 0 tot en met 4.", "Give a whole number from 0 to 4.");
    case CI__QUESTION__KIND__PERCENTAGE:
        return not_typed_well(problem, "Vul een heel getal in van 0 tot en met 100.",
                              "Give a whole number from 0 to 100.");
    default: return not_typed_well(problem, "Vul een heel getal in.", "Give a whole number.");
    }
}

static int parse_number(const Ci__Question *question, char *text, Ci__AnswerValue *value,
                        struct answer_problem *problem)
{
    size_t length = strlen(text);
    uint64_t number;

    if (question->kind == CI__QUESTION__KIND__PERCENTAGE && length > 0 && text[length - 1] == '%') {
        do
            text[--length] = '\0';
        while (length > 0 && text[length - 1] == ' ');
    }
    if (!digits(text, &number) || number > UINT32_MAX)
        return no_number(question, problem);
    switch (question->kind) {
    case CI__QUESTION__KIND__MATURITY:
        value->of_case = CI__ANSWER_VALUE__OF_LEVEL;
        value->level = (uint32_t)number;
        break;
    case CI__QUESTION__KIND__PERCENTAGE:
        value->of_case = CI__ANSWER_VALUE__OF_PERCENTAGE;
        value->percentage = (uint32_t)number;
        break;
    default:
        value->of_case = CI__ANSWER_VALUE__OF_NUMBER;
        value->number = (uint32_t)number;
        break;
    }
    return 0;
}

static int parse_agreement(const char *text, Ci__AnswerValue *value, struct answer_problem *problem)
{
    value->of_case = CI__ANSWER_VALUE__OF_AGREEMENT;
    if (is_word(text, "yes", "ja"))
        value->agreement = CI__AGREEMENT__YES;
    else if (is_word(text, "partly", "deels"))
        value->agreement = CI__AGREEMENT__PARTLY;
    else if (is_word(text, "no", "nee"))
        value->agreement = CI__AGREEMENT__NO;
    else
        return not_typed_well(problem, "Kies ja, deels of nee.", "Choose yes, partly or no.");
    return 0;
}

/* The next part of a list by comma, without spaces around it; NULL in `*part` past the arena's limit. */
static bool next_part(const char **text, struct arena *arena, char **part)
{
    if (!*text)
        return false;
    size_t length = strcspn(*text, ",");

    *part = trimmed(*text, length, arena);
    *text = (*text)[length] == ',' ? *text + length + 1 : NULL;
    return true;
}

static int unknown_option(const Ci__Question *question, const char *typed, struct answer_problem *problem)
{
    char known[150] = "";
    const char *shown = strlen(typed) <= 40 ? typed : "…"; /* cut, it might end within a character */

    for (size_t i = 0; i < question->n_options; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", question->options[i]->id);
    }
    snprintf(problem->nl, sizeof problem->nl, "‘%.40s’ is hier geen keuze, of staat er twee keer. Kies uit: %s.", shown,
             known);
    snprintf(problem->en, sizeof problem->en, "'%.40s' is no option here, or stands there twice. Choose from: %s.",
             shown, known);
    return ANSWER_TEXT_INVALID;
}

/* Options come in any order and are kept in the questionnaire's. */
static int parse_choices(const Ci__Question *question, const char *text, struct arena *arena, Ci__AnswerValue *value,
                         struct answer_problem *problem)
{
    bool chosen[OPTIONS_MAX] = { false };
    Ci__Choices *choices = arena_alloc(arena, sizeof *choices);
    char **ids = arena_alloc(arena, OPTIONS_MAX * sizeof *ids), *part;

    if (!choices || !ids)
        return no_memory();
    ci__choices__init(choices);
    choices->options = ids;
    value->of_case = CI__ANSWER_VALUE__OF_CHOICES;
    value->choices = choices;
    if (is_word(text, "none", "geen"))
        return 0;
    while (next_part(&text, arena, &part)) {
        size_t i = 0;

        if (!part)
            return no_memory();
        while (i < question->n_options && strcmp(question->options[i]->id, part) != 0)
            i++;
        if (i == question->n_options || chosen[i])
            return unknown_option(question, part, problem);
        chosen[i] = true;
    }
    for (size_t i = 0; i < question->n_options; i++)
        if (chosen[i])
            ids[choices->n_options++] = question->options[i]->id;
    return 0;
}

/* What was typed for the amounts, by theme; `total` and `estimate` apart. */
struct typed_euros {
    uint64_t total, amounts[THEMES_MAX];
    bool has_total, estimate, has_amount[THEMES_MAX];
};

/* One of "total=…", "O1=…", "estimate", or an amount alone for the total. */
static bool take_euros_part(const struct questionnaire *questionnaire, char *part, struct typed_euros *typed)
{
    char *equals = strchr(part, '=');
    uint64_t amount;
    int theme;

    if (!equals && is_word(part, "estimate", "schatting")) {
        typed->estimate = true;
        return true;
    }
    if (!digits(equals ? equals + 1 : part, &amount))
        return false;
    if (equals)
        *equals = '\0';
    if (!equals || is_word(part, "total", "totaal")) {
        bool first = !typed->has_total;

        typed->total = amount;
        typed->has_total = true;
        return first;
    }
    theme = questionnaire_theme(questionnaire, part);
    if (theme < 0 || typed->has_amount[theme])
        return false;
    typed->amounts[theme] = amount;
    typed->has_amount[theme] = true;
    return true;
}

static int keep_euros(const struct questionnaire *questionnaire, const struct typed_euros *typed, struct arena *arena,
                      Ci__AnswerValue *value)
{
    Ci__Euros *euros = arena_alloc(arena, sizeof *euros);
    Ci__CategoryEuros **categories = arena_alloc(arena, THEMES_MAX * sizeof(Ci__CategoryEuros *));

    if (!euros || !categories)
        return no_memory();
    ci__euros__init(euros);
    euros->total = typed->total;
    euros->estimate = typed->estimate;
    euros->categories = categories;
    for (size_t i = 0; i < questionnaire->theme_count; i++) {
        if (!typed->has_amount[i])
            continue;
        Ci__CategoryEuros *category = arena_alloc(arena, sizeof *category);

        if (!category)
            return no_memory();
        ci__category_euros__init(category);
        category->theme = questionnaire->message->themes[i]->id;
        category->amount = typed->amounts[i];
        categories[euros->n_categories++] = category;
    }
    value->of_case = CI__ANSWER_VALUE__OF_EUROS;
    value->euros = euros;
    return 0;
}

static int parse_euros(const struct questionnaire *questionnaire, const char *text, struct arena *arena,
                       Ci__AnswerValue *value, struct answer_problem *problem)
{
    struct typed_euros typed = { 0 };
    char *part;

    while (next_part(&text, arena, &part)) {
        if (!part)
            return no_memory();
        if (!take_euros_part(questionnaire, part, &typed))
            typed.has_total = false, text = NULL;
    }
    if (!typed.has_total)
        return not_typed_well(
            problem, "Schrijf hele euro's, elk bedrag één keer, met het totaal: totaal=12000000,O1=3000000,schatting.",
            "Write whole euros, each amount once, with the total: total=12000000,O1=3000000,estimate.");
    return keep_euros(questionnaire, &typed, arena, value);
}

static int parse_kind(const struct questionnaire *questionnaire, const Ci__Question *question, char *text,
                      struct arena *arena, Ci__AnswerValue *value, struct answer_problem *problem)
{
    switch (question->kind) {
    case CI__QUESTION__KIND__YES_PARTLY_NO: return parse_agreement(text, value, problem);
    case CI__QUESTION__KIND__CHOICES:
    case CI__QUESTION__KIND__LADDER: return parse_choices(question, text, arena, value, problem);
    case CI__QUESTION__KIND__EUROS: return parse_euros(questionnaire, text, arena, value, problem);
    case CI__QUESTION__KIND__FREE_TEXT:
        value->of_case = CI__ANSWER_VALUE__OF_TEXT;
        value->text = text;
        return 0;
    default: return parse_number(question, text, value, problem);
    }
}

/* The reason after "n/a:" or "nvt:"; NULL where the text is something else. Without a reason: an empty one. */
static const char *reason_in(const char *text)
{
    static const char *const words[] = { "n/a", "nvt", "n.v.t." };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);

        if (strncasecmp(text, words[i], length) != 0)
            continue;
        if (text[length] == '\0')
            return "";
        if (text[length] == ':')
            return text + length + 1 + strspn(text + length + 1, " ");
    }
    return NULL;
}

/* Gives the value away only where it fits the question. */
static int keep_if_sound(const struct questionnaire *questionnaire, size_t question, Ci__AnswerValue *value,
                         Ci__AnswerValue **out, struct answer_problem *problem)
{
    Ci__Answer answer = CI__ANSWER__INIT;

    answer.value = value;
    if (answer_check(questionnaire, question, &answer, problem) != 0)
        return ANSWER_TEXT_INVALID;
    *out = value;
    return 0;
}

int answer_text_not_applicable(const struct questionnaire *questionnaire, size_t question, const char *reason,
                               struct arena *arena, Ci__AnswerValue **out, struct answer_problem *problem)
{
    Ci__AnswerValue *value = arena_alloc(arena, sizeof *value);
    char *kept = trimmed(reason, strnlen(reason, TYPED_BYTES_MAX), arena);

    if (!value || !kept)
        return no_memory();
    ci__answer_value__init(value);
    value->of_case = CI__ANSWER_VALUE__OF_NOT_APPLICABLE;
    value->not_applicable = kept;
    return keep_if_sound(questionnaire, question, value, out, problem);
}

int answer_text_parse(const struct questionnaire *questionnaire, size_t question, const char *text, struct arena *arena,
                      Ci__AnswerValue **out, struct answer_problem *problem)
{
    Ci__AnswerValue *value = arena_alloc(arena, sizeof *value);
    char *typed = trimmed(text, strnlen(text, TYPED_BYTES_MAX), arena);
    int r;

    if (!value || !typed)
        return no_memory();
    if (reason_in(typed))
        return answer_text_not_applicable(questionnaire, question, reason_in(typed), arena, out, problem);
    ci__answer_value__init(value);
    if (is_word(typed, "unknown", "weet-niet") || is_word(typed, "weet niet", "weet ik niet") ||
        is_word(typed, "onbekend", "weet ik nog niet")) {
        value->of_case = CI__ANSWER_VALUE__OF_UNKNOWN;
        value->unknown = true;
        r = 0;
    } else {
        r = parse_kind(questionnaire, question_at(questionnaire, question), typed, arena, value, problem);
    }
    return r ? r : keep_if_sound(questionnaire, question, value, out, problem);
}
