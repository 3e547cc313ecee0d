#include "common/wire/codec.h"

#include <string.h>

#include "common/base/fault.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "proto/messages.pb-c.h"
#include "tests/support/unit.h"

enum { ARENA_BYTES = 1024 * 1024 };

static int unpack(const ProtobufCMessageDescriptor *descriptor, const void *bytes, size_t size, size_t arena_bytes)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    ProtobufCMessage *message;

    assert_int_equal(arena_new(&arena, arena_bytes), 0);
    return codec_unpack(descriptor, bytes_of(bytes, size), arena, &message);
}

/* A push with two edits, packed; everything in it is small. */
static struct bytes a_push(struct arena *arena)
{
    Ci__Edit first = CI__EDIT__INIT, second = CI__EDIT__INIT;
    Ci__NumberedEdit numbered[2] = { CI__NUMBERED_EDIT__INIT, CI__NUMBERED_EDIT__INIT };
    Ci__NumberedEdit *edits[] = { &numbered[0], &numbered[1] };
    Ci__Push push = CI__PUSH__INIT;
    ProtobufCBinaryData seen[] = { bytes_to(bytes_of("0123456789abcdef", 16)), bytes_to(bytes_of("", 0)) };

    first.dossier = second.dossier = (char[]){ "GM0344" };
    first.key = second.key = (char[]){ "answer/2026/S1.1" };
    first.seen = seen;
    first.n_seen = 2;
    numbered[0].number = 1;
    numbered[0].edit = &first;
    numbered[1].number = 2;
    numbered[1].edit = &second;
    push.edits = edits;
    push.n_edits = 2;
    return codec_pack(&push, arena);
}

static void gives_back_what_was_packed(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Push *push;

    (void)state;
    assert_int_equal(arena_new(&arena, ARENA_BYTES), 0);
    assert_int_equal(CODEC_UNPACK(ci__push, a_push(arena), arena, &push), 0);
    assert_int_equal(push->n_edits, 2);
    assert_string_equal(push->edits[1]->edit->dossier, "GM0344");
    assert_non_null(push->incarnation.data); /* empty, and yet an address */
    assert_non_null(push->edits[0]->edit->seen[1].data);
    assert_non_null(push->edits[0]->edit->value.data);
}

static void refuses_texts_that_are_not_clean(void **state)
{
    (void)state;
    assert_int_equal(unpack(&ci__participation_query__descriptor,
                            "\x0a\x02"
                            "ab",
                            4, ARENA_BYTES),
                     0);
    assert_int_equal(unpack(&ci__participation_query__descriptor,
                            "\x0a\x02"
                            "\xc3(",
                            4, ARENA_BYTES),
                     CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__participation_query__descriptor,
                            "\x0a\x03"
                            "a\0b",
                            5, ARENA_BYTES),
                     CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__participation_query__descriptor,
                            "\x0a\x01"
                            "\x1b",
                            3, ARENA_BYTES),
                     CODEC_MALFORMED);
}

static void refuses_texts_that_are_too_long(void **state)
{
    static uint8_t bytes[3 + CODEC_TEXT_MAX + 1];

    (void)state;
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, "\x0a\x80\x40", 3); /* 8192 */
    assert_int_equal(unpack(&ci__participation_query__descriptor, bytes, sizeof bytes - 1, ARENA_BYTES), 0);
    bytes[1] = 0x81;
    assert_int_equal(unpack(&ci__participation_query__descriptor, bytes, sizeof bytes, ARENA_BYTES), CODEC_MALFORMED);
}

static void refuses_unknown_enums_at_any_depth(void **state)
{
    (void)state;
    assert_int_equal(unpack(&ci__benchmark_query__descriptor, "\x10\x01", 2, ARENA_BYTES), 0);
    assert_int_equal(unpack(&ci__benchmark_query__descriptor, "\x10\x02", 2, ARENA_BYTES), CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__query__descriptor, "\x0a\x02\x10\x02", 4, ARENA_BYTES), CODEC_MALFORMED);
}

static void refuses_what_is_cut_or_given_twice(void **state)
{
    (void)state;
    assert_int_equal(unpack(&ci__ping__descriptor, "\x08", 1, ARENA_BYTES), CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__query__descriptor, "\x0a\x05\x10", 3, ARENA_BYTES), CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__subscribe__descriptor, "\x0a\x00\x0a\x00", 4, ARENA_BYTES), CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__ping__descriptor, "\x0b", 1, ARENA_BYTES), CODEC_MALFORMED); /* a group */
    assert_int_equal(unpack(&ci__ping__descriptor, "\x0a\x00", 2, ARENA_BYTES), CODEC_MALFORMED);
    assert_int_equal(unpack(&ci__ping__descriptor, NULL, 0, ARENA_BYTES), 0);
}

static void counts_what_is_repeated(void **state)
{
    static uint8_t bytes[2 * (CODEC_REPEATED_MAX + 1)];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i += 2)
        memcpy(bytes + i, "\x12\x00", 2);
    assert_int_equal(unpack(&ci__push__descriptor, bytes, sizeof bytes - 2, 16 * ARENA_BYTES), 0);
    assert_int_equal(unpack(&ci__push__descriptor, bytes, sizeof bytes, 16 * ARENA_BYTES), CODEC_MALFORMED);
}

static void stops_bombs_at_the_arenas_limit(void **state)
{
    static uint8_t bytes[256 * 1024];

    (void)state;
    for (size_t i = 0; i + 2 <= sizeof bytes; i += 2)
        memcpy(bytes + i, "\x78\x00", 2); /* an unknown field, again and again */
    assert_int_equal(unpack(&ci__push__descriptor, bytes, sizeof bytes, ARENA_BYTES), CODEC_TOO_COMPLEX);
}

static void survives_every_allocation_that_fails(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct bytes packed;
    size_t limit = 0;

    (void)state;
    assert_int_equal(arena_new(&arena, ARENA_BYTES), 0);
    packed = a_push(arena);
    while (unpack(&ci__push__descriptor, packed.data, packed.size, limit) == CODEC_TOO_COMPLEX)
        limit += 16;
    assert_int_equal(unpack(&ci__push__descriptor, packed.data, packed.size, limit), 0);
    assert_true(limit > 500);
}

static void frames_no_more_than_the_type_allows(void **state)
{
    Ci__ParticipationQuery participation = CI__PARTICIPATION_QUERY__INIT;
    Ci__Query query = CI__QUERY__INIT;
    static char text[9 * 1024];
    struct buffer out;

    (void)state;
    buffer_init(&out, 100 * 1024);
    query.of_case = CI__QUERY__OF_PARTICIPATION;
    query.participation = &participation;
    participation.round = (char[]){ "2026" };
    assert_int_equal(codec_frame(&out, MESSAGE_QUERY, 0, 5, &query), 0);
    assert_int_equal(buffer_size(&out), FRAME_HEADER_BYTES + frame_read(buffer_data(&out)).length);
    memset(text, 'a', sizeof text - 1);
    participation.area = text;
    assert_int_equal(codec_frame(&out, MESSAGE_QUERY, 0, 6, &query), CODEC_TOO_COMPLEX);
    buffer_done(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was_packed),          cmocka_unit_test(refuses_texts_that_are_not_clean),
        cmocka_unit_test(refuses_texts_that_are_too_long),     cmocka_unit_test(refuses_unknown_enums_at_any_depth),
        cmocka_unit_test(refuses_what_is_cut_or_given_twice),  cmocka_unit_test(counts_what_is_repeated),
        cmocka_unit_test(stops_bombs_at_the_arenas_limit),     cmocka_unit_test(survives_every_allocation_that_fails),
        cmocka_unit_test(frames_no_more_than_the_type_allows),
    };

    return RUN_UNIT("codec", tests);
}
