/*
 * manifest.c: the manifest as text, its last line first of all. Knows nothing of the files that it names.
 */
#include "server/backup/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/buffer.h"
#include "common/base/fault.h"
#include "common/base/file.h"

#define NAME  "manifest"
#define VAULT "vault-"

enum { LINE_SIZE = 256, HEAD_LINES = 5, END_SIZE = sizeof "end " + 2 * DIGEST_BYTES, HEX_SIZE = 2 * DIGEST_BYTES + 1 };
enum { TEXT_BYTES_MAX = (MANIFEST_FILES_MAX + 10) * LINE_SIZE };

void manifest_done(struct manifest *manifest)
{
    free(manifest->files);
    *manifest = (struct manifest){ 0 };
}

int manifest_add(struct manifest *manifest, const struct manifest_file *file)
{
    struct manifest_file *more;

    if (manifest->count >= MANIFEST_FILES_MAX)
        return FAULT(FAULT_INVALID, "a backup holds at most %d files", MANIFEST_FILES_MAX);
    more = realloc(manifest->files, (manifest->count + 1) * sizeof *more);
    if (!more)
        return FAULT(FAULT_MEMORY, "no memory for a backup's manifest");
    manifest->files = more;
    more[manifest->count++] = *file;
    return 0;
}

const struct manifest_file *manifest_find(const struct manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->count; i++)
        if (strcmp(manifest->files[i].name, name) == 0)
            return &manifest->files[i];
    return NULL;
}

const struct manifest_file *manifest_vault(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        if (strncmp(manifest->files[i].name, VAULT, sizeof VAULT - 1) == 0)
            return &manifest->files[i];
    return NULL;
}

bool manifest_first(const struct manifest_file *file, uint64_t *first)
{
    return sscanf(file->name, "journal/%20" SCNu64 "-", first) == 1;
}

/* ---- writing ---- */

static int print(struct buffer *out, const struct manifest *manifest)
{
    char line[2 * LINE_SIZE], server[2 * ID_BYTES + 1], hash[HEX_SIZE], view[HEX_SIZE];
    int size =
        snprintf(line, sizeof line,
                 "cimonitord backup 1\nmade %" PRIu64 "\nserver %s\nhead %" PRIu64 " %s %" PRIu64 "\nview %u %s\n",
                 manifest->made_ms, hex_encode(server, manifest->server, ID_BYTES), manifest->head.position,
                 hex_encode(hash, manifest->head.hash, DIGEST_BYTES), manifest->newest_ms, manifest->layout,
                 hex_encode(view, manifest->view, DIGEST_BYTES));

    TRY(buffer_append(out, line, (size_t)size));
    for (size_t i = 0; i < manifest->count; i++) {
        const struct manifest_file *file = &manifest->files[i];

        size = snprintf(line, sizeof line, "file %s %" PRIu64 " %s\n", hex_encode(hash, file->digest, DIGEST_BYTES),
                        file->bytes, file->name);
        TRY(buffer_append(out, line, (size_t)size));
    }
    return 0;
}

static void print_end(char out[END_SIZE + 1], const void *text, size_t size)
{
    uint8_t digest[DIGEST_BYTES];
    char hex[HEX_SIZE];

    digest_bytes(digest, text, size);
    snprintf(out, END_SIZE + 1, "end %s\n", hex_encode(hex, digest, DIGEST_BYTES));
}

int manifest_save(const char *folder, const struct manifest *manifest)
{
    char end[END_SIZE + 1];
    struct buffer text;
    int result;

    buffer_init(&text, TEXT_BYTES_MAX);
    result = print(&text, manifest);
    if (result == 0) {
        print_end(end, buffer_data(&text), buffer_size(&text));
        result = buffer_append(&text, end, strlen(end));
    }
    if (result == 0)
        result = file_replace(folder, NAME, bytes_of(buffer_data(&text), buffer_size(&text)));
    buffer_done(&text);
    return result;
}

/* ---- reading ---- */

static bool parse_head(const char *text, struct manifest *manifest, int *taken)
{
    char server[2 * ID_BYTES + 1] = "", hash[HEX_SIZE] = "", view[HEX_SIZE] = "";

    return sscanf(text,
                  "cimonitord backup 1 made %" SCNu64 " server %32[0-9a-f] head %" SCNu64 " %64[0-9a-f] %" SCNu64
                  " view %u %64[0-9a-f] %n",
                  &manifest->made_ms, server, &manifest->head.position, hash, &manifest->newest_ms, &manifest->layout,
                  view, taken) == 7 &&
           hex_decode(manifest->server, ID_BYTES, server) && hex_decode(manifest->head.hash, DIGEST_BYTES, hash) &&
           hex_decode(manifest->view, DIGEST_BYTES, view);
}

/* Names are ours: nothing that leads elsewhere. */
static bool parse_file(const char *line, struct manifest_file *file)
{
    char hash[HEX_SIZE] = "";
    uint64_t number;

    _Static_assert(MANIFEST_NAME_SIZE == 50, "the width below");
    return sscanf(line, "file %64[0-9a-f] %" SCNu64 " %49[-0-9a-z/]\n", hash, &file->bytes, file->name) == 3 &&
           hex_decode(file->digest, DIGEST_BYTES, hash) &&
           (manifest_first(file, &number) || sscanf(file->name, VAULT "%" SCNu64, &number) == 1) &&
           strchr(file->name + sizeof "journal", '/') == NULL;
}

static int parse(char *text, struct manifest *manifest)
{
    int taken = 0;

    if (!parse_head(text, manifest, &taken))
        return -1;
    char *rest = text + taken;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        struct manifest_file file = { 0 };

        if (!parse_file(line, &file))
            return -1;
        TRY(manifest_add(manifest, &file));
    }
    return manifest_vault(manifest) && manifest->count > 1 ? 0 : -1;
}

static bool is_ended(const char *text, size_t size)
{
    char end[END_SIZE + 1];

    if (size <= END_SIZE)
        return false;
    print_end(end, text, size - END_SIZE);
    return memcmp(end, text + size - END_SIZE, END_SIZE) == 0;
}

int manifest_load(const char *folder, struct manifest *out)
{
    CLEANUP(manifest_done) struct manifest manifest = { 0 };
    CLEANUP(memory_free) char *text = malloc(TEXT_BYTES_MAX + 1);
    size_t size = 0;
    int result;

    if (!text)
        return FAULT(FAULT_MEMORY, "no memory for a backup's manifest");
    result = file_load(folder, NAME, text, TEXT_BYTES_MAX, &size);
    if (result == FILE_NONE)
        return MANIFEST_NONE;
    TRY(result);
    text[size] = '\0';
    bool ended = is_ended(text, size);
    if (ended)
        text[size - END_SIZE] = '\0';
    if (!ended || parse(text, &manifest) != 0)
        return FAULT(FAULT_CORRUPT,
                     "%s/" NAME " is damaged, or of a later release: take another backup, or this one's file from "
                     "another copy of it",
                     folder);
    *out = manifest;
    manifest = (struct manifest){ 0 };
    return 0;
}
