/*
 * fill.c: `cimonitor fill`: walks through the questions one by one in the terminal, with the advice shown. Every
 * answer is on disk before the next question is asked; leaving at any moment loses nothing. Offline.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/answer_change.h"
#include "client/commands/columns.h"
#include "client/commands/run.h"
#include "common/format/answer_text.h"

enum { INPUT_BYTES_MAX = 4096, ARENA_BYTES = 64 * 1024 * 1024, PAGE_BYTES = 1024 * 1024 };

struct walk {
    struct command_context *context; /* its arena holds the sheet: a new one a save */
    struct command_context page;     /* the same with an arena for one question: what is shown, typed and saved */
    struct sheet *sheet;
    size_t order[QUESTIONS_MAX], count, at; /* the questions to ask, and where we are */
    size_t saved;
};

/* What an input asks for, besides an answer. */
enum step { STEP_NEXT, STEP_BACK, STEP_STAY, STEP_QUIT };

__attribute__((format_arg(2), format_arg(3))) static const char *T(const struct walk *walk, const char *nl,
                                                                   const char *en)
{
    return say(walk->context->language, nl, en);
}

static bool is_word(const char *input, const char *a, const char *b)
{
    return strcmp(input, a) == 0 || strcmp(input, b) == 0;
}

/* "Label: text"; nothing where there is no text. */
static void print_labelled(const struct walk *walk, const char *label, const char *text)
{
    if (*text)
        print_paragraph(stdout, arena_format(walk->page.arena, "%s: %s", label, text), 4);
}

/* All that stands here already, so that nobody types it twice or replaces it unseen. */
static void print_answer(const struct walk *walk, size_t question)
{
    const Ci__Answer *answer = walk->sheet->answers[question];
    struct arena *arena = walk->page.arena;
    const char *evidence = "";

    for (size_t i = 0; evidence && i < answer->n_evidence; i++)
        evidence = arena_format(arena, "%s%s%s", evidence, i ? "; " : "", answer->evidence[i]);
    print_labelled(walk, T(walk, "Nu ingevuld", "Answered now"),
                   answer_text_words(walk->sheet->questionnaire, question, answer->value, walk->page.language, arena));
    if (walk->sheet->rivalled[question])
        print_labelled(walk, T(walk, "Let op", "Note"),
                       T(walk, "hier staan verschillende antwoorden naast elkaar; zie cimonitor conflicts",
                         "different answers stand side by side here; see cimonitor conflicts"));
    print_labelled(walk, T(walk, "Toelichting", "Remark"), answer->remark);
    print_labelled(walk, T(walk, "Bewijs", "Evidence"), evidence ? evidence : "…");
    print_labelled(walk, T(walk, "Interne notitie", "Internal note"), answer->note);
    if (answer->working_on)
        print_labelled(walk, T(walk, "Wordt aan gewerkt", "Working on it"), answer->working_on->owner);
}

static void print_question(const struct walk *walk)
{
    const struct sheet *sheet = walk->sheet;
    size_t index = walk->order[walk->at];
    const Ci__Question *question = question_at(sheet->questionnaire, index);
    const Ci__Theme *theme = sheet->questionnaire->message->themes[sheet->questionnaire->theme_of[index]];
    enum language language = walk->context->language;
    const char *choices = answer_text_choices(sheet->questionnaire, index, language, walk->page.arena);

    printf("\n[%zu/%zu] %s %s — %s\n", walk->at + 1, walk->count, theme->id, text_in(theme->name, language),
           question->id);
    print_paragraph(stdout, text_in(question->text, language), 4);
    if (*text_in(question->help, language))
        print_paragraph(stdout, text_in(question->help, language), 4);
    if (choices && *choices)
        print_list(stdout, choices);
    print_labelled(walk, T(walk, "Advies", "Advice"), text_in(question->advice, language));
    if (sheet->answers[index])
        print_answer(walk, index);
    print_paragraph(stdout, answer_text_hint(sheet->questionnaire, index, language, walk->page.arena), 4);
    fputs("> ", stdout);
    fflush(stdout);
}

static void print_commands(const struct walk *walk)
{
    tell_line(T(walk,
                "    Typ uw antwoord, of:\n"
                "      Enter    volgende vraag, deze blijft zoals zij is\n"
                "      b        terug naar de vorige vraag\n"
                "      r TEKST  toelichting bij het antwoord; vervangt de vorige\n"
                "      i TEKST  interne notitie, gaat niet mee; vervangt de vorige\n"
                "      e ADRES  bewijs erbij: een webadres of een zaaknummer\n"
                "      ?        deze uitleg\n"
                "      q        stoppen; alles is al bewaard",
                "    Type your answer, or:\n"
                "      Enter      next question, this one stays as it is\n"
                "      b          back to the question before\n"
                "      r TEXT     remark on the answer, in place of the one before\n"
                "      i TEXT     internal note, never submitted, in place of the one before\n"
                "      e ADDRESS  one more piece of evidence: a web address or a case number\n"
                "      ?          this explanation\n"
                "      q          stop; all is saved already"));
}

static void forget(struct walk *walk)
{
    walk->sheet = sheet_free(walk->sheet);
    arena_free(walk->context->arena);
}

/* The sheet anew, so that scores, answers and remarks are as just saved; and its memory, or a long walk would fill it. */
static int reload(struct walk *walk)
{
    struct command_context fresh = *walk->context;
    struct sheet *sheet = NULL;

    TRY(arena_new(&fresh.arena, ARENA_BYTES));
    int result = sheet_load(&sheet, &fresh, walk->sheet->round->id, false);

    if (result != 0) {
        arena_free(fresh.arena);
        return result;
    }
    forget(walk);
    *walk->context = fresh;
    walk->sheet = sheet;
    return 0;
}

static int save(struct walk *walk, const struct answer_change *change, enum step *step)
{
    struct draft draft = { 0 };
    int result = answer_change_draft(&walk->page, walk->sheet, walk->order[walk->at], change, &draft);

    *step = STEP_STAY;
    if (result > 0)
        return 0; /* it was said why; ask again */
    TRY(result);
    TRY(replica_write(walk->context->replica, &draft, 1, NULL));
    walk->saved++;
    result = reload(walk);
    if (result != 0)
        return result < 0 ? result : FAULT(FAULT_STATE, "the round is not known here any more: sync, then go on");
    int overall = walk->sheet->scores.node[node_overall()];

    tell(T(walk, "    Opgeslagen. Volledigheid %u %%", "    Saved. Completeness %u %%"),
         walk->sheet->scores.completeness);
    if (overall >= 0)
        tell(T(walk, ", totaalscore %d", ", overall score %d"), score_points(overall));
    puts(".");
    if (walk->sheet->rivalled[walk->order[walk->at]])
        tell_line(T(walk, "    Let op: hier staan verschillende antwoorden naast elkaar; kies met: cimonitor conflicts",
                    "    Note: different answers stand side by side here; choose with: cimonitor conflicts"));
    *step = STEP_NEXT;
    return 0;
}

static int save_value(struct walk *walk, const char *input, enum step *step)
{
    struct answer_change change = { 0 };
    struct answer_problem problem = { 0 };
    int result = answer_text_parse(walk->sheet->questionnaire, walk->order[walk->at], input, walk->page.arena,
                                   &change.value, &problem);

    TRY(result);
    if (result > 0) {
        printf("    %s\n", T(walk, problem.nl, problem.en));
        *step = STEP_STAY;
        return 0;
    }
    return save(walk, &change, step);
}

/* "r TEXT", "i TEXT", "e ADDRESS": stands beside the answer that is there; stays at the question. */
static int save_beside(struct walk *walk, char kind, const char *text, enum step *step)
{
    struct answer_change change = { .evidence = &text, .evidence_count = kind == 'e', .adds_evidence = true };

    if (kind == 'r')
        change.remark = text;
    if (kind == 'i')
        change.note = text;
    TRY(save(walk, &change, step));
    *step = STEP_STAY;
    return 0;
}

static int handle_input(struct walk *walk, const char *input, enum step *step)
{
    *step = STEP_NEXT;
    if (*input == '\0')
        return 0;
    if (is_word(input, "q", T(walk, "stop", "quit"))) {
        *step = STEP_QUIT;
        return 0;
    }
    if (is_word(input, "b", T(walk, "terug", "back"))) {
        *step = STEP_BACK;
        return 0;
    }
    if (is_word(input, "?", "help") || is_word(input, "h", "hulp")) {
        print_commands(walk);
        *step = STEP_STAY;
        return 0;
    }
    if (strchr("rie", input[0]) && input[1] == ' ' && input[2])
        return save_beside(walk, input[0], input + 2, step);
    return save_value(walk, input, step);
}

/* A line of input without its end; false at end of file. A longer line is refused whole. */
static bool read_input(struct walk *walk, char *line)
{
    for (;;) {
        if (!fgets(line, INPUT_BYTES_MAX, stdin))
            return false;
        size_t size = strcspn(line, "\r\n");

        if (line[size] != '\0' || feof(stdin)) {
            line[size] = '\0';
            return true;
        }
        for (int c = 0; c != '\n' && c != EOF;)
            c = getchar();
        printf("%s\n> ",
               T(walk, "    Dat is te lang: hooguit 4.000 tekens.", "    That is too long: 4,000 characters at most."));
    }
}

static int ask_all(struct walk *walk)
{
    char line[INPUT_BYTES_MAX];
    enum step step = STEP_STAY;

    print_commands(walk);
    while (walk->at < walk->count && step != STEP_QUIT) {
        arena_reset(walk->page.arena);
        print_question(walk);
        if (!read_input(walk, line))
            break;
        TRY(handle_input(walk, line, &step));
        if (step == STEP_NEXT)
            walk->at++;
        if (step == STEP_BACK && walk->at > 0)
            walk->at--;
    }
    tell(T(walk, "\n%zu keer opgeslagen. Volledigheid %u %%. Versturen: cimonitor sync. Scores: cimonitor score %s\n",
           walk->saved == 1
               ? "\nSaved %zu time. Completeness %u %%. To send: cimonitor sync. Scores: cimonitor score %s\n"
               : "\nSaved %zu times. Completeness %u %%. To send: cimonitor sync. Scores: cimonitor score %s\n"),
         walk->saved, walk->sheet->scores.completeness, walk->sheet->round->id);
    return 0;
}

static void choose(struct walk *walk, const char *theme, const char *audience, bool all)
{
    const struct questionnaire *questionnaire = walk->sheet->questionnaire;

    for (size_t question = 0; question < questionnaire->question_count; question++) {
        const Ci__Question *message = question_at(questionnaire, question);

        if ((all || !walk->sheet->answers[question]) && (!theme || strcmp(message->theme, theme) == 0) &&
            (!audience || strcmp(message->audience, audience) == 0))
            walk->order[walk->count++] = question;
    }
}

int run_fill(struct command_context *context, int count, char **arguments)
{
    const char *theme = NULL, *audience = NULL;
    bool all = false, mine = false;
    const struct command_option options[] = {
        { .name = "--theme", .value = &theme },
        { .name = "--all", .flag = &all },
        { .name = "--mine", .flag = &mine },
    };

    if (command_one_round(context, count, arguments, options, sizeof options / sizeof options[0]) != 0)
        return EXIT_USAGE;
    if (context->json)
        return command_usage(context,
                             say(context->language, "invullen is een gesprek: gebruik answer --json in een script",
                                 "filling in is a conversation: use answer --json in a script"));
    struct command_context own = *context;
    struct walk walk = { .context = &own, .page = *context };

    own.arena = walk.page.arena = NULL;
    int result = arena_new(&own.arena, ARENA_BYTES);

    if (result == 0)
        result = arena_new(&walk.page.arena, PAGE_BYTES);
    if (result == 0)
        result = sheet_load(&walk.sheet, &own, arguments[0], false);

    if (result == 0)
        result = answer_round_is_open(context, walk.sheet);
    if (result == 0)
        result = sheet_has_theme(context, walk.sheet, theme);
    if (result == 0 && mine)
        result = sheet_own_audience(context, &audience);
    if (result == 0) {
        choose(&walk, theme, audience, all);
        if (walk.count == 0)
            tell_line(T(&walk, "Er is hier niets meer open. Met --all loopt u alles nog eens langs.",
                        "Nothing is open here any more. With --all you walk through everything again."));
        else
            result = ask_all(&walk);
    }
    forget(&walk);
    arena_free(walk.page.arena);
    return result < 0 ? command_fault(context, result) : result;
}
