/*
 * heads.c: see heads.h.
 */
#include "common/monitor/heads.h"

#include "common/base/bytes.h"
#include "common/wire/codec.h"

bool ids_hold(const ProtobufCBinaryData *ids, size_t count, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_from(ids[i]), bytes_from(id)))
            return true;
    return false;
}

bool heads_hold(const Ci__Record *record, ProtobufCBinaryData id)
{
    bool found = bytes_equal(bytes_from(record->standing->id), bytes_from(id));

    for (size_t i = 0; i < record->n_rivals && !found; i++)
        found = bytes_equal(bytes_from(record->rivals[i]->id), bytes_from(id));
    return found;
}

bool heads_supersede(const Ci__Record *record, ProtobufCBinaryData id)
{
    bool past = ids_hold(record->superseded, record->n_superseded, id) ||
                ids_hold(record->standing->seen, record->standing->n_seen, id);

    for (size_t i = 0; i < record->n_rivals && !past; i++)
        past = ids_hold(record->rivals[i]->seen, record->rivals[i]->n_seen, id);
    return past;
}
