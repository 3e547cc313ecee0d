#include "common/wire/message.h"

#include <stdbool.h>

#include "common/monitor/record_key.h"
#include "common/wire/frame.h"
#include "common/wire/limits.h"
#include "common/wire/scan.h"
#include "proto/messages.pb-c.h"
#include "tests/support/unit.h"

enum { DEPTH_MAX = 16 };

/* Fails where a message contains itself, has more fields than the scan counts, or repeats numbers. */
static void walk(const ProtobufCMessageDescriptor *path[DEPTH_MAX], unsigned depth)
{
    const ProtobufCMessageDescriptor *message = path[depth];

    assert_true(depth + 1 < DEPTH_MAX);
    assert_true(message->n_fields <= SCAN_FIELDS_MAX);
    for (unsigned above = 0; above < depth; above++)
        assert_ptr_not_equal(path[above], message);
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        bool parts = field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_STRING ||
                     field->type == PROTOBUF_C_TYPE_BYTES;

        assert_true(parts || field->label != PROTOBUF_C_LABEL_REPEATED);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            path[depth + 1] = field->descriptor;
            walk(path, depth + 1);
        }
    }
}

static void no_message_contains_itself(void **state)
{
    const ProtobufCMessageDescriptor *path[DEPTH_MAX];

    (void)state;
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        if (!message_row((uint16_t)type))
            continue;
        path[0] = message_row((uint16_t)type)->descriptor;
        walk(path, 0);
    }
}

static void every_request_has_a_reply_and_a_limit(void **state)
{
    (void)state;
    for (uint16_t type = MESSAGE_ENROL; type <= MESSAGE_READMIT; type++) {
        assert_non_null(message_row(type));
        assert_non_null(message_row((uint16_t)(type + MESSAGE_REPLY)));
        assert_true(message_limit(type) > 0);
        assert_true(message_limit(type) <= FRAME_PAYLOAD_MAX);
    }
    assert_int_equal(message_limit(999), 0);
}

/* All places of a request lacked, under the longest keys, and all records refused at length. */
static void the_longest_answer_to_a_heal_fits(void **state)
{
    static char key[RECORD_KEY_MAX + 1], *keys[HEAL_PLACES_MAX];
    static char text[3900];
    Ci__Text texts = CI__TEXT__INIT;
    Ci__Error error = CI__ERROR__INIT;
    Ci__HealResult result = CI__HEAL_RESULT__INIT, *results[HEAL_HEADS_MAX];
    Ci__HealReply reply = CI__HEAL_REPLY__INIT;

    (void)state;
    memset(key, 'k', RECORD_KEY_MAX);
    memset(text, 't', sizeof text - 1);
    texts.nl = text;
    error.text = &texts;
    assert_in_range(ci__error__get_packed_size(&error), 1, message_limit(MESSAGE_ERROR));
    result.outcome = CI__HEAL_RESULT__OUTCOME__REFUSED;
    result.error = &error;
    reply.lacked = keys;
    reply.results = results;
    while (reply.n_lacked < HEAL_PLACES_MAX)
        keys[reply.n_lacked++] = key;
    while (reply.n_results < HEAL_HEADS_MAX)
        results[reply.n_results++] = &result;
    assert_in_range(ci__heal_reply__get_packed_size(&reply), 1, message_limit(MESSAGE_REPLY + MESSAGE_HEAL));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_message_contains_itself),
        cmocka_unit_test(every_request_has_a_reply_and_a_limit),
        cmocka_unit_test(the_longest_answer_to_a_heal_fits),
    };

    return RUN_UNIT("message", tests);
}
