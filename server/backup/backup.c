/*
 * backup.c: the order of a backup: look, copy, verify, and only then say so. Owns, while it verifies,
 * the folder "backup.proof" beside the data. One thread.
 */
#include "server/backup/backup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/backup/copy.h"
#include "server/backup/journal_facts.h"
#include "server/backup/proof.h"
#include "server/backup/target.h"
#include "server/ledger/backup_mark.h"
#include "server/ledger/tables.h"
#include "server/vault/sealed.h"
#include "server/vault/vault.h"

#define PROOF "backup.proof"

struct making {
    const struct backup_options *options;
    struct manifest before, after; /* before: without files where there was none */
    struct journal_survey survey;
    struct journal_facts facts;
    char *journal, *vault, *proof; /* the server's folders, and the one to verify in */
    uint64_t done, all;            /* bytes */
    struct backup_result *result;
};

int backup_check_owner(const char *folder)
{
    struct stat found;

    if (stat(folder, &found) != 0)
        return FAULT(FAULT_MISSING, "the folder %s cannot be opened: %s", folder, strerror(errno));
    if (!S_ISDIR(found.st_mode))
        return FAULT(FAULT_INVALID, "%s is not a folder", folder);
    if (found.st_uid != geteuid())
        return FAULT(FAULT_STATE, "%s belongs to another user: run this as that user (sudo -u '#%u' …)", folder,
                     found.st_uid);
    return 0;
}

static void say(const struct making *making, const char *doing, uint64_t done, uint64_t all)
{
    if (making->options->progress)
        making->options->progress(making->options->context, doing, done, all);
}

static void count(void *context, uint64_t bytes)
{
    struct making *making = context;

    making->done += bytes;
    say(making, "copying the journal (bytes)", making->done, making->all);
}

static void count_entries(void *context, uint64_t done, uint64_t all)
{
    say(context, "building a view from the copy (entries)", done, all);
}

/* ---- what is there already ---- */

static int load_sealed(const char *folder, const struct manifest_file *file, uint8_t **sealed)
{
    uint8_t digest[DIGEST_BYTES];
    size_t size = 0;
    CLEANUP(memory_free) uint8_t *bytes = malloc(SEALED_BYTES_MAX);

    if (!bytes)
        return FAULT(FAULT_MEMORY, "no memory for the copy of the vault");
    int result = file_load(folder, file->name, bytes, SEALED_BYTES_MAX, &size);

    TRY(result);
    digest_bytes(digest, bytes, size);
    if (result == FILE_NONE || size != file->bytes || !digest_equal(digest, file->digest, DIGEST_BYTES))
        return FAULT(FAULT_CORRUPT, "%s/%s is damaged or missing", folder, file->name);
    *sealed = TAKE(&bytes);
    return 0;
}

/* A passphrase that was mistyped would show only when it is needed: so it must be the folder's. */
static int check_passphrase(struct making *making)
{
    CLEANUP(vault_content_wipe) struct vault_content opened = { 0 };
    CLEANUP(memory_free) uint8_t *sealed = NULL;
    const struct manifest_file *file = manifest_vault(&making->before);
    const char *to = making->options->to;

    if (!file || load_sealed(to, file, &sealed) < 0)
        return 0; /* nothing to compare with; it is written anew */
    if (sealed_open(bytes_of(sealed, file->bytes), making->options->passphrase, &opened) == SEALED_OTHER_PASSPHRASE)
        return FAULT(FAULT_REFUSED,
                     "this is not the passphrase of the backup in %s: give that one, or begin another folder", to);
    return 0;
}

static int check_history(const struct making *making)
{
    const struct manifest *before = &making->before;
    const char *to = making->options->to;

    if (making->before.count == 0)
        return 0;
    if (memcmp(before->server, making->facts.server, ID_BYTES) != 0)
        return FAULT(FAULT_STATE, "%s holds the backup of another server: give this one a folder of its own", to);
    if (!making->facts.known_is_here)
        return FAULT(FAULT_STATE,
                     "%s holds entries up to %" PRIu64 " that this server does not have (was it restored since?): keep "
                     "that backup, and begin another folder",
                     to, before->head.position);
    return 0;
}

/* ---- copying ---- */

static void file_of(const struct journal_piece *piece, struct manifest_file *file)
{
    *file = (struct manifest_file){ .bytes = piece->bytes };
    snprintf(file->name, sizeof file->name, "journal/%020" PRIu64 "-%020" PRIu64, piece->first, piece->last);
}

/* 0: it is there and sound; 1: it is not there, or damaged, which is counted. */
static int is_there(struct making *making, const char *path, const struct manifest_file *file)
{
    const struct manifest_file *known = manifest_find(&making->before, file->name);
    uint8_t digest[DIGEST_BYTES];
    uint64_t got = 0;

    if (access(path, F_OK) != 0) {
        making->result->replaced_files += known != NULL;
        return 1;
    }
    TRY(copy_digest(path, UINT64_MAX, NULL, digest, &got));
    if (got == file->bytes && digest_equal(digest, file->digest, DIGEST_BYTES))
        return 0;
    making->result->replaced_files += known != NULL;
    return 1;
}

/* What is on the disk, read again, is what the server has. */
static int copy_checked(struct making *making, const char *from, const char *to, struct manifest_file *file)
{
    uint8_t written[DIGEST_BYTES];
    uint64_t got;

    TRY(copy_file(from, to, file->bytes, NULL, file->digest));
    TRY(copy_digest(to, UINT64_MAX, NULL, written, &got));
    if (got != file->bytes || !digest_equal(written, file->digest, DIGEST_BYTES))
        return FAULT(FAULT_CORRUPT, "%s does not read as it was written: is that disk sound?", to);
    making->result->copied_files++;
    making->result->copied_bytes += file->bytes;
    return 0;
}

static int copy_piece(struct making *making, const struct journal_piece *piece)
{
    CLEANUP(memory_free) char *from = NULL;
    CLEANUP(memory_free) char *to = NULL;
    const struct counting counting = { count, making };
    char segment[SEGMENT_NAME_SIZE];
    struct manifest_file file;
    uint64_t got;

    file_of(piece, &file);
    segment_name(segment, piece->first);
    TRY(file_path(&from, making->journal, segment));
    TRY(file_path(&to, making->options->to, file.name));
    TRY(copy_digest(from, file.bytes, &counting, file.digest, &got));
    if (got < file.bytes)
        return FAULT(FAULT_CORRUPT, "%s became shorter while it was copied", from);
    int missing = is_there(making, to, &file);

    TRY(missing);
    if (missing) {
        TRY(copy_checked(making, from, to, &file));
    } else {
        making->result->kept_files++;
        making->result->kept_bytes += file.bytes;
    }
    return manifest_add(&making->after, &file);
}

static int copy_journal(struct making *making)
{
    CLEANUP(memory_free) char *folder = NULL;

    making->after.head = making->survey.head;
    making->after.newest_ms = making->facts.newest_ms;
    memcpy(making->after.server, making->facts.server, ID_BYTES);
    for (size_t i = 0; i < making->survey.count; i++)
        making->all += making->survey.pieces[i].bytes;
    for (size_t i = 0; i < making->survey.count; i++)
        TRY(copy_piece(making, &making->survey.pieces[i]));
    TRY(file_path(&folder, making->options->to, "journal"));
    return folder_sync(folder);
}

/* The vault that is open must be this journal's: else the copy would restore to nothing. */
static int check_authority(const struct making *making)
{
    CLEANUP(vault_close) struct vault *vault = NULL;
    uint8_t fingerprint[DIGEST_BYTES];

    TRY(vault_open(&vault, making->vault, making->options->now_ms));
    vault_ca_fingerprint(vault, fingerprint);
    return digest_equal(fingerprint, making->facts.authority, DIGEST_BYTES)
               ? 0
               : FAULT(FAULT_STATE, "the vault %s is not this journal's: it has another authority", making->vault);
}

static int check_sealed(const struct making *making, const struct manifest_file *file, struct bytes content)
{
    CLEANUP(vault_content_wipe) struct vault_content opened = { 0 };
    CLEANUP(memory_free) uint8_t *sealed = NULL;

    TRY(load_sealed(making->options->to, file, &sealed));
    int result = sealed_open(bytes_of(sealed, file->bytes), making->options->passphrase, &opened);

    TRY(result);
    return result == 0 && bytes_equal(vault_content_bytes(&opened), content)
               ? 0
               : FAULT(FAULT_CORRUPT, "%s/%s does not open to what was put in", making->options->to, file->name);
}

/* After the journal, so that it has the keys of all the people in it. */
static int copy_vault(struct making *making)
{
    CLEANUP(vault_content_wipe) struct vault_content content = { 0 };
    CLEANUP(memory_free) uint8_t *sealed = NULL;
    struct manifest_file file = { 0 };
    size_t size;

    say(making, "sealing the vault", 0, 1);
    TRY(check_authority(making));
    TRY(vault_content_read(making->vault, &content));
    TRY(sealed_make(vault_content_bytes(&content), making->options->passphrase, &sealed, &size));
    snprintf(file.name, sizeof file.name, "vault-%020" PRIu64, making->options->now_ms);
    file.bytes = size;
    digest_bytes(file.digest, sealed, size);
    TRY(file_replace(making->options->to, file.name, bytes_of(sealed, size)));
    TRY(check_sealed(making, &file, vault_content_bytes(&content)));
    return manifest_add(&making->after, &file);
}

/* ---- verifying ---- */

/* The copy under the names of segments: links, so that nothing is written twice. */
static int link_copy(const struct making *making, const char *journal)
{
    for (size_t i = 0; i < making->after.count; i++) {
        CLEANUP(memory_free) char *path = NULL;
        CLEANUP(memory_free) char *copy = NULL;
        CLEANUP(memory_free) char *whole = NULL;
        char name[SEGMENT_NAME_SIZE];
        uint64_t first;

        if (!manifest_first(&making->after.files[i], &first))
            continue;
        segment_name(name, first);
        TRY(file_path(&path, journal, name));
        TRY(file_path(&copy, making->options->to, making->after.files[i].name));
        whole = realpath(copy, NULL);
        if (!whole || symlink(whole, path) != 0)
            return file_fault(path, "linking the copy");
    }
    return 0;
}

static int prove(struct making *making)
{
    CLEANUP(proof_close) struct proof proof = { 0 };
    CLEANUP(memory_free) char *folder = NULL;
    CLEANUP(memory_free) char *journal = NULL;

    TRY(file_path(&folder, making->proof, "built")); /* its parent is what is locked */
    TRY(file_path(&journal, folder, "journal"));
    TRY(copy_remove(folder)); /* what a killed backup left */
    TRY(target_make_folder(folder));
    TRY(target_make_folder(journal));
    TRY(link_copy(making, journal));
    TRY(proof_open(&proof, folder, count_entries, making));
    if (proof.head.position != making->after.head.position ||
        memcmp(proof.head.hash, making->after.head.hash, DIGEST_BYTES) != 0)
        return FAULT(FAULT_CORRUPT, "the copy in %s ends elsewhere than the journal did", making->options->to);
    making->after.layout = LEDGER_LAYOUT;
    memcpy(making->after.view, proof.view, DIGEST_BYTES);
    return 0;
}

/* ---- the end ---- */

static int finish(struct making *making)
{
    struct backup_mark mark = { making->after.head, making->options->now_ms };

    making->after.made_ms = making->options->now_ms;
    TRY(manifest_save(making->options->to, &making->after));
    TRY(target_finish(making->options->to, &making->after));
    TRY(backup_mark_write(making->options->data, &mark));
    making->result->head = making->after.head;
    making->result->newest_ms = making->after.newest_ms;
    return 0;
}

static int make(struct making *making)
{
    CLEANUP(fd_close) int target = -1;
    CLEANUP(fd_close) int data = -1;

    TRY(backup_check_owner(making->options->data));
    TRY(target_make_folder(making->proof));
    TRY(target_lock(making->proof, &data));
    TRY(target_open(making->options->to, &making->before, &target));
    TRY(check_passphrase(making));
    making->facts.known = making->before.head;
    say(making, "reading the journal", 0, 1);
    TRY(journal_facts_survey(&making->facts, making->journal, &making->survey));
    if (making->survey.count == 0)
        return FAULT(FAULT_MISSING, "the journal %s holds nothing yet", making->journal);
    TRY(check_history(making));
    TRY(copy_journal(making));
    TRY(copy_vault(making));
    TRY(prove(making));
    return finish(making);
}

int backup_make(const struct backup_options *options, struct backup_result *result)
{
    struct making making = { .options = options, .result = result };
    int made;

    *result = (struct backup_result){ 0 };
    made = file_path(&making.journal, options->data, "journal");
    if (made == 0)
        made = file_path(&making.vault, options->data, "vault");
    if (made == 0)
        made = file_path(&making.proof, options->data, PROOF);
    if (made == 0)
        made = make(&making);
    if (making.proof && made != -FAULT_BUSY) {
        int removed = copy_remove(making.proof);

        made = made == 0 ? removed : made;
    }
    manifest_done(&making.before);
    manifest_done(&making.after);
    journal_survey_done(&making.survey);
    free(making.journal);
    free(making.vault);
    free(making.proof);
    return made;
}
