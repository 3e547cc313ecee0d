/*
 * record.h: one batch of entries as it stands in a segment. Layout: journal.h. Pure.
 */
#pragma once

#include <stdbool.h>

#include "common/base/buffer.h"
#include "common/base/bytes.h"

enum { RECORD_HEADER_BYTES = 8 }; /* length and CRC */

struct record {
    uint64_t first;    /* position of its first entry */
    uint64_t durable;  /* position that was on disk for certain when it was written: damage up to there is no tear */
    uint32_t left;     /* entries not taken yet */
    const uint8_t *at; /* the next entry; in the bytes that it was decoded from */
};

/* Into an emptied buffer; FAULT_INVALID where an entry or all of them together are too large. */
int record_encode(struct buffer *out, uint64_t first, uint64_t durable, const struct bytes *entries, size_t count);

/* False where this cannot be the length of a payload. */
bool record_length_is_plausible(uint32_t length);
/* True where the payload is well-formed and has this CRC. */
bool record_decode(struct record *record, struct bytes payload, uint32_t crc);
/* Takes the next entry; false when none is left. */
bool record_next(struct record *record, struct bytes *entry);
