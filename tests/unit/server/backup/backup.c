#include "server/backup/backup.h"

#include <sys/stat.h>

#include "server/backup/proof.h"
#include "server/backup/restore.h"
#include "server/journal/survey.h"
#include "server/ledger/backup_mark.h"
#include "server/ledger/restoring.h"
#include "tests/support/folder.h"
#include "tests/support/ledger_world.h"

enum { SEGMENT_BYTES = 2 * 1024, ROUNDS = 40 };

static struct world world;

/* A world whose journal has many segments. */
static int setup(void **state)
{
    CLEANUP(journal_survey_done) struct journal_survey survey = { 0 };
    struct ledger_options options;

    world_open(&world);
    world.ledger = ledger_close(world.ledger);
    world.journal = journal_close(world.journal);
    MUST(journal_survey(&survey, world.journal_path, NULL, NULL));
    MUST(journal_cut(world.journal_path, &survey)); /* so that the large segment has no room left */
    MUST(journal_open(&world.journal,
                      &(struct journal_options){ .path = world.journal_path, .segment_bytes = SEGMENT_BYTES }));
    options = world_options(&world);
    MUST(ledger_open(&world.ledger, &options));
    return folder_make(state);
}

static int teardown(void **state)
{
    world_close(&world);
    return folder_remove(state);
}

/* An entry each. */
static void answer(uint32_t count)
{
    static uint32_t next;

    for (uint32_t i = 0; i < count; i++, next++) {
        const char *town = world_town(&world, (int)(next % WORLD_TOWNS));
        struct principal lead = world_person(CI__ROLE__ROLE_LEAD, town);

        assert_in_range(world_push(&world, &lead,
                                   world_edit(&world, &lead, town, "answer/2026/S1.1", world_level(&world, next % 5))),
                        CI__EDIT_ENTRY__OUTCOME__STANDS, CI__EDIT_ENTRY__OUTCOME__SUPERSEDED);
    }
}

static struct bytes text(const char *words)
{
    return bytes_of(words, strlen(words));
}

/* What was refused is said, so that a wrong refusal shows. */
static int said(int result)
{
    if (result < 0)
        print_message("%s\n", fault_message());
    return result;
}

static int back_up(const char *to, const char *passphrase, struct backup_result *result)
{
    const struct backup_options options = {
        .data = world.path, .to = in_folder(to), .passphrase = text(passphrase), .now_ms = world.now_ms += 10
    };

    return said(backup_make(&options, result));
}

static int restore(const char *from, const char *data, uint64_t until_ms, struct restore_result *result)
{
    const struct restore_options options = { .from = in_folder(from),
                                             .data = in_folder(data),
                                             .passphrase = text("a long passphrase"),
                                             .until_ms = until_ms,
                                             .now_ms = world.now_ms };

    return said(restore_make(&options, result));
}

static void dump_digest(uint8_t digest[DIGEST_BYTES])
{
    MUST(ledger_digest(world.ledger, digest));
}

/* What a folder's journal says, built anew. */
static void restored_digest(const char *data, uint8_t digest[DIGEST_BYTES])
{
    CLEANUP(proof_close) struct proof proof = { 0 };

    assert_int_equal(proof_open(&proof, in_folder(data), NULL, NULL), 0);
    memcpy(digest, proof.view, DIGEST_BYTES);
}

static void restored_elsewhere_it_is_the_same_to_the_byte(void **state)
{
    uint8_t here[DIGEST_BYTES], there[DIGEST_BYTES];
    struct journal_head head;
    struct backup_result backup;
    struct restore_result restored;
    struct backup_mark mark;

    (void)state;
    answer(ROUNDS);
    assert_int_equal(backup_mark_read(world.path, &mark), BACKUP_MARK_NONE);
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    assert_true(backup.copied_files > 2);
    assert_int_equal(backup_mark_read(world.path, &mark), 0);
    head = journal_head(world.journal);
    assert_memory_equal(&mark.head, &head, sizeof head);
    answer(3); /* after the backup */
    assert_int_equal(restore("b", "n", 0, &restored), 0);
    assert_memory_equal(&restored.head, &head, sizeof head);
    restored_digest("n", there);
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    assert_int_equal(restore("b", "m", 0, &restored), 0);
    dump_digest(here);
    assert_memory_not_equal(here, there, DIGEST_BYTES);
    restored_digest("m", there);
    assert_memory_equal(here, there, DIGEST_BYTES);
    assert_int_equal(restore("b", "m", 0, &restored), -FAULT_STATE); /* there is one */
}

static void a_second_backup_copies_what_is_new(void **state)
{
    struct backup_result first, second, third;

    (void)state;
    answer(ROUNDS);
    assert_int_equal(back_up("b", "a long passphrase", &first), 0);
    assert_int_equal(first.kept_files, 0);
    assert_int_equal(back_up("b", "a long passphrase", &second), 0);
    assert_int_equal(second.copied_files, 0);
    assert_int_equal(second.kept_files, first.copied_files);
    answer(2);
    assert_int_equal(back_up("b", "a long passphrase", &third), 0);
    assert_in_range(third.copied_files, 1, 2);
    assert_true(third.kept_files >= first.copied_files - 1);
    assert_int_equal(third.replaced_files, 0);
}

static void to_a_moment_it_is_what_it_was_then(void **state)
{
    uint8_t then[4][DIGEST_BYTES], restored[DIGEST_BYTES];
    uint64_t moments[4];
    struct backup_result backup;

    (void)state;
    for (int i = 0; i < 4; i++) {
        answer(ROUNDS / 4);
        dump_digest(then[i]);
        moments[i] = world.now_ms;
        world.now_ms += 500;
    }
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    for (int i = 0; i < 4; i++) {
        struct restore_result result;
        char name[16];

        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(restore("b", name, moments[i] + (uint64_t)i, &result), 0);
        assert_int_equal(result.newest_ms, moments[i]);
        assert_int_equal(result.backup.position, backup.head.position);
        restored_digest(name, restored);
        assert_memory_equal(restored, then[i], DIGEST_BYTES);
    }
}

static void a_moment_before_the_first_entry_is_refused_and_leaves_nothing(void **state)
{
    struct backup_result backup;
    struct restore_result result;

    (void)state;
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    assert_int_equal(restore("b", "n", 1, &result), -FAULT_INVALID);
    assert_int_not_equal(access(in_folder("n/restore.tmp"), F_OK), 0);
    assert_int_equal(restore("b", "n", 0, &result), 0);
}

static void another_passphrase_or_server_or_history_is_refused(void **state)
{
    struct backup_result backup;
    struct backup_mark before, after;
    struct manifest manifest = { 0 };

    (void)state;
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    assert_int_equal(backup_mark_read(world.path, &before), 0);
    assert_int_equal(back_up("b", "another passphrase", &backup), -FAULT_REFUSED);
    assert_int_equal(manifest_load(in_folder("b"), &manifest), 0);
    manifest.head.hash[3] ^= 1; /* as of a server that was restored, and went on otherwise */
    assert_int_equal(manifest_save(in_folder("b"), &manifest), 0);
    assert_int_equal(back_up("b", "a long passphrase", &backup), -FAULT_STATE);
    manifest.head.hash[3] ^= 1;
    manifest.server[3] ^= 1;
    assert_int_equal(manifest_save(in_folder("b"), &manifest), 0);
    assert_int_equal(back_up("b", "a long passphrase", &backup), -FAULT_STATE);
    manifest_done(&manifest);
    assert_int_equal(mkdir(in_folder("x"), 0700), 0);
    assert_int_equal(mkdir(in_folder("x/y"), 0700), 0);
    assert_int_equal(back_up("x", "a long passphrase", &backup), -FAULT_STATE);
    assert_int_not_equal(access(in_folder("x/unfinished"), F_OK), 0);
    assert_int_equal(backup_mark_read(world.path, &after), 0);
    assert_int_equal(after.time_ms, before.time_ms);
}

static void a_damaged_file_is_copied_again_and_counted(void **state)
{
    struct backup_result backup;
    struct manifest manifest = { 0 };
    char path[200];
    FILE *file;

    (void)state;
    answer(ROUNDS);
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    assert_int_equal(manifest_load(in_folder("b"), &manifest), 0);
    snprintf(path, sizeof path, "%s/%s", in_folder("b"), manifest.files[1].name);
    manifest_done(&manifest);
    file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, 100, SEEK_SET);
    fputc('!', file);
    fclose(file);
    assert_int_equal(back_up("b", "a long passphrase", &backup), 0);
    assert_int_equal(backup.replaced_files, 1);
    assert_int_equal(backup.copied_files, 1);
}

#define BACKUP(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        BACKUP(restored_elsewhere_it_is_the_same_to_the_byte),
        BACKUP(a_second_backup_copies_what_is_new),
        BACKUP(to_a_moment_it_is_what_it_was_then),
        BACKUP(a_moment_before_the_first_entry_is_refused_and_leaves_nothing),
        BACKUP(another_passphrase_or_server_or_history_is_refused),
        BACKUP(a_damaged_file_is_copied_again_and_counted),
    };

    return RUN_UNIT("server.backup.backup", tests);
}
