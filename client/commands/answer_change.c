/*
 * answer_change.c: merges a change into the answer that stands here, checks it, packs it. Writes nothing.
 */
#include "client/commands/answer_change.h"

#include "common/format/answer_text.h"
#include "common/wire/codec.h"

int answer_round_is_open(const struct command_context *context, const struct sheet *sheet)
{
    switch (sheet->round->state) {
    case CI__ROUND__STATE__OPEN: return 0;
    case CI__ROUND__STATE__PLANNED:
        return command_refuse(context, EXIT_FAILED, "round_not_open",
                              "De ronde is nog niet open. Zodra zij opengaat ziet u dat na: cimonitor sync",
                              "The round is not open yet. Once it opens you will see that after: cimonitor sync");
    default:
        return command_refuse(
            context, EXIT_FAILED, "round_closed",
            "De ronde is gesloten: er kan niets meer bij. Vraag het programmateam als er iets ontbreekt.",
            "The round is closed: nothing can be added. Ask the central team if something is missing.");
    }
}

static bool merge_evidence(const struct answer_change *change, Ci__Answer *answer, struct arena *arena)
{
    size_t kept = change->adds_evidence ? answer->n_evidence : 0, count = change->evidence_count;

    if (count == 0)
        return true;
    if (count == 1 && !*change->evidence[0])
        count = 0;
    char **list = arena_alloc(arena, (kept + count + 1) * sizeof *list);

    for (size_t i = 0; list && i < kept; i++)
        list[i] = answer->evidence[i];
    for (size_t i = 0; list && i < count; i++)
        list[kept + i] = (char *)(uintptr_t)change->evidence[i];
    answer->evidence = list;
    answer->n_evidence = kept + count;
    return list != NULL;
}

/* The new answer on top of the one before; its parts are borrowed from both. */
static Ci__Answer *merge(const struct answer_change *change, const Ci__Answer *before, struct arena *arena)
{
    Ci__Answer *answer = arena_alloc(arena, sizeof *answer);
    Ci__WorkingOn *working_on = arena_alloc(arena, sizeof *working_on);

    if (!answer || !working_on)
        return NULL;
    ci__answer__init(answer);
    if (before)
        *answer = *before;
    if (change->value)
        answer->value = change->value;
    if (change->remark)
        answer->remark = (char *)(uintptr_t)change->remark;
    if (change->note)
        answer->note = (char *)(uintptr_t)change->note;
    if (change->owner || change->planned) {
        ci__working_on__init(working_on);
        if (answer->working_on)
            *working_on = *answer->working_on;
        if (change->owner)
            working_on->owner = (char *)(uintptr_t)change->owner;
        if (change->planned)
            working_on->planned = (char *)(uintptr_t)change->planned;
        answer->working_on = working_on;
    }
    return merge_evidence(change, answer, arena) ? answer : NULL;
}

static int refuse_invalid(const struct command_context *context, const char *question,
                          const struct answer_problem *problem)
{
    const char *nl = arena_format(context->arena, "%s: %s", question, problem->nl);
    const char *en = arena_format(context->arena, "%s: %s", question, problem->en);

    return command_refuse(context, EXIT_FAILED, "invalid", nl, en);
}

const char *answer_possible(const struct command_context *context, const struct sheet *sheet, size_t question,
                            enum language language)
{
    const char *hint = answer_text_hint(sheet->questionnaire, question, language, context->arena);
    const char *choices = answer_text_choices(sheet->questionnaire, question, language, context->arena);
    const char *both = hint && choices && *choices ? arena_format(context->arena, "%s\n%s", hint, choices) : hint;

    return both ? both : "";
}

static int refuse_without_value(const struct command_context *context, const struct sheet *sheet, size_t question)
{
    const char *id = question_at(sheet->questionnaire, question)->id;

    return command_refuse(context, EXIT_USAGE, "invalid",
                          arena_format(context->arena, "%s heeft nog geen antwoord: geef ook een waarde: %s", id,
                                       answer_possible(context, sheet, question, LANGUAGE_NL)),
                          arena_format(context->arena, "%s has no answer yet: give a value too: %s", id,
                                       answer_possible(context, sheet, question, LANGUAGE_EN)));
}

int answer_change_draft(const struct command_context *context, const struct sheet *sheet, size_t question,
                        const struct answer_change *change, struct draft *draft)
{
    const char *id = question_at(sheet->questionnaire, question)->id;
    struct answer_problem problem = { 0 };
    int closed = answer_round_is_open(context, sheet);

    if (closed)
        return closed;
    *draft = (struct draft){
        .dossier = sheet->municipality,
        .key = sheet_key(sheet, context->arena, question),
        .questionnaire = bytes_of(sheet->questionnaire->hash, DIGEST_BYTES),
        .author = context->identity.person,
    };
    if (change->clear)
        return 0;
    Ci__Answer *answer = merge(change, sheet->answers[question], context->arena);

    if (!answer)
        return FAULT(FAULT_MEMORY, "the answer to %s is too large: shorten its texts", id);
    if (!answer->value)
        return refuse_without_value(context, sheet, question);
    if (answer_check(sheet->questionnaire, question, answer, &problem) != 0)
        return refuse_invalid(context, id, &problem);
    draft->value = codec_pack(answer, context->arena);
    return draft->value.data ? 0 : FAULT(FAULT_MEMORY, "the answer to %s is too large: shorten its texts", id);
}
