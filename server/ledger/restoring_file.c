/*
 * restoring_file.c: lines of words; what was read is printed again, and must be the same. Knows nothing of locks.
 */
#include "server/ledger/restoring_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/buffer.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/base/words.h"

#define NAME RESTORING_FILE

enum { HEX_SIZE = 2 * DIGEST_BYTES + 1, LINE_SIZE = 256, FILE_BYTES_MAX = (RESTORING_INSTALLS_MAX + 4) * LINE_SIZE };

static const char *const states[] = { "waiting", "synced", "struck" };

void restoring_file_done(struct restoring_file *content)
{
    free(content->installs);
    *content = (struct restoring_file){ 0 };
}

/* ---- the file's lines ---- */

static int print_install(struct buffer *out, const struct restoring_install *install)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof line, "install %s %s %s %s %" PRIu64 "%s%s\n", install->install, install->person,
                        install->central ? "central" : "other", states[install->state], install->time_ms,
                        *install->area ? " " : "", install->area);

    return buffer_append(out, line, (size_t)size);
}

static int print(struct buffer *out, const struct restoring_file *content)
{
    const struct restored *restored = &content->restored;
    char head[HEX_SIZE], backup[HEX_SIZE], lines[2 * LINE_SIZE];
    int size =
        snprintf(lines, sizeof lines, "restoring 1\nrestored %" PRIu64 " %" PRIu64 " %s\nbackup %" PRIu64 " %s\n%s\n",
                 restored->time_ms, restored->head.position, hex_encode(head, restored->head.hash, DIGEST_BYTES),
                 restored->backup.position, hex_encode(backup, restored->backup.hash, DIGEST_BYTES),
                 content->held ? "held" : "open");

    TRY(buffer_append(out, lines, (size_t)size));
    for (size_t i = 0; i < content->count; i++)
        TRY(print_install(out, &content->installs[i]));
    return 0;
}

static void parse_install(struct words *words, struct restoring_install *install)
{
    const char *role, *state;
    unsigned i = 0;

    words_expect(words, "install");
    words_name(words, install->install, sizeof install->install);
    words_name(words, install->person, sizeof install->person);
    role = words_text(words);
    install->central = strcmp(role, "central") == 0;
    state = words_text(words);
    while (i < RESTORING_STRUCK && strcmp(state, states[i]) != 0)
        i++;
    install->state = (enum restoring_state)i;
    install->time_ms = words_number(words);
    if (words_left(words))
        words_name(words, install->area, sizeof install->area);
}

/* What is none of these words is not printed again as it was: that is how it is noticed. */
static void parse_head(struct words *words, struct restoring_file *content)
{
    struct restored *restored = &content->restored;

    words_expect(words, "restoring");
    words_expect(words, "1");
    words_expect(words, "restored");
    restored->time_ms = words_number(words);
    restored->head.position = words_number(words);
    words_hex(words, restored->head.hash, DIGEST_BYTES);
    words_expect(words, "backup");
    restored->backup.position = words_number(words);
    words_hex(words, restored->backup.hash, DIGEST_BYTES);
    content->held = strcmp(words_text(words), "held") == 0;
}

/* Up to a line that is none: then what is printed of it is not what was read. */
static int parse(struct restoring_file *content, char *text)
{
    struct words head = { .rest = text };
    size_t lines = 0;

    parse_head(&head, content);
    for (const char *at = head.rest; !head.wrong && *at; at++)
        lines += *at == '\n';
    content->installs = calloc(lines + 1, sizeof *content->installs);
    if (!content->installs)
        return FAULT(FAULT_MEMORY, "no memory to read who has synced since the restore");
    char *rest = head.rest;
    for (char *line; !head.wrong && content->count < lines && (line = strsep(&rest, "\n")); content->count++) {
        struct words words = { .rest = line };

        parse_install(&words, &content->installs[content->count]);
    }
    return 0;
}

static int read_text(const char *folder, struct restoring_file *content, char *text, size_t size)
{
    struct buffer again;

    buffer_init(&again, FILE_BYTES_MAX);
    CLEANUP(memory_free) char *given = strndup(text, size);
    int result = given ? parse(content, text) : FAULT(FAULT_MEMORY, "no memory to read %s/" NAME, folder);

    if (result == 0)
        result = print(&again, content);
    if (result == 0 && (buffer_size(&again) != size || memcmp(buffer_data(&again), given, size) != 0))
        result = FAULT(FAULT_CORRUPT,
                       "%s/" NAME " is damaged, so it is not known who has synced since this server was restored: "
                       "remove it, which lets everybody in, once the central team has synced",
                       folder);
    buffer_done(&again);
    return result;
}

int restoring_file_load(const char *folder, struct restoring_file *out)
{
    CLEANUP(restoring_file_done) struct restoring_file content = { 0 };
    CLEANUP(memory_free) char *text = malloc(FILE_BYTES_MAX + 1);
    size_t size = 0;
    int result;

    if (!text)
        return FAULT(FAULT_MEMORY, "no memory to read %s/" NAME, folder);
    result = file_load(folder, NAME, text, FILE_BYTES_MAX, &size);
    if (result == FILE_NONE)
        return RESTORING_NONE;
    TRY(result);
    text[size] = '\0';
    TRY(read_text(folder, &content, text, size));
    *out = content;
    content = (struct restoring_file){ 0 };
    return 0;
}

int restoring_file_save(const char *folder, const struct restoring_file *content)
{
    struct buffer text;
    int result;

    buffer_init(&text, FILE_BYTES_MAX);
    result = print(&text, content);
    if (result == 0)
        result = file_replace(folder, NAME, bytes_of(buffer_data(&text), buffer_size(&text)));
    buffer_done(&text);
    return result;
}
