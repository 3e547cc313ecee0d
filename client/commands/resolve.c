/*
 * resolve.c: `cimonitor resolve`: of the answers that stand side by side one counts from now on, or a new one does. An
 * ordinary edit, possible without a network, that names as seen exactly what `conflicts` has shown: an answer that came
 * in since, or is still on its way, survives it.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/answer_change.h"
#include "client/commands/conflicts.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "common/format/answer_text.h"
#include "common/wire/codec.h"

struct choice {
    const char *number, *value, *remark; /* a number on the screen, or a new answer */
};

/* ---- what cannot be ---- */

static int refuse_question(const struct command_context *context, const char *id)
{
    return command_refuse(context, EXIT_FAILED, "unknown_question",
                          arena_format(context->arena, "%s: deze vraag bestaat niet. Zie: cimonitor conflicts", id),
                          arena_format(context->arena, "%s: there is no such question. See: cimonitor conflicts", id));
}

static int refuse_none(const struct command_context *context, const char *id)
{
    return command_refuse(
        context, EXIT_FAILED, "no_conflict",
        arena_format(context->arena,
                     "Bij %s staan geen verschillende antwoorden naast elkaar. Antwoorden: cimonitor answer", id),
        arena_format(context->arena, "There are no different answers side by side to %s. To answer: cimonitor answer",
                     id));
}

static int refuse_number(const struct command_context *context, const char *number)
{
    return command_refuse(
        context, EXIT_FAILED, "unknown_number",
        arena_format(context->arena,
                     "%s: er is geen antwoord met dat nummer. Zie: cimonitor conflicts. Een nieuw antwoord: --value",
                     number),
        arena_format(context->arena, "%s: no answer has that number. See: cimonitor conflicts. A new answer: --value",
                     number));
}

/* ---- the edit ---- */

static int draft_number(const struct command_context *context, const struct conflict *conflict, const char *number,
                        struct draft *draft)
{
    const Ci__Edit *chosen = conflict_choice(conflict, number);

    if (!chosen)
        return refuse_number(context, number);
    draft->value =
        chosen->cleared ? bytes_of(NULL, 0) : bytes_from(chosen->value); /* alike to the byte: people agree */
    return 0;
}

static int draft_value(const struct command_context *context, const struct sheet *sheet, size_t question,
                       const struct choice *choice, struct draft *draft)
{
    struct answer_change change = { .remark = choice->remark };
    struct answer_problem problem = { 0 };
    const char *id = question_at(sheet->questionnaire, question)->id;
    int result =
        answer_text_parse(sheet->questionnaire, question, choice->value, context->arena, &change.value, &problem);

    if (result > 0)
        return command_refuse(context, EXIT_FAILED, "invalid", arena_format(context->arena, "%s: %s", id, problem.nl),
                              arena_format(context->arena, "%s: %s", id, problem.en));
    return result < 0 ? result : answer_change_draft(context, sheet, question, &change, draft);
}

static int print_saved(struct edit_reader *reader, const struct conflict *conflict)
{
    const struct command_context *context = reader->context;
    Ci__Edit *edit = NULL;

    TRY(replica_word(context->replica, context->arena, identity_municipality(&context->identity), conflict->key, &edit,
                     NULL));
    if (context->json) {
        command_print_json(json_pack("{s:i, s:s, s:i, s:o}", "saved", 1, "key", conflict->key, "resolved",
                                     (int)conflict->heads.count, "answer", edit_json(reader, edit)));
        return EXIT_DONE;
    }
    tell(say(context->language,
             "Opgeslagen op deze computer: %s %s is %s. Het geldt voor iedereen na: cimonitor sync\n",
             "Saved on this computer: %s %s is %s. It holds for everybody after: cimonitor sync\n"),
         conflict->parsed.first, conflict->parsed.second, edit_words(reader, edit));
    return EXIT_DONE;
}

static int resolve(struct edit_reader *reader, const struct sheet *sheet, size_t question, const struct choice *choice)
{
    const struct command_context *context = reader->context;
    const char *id = question_at(sheet->questionnaire, question)->id;
    struct draft draft = { .dossier = sheet->municipality,
                           .key = sheet_key(sheet, context->arena, question),
                           .questionnaire = bytes_of(sheet->questionnaire->hash, DIGEST_BYTES),
                           .author = context->identity.person };
    struct conflict conflict;
    int result = conflict_read(context, draft.key, &conflict);

    if (result == REPLICA_NONE || (result == 0 && conflict.heads.count < 2))
        return refuse_none(context, id);
    if (result == 0)
        result = answer_round_is_open(context, sheet);
    if (result == 0 && !conflict.heads.shown)
        return conflict_refuse_unseen(reader, &conflict);
    if (result == 0)
        result = choice->number ? draft_number(context, &conflict, choice->number, &draft)
                                : draft_value(context, sheet, question, choice, &draft);
    draft.seen = &conflict.heads;
    if (result == 0)
        result = replica_write(context->replica, &draft, 1, NULL);
    return result == 0 ? print_saved(reader, &conflict) : result;
}

int run_resolve(struct command_context *context, int count, char **arguments)
{
    struct choice choice = { 0 };
    const struct command_option options[] = { { .name = "--value", .value = &choice.value },
                                              { .name = "--remark", .value = &choice.remark } };
    int left = command_options(context, count, arguments, options, sizeof options / sizeof options[0]);

    if (left < 0)
        return EXIT_USAGE;
    if (left != (choice.value ? 2 : 3) || (choice.remark && !choice.value))
        return command_usage(context, say(context->language,
                                          "geef ronde, vraag en het nummer van een antwoord, of een nieuw antwoord",
                                          "give round, question and the number of an answer, or a new answer"));
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    struct edit_reader reader = edit_reader_of(context);
    int result = sheet_load(&sheet, context, arguments[0], false);

    choice.number = choice.value ? NULL : arguments[2];
    if (result == 0) {
        int question = questionnaire_question(sheet->questionnaire, arguments[1]);

        result =
            question < 0 ? refuse_question(context, arguments[1]) : resolve(&reader, sheet, (size_t)question, &choice);
    }
    edit_reader_end(&reader);
    return result < 0 ? command_fault(context, result) : result;
}
