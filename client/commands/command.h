/*
 * command.h: what every command of `cimonitor` is given, and the table they stand in. One command per file.
 */
#pragma once

#include "client/identity/home.h"
#include "client/replica/replica.h"
#include "common/base/arena.h"
#include "common/base/fault.h"
#include "common/format/language.h"

#include <jansson.h>

enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_ATTENTION = 3, /* done, but something needs attention: conflicts, refused edits */
    EXIT_OFFLINE = 4,   /* nothing is lost, and it may work later: no connection, or the server cannot now */
};

struct command_context {
    struct home *home;
    struct replica *replica;
    const struct command *command; /* the one that runs; NULL before one was found */
    struct identity identity;
    struct arena *arena; /* of the whole command */
    const struct clock *clock;
    enum language language;
    bool json; /* one object on standard output, nothing else */
};

struct command {
    const char *name;
    const char *synopsis;          /* "answer ROUND QUESTION VALUE [--remark TEXT] …": for people by synopsis.h */
    const char *nl, *en;           /* one line for help */
    const char *help_nl, *help_en; /* what else its own page says, or NULL */
    bool needs_enrolment;          /* else home and replica may be new */
    const char *alone;             /* with this first argument it needs no home: then home may be NULL, replica is */
    /* Arguments after the command's name; returns an exit_status. Faults are shown by command_fault. */
    int (*run)(struct command_context *context, int count, char **arguments);
};

extern const struct command commands[];               /* commands.c; ends with a NULL name */
const struct command *command_find(const char *name); /* NULL where there is none */

/* Shows this thread's newest fault (in --json as {"error": {...}}) and gives the exit status for it. */
int command_fault(const struct command_context *context, int fault);
/* What was typed or named, as it may be said back to a terminal and in JSON: itself, or with ? for what may not. */
const char *command_harmless(const struct command_context *context, const char *text);
/* A refusal of the server, by its stable code and name. */
json_t *command_refusal_json(const struct command_context *context, const struct fault_refusal *refusal);
/* A sentence that says what is wrong and what to do, and the status; in --json an error object with `name`. */
int command_refuse(const struct command_context *context, int status, const char *name, const char *nl, const char *en);
/* What is wrong with the arguments, and the synopsis; EXIT_USAGE. */
int command_usage(const struct command_context *context, const char *wrong);
/* Prints the object on standard output and gives it up; in --json mode only. */
void command_print_json(json_t *object);
/* The same in one line, for commands that print one after another; at once. */
void command_print_line(json_t *object);

/*
 * Takes options out of the arguments: a table of rows (name, whether it has a value, where it goes). `--` ends
 * options. What is left are the positional ones, in place; returns their number, or −1 after command_usage.
 */
struct command_option {
    const char *name;   /* "--remark" */
    const char **value; /* set to the value; NULL: a flag */
    bool *flag;
    const char **list; /* repeated option: values, at most list_max */
    size_t *list_count, list_max;
};
int command_options(const struct command_context *context, int count, char **arguments,
                    const struct command_option *options, size_t option_count);
/* The same, for commands that take one round, which is arguments[0] then: 0, or EXIT_USAGE, which was said. */
int command_one_round(const struct command_context *context, int count, char **arguments,
                      const struct command_option *options, size_t option_count);
