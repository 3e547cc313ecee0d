/*
 * help.c: the list of commands and the page of one. Prints what the table says; knows no command by itself.
 */
#include "client/commands/help.h"

#include <stdio.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/synopsis.h"

enum { INDENT = 4 };

static void print_all(const struct command_context *context, FILE *out)
{
    struct columns columns;

    fputs(say(context->language,
              "cimonitor: de Circulair Inkopen Monitor, ook zonder netwerk\n\n"
              "Gebruik: cimonitor OPDRACHT … [--home MAP] [--json] [--help]\n\n",
              "cimonitor: the circular procurement monitor, also without a network\n\n"
              "Usage: cimonitor COMMAND … [--home FOLDER] [--json] [--help]\n\n"),
          out);
    columns_init(&columns, context->arena, 2);
    for (const struct command *command = commands; command->name; command++)
        columns_row(&columns, (const char *[]){ arena_format(context->arena, "  %s", command->name),
                                                say(context->language, command->nl, command->en) });
    columns_print(&columns, out);
    fputs(say(context->language,
              "\nMeer over een opdracht: cimonitor help OPDRACHT\n"
              "--home: de map van wie u bent, als er meer mensen op deze computer werken. --json: voor een programma.\n"
              "Afloop: 0 gedaan, 1 mislukt, 2 verkeerd gebruik, 3 gedaan maar iets vraagt\n"
              "aandacht, 4 later opnieuw: geen verbinding, of de server kan nu niet (uw werk is bewaard).\n"
              "Omgeving: CIMONITOR_HOME, CIMONITOR_LANG (nl, en), CIMONITOR_PASSPHRASE\n",
              "\nMore about a command: cimonitor help COMMAND\n"
              "--home: the folder of who you are, where several people work on this computer. --json: for a program.\n"
              "Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but something needs\n"
              "attention, 4 again later: no connection, or the server cannot now (your work is safe).\n"
              "Environment: CIMONITOR_HOME, CIMONITOR_LANG (nl, en), CIMONITOR_PASSPHRASE\n"),
          out);
}

static void print_one(const struct command_context *context, const struct command *command, FILE *out)
{
    fprintf(out, "cimonitor %s\n\n", synopsis_text(context, command));
    print_paragraph(out, say(context->language, command->nl, command->en), INDENT);
    if (command->help_nl) {
        fputc('\n', out);
        print_paragraph(out, say(context->language, command->help_nl, command->help_en), INDENT);
    }
    fprintf(out, "\n%*s%s\n", INDENT, "",
            say(context->language, "Met --json: één object, met vaste namen.",
                "With --json: one object, with stable names."));
}

static json_t *command_json(const struct command_context *context, const struct command *command)
{
    const char *help = command->help_nl ? say(context->language, command->help_nl, command->help_en) : "";

    return json_pack("{s:s, s:s, s:s, s:s}", "name", command->name, "usage", synopsis_text(context, command), "summary",
                     say(context->language, command->nl, command->en), "help", help);
}

static json_t *all_json(const struct command_context *context)
{
    json_t *array = json_array();

    for (const struct command *command = commands; command->name; command++)
        json_array_append_new(array, command_json(context, command));
    return json_pack("{s:o}", "commands", array);
}

void help_print(const struct command_context *context, const struct command *command)
{
    if (context->json)
        command_print_json(command ? command_json(context, command) : all_json(context));
    else if (command)
        print_one(context, command, stdout);
    else
        print_all(context, stdout);
}

/* A command that begins alike: people leave letters out. */
static const char *alike(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strncmp(command->name, name, 2) == 0)
            return command->name;
    return NULL;
}

int help_unknown(const struct command_context *context, const char *name)
{
    const char *meant = alike(name);

    return command_refuse(
        context, EXIT_USAGE, "unknown_command",
        arena_format(context->arena, "\"%s\" is geen opdracht.%s Zie: cimonitor help", name,
                     meant ? arena_format(context->arena, " Bedoelt u: cimonitor %s?", meant) : ""),
        arena_format(context->arena, "\"%s\" is no command.%s See: cimonitor help", name,
                     meant ? arena_format(context->arena, " Did you mean: cimonitor %s?", meant) : ""));
}
