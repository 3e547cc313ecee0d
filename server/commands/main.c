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

/* No command was named: what there is, asked for or not. */
static int say_commands(const struct arguments *arguments)
{
    if (arguments->version)
        printf("cimonitord %s\n", CIMONITOR_VERSION);
    else
        command_list();
    return arguments->version || arguments->help ? STATUS_DONE : STATUS_USAGE;
}

int main(int count, char *words[])
{
    const struct command *command;
    struct arguments arguments;
    enum status status = command_parse(count, words, &arguments, &command);
    int result;

    if (status != STATUS_DONE)
        return (int)status;
    if (!command || arguments.version)
        return say_commands(&arguments);
    if (arguments.help) {
        command_help(command);
        return STATUS_DONE;
    }
    signal(SIGPIPE, SIG_IGN);
    result = command->run(&arguments);
    if (result < 0)
        return say_fault(&arguments, result);
    return result;
}
