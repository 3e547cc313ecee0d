/*
 * dump.c: the view as text: "table key value", keys and values in hexadecimal, in order of table and key.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "server/ledger/ledger.h"
#include "server/ledger/tables.h"

static void print_hex(FILE *file, struct bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = bytes.data;

    for (size_t i = 0; i < bytes.size; i++) {
        putc_unlocked(digits[at[i] >> 4], file);
        putc_unlocked(digits[at[i] & 15], file);
    }
}

static void dump_table(struct txn *txn, unsigned table, FILE *file)
{
    struct txn_cursor cursor;

    txn_cursor_open(&cursor, txn, table, bytes_of("", 0), bytes_of("", 0));
    while (txn_cursor_next(&cursor)) {
        fprintf(file, "%s ", ledger_tables[table]);
        print_hex(file, cursor.key);
        putc_unlocked(' ', file);
        print_hex(file, cursor.value);
        putc_unlocked('\n', file);
    }
    txn_cursor_close(&cursor);
}

int ledger_dump(struct ledger *ledger, int fd)
{
    struct txn txn;
    int copy = dup(fd);
    FILE *file = copy < 0 ? NULL : fdopen(copy, "w");

    if (!file)
        return FAULT(FAULT_IO, "the dump cannot be written: %s", strerror(errno));
    if (txn_begin_read(&txn, ledger_store(ledger)) == 0) {
        for (unsigned table = 0; table < LEDGER_TABLES; table++)
            dump_table(&txn, table, file);
        txn_end(&txn);
    }
    if (fclose(file) != 0 && txn.fault == 0)
        return FAULT(FAULT_IO, "the dump cannot be written: %s", strerror(errno));
    return txn.fault;
}
