/*
 * records.h: records as they stand in the view, by dossier and key. Reads on any thread; what is unpacked lives in the
 * arena, what is packed is borrowed from the transaction.
 */
#pragma once

#include "common/base/arena.h"
#include "common/store/txn.h"
#include "proto/model.pb-c.h"

enum record_outcome { RECORD_NONE = 1 };

/* {NULL, 0}: none. */
struct bytes record_packed(struct txn *txn, const char *dossier, const char *key);
int record_read(struct txn *txn, const char *dossier, const char *key, struct arena *arena, Ci__Record **record);
int record_unpack(struct bytes packed, struct arena *arena, Ci__Record **record);
int record_write(struct txn *txn, const char *dossier, const char *key, const Ci__Record *record, struct arena *arena);
/* The standing value, as the kind's message. RECORD_NONE also where it was cleared. */
int record_value(struct txn *txn, const char *dossier, const char *key, const ProtobufCMessageDescriptor *descriptor,
                 struct arena *arena, ProtobufCMessage **value);
#define RECORD_VALUE(txn, dossier, key, prefix, arena, out) \
    record_value((txn), (dossier), (key), &prefix##__descriptor, (arena), (ProtobufCMessage **)(out))
/* Bytes that this server wrote: anything but such a message is FAULT_CORRUPT. */
int stored_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes packed, struct arena *arena,
                  ProtobufCMessage **out);

/* Walks the records of a dossier whose keys begin with `prefix`. */
struct record_walk {
    struct txn_cursor cursor;
    uint8_t prefix[64];
    const char *key; /* of where it stands */
};
void record_walk_open(struct record_walk *walk, struct txn *txn, const char *dossier, const char *prefix);
bool record_walk_next(struct record_walk *walk);
void record_walk_close(struct record_walk *walk);
