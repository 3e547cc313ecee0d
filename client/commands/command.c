/*
 * command.c: what all commands share: taking options out of arguments, and saying what went wrong, for people or as
 * JSON. Knows no command.
 */
#include "client/commands/command.h"

#include <stdio.h>
#include <string.h>

#include "client/commands/synopsis.h"
#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/base/fault.h"

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

void command_print_json(json_t *object)
{
    CHECK(object != NULL);
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

void command_print_line(json_t *object)
{
    CHECK(object != NULL);
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    fflush(stdout);
    json_decref(object);
}

/* What was typed is said back, but neither to a terminal nor in JSON as what it does to them. */
const char *command_harmless(const struct command_context *context, const char *text)
{
    size_t size = strlen(text);
    char *copy = text_reads_straight(text, size) ? NULL : arena_string(context->arena, text);

    for (size_t i = 0; copy && i < size; i++)
        if ((copy[i] < ' ' || copy[i] > '~') && copy[i] != '\n')
            copy[i] = '?';
    return copy ? copy : text_reads_straight(text, size) ? text : "?";
}

json_t *command_refusal_json(const struct command_context *context, const struct fault_refusal *refusal)
{
    return json_pack("{s:i, s:s, s:b, s:i}", "code", (int)refusal->code, "name",
                     command_harmless(context, refusal->name), "retry", (int)refusal->retry, "retry_after_ms",
                     (int)refusal->retry_after_ms);
}

/* `refusal`: what the server called it, or NULL. */
static int show(const struct command_context *context, int status, const char *name, const char *given,
                const struct fault_refusal *refusal)
{
    const char *text = command_harmless(context, given);

    if (!context->json) {
        fprintf(stderr, "cimonitor: %s\n", text);
        return status;
    }
    json_t *error = json_pack("{s:s, s:s}", "name", name, "text", text);

    if (refusal)
        json_object_set_new(error, "server", command_refusal_json(context, refusal));
    command_print_json(json_pack("{s:o}", "error", error));
    return status;
}

int command_refuse(const struct command_context *context, int status, const char *name, const char *nl, const char *en)
{
    return show(context, status, name, say(context->language, nl, en), NULL);
}

/* What people read of a fault, and the exit status. */
static const struct fault_words {
    int status;
    const char *nl, *en;
} fault_words[] = {
    [0] = { EXIT_FAILED, "Dit lukte niet.", "This did not work." },
    [FAULT_NETWORK] = { EXIT_OFFLINE, "Geen verbinding met de server; uw werk is bewaard. Probeer het later.",
                        "No connection to the server; your work is safe. Try again later." },
    [FAULT_REFUSED] = { EXIT_FAILED, "De server weigert:", "The server refuses:" },
    [FAULT_UNTRUSTED] = { EXIT_FAILED, "Gestopt:", "Stopped:" },
    [FAULT_TYPED] = { EXIT_FAILED, "Dit lukte niet:", "This did not work:" },
    [FAULT_CLOCK] = { EXIT_FAILED,
                      "Volgens de klok van deze computer is het certificaat van de server niet geldig; er is niets "
                      "verzonden. Zet de klok goed en probeer het opnieuw; staat zij goed, vraag het dan het "
                      "programmateam.",
                      "By this computer's clock the server's certificate is not valid; nothing was sent. Set the clock "
                      "right and try again; if it is right, ask the central team." },
    [FAULT_FULL] = { EXIT_FAILED, "De schijf is vol: maak ruimte en probeer het opnieuw.",
                     "The disk is full: make room and try again." },
    [FAULT_CORRUPT] = { EXIT_FAILED, "Wat er staat of kwam is niet goed.", "What is stored or came in is not sound." },
    [FAULT_PEER] = { EXIT_OFFLINE,
                     "Wat antwoordt is niet de server, of neemt deze computer niet aan; er is niets verzonden, uw werk "
                     "is bewaard. Vraagt dit netwerk om aan te melden? Open dan een browser en probeer het opnieuw.",
                     "What answers is not the server, or does not accept this computer; nothing was sent, your work is "
                     "safe. Does this network ask to log in? Open a browser and try again." },
    [FAULT_CRYPTO] = { EXIT_FAILED, "Met de sleutel gaat iets niet goed. Klopt de wachtwoordzin?",
                       "Something is not right with the key. Is the passphrase right?" },
};

static const struct fault_words *words_of(int fault)
{
    size_t row = (size_t)-fault;

    return row < sizeof fault_words / sizeof *fault_words && fault_words[row].nl ? &fault_words[row] : &fault_words[0];
}

/*
 * What the server refuses with, and why we do not trust it, comes in the person's language; our other faults have one
 * English sentence each, so in Dutch it stands apart and is called what it is.
 */
int command_fault(const struct command_context *context, int fault)
{
    const struct fault_words *words = words_of(fault);
    bool in_language = -fault == FAULT_REFUSED || -fault == FAULT_UNTRUSTED || -fault == FAULT_TYPED;
    const char *between = in_language ? " " : say(context->language, "\nTechnische melding, in het Engels: ", " ");
    char text[1024];

    snprintf(text, sizeof text, "%s%s%s", say(context->language, words->nl, words->en), between, fault_message());
    int status = fault_refusal() && fault_refusal()->retry ? EXIT_OFFLINE : words->status; /* later it may work */

    return show(context, status, fault_name(fault), text, fault_refusal());
}

int command_usage(const struct command_context *context, const char *wrong)
{
    const char *text =
        arena_format(context->arena, "%s\n%s: cimonitor %s", wrong, say(context->language, "Gebruik", "Usage"),
                     context->command ? synopsis_text(context, context->command) : "help");

    return show(context, EXIT_USAGE, "usage", text ? text : wrong, NULL);
}

static const struct command_option *find_option(const struct command_option *options, size_t count, const char *word,
                                                size_t size)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(options[i].name, word, size) == 0 && options[i].name[size] == '\0')
            return &options[i];
    return NULL;
}

/* What is wrong with the use of an option, in the person's language; NULL: it was taken. */
static const char *take(const struct command_context *context, const struct command_option *option, const char *value)
{
    if (option->flag) {
        *option->flag = true;
        return value ? say(context->language, "deze optie heeft geen waarde", "this option takes no value") : NULL;
    }
    if (!value)
        return say(context->language, "deze optie heeft een waarde nodig", "this option needs a value");
    if (option->value) {
        *option->value = value;
        return NULL;
    }
    if (*option->list_count == option->list_max)
        return say(context->language, "deze optie staat er te vaak", "this option is given too often");
    option->list[(*option->list_count)++] = value;
    return NULL;
}

static int wrong_option(const struct command_context *context, const char *word, const char *wrong)
{
    command_usage(context, arena_format(context->arena, "%s: %s", word, wrong));
    return -1;
}

int command_options(const struct command_context *context, int count, char **arguments,
                    const struct command_option *options, size_t option_count)
{
    int left = 0;

    for (int i = 0; i < count; i++) {
        char *word = arguments[i];

        if (strcmp(word, "--") == 0) {
            while (++i < count)
                arguments[left++] = arguments[i];
            break;
        }
        if (strncmp(word, "--", 2) != 0) {
            arguments[left++] = word;
            continue;
        }
        size_t size = strcspn(word, "=");
        const struct command_option *option = find_option(options, option_count, word, size);
        const char *value = word[size] ? word + size + 1 : NULL;

        if (!option)
            return wrong_option(context, word,
                                say(context->language, "deze optie is er niet", "there is no such option"));
        if (!value && !option->flag && i + 1 < count)
            value = arguments[++i];
        const char *wrong = take(context, option, value);

        if (wrong)
            return wrong_option(context, option->name, wrong);
    }
    return left;
}

int command_one_round(const struct command_context *context, int count, char **arguments,
                      const struct command_option *options, size_t option_count)
{
    int left = command_options(context, count, arguments, options, option_count);

    if (left < 0)
        return EXIT_USAGE;
    return left == 1 ? 0 : command_usage(context, say(context->language, "geef één ronde", "give one round"));
}
