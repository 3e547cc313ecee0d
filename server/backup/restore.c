/*
 * restore.c: the order of a restore. All is made in the folder "restore.tmp" of the new data folder and verified there; then
 * it is put in its place, the journal last: a folder without one is no server's. One thread.
 */
#include "server/backup/restore.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/backup/backup.h"
#include "server/backup/copy.h"
#include "server/backup/installs.h"
#include "server/backup/journal_facts.h"
#include "server/backup/proof.h"
#include "server/ledger/tables.h"
#include "server/vault/sealed.h"
#include "server/vault/vault.h"

#define ROOM "restore.tmp"

struct restoration {
    const struct restore_options *options;
    struct manifest manifest;
    struct journal_survey survey;
    struct journal_facts facts;
    char *room, *journal, *vault; /* room: DATA/restore.tmp; the others in it */
    bool has_room;
    uint64_t done, all; /* bytes */
    struct restoring_install *installs;
    struct restore_result *result;
};

static void say(const struct restoration *restoration, const char *doing, uint64_t done, uint64_t all)
{
    if (restoration->options->progress)
        restoration->options->progress(restoration->options->context, doing, done, all);
}

static void count(void *context, uint64_t bytes)
{
    struct restoration *restoration = context;

    restoration->done += bytes;
    say(restoration, "copying the journal (bytes)", restoration->done, restoration->all);
}

static void count_entries(void *context, uint64_t done, uint64_t all)
{
    say(context, "building the view (entries)", done, all);
}

/* ---- where to ---- */

static int check_empty(const char *data)
{
    DIR *listing = opendir(data);
    char found[256] = "";

    if (!listing)
        return file_fault(data, "listing");
    for (const struct dirent *file; (file = readdir(listing));)
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            snprintf(found, sizeof found, "%s", file->d_name);
    closedir(listing);
    if (file_exists(data, ROOM) && !file_exists(data, "journal"))
        return FAULT(FAULT_STATE,
                     "%s holds what an unfinished restore left, and nothing in it is needed: remove the folder, and "
                     "try again",
                     data);
    return *found ? FAULT(FAULT_STATE,
                          "%s is not empty (%s): a restore overwrites nothing. Give a folder that is new or empty",
                          data, found)
                  : 0;
}

static int make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 ? 0 : file_fault(path, "making the folder");
}

static int make_room(struct restoration *restoration)
{
    const char *data = restoration->options->data;

    if (mkdir(data, 0700) != 0 && errno != EEXIST)
        return file_fault(data, "making the folder");
    TRY(backup_check_owner(data));
    TRY(check_empty(data));
    if (chmod(data, 0700) != 0)
        return file_fault(data, "closing it to others");
    TRY(make_folder(restoration->room));
    restoration->has_room = true;
    return make_folder(restoration->journal);
}

/* ---- from the backup ---- */

static int load_manifest(struct restoration *restoration)
{
    const char *from = restoration->options->from;
    int result = manifest_load(from, &restoration->manifest);

    if (result == MANIFEST_NONE)
        return FAULT(FAULT_MISSING, "there is no whole backup in %s: it has no file \"manifest\"", from);
    return result;
}

static int differs(const struct restoration *restoration, const struct manifest_file *file)
{
    return FAULT(FAULT_CORRUPT,
                 "%s/%s is not what was written there: take that file from another copy of this backup, or another "
                 "backup",
                 restoration->options->from, file->name);
}

static int restore_vault(struct restoration *restoration)
{
    CLEANUP(vault_content_wipe) struct vault_content content = { 0 };
    CLEANUP(memory_free) uint8_t *sealed = malloc(SEALED_BYTES_MAX);
    const struct manifest_file *file = manifest_vault(&restoration->manifest);
    uint8_t digest[DIGEST_BYTES];
    size_t size = 0;
    int result;

    if (!sealed)
        return FAULT(FAULT_MEMORY, "no memory for the vault");
    say(restoration, "opening the vault's copy", 0, 1);
    result = file_load(restoration->options->from, file->name, sealed, SEALED_BYTES_MAX, &size);
    TRY(result);
    digest_bytes(digest, sealed, size);
    if (result == FILE_NONE || size != file->bytes || !digest_equal(digest, file->digest, DIGEST_BYTES))
        return differs(restoration, file);
    result = sealed_open(bytes_of(sealed, size), restoration->options->passphrase, &content);
    TRY(result);
    if (result == SEALED_OTHER_PASSPHRASE)
        return FAULT(FAULT_REFUSED, "this is not the passphrase of the backup in %s", restoration->options->from);
    return vault_content_write(restoration->vault, vault_content_bytes(&content));
}

static int restore_file(struct restoration *restoration, const struct manifest_file *file, uint64_t first)
{
    CLEANUP(memory_free) char *from = NULL;
    CLEANUP(memory_free) char *to = NULL;
    const struct counting counting = { count, restoration };
    char name[SEGMENT_NAME_SIZE];
    uint8_t digest[DIGEST_BYTES];
    struct stat found;

    segment_name(name, first);
    TRY(file_path(&from, restoration->options->from, file->name));
    TRY(file_path(&to, restoration->journal, name));
    if (stat(from, &found) != 0 || (uint64_t)found.st_size != file->bytes)
        return differs(restoration, file);
    TRY(copy_file(from, to, file->bytes, &counting, digest));
    return digest_equal(digest, file->digest, DIGEST_BYTES) ? 0 : differs(restoration, file);
}

static int restore_journal(struct restoration *restoration)
{
    const struct manifest *manifest = &restoration->manifest;
    uint64_t first;

    for (size_t i = 0; i < manifest->count; i++)
        restoration->all += manifest->files[i].bytes;
    for (size_t i = 0; i < manifest->count; i++)
        if (manifest_first(&manifest->files[i], &first))
            TRY(restore_file(restoration, &manifest->files[i], first));
    return folder_sync(restoration->journal);
}

/* To the moment that was asked for; without one, to the entry that the manifest names. */
static int cut(struct restoration *restoration)
{
    struct journal_survey *survey = &restoration->survey;

    say(restoration, "reading the journal", 0, 1);
    restoration->facts.until_ms = restoration->options->until_ms;
    TRY(journal_facts_survey(&restoration->facts, restoration->journal, survey));
    if (survey->count == 0)
        return FAULT(FAULT_INVALID, "that moment is before this server was made: give a later one");
    if (restoration->options->until_ms > 0)
        return journal_cut(restoration->journal, survey);
    if (survey->head.position != restoration->manifest.head.position ||
        memcmp(survey->head.hash, restoration->manifest.head.hash, DIGEST_BYTES) != 0)
        return FAULT(FAULT_CORRUPT, "the journal in %s ends elsewhere than its manifest says",
                     restoration->options->from);
    return 0;
}

/* ---- is it the server's? ---- */

static int check_vault(const struct restoration *restoration)
{
    CLEANUP(vault_close) struct vault *vault = NULL;
    uint8_t fingerprint[DIGEST_BYTES];

    TRY(vault_open(&vault, restoration->vault, restoration->options->now_ms));
    TRY(vault_complete(vault));
    vault_ca_fingerprint(vault, fingerprint);
    return digest_equal(fingerprint, restoration->facts.authority, DIGEST_BYTES)
               ? 0
               : FAULT(FAULT_CORRUPT, "the vault in %s is not of the journal beside it", restoration->options->from);
}

static int check_view(struct restoration *restoration)
{
    CLEANUP(proof_close) struct proof proof = { 0 };
    const struct manifest *manifest = &restoration->manifest;

    TRY(proof_open(&proof, restoration->room, count_entries, restoration));
    bool comparable = proof.head.position == manifest->head.position && manifest->layout == LEDGER_LAYOUT;

    if (comparable && !digest_equal(proof.view, manifest->view, DIGEST_BYTES))
        return FAULT(FAULT_CORRUPT, "the view that was built is not the one that was built when the backup was made");
    return installs_list(proof.ledger, restoration->options->now_ms, &restoration->installs,
                         &restoration->result->installs);
}

/* ---- in its place ---- */

static int move(const struct restoration *restoration, const char *name)
{
    CLEANUP(memory_free) char *from = NULL;

    if (asprintf(&from, ROOM "/%s", name) < 0) {
        from = NULL;
        return FAULT(FAULT_MEMORY, "no memory for a path");
    }
    return file_rename(restoration->options->data, from, name);
}

static int put_in_place(struct restoration *restoration)
{
    const char *data = restoration->options->data;
    struct restore_result *result = restoration->result;
    struct restored restored = { restoration->options->now_ms, restoration->survey.head, restoration->manifest.head };

    for (size_t i = 0; i < result->installs; i++)
        result->central += restoration->installs[i].central;
    result->head = restoration->survey.head;
    result->backup = restoration->manifest.head;
    result->newest_ms = restoration->facts.newest_ms;
    result->made_ms = restoration->manifest.made_ms;
    TRY(restoring_begin(data, &restored, restoration->installs, result->installs));
    TRY(move(restoration, "vault"));
    TRY(move(restoration, "view"));
    TRY(move(restoration, "view.mark"));
    TRY(move(restoration, "journal"));
    return copy_remove(restoration->room);
}

static int make(struct restoration *restoration)
{
    const char *data = restoration->options->data;

    TRY(load_manifest(restoration));
    TRY(file_path(&restoration->room, data, ROOM));
    TRY(file_path(&restoration->journal, restoration->room, "journal"));
    TRY(file_path(&restoration->vault, restoration->room, "vault"));
    TRY(make_room(restoration));
    TRY(restore_vault(restoration));
    TRY(restore_journal(restoration));
    TRY(cut(restoration));
    TRY(check_vault(restoration));
    TRY(check_view(restoration));
    return put_in_place(restoration);
}

int restore_make(const struct restore_options *options, struct restore_result *result)
{
    struct restoration restoration = { .options = options, .result = result };
    int made;

    *result = (struct restore_result){ 0 };
    made = make(&restoration);
    if (made < 0 && restoration.has_room)
        copy_remove(restoration.room);
    manifest_done(&restoration.manifest);
    journal_survey_done(&restoration.survey);
    free(restoration.installs);
    free(restoration.room);
    free(restoration.journal);
    free(restoration.vault);
    return made;
}
