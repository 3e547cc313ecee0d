/*
 * meta.c: TABLE_META: "head" is position u64, hash, time u64; "genesis" the journal's first entry;
 * "national" position u64 and hash of the newest entry about NL.
 */
#include "server/ledger/meta.h"

#include <stdio.h>

#include "common/base/fault.h"
#include "proto/journal.pb-c.h"
#include "server/ledger/accepted.h"
#include "server/ledger/records.h"
#include "server/ledger/tables.h"

enum { HEAD_BYTES = 8 + DIGEST_BYTES + 8, NATIONAL_BYTES = 8 + DIGEST_BYTES, GENESIS_ARENA_BYTES = 16 * 1024 };

static struct bytes head_read(struct txn *txn)
{
    struct bytes value = txn_get(txn, TABLE_META, bytes_of("head", 4));

    return value.size == HEAD_BYTES ? value : bytes_of(NULL, 0);
}

struct journal_head ledger_head(struct txn *txn)
{
    struct bytes value = head_read(txn);
    struct journal_head head = { 0 };

    if (value.data) {
        head.position = get_u64(value.data);
        memcpy(head.hash, (const uint8_t *)value.data + 8, DIGEST_BYTES);
    }
    return head;
}

uint64_t meta_time(struct txn *txn)
{
    struct bytes value = head_read(txn);

    return value.data ? get_u64((const uint8_t *)value.data + 8 + DIGEST_BYTES) : 0;
}

void meta_put(struct txn *txn, const struct journal_head *head, uint64_t time_ms)
{
    uint8_t value[HEAD_BYTES];

    put_u64(value, head->position);
    memcpy(value + 8, head->hash, DIGEST_BYTES);
    put_u64(value + 8 + DIGEST_BYTES, time_ms);
    txn_put(txn, TABLE_META, bytes_of("head", 4), bytes_of(value, sizeof value));
}

struct journal_head meta_national(struct txn *txn)
{
    struct bytes value = txn_get(txn, TABLE_META, bytes_of("national", 8));
    struct journal_head at = { 0 };

    if (value.size == NATIONAL_BYTES) {
        at.position = get_u64(value.data);
        memcpy(at.hash, (const uint8_t *)value.data + 8, DIGEST_BYTES);
    }
    return at;
}

void meta_put_national(struct txn *txn, const struct journal_head *at)
{
    uint8_t value[NATIONAL_BYTES];

    put_u64(value, at->position);
    memcpy(value + 8, at->hash, DIGEST_BYTES);
    txn_put(txn, TABLE_META, bytes_of("national", 8), bytes_of(value, sizeof value));
}

int ledger_address(struct txn *txn, char *out, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct bytes value = txn_get(txn, TABLE_META, bytes_of("genesis", 7));
    Ci__Genesis *genesis = NULL;

    if (!value.data)
        return FAULT(FAULT_MISSING,
                     "the journal has no whole first entry: if there was a server here, put the backup back; if not, "
                     "make it with cimonitord init");
    TRY(arena_new(&arena, GENESIS_ARENA_BYTES));
    TRY(stored_unpack(&ci__genesis__descriptor, value, arena, (ProtobufCMessage **)&genesis));
    if (strlen(genesis->address) >= size)
        return FAULT(FAULT_CORRUPT, "the server's address in the journal is too long");
    snprintf(out, size, "%s", genesis->address);
    return 0;
}

uint64_t ledger_edit_count(struct txn *txn)
{
    return txn_count(txn, TABLE_ACCEPTED);
}
