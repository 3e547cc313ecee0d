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
#include "common/base/words.h"

#define NAME    "manifest"
#define VAULT   "vault-"
#define JOURNAL "journal/"

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

/* 20 digits, which it passes. */
static bool take_position(const char **at, uint64_t *position)
{
    enum { DIGITS = 20 };

    if (strspn(*at, "0123456789") != DIGITS)
        return false;
    *position = strtoull(*at, NULL, 10);
    *at += DIGITS;
    return true;
}

bool manifest_is_name(const char *name)
{
    const char *at = name;
    uint64_t position;

    if (strncmp(name, VAULT, sizeof VAULT - 1) == 0)
        return at += sizeof VAULT - 1, take_position(&at, &position) && *at == '\0';
    if (strncmp(name, JOURNAL, sizeof JOURNAL - 1) != 0)
        return false;
    at += sizeof JOURNAL - 1;
    return take_position(&at, &position) && *at++ == '-' && take_position(&at, &position) && *at == '\0';
}

bool manifest_first(const struct manifest_file *file, uint64_t *first)
{
    const char *at = file->name + sizeof JOURNAL - 1;

    return strncmp(file->name, JOURNAL, sizeof JOURNAL - 1) == 0 && take_position(&at, first);
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

static void parse_head(struct words *words, struct manifest *manifest)
{
    words_expect(words, "cimonitord");
    words_expect(words, "backup");
    words_expect(words, "1");
    words_expect(words, "made");
    manifest->made_ms = words_number(words);
    words_expect(words, "server");
    words_hex(words, manifest->server, ID_BYTES);
    words_expect(words, "head");
    manifest->head.position = words_number(words);
    words_hex(words, manifest->head.hash, DIGEST_BYTES);
    manifest->newest_ms = words_number(words);
    words_expect(words, "view");
    manifest->layout = (unsigned)words_number(words);
    words_hex(words, manifest->view, DIGEST_BYTES);
}

/* Names are ours: nothing that leads elsewhere. */
static void parse_file(struct words *words, struct manifest_file *file)
{
    words_expect(words, "file");
    words_hex(words, file->digest, DIGEST_BYTES);
    file->bytes = words_number(words);
    words_name(words, file->name, sizeof file->name);
    words->wrong |= !manifest_is_name(file->name);
}

/* *sound: it is a manifest. */
static int parse(char *text, struct manifest *manifest, bool *sound)
{
    struct words words = { .rest = text };

    parse_head(&words, manifest);
    while (words_left(&words)) {
        struct manifest_file file = { 0 };

        parse_file(&words, &file);
        TRY(manifest_add(manifest, &file));
    }
    *sound = !words.wrong && manifest_vault(manifest) && manifest->count > 1;
    return 0;
}

static bool is_ended(const char *text, size_t size)
{
    char end[END_SIZE + 1];

    if (size <= END_SIZE)
        return false;
    print_end(end, text, size - END_SIZE);
    return memcmp(end, text + size - END_SIZE, END_SIZE) == 0;
}

int manifest_load(const char *folder, struct manifest *manifest)
{
    CLEANUP(manifest_done) struct manifest found = { 0 };
    CLEANUP(memory_free) char *text = malloc(TEXT_BYTES_MAX + 1);
    size_t size = 0;
    bool sound = false;
    int result;

    if (!text)
        return FAULT(FAULT_MEMORY, "no memory for a backup's manifest");
    result = file_load(folder, NAME, text, TEXT_BYTES_MAX, &size);
    if (result == FILE_NONE)
        return MANIFEST_NONE;
    TRY(result);
    text[size] = '\0';
    if (is_ended(text, size)) {
        text[size - END_SIZE] = '\0';
        TRY(parse(text, &found, &sound));
    }
    if (!sound)
        return FAULT(FAULT_CORRUPT,
                     "%s/" NAME " is damaged, or of a later release: take another backup, or this one's file from "
                     "another copy of it",
                     folder);
    *manifest = found;
    found = (struct manifest){ 0 };
    return 0;
}
