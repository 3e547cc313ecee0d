/*
 * publish.c: `cimonitor publish`: a questionnaire from YAML becomes an edit of the catalogue, once it is without mistakes.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "common/base/fault.h"
#include "common/format/questionnaire_yaml.h"
#include "common/monitor/questionnaire.h"
#include "common/wire/codec.h"

struct mistakes {
    const struct command_context *context;
    json_t *array; /* NULL where they are printed for people */
    size_t count;
};

static void on_mistake(void *context, const char *file, unsigned line, const char *expected)
{
    struct mistakes *mistakes = context;

    mistakes->count++;
    if (mistakes->array)
        json_array_append_new(mistakes->array,
                              json_pack("{s:s, s:i, s:s}", "file", command_harmless(mistakes->context, file), "line",
                                        (int)line, "expected", expected));
    else {
        if (mistakes->count == 1 && mistakes->context->language == LANGUAGE_NL)
            fputs("Wat er niet klopt, in het Engels zoals de sleutels van het bestand:\n", stderr);
        fprintf(stderr, "%s:%u: %s\n", file, line, expected);
    }
}

static int refuse_mistakes(struct mistakes *mistakes)
{
    const struct command_context *context = mistakes->context;

    if (mistakes->array) {
        command_print_json(
            json_pack("{s:{s:s, s:s}, s:O}", "error", "name", "invalid", "text",
                      say(context->language, "Er zitten fouten in het bestand.", "The file holds mistakes."),
                      "mistakes", mistakes->array));
        return EXIT_FAILED;
    }
    fprintf(stderr,
            mistakes->count == 1
                ? say(context->language,
                      "cimonitor: %zu fout; er is niets gepubliceerd. Verbeter haar en probeer het opnieuw.\n",
                      "cimonitor: %zu mistake; nothing was published. Correct it and try again.\n")
                : say(context->language,
                      "cimonitor: %zu fouten; er is niets gepubliceerd. Verbeter ze en probeer het opnieuw.\n",
                      "cimonitor: %zu mistakes; nothing was published. Correct them and try again.\n"),
            mistakes->count);
    return EXIT_FAILED;
}

static int print_done(const struct command_context *context, const char *key, const struct questionnaire *questionnaire,
                      const char *done, const char *nl, const char *en)
{
    const char *name = key + strlen("questionnaire/");
    char hash[2 * DIGEST_BYTES + 1];

    if (context->json) {
        command_print_json(json_pack("{s:s, s:i, s:s, s:s}", "questionnaire", name, "questions",
                                     (int)questionnaire->question_count, "hash",
                                     hex_encode(hash, questionnaire->hash, DIGEST_BYTES), "result", done));
        return EXIT_DONE;
    }
    tell(say(context->language, "%s: vragen: %zu, waarvan meetellend voor de score: %zu. %s\n",
             "%s: questions: %zu, of which scored: %zu. %s\n"),
         name, questionnaire->question_count, questionnaire->scored_count, say(context->language, nl, en));
    return EXIT_DONE;
}

struct succession {
    const struct command_context *context;
    const Ci__Questionnaire *message;
    const char *question, *before; /* the first that asks for something else now, and where it was; NULL: none */
};

static int compare_with(void *given, const char *key)
{
    struct succession *succession = given;
    Ci__Questionnaire *before = NULL;
    int retyped;
    int found = central_value(succession->context, key, &ci__questionnaire__descriptor, &before);

    if (found != 0 || succession->question)
        return found < 0 ? found : 0;
    retyped = questionnaire_retyped(before, succession->message);
    if (retyped < 0)
        return 0;
    succession->question = succession->message->questions[retyped]->id;
    succession->before = arena_string(succession->context->arena, key + strlen("questionnaire/"));
    return succession->before ? 0 : FAULT(FAULT_MEMORY, "out of memory for the questionnaire");
}

/* Against every version that is known here. */
static int check_succession(const struct command_context *context, const Ci__Questionnaire *message)
{
    struct succession succession = { context, message, NULL, NULL };
    char *prefix = arena_format(context->arena, "questionnaire/%s/", message->name);

    if (!prefix)
        return FAULT(FAULT_MEMORY, "out of memory for the questionnaire");
    TRY(replica_each(context->replica, "NL", prefix, compare_with, &succession));
    if (!succession.question)
        return 0;
    return command_refuse(context, EXIT_FAILED, "retyped",
                          arena_format(context->arena,
                                       "Vraag %s vroeg in %s om een ander soort antwoord; antwoorden van eerdere jaren "
                                       "hangen aan dat nummer. Geef "
                                       "de nieuwe vraag een nummer van haarzelf.",
                                       succession.question, succession.before),
                          arena_format(context->arena,
                                       "Question %s asked for another kind of answer in %s; answers of earlier years "
                                       "hang on that id. Give the new "
                                       "question an id of its own.",
                                       succession.question, succession.before));
}

/* Against what is published already: the same again is no mistake, another text under the same version is. */
static int publish(const struct command_context *context, const Ci__Questionnaire *message, bool dry_run)
{
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    struct bytes packed = codec_pack(message, context->arena);
    const char *key = arena_format(context->arena, "questionnaire/%s/%u", message->name, message->version);
    Ci__Edit *before = NULL;
    char reason[160];

    if (!packed.data || !key)
        return FAULT(FAULT_MEMORY, "out of memory for the questionnaire");
    int result = questionnaire_new(&questionnaire, packed, reason, sizeof reason);

    if (result == QUESTIONNAIRE_INVALID)
        return FAULT(FAULT_INVALID, "the questionnaire is not sound: %s", reason);
    TRY(result);
    result = replica_word(context->replica, context->arena, "NL", key, &before, NULL);
    if (result < 0)
        return result;
    if (result == 0 && bytes_equal(bytes_from(before->value), packed))
        return print_done(context, key, questionnaire, "already", "Deze versie is al precies zo gepubliceerd.",
                          "This version was published already, just so.");
    if (result == 0)
        return command_refuse(
            context, EXIT_FAILED, "frozen",
            "Deze versie is al gepubliceerd en verandert niet meer. Verhoog version in het bestand.",
            "This version was published already and does not change any more. Raise version in the file.");
    result = check_succession(context, message);
    if (result != 0)
        return result;
    if (dry_run)
        return print_done(context, key, questionnaire, "dry_run", "Zonder fouten; er is niets opgeslagen.",
                          "Without mistakes; nothing was saved.");
    TRY(central_write(context, key, message));
    return print_done(context, key, questionnaire, "saved",
                      "Opgeslagen op deze computer; gepubliceerd bij uw volgende: cimonitor sync",
                      "Saved on this computer; published at your next: cimonitor sync");
}

int run_publish(struct command_context *context, int count, char **arguments)
{
    bool dry_run = false;
    const struct command_option options[] = { { .name = "--dry-run", .flag = &dry_run } };
    int left = command_options(context, count, arguments, options, 1);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 1)
        return command_usage(context, say(context->language, "geef één bestand", "give one file"));
    int result = central_only(context);

    if (result)
        return result;
    struct mistakes mistakes = { .context = context, .array = context->json ? json_array() : NULL };
    Ci__Questionnaire *message = NULL;

    result = questionnaire_yaml_read(arguments[0], context->arena, &message, on_mistake, &mistakes);
    if (result == QUESTIONNAIRE_YAML_INVALID)
        result = refuse_mistakes(&mistakes);
    else if (result == 0)
        result = publish(context, message, dry_run);
    json_decref(mistakes.array);
    return result < 0 ? command_fault(context, result) : result;
}
