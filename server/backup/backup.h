/*
 * backup.h: a verified copy of a server's journal and vault in a folder (manifest.h says what is in it).
 *
 * Beside a running server: the journal is read as it grows, up to a whole record, the vault after it. What is in the folder
 * already and is sound is kept. Only when a view has been built from the copy and the vault's copy has been opened does
 * the manifest say so, and only then is backup.mark written in the data folder. One at a time into a folder.
 */
#pragma once

#include "server/backup/manifest.h"

struct backup_options {
    const char *data, *to;
    struct bytes passphrase;
    uint64_t now_ms;
    void (*progress)(void *context, const char *doing, uint64_t done, uint64_t all); /* may be NULL */
    void *context;
};

struct backup_result {
    struct journal_head head;
    uint64_t newest_ms;
    uint64_t copied_files, copied_bytes, kept_files, kept_bytes;
    uint64_t replaced_files; /* were in the folder and damaged: copied again */
};

int backup_make(const struct backup_options *options, struct backup_result *result);

/* FAULT_STATE where the folder is another user's: what is written into it could not be read by the server. */
int backup_check_owner(const char *folder);
