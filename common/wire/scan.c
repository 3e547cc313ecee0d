/*
 * scan.c: one pass over the wire format, guided by the descriptor. Unknown fields are stepped over; what is wrong in
 * other ways (a wire type that does not fit its field) is left for protobuf-c to refuse. Pure; any thread.
 */
#include "common/wire/scan.h"

#include <limits.h>

#include "common/base/check.h"
#include "common/wire/codec.h"

struct reader {
    const uint8_t *at, *end;
};

static bool read_varint(struct reader *reader, uint64_t *out)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;

        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out = value;
            return true;
        }
    }
    return false;
}

static bool read_part(struct reader *reader, uint64_t size, struct bytes *out)
{
    if (size > (size_t)(reader->end - reader->at))
        return false;
    *out = bytes_of(reader->at, (size_t)size);
    reader->at += size;
    return true;
}

static bool enum_is_known(const ProtobufCEnumDescriptor *descriptor, uint64_t value)
{
    return protobuf_c_enum_descriptor_get_value(descriptor, (int)(int32_t)(uint32_t)value) != NULL;
}

static bool part_is_sound(const ProtobufCFieldDescriptor *field, struct bytes part)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: return part.size <= CODEC_TEXT_MAX && text_is_clean(part.data, part.size);
    case PROTOBUF_C_TYPE_BYTES: return true;
    case PROTOBUF_C_TYPE_MESSAGE: return scan_is_sound(field->descriptor, part);
    default: return false; /* packed numbers: no message repeats numbers, and a test holds them to it */
    }
}

/* The value after a tag; `field` is NULL where the tag is unknown. */
static bool value_is_sound(struct reader *reader, unsigned wire_type, const ProtobufCFieldDescriptor *field)
{
    struct bytes part;
    uint64_t value;

    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(reader, &value) &&
               (!field || field->type != PROTOBUF_C_TYPE_ENUM || enum_is_known(field->descriptor, value));
    case PROTOBUF_C_WIRE_TYPE_64BIT: return read_part(reader, 8, &part);
    case PROTOBUF_C_WIRE_TYPE_32BIT: return read_part(reader, 4, &part);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return read_varint(reader, &value) && read_part(reader, value, &part) && (!field || part_is_sound(field, part));
    default: return false;
    }
}

/* How often a field may come: a number given twice is replaced, a part given twice would be merged. */
static unsigned times_max(const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return CODEC_REPEATED_MAX;
    return field->type == PROTOBUF_C_TYPE_MESSAGE ? 1 : UINT_MAX;
}

bool scan_is_sound(const ProtobufCMessageDescriptor *descriptor, struct bytes packed)
{
    struct reader reader = { packed.data, (const uint8_t *)packed.data + packed.size };
    unsigned times[SCAN_FIELDS_MAX] = { 0 };

    CHECK(descriptor->n_fields <= SCAN_FIELDS_MAX);
    while (reader.at < reader.end) {
        const ProtobufCFieldDescriptor *field;
        uint64_t tag;

        if (!read_varint(&reader, &tag) || tag >> 3 == 0 || tag > UINT32_MAX)
            return false;
        field = protobuf_c_message_descriptor_get_field(descriptor, (unsigned)(tag >> 3));
        if (!value_is_sound(&reader, tag & 7, field))
            return false;
        if (field && ++times[field - descriptor->fields] > times_max(field))
            return false;
    }
    return true;
}
