/*
 * main.c: finds the command, opens what it needs (home, replica, identity), runs it. Knows no command by name.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/command.h"
#include "client/commands/help.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

struct start {
    const char *home; /* --home; NULL: by the environment */
    bool json, help;
    int count; /* of what is left: the command's name and its arguments */
    char **words;
};

/* What every command takes, wherever it stands before `--`: taken out here, and known nowhere else. */
static bool read_words(struct start *start, int count, char **words)
{
    int kept = 0, i = 0;

    start->words = words;
    for (; i < count && strcmp(words[i], "--") != 0; i++) {
        if (strcmp(words[i], "--json") == 0)
            start->json = true;
        else if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            start->help = true;
        else if (strcmp(words[i], "--home") == 0)
            start->home = i + 1 < count ? words[++i] : "";
        else if (strncmp(words[i], "--home=", strlen("--home=")) == 0)
            start->home = words[i] + strlen("--home=");
        else
            words[kept++] = words[i];
    }
    while (i < count)
        words[kept++] = words[i++];
    start->count = kept;
    return !start->home || *start->home;
}

static int refuse_not_enrolled(const struct command_context *context)
{
    return command_refuse(context, EXIT_FAILED, "not_enrolled",
                          "Dit programma is nog niet aangemeld. Meld het aan met uw code: cimonitor enrol CODE",
                          "This program is not enrolled yet. Enrol it with your code: cimonitor enrol CODE");
}

/* Opens what the command works on, runs it, closes. */
static int run(struct command_context *context, const struct command *command, const struct start *start)
{
    CLEANUP(home_close) struct home *home = NULL;
    CLEANUP(replica_close) struct replica *replica = NULL;
    bool alone = command->alone && start->count > 1 && strcmp(start->words[1], command->alone) == 0;
    int result = home_open(&home, start->home, !command->needs_enrolment);

    if (result < 0)
        return command_fault(context, result);
    if (alone) {
        context->home = home;
        return command->run(context, start->count - 1, start->words + 1);
    }
    if (result == 0) {
        context->home = home;
        result = home_identity(home, &context->identity);
    }
    if (result < 0)
        return command_fault(context, result);
    if (result == HOME_NOT_ENROLLED && command->needs_enrolment)
        return refuse_not_enrolled(context);
    result = replica_open(&replica, home_path(home), context->clock);
    if (result < 0)
        return command_fault(context, result);
    context->replica = replica;
    return command->run(context, start->count - 1, start->words + 1);
}

static int begin(struct command_context *context, const struct start *start)
{
    const struct command *command = start->count ? command_find(start->words[0]) : NULL;

    if (start->count == 0 || strcmp(start->words[0], "help") == 0) {
        const char *about = start->count > 1 ? start->words[1] : NULL;

        if (about && !command_find(about))
            return help_unknown(context, about);
        help_print(context, about ? command_find(about) : NULL);
        return start->count || start->help ? EXIT_DONE : EXIT_USAGE;
    }
    if (strcmp(start->words[0], "--version") == 0) {
        puts("cimonitor " CIMONITOR_VERSION);
        return EXIT_DONE;
    }
    if (!command)
        return help_unknown(context, start->words[0]);
    context->command = command;
    if (start->help) {
        help_print(context, command);
        return EXIT_DONE;
    }
    return run(context, command, start);
}

int main(int argc, char **argv)
{
    struct command_context context = { .clock = &clock_system, .language = language_from_environment() };
    struct start start = { 0 };
    struct arena *arena = NULL;

    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8");
    bool sound = read_words(&start, argc - 1, argv + 1);

    context.json = start.json;
    int result = arena_new(&arena, ARENA_BYTES);

    if (result < 0)
        return command_fault(&context, result);
    context.arena = arena;
    int status = sound
                     ? begin(&context, &start)
                     : command_usage(&context, say(context.language, "--home: geef een map", "--home: give a folder"));

    arena_free(arena);
    if (fflush(stdout) != 0 && status == EXIT_DONE)
        status = EXIT_FAILED;
    return status;
}
