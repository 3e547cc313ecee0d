/*
 * records.c: TABLE_RECORD. Knows nothing of rules.
 */
#include "server/ledger/records.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/store/keys.h"
#include "common/wire/codec.h"
#include "server/ledger/tables.h"

static struct key record_key(const char *dossier, const char *name)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, dossier);
    key_add_text(&key, name);
    return key;
}

struct bytes record_packed(struct txn *txn, const char *dossier, const char *key)
{
    struct key stored = record_key(dossier, key);

    return txn_get(txn, TABLE_RECORD, key_bytes(&stored));
}

int stored_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes packed, struct arena *arena,
                  ProtobufCMessage **out)
{
    ProtobufCAllocator allocator = arena_allocator(arena);
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, packed.size, packed.data);

    if (!message)
        return FAULT(FAULT_CORRUPT, "a stored %s cannot be read (or memory is short): rebuild the view",
                     descriptor->short_name);
    *out = message;
    return 0;
}

int record_unpack(struct bytes packed, struct arena *arena, Ci__Record **record)
{
    return stored_unpack(&ci__record__descriptor, packed, arena, (ProtobufCMessage **)record);
}

int record_read(struct txn *txn, const char *dossier, const char *key, struct arena *arena, Ci__Record **record)
{
    struct bytes packed = record_packed(txn, dossier, key);

    if (!packed.data)
        return txn->fault < 0 ? txn->fault : RECORD_NONE;
    return record_unpack(packed, arena, record);
}

int record_write(struct txn *txn, const char *dossier, const char *key, const Ci__Record *record, struct arena *arena)
{
    struct key stored = record_key(dossier, key);
    struct bytes packed = codec_pack(record, arena);

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "a record takes more memory than an entry may");
    txn_put(txn, TABLE_RECORD, key_bytes(&stored), packed);
    return txn->fault;
}

int record_value(struct txn *txn, const char *dossier, const char *key, const ProtobufCMessageDescriptor *descriptor,
                 struct arena *arena, ProtobufCMessage **value)
{
    Ci__Record *record = NULL;
    int result = record_read(txn, dossier, key, arena, &record);

    if (result != 0)
        return result;
    if (record->standing->cleared)
        return RECORD_NONE;
    return stored_unpack(descriptor, bytes_from(record->standing->value), arena, value);
}

void record_walk_open(struct record_walk *walk, struct txn *txn, const char *dossier, const char *prefix)
{
    size_t dossier_size = strlen(dossier) + 1, prefix_size = strlen(prefix);

    CHECK(dossier_size + prefix_size <= sizeof walk->prefix);
    memcpy(walk->prefix, dossier, dossier_size);
    memcpy(walk->prefix + dossier_size, prefix, prefix_size);
    txn_cursor_open(&walk->cursor, txn, TABLE_RECORD, bytes_of(walk->prefix, dossier_size + prefix_size),
                    bytes_of("", 0));
}

bool record_walk_next(struct record_walk *walk)
{
    struct bytes rest;
    const char *dossier;

    if (!txn_cursor_next(&walk->cursor))
        return false;
    rest = walk->cursor.key;
    CHECK(key_take_text(&rest, &dossier) && key_take_text(&rest, &walk->key));
    return true;
}

void record_walk_close(struct record_walk *walk)
{
    txn_cursor_close(&walk->cursor);
}
