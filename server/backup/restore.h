/*
 * restore.h: a server's folder made from a backup, whole or as it was at a moment, with the flag that says so
 * (server/ledger/restoring.h). Nothing is overwritten, and what is not finished has no journal. One thread.
 */
#pragma once

#include "server/journal/journal.h"

struct restore_options {
    const char *from, *data;
    struct bytes passphrase;
    uint64_t until_ms; /* 0: all of it; else: without the entries after it */
    uint64_t now_ms;
    void (*progress)(void *context, const char *doing, uint64_t done, uint64_t all); /* may be NULL */
    void *context;
};

struct restore_result {
    struct journal_head head, backup; /* where the restored journal ends; where the backup ended */
    uint64_t newest_ms, made_ms;      /* of the last entry restored; of the backup */
    size_t central, installs;         /* that could come back: of the central team; all */
};

int restore_make(const struct restore_options *options, struct restore_result *result);
