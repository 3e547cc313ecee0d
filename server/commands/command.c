/*
 * command.c: the table of commands, and their words. Main thread.
 */
#include "server/commands/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command commands[] = {
    { "init", "d!nr", "init --data DIR [--name HOST[:PORT]] [--reference DIR]",
      "makes the folder and its CA, takes in the reference data, prints the first central code", run_init },
    { "serve", "d!l!tcpv",
      "serve --data DIR --listen HOST:PORT [--threads N] [--connections N] [--per-address N] [--log LEVEL]",
      "serves until it is told to stop; LEVEL: debug, info, warning, error", run_serve },
    { "check", "d!", "check --data DIR", "looks whether the folder is sound, and changes nothing", run_check },
    { "verify", "d!", "verify --data DIR", "builds a second view from the journal and compares it with the one in use",
      run_verify },
    { "rebuild", "d!", "rebuild --data DIR", "throws the view away and builds it from the journal (server stopped)",
      run_rebuild },
    { "backup", "d!o!PF", "backup --data DIR --to BACKUP [--passphrase-file FILE | --passphrase-fd N]",
      "copies journal and vault into the folder BACKUP and verifies the copy, also beside a running server",
      run_backup },
    { "restore", "d!fuPFR",
      "restore --from BACKUP --data NEW [--until TIME] [--passphrase-file FILE | --passphrase-fd N]\n"
      "cimonitord restore --report --data DIR",
      "makes a server's folder of a backup, as it was at TIME (\"2026-11-23 09:15\", or \"2026-11-23T09:15:00Z\"); "
      "--report: what came back since, and who is to come",
      run_restore },
    { "open", "d!s", "open --data DIR [--strike INSTALL]",
      "after a restore: lets everybody in, or stops waiting for one install of the central team", run_open },
    { "stats", "d!", "stats --data DIR", "what the folder holds, in numbers", run_stats },
    { "dump", "d!", "dump --data DIR",
      "the whole view as text in a fixed order, to compare two of them (diff); names of people stay encrypted",
      run_dump },
    { "invite", "d!", "invite --data DIR",
      "a new code for the central team, when no central install is left (server stopped)", run_invite },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const struct option options[] = {
    { "data", required_argument, NULL, 'd' },
    { "name", required_argument, NULL, 'n' },
    { "reference", required_argument, NULL, 'r' },
    { "listen", required_argument, NULL, 'l' },
    { "threads", required_argument, NULL, 't' },
    { "connections", required_argument, NULL, 'c' },
    { "per-address", required_argument, NULL, 'p' },
    { "log", required_argument, NULL, 'v' },
    { "to", required_argument, NULL, 'o' },
    { "from", required_argument, NULL, 'f' },
    { "until", required_argument, NULL, 'u' },
    { "strike", required_argument, NULL, 's' },
    { "passphrase-file", required_argument, NULL, 'P' },
    { "passphrase-fd", required_argument, NULL, 'F' },
    { "report", no_argument, NULL, 'R' },
    { "json", no_argument, NULL, 'j' },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
};

enum { OPTIONS = sizeof options / sizeof options[0] - 1 };

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

void command_list(void)
{
    printf("cimonitord %s, the server of the CI Monitor\n\n", CIMONITOR_VERSION);
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-8s  %s\n", commands[i].name, commands[i].summary);
    printf("\ncimonitord COMMAND --help tells what a command takes. --json prints one JSON object.\n");
}

void command_help(const struct command *command)
{
    printf("cimonitord %s [--json]\n\n%s\n", command->usage, command->summary);
}

static bool number(const char *text, unsigned *out)
{
    char *end;
    unsigned long value;

    errno = 0;
    value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || value == 0 || value > 1000000)
        return false;
    *out = (unsigned)value;
    return true;
}

static bool level(const char *text, enum log_level *out)
{
    static const char *const names[] = { "debug", "info", "warning", "error" };

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], text) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    return false;
}

/* HOST:PORT; whether HOST is an address of this machine shows when listening. */
static bool is_listen(const char *text)
{
    enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };
    const char *colon = strrchr(text, ':');
    size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
    unsigned long port = digits > 0 && digits <= PORT_DIGITS_MAX ? strtoul(colon + 1, NULL, 10) : 0;

    return port >= 1 && port <= PORT_MAX && colon[1 + digits] == '\0';
}

static bool is_descriptor(const char *text)
{
    enum { DIGITS_MAX = 4 };
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= DIGITS_MAX && text[digits] == '\0';
}

/* False: not such a value. */
static bool take(struct arguments *arguments, int option)
{
    switch (option) {
    case 'd': arguments->data = optarg; return optarg[0] != '\0';
    case 'n': arguments->name = optarg; return true;
    case 'r': arguments->reference = optarg; return true;
    case 'l': arguments->listen = optarg; return is_listen(optarg);
    case 't': return number(optarg, &arguments->threads);
    case 'c': return number(optarg, &arguments->connections);
    case 'p': return number(optarg, &arguments->per_address);
    case 'v': return level(optarg, &arguments->level);
    case 'o': arguments->to = optarg; return optarg[0] != '\0';
    case 'f': arguments->from = optarg; return optarg[0] != '\0';
    case 'u': arguments->until = optarg; return true;
    case 's': arguments->strike = optarg; return true;
    case 'P': arguments->passphrase_file = optarg; return true;
    case 'F': arguments->passphrase_fd = optarg; return is_descriptor(optarg);
    case 'R': arguments->report = true; return true;
    case 'h': arguments->help = true; return true;
    case 'V': arguments->version = true; return true;
    default: arguments->json = true; return true;
    }
}

static enum status wrong(const struct command *command, const char *what, const char *which)
{
    fprintf(stderr, "%s%s. ", what, which);
    if (command)
        fprintf(stderr, "It is: cimonitord %s\n", command->usage);
    else
        fprintf(stderr, "cimonitord --help lists the commands.\n");
    return STATUS_USAGE;
}

static enum status check(const struct command *command, const bool given[OPTIONS])
{
    for (size_t i = 0; i < OPTIONS; i++) {
        const char *taken = strchr(command->options, options[i].val);

        if (given[i] && !taken && !strchr("jhV", options[i].val))
            return wrong(command, "This command does not take --", options[i].name);
        if (!given[i] && taken && taken[1] == '!')
            return wrong(command, "This is missing: --", options[i].name);
    }
    return STATUS_DONE;
}

/* The command that is among the words, for what is said about a mistake in them. */
static const struct command *guess(int count, char *const words[])
{
    const struct command *found = NULL;

    for (int i = 1; i < count && !found; i++)
        found = command_find(words[i]);
    return found;
}

enum status command_parse(int count, char *words[], struct arguments *arguments, const struct command **command)
{
    bool given[OPTIONS] = { false };
    int option, index = 0;

    *arguments = (struct arguments){ .level = LOG_INFO };
    *command = guess(count, words);
    opterr = 0;
    while ((option = getopt_long(count, words, "", options, &index)) != -1) {
        if (option == '?')
            return wrong(*command, "This is not known, or lacks its value: ", words[optind - 1]);
        if (!take(arguments, option))
            return wrong(*command, "This value does not fit: --", options[index].name);
        given[index] = true;
    }
    *command = optind < count ? command_find(words[optind]) : NULL;
    arguments->help |= optind < count && strcmp(words[optind], "help") == 0;
    if (optind < count && !*command && !arguments->help)
        return wrong(NULL, "There is no command ", words[optind]);
    if (optind + 1 < count)
        return wrong(*command, "This is not understood: ", words[optind + 1]);
    return *command && !arguments->help ? check(*command, given) : STATUS_DONE;
}
