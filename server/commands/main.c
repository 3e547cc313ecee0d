/*
 * main.c: picks the command, says its fault, gives the exit status. SIGPIPE is ignored: a peer that went away is an error
 * of its connection.
 */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/base/fault.h"
#include "server/commands/command.h"

/* With --json on standard output as well, so that programs find it where they look. */
static int say_fault(const struct arguments *arguments, int fault)
{
    fprintf(stderr, "%s\n", fault_message());
    if (arguments->json) {
        json_t *said = json_pack("{s:s, s:s}", "error", fault_name(fault), "message", fault_message());

        json_dumpf(said, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(said);
    }
    return STATUS_FAILED;
}

int main(int count, char *words[])
{
    const struct command *command = count > 1 ? command_find(words[1]) : NULL;
    struct arguments arguments;
    enum status status;
    bool help;
    int result;

    if (count == 2 && strcmp(words[1], "--version") == 0) {
        printf("cimonitord %s\n", CIMONITOR_VERSION);
        return STATUS_DONE;
    }
    if (!command) {
        bool asked = count > 1 && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "help") == 0);

        if (count > 1 && !asked)
            fprintf(stderr, "There is no command %s. cimonitord --help lists them.\n", words[1]);
        else
            command_list();
        return asked ? STATUS_DONE : STATUS_USAGE;
    }
    status = command_parse(command, count - 1, words + 1, &arguments, &help);
    if (status != STATUS_DONE)
        return (int)status;
    if (help) {
        command_help(command);
        return STATUS_DONE;
    }
    signal(SIGPIPE, SIG_IGN);
    result = command->run(&arguments);
    if (result < 0)
        return say_fault(&arguments, result);
    return result;
}
