/*
 * record.c: records to bytes and back. Knows nothing of files, nor of what entries mean. Pure.
 */
#include "server/journal/record.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "server/journal/crc32c.h"
#include "server/journal/journal.h"

enum { PAYLOAD_HEADER_BYTES = 20, SIZE_BYTES = 4 };

static int payload_size(size_t *size, const struct bytes *entries, size_t count)
{
    *size = PAYLOAD_HEADER_BYTES;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].size > JOURNAL_ENTRY_MAX)
            return FAULT(FAULT_INVALID, "an entry of %zu bytes is too large for the journal: at most %d",
                         entries[i].size, JOURNAL_ENTRY_MAX);
        *size += SIZE_BYTES + entries[i].size;
        if (*size > JOURNAL_RECORD_MAX)
            return FAULT(FAULT_INVALID, "too much for one record of the journal: at most %d bytes", JOURNAL_RECORD_MAX);
    }
    return 0;
}

int record_encode(struct buffer *out, uint64_t first, uint64_t durable, const struct bytes *entries, size_t count)
{
    size_t size;

    CHECK(count > 0);
    TRY(payload_size(&size, entries, count));
    uint8_t *at = buffer_reserve(out, RECORD_HEADER_BYTES + size);
    if (!at)
        return -FAULT_MEMORY; /* said there */
    uint8_t *payload = at + RECORD_HEADER_BYTES, *next = payload + PAYLOAD_HEADER_BYTES;

    put_u64(payload, first);
    put_u32(payload + 8, (uint32_t)count);
    put_u64(payload + 12, durable);
    for (size_t i = 0; i < count; i++) {
        put_u32(next, (uint32_t)entries[i].size);
        if (entries[i].size > 0)
            memcpy(next + SIZE_BYTES, entries[i].data, entries[i].size);
        next += SIZE_BYTES + entries[i].size;
    }
    put_u32(at, (uint32_t)size);
    put_u32(at + 4, crc32c(payload, size));
    buffer_commit(out, RECORD_HEADER_BYTES + size);
    return 0;
}

bool record_length_is_plausible(uint32_t length)
{
    return length >= PAYLOAD_HEADER_BYTES + SIZE_BYTES && length <= JOURNAL_RECORD_MAX;
}

bool record_decode(struct record *record, struct bytes payload, uint32_t crc)
{
    const uint8_t *start = payload.data;
    size_t left = payload.size - PAYLOAD_HEADER_BYTES;

    CHECK(record_length_is_plausible((uint32_t)payload.size));
    *record = (struct record){ .first = get_u64(start),
                               .durable = get_u64(start + 12),
                               .left = get_u32(start + 8),
                               .at = start + PAYLOAD_HEADER_BYTES };
    const uint8_t *at = record->at;
    for (uint32_t i = 0; i < record->left; i++) {
        if (left < SIZE_BYTES)
            return false;
        uint32_t size = get_u32(at);
        left -= SIZE_BYTES;
        if (size > JOURNAL_ENTRY_MAX || size > left)
            return false;
        left -= size;
        at += SIZE_BYTES + size;
    }
    return record->left > 0 && left == 0 && crc32c(payload.data, payload.size) == crc;
}

bool record_next(struct record *record, struct bytes *entry)
{
    if (record->left == 0)
        return false;
    *entry = bytes_of(record->at + SIZE_BYTES, get_u32(record->at));
    record->at += SIZE_BYTES + entry->size;
    record->left--;
    return true;
}
