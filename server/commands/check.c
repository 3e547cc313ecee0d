/*
 * check.c: `cimonitord check`: each thing a server needs, a line each: ok, or what to do. Changes nothing. Main thread.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/tls/context.h"
#include "server/commands/command.h"
#include "server/commands/data.h"
#include "server/commands/room.h"
#include "server/ledger/mark.h"

struct checking {
    const char *path;
    char journal[PATH_SIZE], vault[PATH_SIZE];
};

/* FAULT_MISSING: there is nothing here that could be looked at. */
static int check_folder(const struct checking *checking)
{
    bool journal = access(checking->journal, F_OK) == 0, vault = access(checking->vault, F_OK) == 0;
    const char *path = checking->path;
    struct stat found;

    if (stat(path, &found) != 0)
        return FAULT(FAULT_MISSING, "%s: %s. Make it with: cimonitord init --data %s", path, strerror(errno), path);
    if (!S_ISDIR(found.st_mode))
        return FAULT(FAULT_MISSING, "%s is not a folder: give another with --data", path);
    if (!journal && !vault)
        return FAULT(
            FAULT_MISSING,
            "%s holds no server. If there was one: cimonitord restore --from BACKUP --data %s; else make a new "
            "one: cimonitord init --data %s",
            path, path, path);
    if (found.st_mode & 077)
        return FAULT(FAULT_INVALID, "%s can be read by others: chmod 700 %s", path, path);
    return 0;
}

static int check_vault(const struct checking *checking)
{
    CLEANUP(vault_close) struct vault *vault = NULL;
    CLEANUP(tls_context_free) SSL_CTX *context = NULL;

    TRY(vault_open(&vault, checking->vault, clock_now_ms(&clock_system)));
    return tls_server_context(&context, &(struct tls_server_options){
                                            .certificate_file = vault_server_certificate_file(vault),
                                            .key_file = vault_server_key_file(vault),
                                            .ca_file = vault_ca_file(vault),
                                        });
}

/* All of it: every record's CRC, every entry's chain. */
static int check_journal(const struct checking *checking)
{
    CLEANUP(journal_close) struct journal *journal = NULL;
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct journal_head head;
    struct bytes entry;
    uint64_t position;
    int result;

    if (access(checking->journal, F_OK) != 0)
        return FAULT(FAULT_MISSING, "there is no journal at %s: restore it from a backup", checking->journal);
    TRY(journal_open(&journal, &(struct journal_options){ .path = checking->journal,
                                                          .read_only = true,
                                                          .at_least = mark_position(checking->path) }));
    TRY(journal_read(&reader, checking->journal, 1));
    while ((result = journal_read_next(reader, &position, &entry, &head)) == 0)
        continue;
    return result < 0 ? result : 0;
}

static int check_disk(const struct checking *checking)
{
    return room_look(checking->path);
}

static const struct {
    const char *name;
    int (*check)(const struct checking *checking);
} checks[] = {
    { "folder and permissions", check_folder },
    { "disk", check_disk },
    { "vault and certificates", check_vault },
    { "journal, every entry", check_journal },
};

int run_check(const struct arguments *arguments)
{
    struct checking checking = { .path = arguments->data };
    json_t *lines = json_array();
    bool sound = true, nothing = false;

    log_set_level(LOG_ERROR);
    TRY(data_path(checking.journal, arguments->data, "journal"));
    TRY(data_path(checking.vault, arguments->data, "vault"));
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        int result = nothing ? -FAULT_MISSING : checks[i].check(&checking);
        const char *said = nothing ? "not looked at" : result < 0 ? fault_message() : "ok";

        sound &= result == 0;
        nothing |= i == 0 && result == -FAULT_MISSING;
        if (arguments->json)
            json_array_append_new(
                lines, json_pack("{s:s, s:b, s:s}", "check", checks[i].name, "ok", result == 0, "message", said));
        else
            printf("%-24s %s\n", checks[i].name, said);
    }
    if (arguments->json) {
        json_t *whole = json_pack("{s:b, s:O}", "ok", sound, "checks", lines);

        json_dumpf(whole, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(whole);
    }
    json_decref(lines);
    return sound ? STATUS_DONE : STATUS_FAILED;
}
