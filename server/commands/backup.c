/*
 * backup.c: `cimonitord backup`: a verified copy of journal and vault, beside a running server. Main thread.
 */
#include "server/backup/backup.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/commands/command.h"
#include "server/commands/passphrase.h"
#include "server/commands/progress.h"

static void say_json(const struct backup_result *result)
{
    char hash[2 * DIGEST_BYTES + 1];
    json_t *said =
        json_pack("{s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "position", (json_int_t)result->head.position, "hash",
                  hex_encode(hash, result->head.hash, DIGEST_BYTES), "newest_ms", (json_int_t)result->newest_ms,
                  "copied_files", (json_int_t)result->copied_files, "copied_bytes", (json_int_t)result->copied_bytes,
                  "kept_files", (json_int_t)result->kept_files, "kept_bytes", (json_int_t)result->kept_bytes,
                  "replaced_files", (json_int_t)result->replaced_files);

    json_dumpf(said, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(said);
}

static void say(const struct backup_result *result, const char *to)
{
    char newest[TIMESTAMP_SIZE];

    printf("Backed up and verified in %s: %" PRIu64 " entries, the newest of %s.\n", to, result->head.position,
           timestamp_print(newest, result->newest_ms));
    printf("Files of the journal: %" PRIu64 " copied (%" PRIu64 " bytes), %" PRIu64 " were there already.\n",
           result->copied_files, result->copied_bytes, result->kept_files);
    if (result->replaced_files > 0)
        printf("%" PRIu64 " files of the backup before were damaged or missing, and were copied again: look at that "
               "disk.\n",
               result->replaced_files);
}

int run_backup(const struct arguments *arguments)
{
    CLEANUP(passphrase_wipe) struct passphrase passphrase = { 0 };
    struct backup_options options = {
        .data = arguments->data,
        .to = arguments->to,
        .now_ms = clock_now_ms(&clock_system),
        .progress = progress_say,
    };
    struct backup_result result;

    log_set_level(LOG_ERROR);
    TRY(backup_check_owner(arguments->data));
    TRY(passphrase_get(arguments, !file_exists(arguments->to, "manifest"), &passphrase));
    options.passphrase = bytes_of(passphrase.text, passphrase.size);
    TRY(backup_make(&options, &result));
    if (arguments->json)
        say_json(&result);
    else
        say(&result, arguments->to);
    return result.replaced_files > 0 ? STATUS_ATTENTION : STATUS_DONE;
}
