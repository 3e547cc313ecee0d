/*
 * command.h: one command of `cimonitord`: its row in the table, its arguments, its exit status. Main thread.
 */
#pragma once

#include <stdbool.h>

#include "common/base/log.h"

/* A fault (< 0) is printed by main and is status 1. */
enum status { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_ATTENTION = 3 };

struct arguments {
    const char *data;             /* NULL: not given */
    const char *name, *reference; /* init */
    const char *listen;           /* serve; */
    const char *to, *from;        /* backup; restore */
    const char *until, *strike;   /* restore; open */
    const char *passphrase_file, *passphrase_fd;
    unsigned threads, connections, per_address;
    enum log_level level;
    bool report, json, help, version;
};

struct command {
    const char *name;
    const char *options;         /* besides --json and --help, by their letter: "d!n" (a ! after what must be given) */
    const char *usage, *summary; /* for people */
    int (*run)(const struct arguments *arguments);
};

int run_backup(const struct arguments *arguments);
int run_check(const struct arguments *arguments);
int run_dump(const struct arguments *arguments);
int run_init(const struct arguments *arguments);
int run_invite(const struct arguments *arguments);
int run_open(const struct arguments *arguments);
int run_rebuild(const struct arguments *arguments);
int run_restore(const struct arguments *arguments);
int run_restore_report(const struct arguments *arguments);
int run_serve(const struct arguments *arguments);
int run_stats(const struct arguments *arguments);
int run_verify(const struct arguments *arguments);

/* All of them, a line each. */
void command_list(void);
/*
 * The words after the program's name, options before the command or after it. STATUS_DONE, or STATUS_USAGE with the
 * mistake said. `*command` NULL: none was named.
 */
enum status command_parse(int count, char *words[], struct arguments *arguments, const struct command **command);
/* The usage, on standard output. */
void command_help(const struct command *command);
