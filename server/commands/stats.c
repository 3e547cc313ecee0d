/*
 * stats.c: `cimonitord stats`: what the folder holds, in numbers. Beside a running server: it only reads. Main thread.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/store/keys.h"
#include "server/commands/command.h"
#include "server/commands/data.h"
#include "server/ledger/tables.h"

static json_t *head_of(struct txn *txn)
{
    struct journal_head head = ledger_head(txn);
    char hash[2 * DIGEST_BYTES + 1];

    return json_pack("{s:I, s:s}", "position", (json_int_t)head.position, "hash",
                     hex_encode(hash, head.hash, sizeof head.hash));
}

static json_t *tables_of(struct txn *txn)
{
    json_t *tables = json_object();

    for (unsigned i = 0; i < LEDGER_TABLES; i++)
        json_object_set_new(tables, ledger_tables[i], json_integer((json_int_t)txn_count(txn, i)));
    return tables;
}

/* Bytes on disk, which is less than the file's length: LMDB's file has holes. */
static json_t *size_of_view(const char *path)
{
    char file[PATH_SIZE];
    struct stat found;

    if (data_path(file, path, "view/data.mdb") < 0 || stat(file, &found) != 0)
        return json_null();
    return json_integer((json_int_t)found.st_blocks * 512);
}

/* Records of a dossier whose key begins so. */
static json_t *count_of(struct txn *txn, const char *dossier, const char *prefix)
{
    struct txn_cursor cursor;
    struct key key;
    json_int_t count = 0;

    key_init(&key);
    key_add_text(&key, dossier);
    key_add_bytes(&key, prefix, strlen(prefix));
    txn_cursor_open(&cursor, txn, TABLE_RECORD, key_bytes(&key), bytes_of(NULL, 0));
    while (txn_cursor_next(&cursor))
        count++;
    txn_cursor_close(&cursor);
    return json_integer(count);
}

static int gather(struct data *data, const char *path, json_t *stats)
{
    struct txn txn;
    int result;

    TRY(txn_begin_read(&txn, ledger_store(data->ledger)));
    json_object_set_new(stats, "head", head_of(&txn));
    json_object_set_new(stats, "edits", json_integer((json_int_t)ledger_edit_count(&txn)));
    json_object_set_new(stats, "people", count_of(&txn, "NL", "person/"));
    json_object_set_new(stats, "installs", count_of(&txn, "NL", "install/"));
    json_object_set_new(stats, "view_bytes", size_of_view(path));
    json_object_set_new(stats, "tables", tables_of(&txn));
    result = txn.fault;
    txn_end(&txn);
    return result;
}

static void say(const char *indent, const json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (json_is_object(value)) {
            printf("%s%s\n", indent, name);
            say("  ", value);
        } else if (json_is_string(value)) {
            printf("%s%-16s %s\n", indent, name, json_string_value(value));
        } else {
            printf("%s%-16s %" JSON_INTEGER_FORMAT "\n", indent, name, json_integer_value(value));
        }
    }
}

int run_stats(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };
    json_t *stats = json_object();
    int result;

    log_set_level(LOG_WARNING);
    result = data_open(&data, arguments->data, DATA_READ);
    if (result == 0)
        result = data_open_ledger(&data);
    if (result == 0)
        result = gather(&data, arguments->data, stats);
    if (result == 0 && arguments->json) {
        json_dumpf(stats, stdout, JSON_INDENT(2));
        printf("\n");
    } else if (result == 0) {
        say("", stats);
    }
    json_decref(stats);
    return result < 0 ? result : STATUS_DONE;
}
