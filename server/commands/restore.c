/*
 * restore.c: `cimonitord restore`: a server's folder from a backup, and what to do next. Main thread.
 */
#include "server/backup/restore.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "server/commands/command.h"
#include "server/commands/moment.h"
#include "server/commands/passphrase.h"
#include "server/commands/progress.h"

static void say_json(const struct restore_result *result)
{
    char hash[2 * DIGEST_BYTES + 1];
    json_t *said = json_pack("{s:I, s:s, s:I, s:I, s:I, s:I}", "position", (json_int_t)result->head.position, "hash",
                             hex_encode(hash, result->head.hash, DIGEST_BYTES), "newest_ms",
                             (json_int_t)result->newest_ms, "backup_position", (json_int_t)result->backup.position,
                             "installs", (json_int_t)result->installs, "central_installs", (json_int_t)result->central);

    json_dumpf(said, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(said);
}

static void say(const struct restore_result *result, const char *data)
{
    char newest[TIMESTAMP_SIZE], made[TIMESTAMP_SIZE];

    printf("Restored and verified in %s: %" PRIu64 " entries, the newest of %s, from a backup of %s.\n", data,
           result->head.position, timestamp_print(newest, result->newest_ms), timestamp_print(made, result->made_ms));
    if (result->head.position < result->backup.position)
        printf("Left out as asked: the %" PRIu64 " entries after that. Installs that still have them offer them "
               "again.\n",
               result->backup.position - result->head.position);
    printf(
        "\nNext:\n"
        "1. Make sure that the old server never starts again: two that go on from one journal are two truths.\n"
        "2. cimonitord check --data %s, and start the server on it.\n"
        "3. Have the central team sync first: %zu of its installs are known. Until all of them have, an install that\n"
        "   this backup does not know is asked to come back later.\n"
        "4. cimonitord restore --report --data %s says what came back, and who is still to come. An install of the\n"
        "   central team that will never come: cimonitord open --data %s --strike INSTALL. Enough: cimonitord open.\n"
        "5. Make a backup of the restored server, in a new folder.\n",
        data, result->central, data, data);
}

/* False: it is no moment. */
static bool read_until(const char *text, uint64_t *until_ms)
{
    char moment[TIMESTAMP_SIZE];

    if (!text)
        return true;
    if (!moment_parse(text, until_ms)) {
        fprintf(stderr,
                "--until takes a moment as \"2026-11-23 09:15\" (this machine's time) or \"2026-11-23T09:15:00Z\" "
                "(UTC), or a date as \"2026-11-23\" (its first moment, in UTC).\n");
        return false;
    }
    if (moment_is_date(text))
        fprintf(stderr, "--until %s is taken for midnight in UTC, the beginning of that day: %s\n", text,
                timestamp_print(moment, *until_ms));
    return true;
}

int run_restore(const struct arguments *arguments)
{
    CLEANUP(passphrase_wipe) struct passphrase passphrase = { 0 };
    struct restore_options options = {
        .from = arguments->from,
        .data = arguments->data,
        .now_ms = clock_now_ms(&clock_system),
        .progress = progress_say,
    };
    struct restore_result result;

    log_set_level(LOG_ERROR);
    if (arguments->report && !arguments->from)
        return run_restore_report(arguments);
    if (!arguments->from || arguments->report) {
        fprintf(stderr, "Give --from BACKUP, or --report. cimonitord restore --help says more.\n");
        return STATUS_USAGE;
    }
    if (!read_until(arguments->until, &options.until_ms))
        return STATUS_USAGE;
    TRY(passphrase_get(arguments, false, &passphrase));
    options.passphrase = bytes_of(passphrase.text, passphrase.size);
    TRY(restore_make(&options, &result));
    if (arguments->json)
        say_json(&result);
    else
        say(&result, arguments->data);
    return STATUS_DONE;
}
