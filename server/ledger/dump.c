/*
 * dump.c: the view as text: "table key value", keys and values in hexadecimal, in order of table and key.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/check.h"
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

/* Closes the file, which may be NULL. */
static int dump(struct ledger *ledger, FILE *file)
{
    struct txn txn;

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

int ledger_dump(struct ledger *ledger, int fd)
{
    int copy = dup(fd);

    return dump(ledger, copy < 0 ? NULL : fdopen(copy, "w"));
}

static ssize_t digest_more(void *context, const char *text, size_t size)
{
    return EVP_DigestUpdate(context, text, size) == 1 ? (ssize_t)size : 0;
}

int ledger_digest(struct ledger *ledger, uint8_t out[DIGEST_BYTES])
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    int result;

    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        result = FAULT(FAULT_MEMORY, "no memory for the view's digest");
    else
        result = dump(ledger, fopencookie(digest, "w", (cookie_io_functions_t){ .write = digest_more }));
    if (result == 0)
        CHECK(EVP_DigestFinal_ex(digest, out, NULL) == 1);
    EVP_MD_CTX_free(digest);
    return result;
}
