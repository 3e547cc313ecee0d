/*
 * restore_report.c: `cimonitord restore --report`: what came back since the restore, and from whom nothing has come yet.
 * Also beside a running server. Main thread.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "proto/journal.pb-c.h"
#include "server/commands/command.h"
#include "server/commands/data.h"
#include "server/ledger/details.h"
#include "server/ledger/records.h"
#include "server/ledger/restoring.h"
#include "server/ledger/view_files.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

struct report {
    struct restored restored;
    struct restoring_install *installs;
    size_t count;
    bool held;
    uint64_t healed, edits;                  /* entries since the restore: records given back; edits */
    size_t waiting[2], synced[2], struck[2]; /* of others; of the central team */
    json_t *lost;                            /* persons whose names no key opens; NULL: there is no view to look in */
};

static void count_entry(struct report *report, const Ci__Entry *entry)
{
    if (entry->fact_case == CI__ENTRY__FACT_HEAL)
        report->healed++;
    else if (entry->fact_case == CI__ENTRY__FACT_EDIT && *entry->edit->install)
        report->edits++;
}

static int count_entries(struct report *report, const char *journal)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct journal_head head;
    struct bytes packed;
    uint64_t position;
    int result;

    TRY(arena_new(&arena, ARENA_BYTES));
    TRY(journal_read(&reader, journal, report->restored.head.position));
    while ((result = journal_read_next(reader, &position, &packed, &head)) == 0) {
        Ci__Entry *entry = NULL;

        if (position <= report->restored.head.position)
            continue;
        arena_reset(arena);
        TRY(stored_unpack(&ci__entry__descriptor, packed, arena, (ProtobufCMessage **)&entry));
        count_entry(report, entry);
    }
    return result < 0 ? result : 0;
}

static void count_installs(struct report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct restoring_install *install = &report->installs[i];
        size_t *counts[] = { report->waiting, report->synced, report->struck };

        counts[install->state][install->central]++;
    }
}

static void note_lost(void *context, const char *id)
{
    json_array_append_new(context, json_string(id));
}

static int find_lost(struct report *report, struct store *view, struct vault *vault)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, view));
    report->lost = json_array();
    int result = details_each_lost(&txn, vault, note_lost, report->lost);

    txn_end(&txn);
    return result;
}

/* In the view as it is: building one is the server's, and its user's. */
static int look_for_names(struct report *report, const char *data)
{
    CLEANUP(vault_close) struct vault *vault = NULL;
    CLEANUP(store_close) struct store *view = NULL;
    char path[PATH_SIZE];

    TRY(data_path(path, data, "view/data.mdb"));
    if (access(path, F_OK) != 0)
        return 0;
    TRY(data_path(path, data, "vault"));
    TRY(vault_open(&vault, path, clock_now_ms(&clock_system)));
    TRY(view_files_open(&view, data, "view", 0, true));
    return find_lost(report, view, vault);
}

static int gather(struct report *report, const char *data)
{
    CLEANUP(restoring_close) struct restoring *restoring = NULL;
    char journal[PATH_SIZE];
    int result;

    TRY(data_path(journal, data, "journal"));
    TRY(restoring_open(&restoring, data));
    result = restoring_read(restoring, &report->restored, &report->held, &report->installs, &report->count);
    TRY(result);
    if (result == RESTORING_NONE)
        return FAULT(FAULT_STATE, "%s was not restored from a backup: there is nothing to report", data);
    count_installs(report);
    TRY(count_entries(report, journal));
    return look_for_names(report, data);
}

static json_t *installs_json(const struct report *report)
{
    static const char *const states[] = { "waiting", "synced", "struck" };
    json_t *list = json_array();

    for (size_t i = 0; i < report->count; i++) {
        const struct restoring_install *install = &report->installs[i];

        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b, s:s, s:I}", "install", install->install, "person",
                                        install->person, "area", install->area, "central", install->central, "state",
                                        states[install->state], "since_ms", (json_int_t)install->time_ms));
    }
    return list;
}

static void say_json(const struct report *report)
{
    json_t *said = json_pack(
        "{s:I, s:I, s:I, s:b, s:I, s:I, s:O?, s:o}", "restored_ms", (json_int_t)report->restored.time_ms, "position",
        (json_int_t)report->restored.head.position, "backup_position", (json_int_t)report->restored.backup.position,
        "held", report->held, "healed", (json_int_t)report->healed, "edits", (json_int_t)report->edits, "names_lost",
        report->lost, "installs", installs_json(report));

    json_dumpf(said, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(said);
}

static void say_waiting(const struct report *report, bool central)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct restoring_install *install = &report->installs[i];

        if (install->central == central && install->state == RESTORING_WAITING)
            printf("  %s  person %s  %s\n", install->install, install->person,
                   central          ? "central team"
                   : *install->area ? install->area
                                    : "no area");
    }
}

static void say_lost(const struct report *report)
{
    if (json_array_size(report->lost) > 0)
        printf("Names that are lost until an install that has them syncs: %zu. The central team can give one again: "
               "cimonitor invite --role ROLE --person PERSON --name NAME\n",
               json_array_size(report->lost));
    for (size_t i = 0; i < json_array_size(report->lost); i++)
        printf("  person %s\n", json_string_value(json_array_get(report->lost, i)));
}

static void say(const struct report *report)
{
    char restored[TIMESTAMP_SIZE];

    printf("Restored on %s, up to entry %" PRIu64 ".\n", timestamp_print(restored, report->restored.time_ms),
           report->restored.head.position);
    printf("Since then: %" PRIu64 " records healed from what installs gave back, %" PRIu64 " edits taken in.\n",
           report->healed, report->edits);
    printf("Installs that the backup knows: %zu of the central team have synced, %zu have not, %zu are struck off; of "
           "others %zu have synced, %zu have not.\n",
           report->synced[1], report->waiting[1], report->struck[1], report->synced[0], report->waiting[0]);
    printf("%s\n", report->held ? "Installs that the backup does not know are held until the central team has synced."
                                : "Installs that the backup does not know are let in.");
    say_lost(report);
    if (report->waiting[0] + report->waiting[1] > 0)
        printf(
            "\nWhat these installs took in or wrote after the backup may still be missing (cimonitor people says whose "
            "they are):\n");
    say_waiting(report, true);
    say_waiting(report, false);
}

int run_restore_report(const struct arguments *arguments)
{
    struct report report = { 0 };
    int result = gather(&report, arguments->data);

    if (result == 0 && arguments->json)
        say_json(&report);
    else if (result == 0)
        say(&report);
    bool attention = report.waiting[0] + report.waiting[1] > 0 || json_array_size(report.lost) > 0;

    free(report.installs);
    json_decref(report.lost);
    TRY(result);
    return attention ? STATUS_ATTENTION : STATUS_DONE;
}
