/*
 * answer.c: whether an answer fits its question, and what it scores. Knows the questionnaire, not who answers or when.
 * Pure; any thread.
 */
#include "common/monitor/answer.h"

#include <stdio.h>
#include <strings.h>

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/monitor/score.h"

enum { MATURITY_MAX = 4, PERCENT = 100, CATEGORIES_MAX = 20 };

static int wrong(struct answer_problem *problem, const char *nl, const char *en)
{
    snprintf(problem->nl, sizeof problem->nl, "%s", nl);
    snprintf(problem->en, sizeof problem->en, "%s", en);
    return ANSWER_INVALID;
}

static bool text_fits(const char *text, size_t most)
{
    size_t length = strnlen(text, most + 1);

    return length <= most && text_is_clean(text, length);
}

static bool text_is_blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

static Ci__AnswerValue__OfCase case_of_kind(Ci__Question__Kind kind)
{
    switch (kind) {
    case CI__QUESTION__KIND__MATURITY: return CI__ANSWER_VALUE__OF_LEVEL;
    case CI__QUESTION__KIND__PERCENTAGE: return CI__ANSWER_VALUE__OF_PERCENTAGE;
    case CI__QUESTION__KIND__NUMBER: return CI__ANSWER_VALUE__OF_NUMBER;
    case CI__QUESTION__KIND__YES_PARTLY_NO: return CI__ANSWER_VALUE__OF_AGREEMENT;
    case CI__QUESTION__KIND__CHOICES:
    case CI__QUESTION__KIND__LADDER: return CI__ANSWER_VALUE__OF_CHOICES;
    case CI__QUESTION__KIND__EUROS: return CI__ANSWER_VALUE__OF_EUROS;
    case CI__QUESTION__KIND__FREE_TEXT: return CI__ANSWER_VALUE__OF_TEXT;
    default: break;
    }
    return CI__ANSWER_VALUE__OF__NOT_SET;
}

static int option_index(const Ci__Question *question, const char *id)
{
    for (size_t i = 0; i < question->n_options; i++)
        if (strcmp(question->options[i]->id, id) == 0)
            return (int)i;
    return -1;
}

/* Rising, so that each comes once and alike answers have alike bytes. */
static int check_choices(const Ci__Question *question, const Ci__Choices *choices, struct answer_problem *problem)
{
    int last = -1;

    for (size_t i = 0; choices && i < choices->n_options; i++) {
        int index = option_index(question, choices->options[i]);

        if (index < 0)
            return wrong(problem, "Kies alleen uit de mogelijkheden van deze vraag.",
                         "Choose only from the options of this question.");
        if (index <= last)
            return wrong(problem, "Noem elke mogelijkheid één keer, in de volgorde van de vragenlijst.",
                         "Name each option once, in the order of the questionnaire.");
        last = index;
    }
    return choices ? 0 : wrong(problem, "De keuzes ontbreken.", "The choices are missing.");
}

static int check_euros(const struct questionnaire *questionnaire, const Ci__Euros *euros,
                       struct answer_problem *problem)
{
    uint64_t sum = 0;
    int last = -1;

    if (!euros || euros->total > EUROS_MAX || euros->n_categories > CATEGORIES_MAX)
        return wrong(problem, "Vul een totaal in van 0 tot 1.000.000.000.000 euro, met hooguit 20 categorieën.",
                     "Give a total of 0 to 1,000,000,000,000 euros, with at most 20 categories.");
    for (size_t i = 0; i < euros->n_categories; i++) {
        int theme = questionnaire_theme(questionnaire, euros->categories[i]->theme);

        if (theme < 0 || !questionnaire->message->themes[theme]->category)
            return wrong(problem, "Noem bij de bedragen alleen thema's die een inkoopcategorie zijn.",
                         "Name only themes that are a procurement category beside the amounts.");
        if (theme <= last)
            return wrong(problem, "Noem elke categorie één keer, in de volgorde van de vragenlijst.",
                         "Name each category once, in the order of the questionnaire.");
        if (euros->categories[i]->amount > euros->total - sum)
            return wrong(problem,
                         "De categorieën zijn samen meer dan het totaal. Verhoog het totaal of verlaag een bedrag.",
                         "The categories together exceed the total. Raise the total or lower an amount.");
        sum += euros->categories[i]->amount;
        last = theme;
    }
    return 0;
}

static int check_not_applicable(const Ci__Question *question, const char *reason, struct answer_problem *problem)
{
    if (!question->na_allowed)
        return wrong(problem,
                     "Deze vraag is voor elke gemeente van toepassing. Weet u het niet, kies dan ‘weet ik niet’.",
                     "This question applies to every municipality. If you do not know, choose 'unknown'.");
    if (text_is_blank(reason) || !text_fits(reason, REASON_BYTES_MAX))
        return wrong(problem,
                     "Zeg in 1 tot 1000 tekens (een letter met een accent telt voor twee) waarom de vraag niet van "
                     "toepassing is.",
                     "Say in 1 to 1000 characters why the question does not apply.");
    return 0;
}

static int check_agreement(Ci__Agreement agreement, struct answer_problem *problem)
{
    if (agreement == CI__AGREEMENT__YES || agreement == CI__AGREEMENT__PARTLY || agreement == CI__AGREEMENT__NO)
        return 0;
    return wrong(problem, "Kies ja, deels of nee.", "Choose yes, partly or no.");
}

/* The value, which is of the question's kind. */
static int check_kind(const struct questionnaire *questionnaire, const Ci__Question *question,
                      const Ci__AnswerValue *value, struct answer_problem *problem)
{
    switch (value->of_case) {
    case CI__ANSWER_VALUE__OF_LEVEL:
        return value->level <= MATURITY_MAX
                   ? 0
                   : wrong(problem, "Kies een niveau van 0 tot en met 4.", "Choose a level from 0 to 4.");
    case CI__ANSWER_VALUE__OF_PERCENTAGE:
        return value->percentage <= PERCENT ? 0
                                            : wrong(problem, "Vul een heel percentage in van 0 tot en met 100.",
                                                    "Give a whole percentage from 0 to 100.");
    case CI__ANSWER_VALUE__OF_NUMBER:
        return value->number <= NUMBER_MAX ? 0
                                           : wrong(problem, "Vul een heel getal in van 0 tot en met 1000000.",
                                                   "Give a whole number from 0 to 1000000.");
    case CI__ANSWER_VALUE__OF_AGREEMENT: return check_agreement(value->agreement, problem);
    case CI__ANSWER_VALUE__OF_CHOICES: return check_choices(question, value->choices, problem);
    case CI__ANSWER_VALUE__OF_EUROS: return check_euros(questionnaire, value->euros, problem);
    case CI__ANSWER_VALUE__OF_TEXT:
        return text_fits(value->text, ANSWER_TEXT_BYTES_MAX) && !text_is_blank(value->text)
                   ? 0
                   : wrong(problem,
                           "Schrijf een antwoord van 1 tot 2000 tekens (een letter met een accent telt voor twee).",
                           "Write an answer of 1 to 2000 characters (a letter with an accent counts for two).");
    default: CHECK(value->of_case == case_of_kind(question->kind)); return 0;
    }
}

static int check_value(const struct questionnaire *questionnaire, const Ci__Question *question,
                       const Ci__AnswerValue *value, struct answer_problem *problem)
{
    if (!value || value->of_case == CI__ANSWER_VALUE__OF__NOT_SET)
        return wrong(problem, "Er is geen antwoord ingevuld.", "No answer was given.");
    if (value->of_case == CI__ANSWER_VALUE__OF_NOT_APPLICABLE)
        return check_not_applicable(question, value->not_applicable, problem);
    if (value->of_case == CI__ANSWER_VALUE__OF_UNKNOWN)
        return value->unknown ? 0 : wrong(problem, "Er is geen antwoord ingevuld.", "No answer was given.");
    if (value->of_case != case_of_kind(question->kind))
        return wrong(problem, "Dit soort antwoord past niet bij de vraag.",
                     "This kind of answer does not fit the question.");
    return check_kind(questionnaire, question, value, problem);
}

/*
 * What a browser would take for the scheme of a link: its first letters up to a colon. Tabs and line ends, which browsers
 * leave out, are refused; spaces before it are passed over.
 */
static size_t scheme_length(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    return strchr("0123456789+-.", *text) || text[length] != ':' ? 0 : length;
}

/* A web address, or a reference that nobody's program takes for a link: a case number, a title. */
static bool evidence_fits(const char *text)
{
    static const char *const web[] = { "https://", "http://" };

    if (text_is_blank(text) || !text_fits(text, EVIDENCE_BYTES_MAX) || strpbrk(text, "\t\n"))
        return false;
    text += strspn(text, " ");
    if (scheme_length(text) == 0)
        return true;
    for (size_t i = 0; i < sizeof web / sizeof web[0]; i++) {
        size_t length = strlen(web[i]);

        if (strncasecmp(text, web[i], length) == 0)
            return text[length] && text[length] != '/' && !strchr(text + length, ' ');
    }
    return false;
}

static int check_evidence(const Ci__Answer *answer, struct answer_problem *problem)
{
    if (answer->n_evidence > EVIDENCE_MAX)
        return wrong(problem, "Noem hooguit 10 bewijsstukken.", "Name at most 10 pieces of evidence.");
    for (size_t i = 0; i < answer->n_evidence; i++)
        if (!evidence_fits(answer->evidence[i]))
            return wrong(problem,
                         "Een bewijsstuk is een webadres (https://…, zonder spaties) of een verwijzing, zoals een "
                         "zaaknummer of een titel zonder dubbele punt na het eerste woord; 1 tot 500 tekens (een "
                         "letter met een accent telt voor twee).",
                         "A piece of evidence is a web address (https://…, without spaces) or a reference, such as a "
                         "case number or a title without a colon after its first word; 1 to 500 characters (a letter "
                         "with an accent counts for two).");
    return 0;
}

static int check_surroundings(const Ci__Answer *answer, struct answer_problem *problem)
{
    const Ci__WorkingOn *working_on = answer->working_on;

    if (!text_fits(answer->remark, REMARK_BYTES_MAX) || !text_fits(answer->note, REMARK_BYTES_MAX))
        return wrong(problem,
                     "Houd toelichting en notitie elk onder 4000 tekens (een letter met een accent telt voor twee), "
                     "zonder stuurtekens.",
                     "Keep remark and note each below 4000 characters (a letter with an accent counts for two), "
                     "without control characters.");
    int evidence = check_evidence(answer, problem);

    if (evidence)
        return evidence;
    if (!working_on)
        return 0;
    if (!text_fits(working_on->owner, OWNER_BYTES_MAX))
        return wrong(problem, "Noem wie eraan werkt in hooguit 200 tekens (een letter met een accent telt voor twee).",
                     "Name who works on it in at most 200 characters (a letter with an accent counts for two).");
    if (*working_on->planned && !date_is_valid(working_on->planned))
        return wrong(problem, "Geef een geplande datum die bestaat, als JJJJ-MM-DD.",
                     "Give a planned date that exists, as YYYY-MM-DD.");
    return 0;
}

int answer_fits(const struct questionnaire *questionnaire, size_t question, const Ci__Answer *answer,
                struct answer_problem *problem)
{
    CHECK(question < questionnaire->question_count);
    int r = check_value(questionnaire, question_at(questionnaire, question), answer->value, problem);

    return r ? r : check_surroundings(answer, problem);
}

static bool is_straight(const char *text)
{
    return text_reads_straight(text, strlen(text));
}

/* The texts of an answer that are the writer's own; what is chosen was compared with the questionnaire. */
static bool reads_straight(const Ci__Answer *answer)
{
    const Ci__AnswerValue *value = answer->value;
    bool straight = is_straight(answer->remark) && is_straight(answer->note);

    if (value->of_case == CI__ANSWER_VALUE__OF_TEXT)
        straight = straight && is_straight(value->text);
    if (value->of_case == CI__ANSWER_VALUE__OF_NOT_APPLICABLE)
        straight = straight && is_straight(value->not_applicable);
    if (answer->working_on)
        straight = straight && is_straight(answer->working_on->owner);
    for (size_t i = 0; straight && i < answer->n_evidence; i++)
        straight = is_straight(answer->evidence[i]);
    return straight;
}

int answer_check(const struct questionnaire *questionnaire, size_t question, const Ci__Answer *answer,
                 struct answer_problem *problem)
{
    int r = answer_fits(questionnaire, question, answer, problem);

    if (r == 0 && !reads_straight(answer))
        return wrong(
            problem,
            "In een tekst staat een onzichtbaar teken dat de leesrichting keert (U+202A–U+202E of U+2066–U+2069). "
            "Haal het weg, of typ de tekst opnieuw.",
            "A text holds an invisible character that turns its direction (U+202A–U+202E or U+2066–U+2069). Take "
            "it away, or type the text again.");
    return r;
}

/* Half up; `part` of `whole`, at most all of it, in hundredths of a point. */
static uint32_t share(uint32_t part, uint32_t whole)
{
    return part >= whole ? SCORE_MAX : (uint32_t)((2 * (uint64_t)part * SCORE_MAX + whole) / (2 * (uint64_t)whole));
}

/* Rises from zero_at to full_at, or falls from it. */
static uint32_t number_score(const Ci__Question *question, uint32_t number)
{
    uint32_t zero = question->zero_at, full = question->full_at;

    if (full > zero)
        return number <= zero ? 0 : share(number - zero, full - zero);
    return number >= zero ? 0 : share(zero - number, zero - full);
}

static uint32_t choices_score(const Ci__Question *question, const Ci__Choices *choices)
{
    uint32_t sum = 0, best = 0;

    for (size_t i = 0; i < choices->n_options; i++) {
        int index = option_index(question, choices->options[i]);
        uint32_t points = index < 0 ? 0 : question->options[index]->points;

        sum += points;
        best = points > best ? points : best;
    }
    if (question->kind == CI__QUESTION__KIND__LADDER)
        return best * 100;
    return sum >= 100 ? SCORE_MAX : sum * 100;
}

/* SCORING.md rule 2. */
static uint32_t value_score(const Ci__Question *question, const Ci__AnswerValue *value)
{
    switch (value->of_case) {
    case CI__ANSWER_VALUE__OF_LEVEL: return share(value->level, MATURITY_MAX);
    case CI__ANSWER_VALUE__OF_PERCENTAGE: return share(value->percentage, question->full_at);
    case CI__ANSWER_VALUE__OF_NUMBER: return number_score(question, value->number);
    case CI__ANSWER_VALUE__OF_AGREEMENT:
        return value->agreement == CI__AGREEMENT__YES      ? SCORE_MAX
               : value->agreement == CI__AGREEMENT__PARTLY ? SCORE_MAX / 2
                                                           : 0;
    case CI__ANSWER_VALUE__OF_CHOICES: return choices_score(question, value->choices);
    default: return 0;
    }
}

struct mark answer_mark(const struct questionnaire *questionnaire, size_t question, const Ci__AnswerValue *value,
                        bool substantiated)
{
    struct mark mark = { .state = MARK_NONE, .substantiated = substantiated };

    CHECK(question < questionnaire->question_count);
    if (!value || value->of_case == CI__ANSWER_VALUE__OF__NOT_SET)
        return (struct mark){ .state = MARK_NONE };
    if (value->of_case == CI__ANSWER_VALUE__OF_NOT_APPLICABLE)
        mark.state = MARK_NOT_APPLICABLE;
    else if (value->of_case == CI__ANSWER_VALUE__OF_UNKNOWN)
        mark.state = MARK_UNKNOWN;
    else if (!questionnaire->scored[question])
        mark.state = MARK_UNSCORED;
    else {
        mark.state = MARK_SCORED;
        mark.score = (uint16_t)value_score(question_at(questionnaire, question), value);
    }
    return mark;
}
