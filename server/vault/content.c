/*
 * content.c: reads the files of a vault, and writes them. Knows their names and sizes, not what is in them.
 */
#include "server/vault/content.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/base/file.h"

#define PERSONS "persons/"

enum { NAME_BYTES_MAX = 100, FILE_BYTES_MAX = 64 * 1024, STEADY_TRIES = 10 };

/* One file's, while it is on its way. */
struct room {
    uint8_t bytes[FILE_BYTES_MAX];
};
static inline void room_wipe_at(struct room *room)
{
    OPENSSL_cleanse(room, sizeof *room);
}

void vault_content_wipe(struct vault_content *content)
{
    if (content->data)
        OPENSSL_cleanse(content->data, content->capacity);
    free(content->data);
    *content = (struct vault_content){ 0 };
}

int vault_content_reserve(struct vault_content *content, size_t size)
{
    size_t capacity = content->capacity ? content->capacity : FILE_BYTES_MAX;
    uint8_t *larger;

    if (size > VAULT_CONTENT_BYTES_MAX - content->size)
        return FAULT(FAULT_INVALID, "the vault is larger than %d MiB: more than a copy of it can hold",
                     VAULT_CONTENT_BYTES_MAX >> 20);
    while (capacity < content->size + size)
        capacity *= 2;
    if (capacity == content->capacity)
        return 0;
    larger = malloc(capacity);
    if (!larger)
        return FAULT(FAULT_MEMORY, "no memory for a copy of the vault");
    if (content->data) {
        memcpy(larger, content->data, content->size);
        OPENSSL_cleanse(content->data, content->capacity);
        free(content->data);
    }
    content->data = larger;
    content->capacity = capacity;
    return 0;
}

/* Names that the vault itself gives; nothing that leads elsewhere. */
static bool is_name(const char *name)
{
    const char *file = strncmp(name, PERSONS, sizeof PERSONS - 1) == 0 ? name + sizeof PERSONS - 1 : name;
    size_t size = strlen(file);

    return size > 0 && strlen(name) <= NAME_BYTES_MAX && file[0] != '.' &&
           strspn(file, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") == size;
}

/* ---- reading ---- */

static int add_file(struct vault_content *content, const char *vault, const char *name)
{
    CLEANUP(room_wipe) struct room file;
    size_t size, name_size = strlen(name);
    int result = file_load(vault, name, file.bytes, sizeof file.bytes, &size);

    if (result == FILE_NONE)
        return 0; /* a person was erased meanwhile */
    TRY(result);
    TRY(vault_content_reserve(content, 2 + name_size + 4 + size));
    uint8_t *at = content->data + content->size;

    put_u16(at, (uint16_t)name_size);
    memcpy(at + 2, name, name_size);
    put_u32(at + 2 + name_size, (uint32_t)size);
    memcpy(at + 2 + name_size + 4, file.bytes, size);
    content->size += 2 + name_size + 4 + size;
    return 0;
}

/* What is just being replaced has a name of its own for that moment. */
static bool is_passing(const char *name)
{
    size_t size = strlen(name);

    return size > 4 && strcmp(name + size - 4, ".new") == 0;
}

static int add_entry(struct vault_content *content, const char *vault, const char *prefix, const struct dirent *entry)
{
    char name[sizeof PERSONS + sizeof entry->d_name];

    snprintf(name, sizeof name, "%s%s", prefix, entry->d_name);
    if (entry->d_type == DT_DIR || entry->d_name[0] == '.' || is_passing(name))
        return 0;
    if (!is_name(name))
        return FAULT(FAULT_STATE, "%s/%s is none of the vault's files: take it out of there", vault, name);
    return add_file(content, vault, name);
}

static int add_folder(struct vault_content *content, const char *vault, const char *prefix)
{
    CLEANUP(memory_free) char *path = NULL;
    struct dirent **entries;
    int result = 0;

    TRY(file_path(&path, vault, prefix));
    int count = scandir(path, &entries, NULL, alphasort);

    if (count < 0)
        return errno == ENOENT ? FAULT(FAULT_MISSING, "there is no vault at %s", vault) : file_fault(path, "listing");
    for (int i = 0; i < count; i++) {
        if (result == 0)
            result = add_entry(content, vault, prefix, entries[i]);
        free(entries[i]);
    }
    free(entries);
    return result;
}

/* *steady: the vault's own files were the same before and after; a certificate may be renewed between two of them. */
static int read_once(const char *vault, struct vault_content *content, bool *steady)
{
    CLEANUP(vault_content_wipe) struct vault_content again = { 0 };

    TRY(add_folder(content, vault, ""));
    size_t own = content->size;

    TRY(add_folder(content, vault, PERSONS));
    TRY(add_folder(&again, vault, ""));
    *steady = own == again.size && (own == 0 || memcmp(content->data, again.data, own) == 0);
    return 0;
}

int vault_content_read(const char *vault, struct vault_content *content)
{
    for (int i = 0; i < STEADY_TRIES; i++) {
        CLEANUP(vault_content_wipe) struct vault_content found = { 0 };
        bool steady;

        TRY(read_once(vault, &found, &steady));
        if (steady) {
            *content = found;
            found = (struct vault_content){ 0 };
            return 0;
        }
    }
    return FAULT(FAULT_BUSY, "the vault %s changes each time that it is read: try again", vault);
}

/* ---- writing ---- */

static int make_folder(const char *vault, const char *name)
{
    CLEANUP(memory_free) char *path = NULL;

    TRY(file_path(&path, vault, name));
    if (mkdir(path, 0700) == 0)
        return 0;
    return errno == EEXIST ? FAULT(FAULT_STATE, "there is a vault at %s already: its keys are not replaced", vault)
                           : file_fault(path, "making the folder");
}

struct file {
    char name[NAME_BYTES_MAX + 1];
    struct bytes bytes;
};

/* False where the rest does not begin with a whole file. */
static bool take_file(struct bytes *rest, struct file *file)
{
    const uint8_t *at = rest->data;
    size_t name_size = rest->size >= 2 ? get_u16(at) : 0, size;

    if (name_size == 0 || name_size > NAME_BYTES_MAX || rest->size < 2 + name_size + 4)
        return false;
    memcpy(file->name, at + 2, name_size);
    file->name[name_size] = '\0';
    size = get_u32(at + 2 + name_size);
    if (!is_name(file->name) || strlen(file->name) != name_size || size > rest->size - (2 + name_size + 4))
        return false;
    file->bytes = bytes_of(at + 2 + name_size + 4, size);
    *rest = bytes_of(at + 2 + name_size + 4 + size, rest->size - (2 + name_size + 4 + size));
    return true;
}

/* The folder of a file that is replaced is synced, but that is the vault's, not the one below it. */
static int sync_persons(const char *vault)
{
    CLEANUP(memory_free) char *path = NULL;

    TRY(file_path(&path, vault, PERSONS));
    return folder_sync(path);
}

int vault_content_write(const char *vault, struct bytes content)
{
    struct bytes rest = content;
    struct file file;

    while (rest.size > 0)
        if (!take_file(&rest, &file))
            return FAULT(FAULT_CORRUPT, "the copy of the vault holds something else: it was not written by cimonitord");
    TRY(make_folder(vault, ""));
    TRY(make_folder(vault, PERSONS));
    rest = content;
    while (rest.size > 0 && take_file(&rest, &file))
        TRY(file_replace(vault, file.name, file.bytes));
    return sync_persons(vault);
}
