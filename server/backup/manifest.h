/*
 * manifest.h: what a backup's folder holds: the file "manifest", a text, written last and replaced whole. Without it, or
 * where its last line does not fit, a folder is no backup.
 *
 *   cimonitord backup 1
 *   made TIME_MS
 *   server ID                       of the journal's first entry
 *   head POSITION HASH TIME_MS      of the journal's last entry in it
 *   view LAYOUT DIGEST              of the view that was built from the copy: the SHA-256 of its dump
 *   file SHA256 BYTES NAME          one a line: "journal/FIRST-LAST" (positions, 20 digits), "vault-TIME_MS"
 *   end SHA256                      of all the lines before
 *
 * A file of the journal is what of a segment is whole; named "segment-FIRST" in a folder "journal" it is that segment. Files
 * are never changed: one that grew gets another name, so the manifest before stays true until the new one is there.
 * Any thread.
 */
#pragma once

#include <stdbool.h>

#include "server/journal/journal.h"

enum { MANIFEST_NAME_SIZE = sizeof "journal/" + 41, MANIFEST_FILES_MAX = 100000 };

struct manifest_file {
    char name[MANIFEST_NAME_SIZE];
    uint64_t bytes;
    uint8_t digest[DIGEST_BYTES];
};

struct manifest {
    uint64_t made_ms, newest_ms; /* newest_ms: the time of the last entry */
    uint8_t server[ID_BYTES];
    struct journal_head head;
    unsigned layout;
    uint8_t view[DIGEST_BYTES];
    struct manifest_file *files; /* malloc'ed */
    size_t count;
};

void manifest_done(struct manifest *manifest);
static inline void manifest_done_at(struct manifest *manifest)
{
    manifest_done(manifest);
}

enum manifest_outcome { MANIFEST_NONE = 1 };
int manifest_load(const char *folder, struct manifest *manifest);
int manifest_save(const char *folder, const struct manifest *manifest);

int manifest_add(struct manifest *manifest, const struct manifest_file *file);
/* NULL: none of that name. */
const struct manifest_file *manifest_find(const struct manifest *manifest, const char *name);
/* The one whose name begins with "vault-"; NULL: none. */
const struct manifest_file *manifest_vault(const struct manifest *manifest);
/* A name that a manifest can hold. */
bool manifest_is_name(const char *name);
/* False where the file is none of the journal's. */
bool manifest_first(const struct manifest_file *file, uint64_t *first);
