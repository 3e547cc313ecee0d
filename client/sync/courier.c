/*
 * courier.c: one request a letter, and one more for each page of a pull. See courier.h.
 */
#include "client/sync/courier.h"

#include <stdio.h>
#include <string.h>

#include "client/sync/bundle_head.h"
#include "common/wire/codec.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"

enum { CARRY_ARENA = 8 * 1024 * 1024 };

struct courier {
    const struct courier_options *options;
    struct arena *exchange; /* of one letter and its answer at a time */
    struct bytes head;      /* of the bundle */
    Ci__Bundle answers;
    size_t bytes;
    struct courier_report *report;
};

int courier_read(struct bytes file, struct arena *arena, Ci__Bundle **bundle)
{
    int result = CODEC_UNPACK(ci__bundle, file, arena, bundle);

    if (result < 0)
        return result;
    return result == 0 && strcmp((*bundle)->format, BUNDLE_FORMAT) == 0 && (*bundle)->n_letters > 0 &&
                   (*bundle)->n_letters <= BUNDLE_LETTERS_MAX
               ? 0
               : BUNDLE_UNREADABLE;
}

static int keep(struct courier *courier, const Ci__Carried *carried)
{
    struct courier_report *report = courier->report;
    struct arena *arena = courier->options->arena;
    void *copy = arena_copy(arena, carried->letter.data, carried->letter.len);

    if (!copy)
        return FAULT(FAULT_MEMORY, "out of memory for the answers");
    courier->answers.letters[courier->answers.n_letters++] = bytes_to(bytes_of(copy, carried->letter.len));
    courier->bytes += carried->letter.len;
    report->edits += carried->edits;
    report->ended = carried->ends;
    report->why = carried->why;
    snprintf(report->person, sizeof report->person, "%s", carried->person);
    if (carried->municipality[0])
        snprintf(report->municipality, sizeof report->municipality, "%s", carried->municipality);
    return 0;
}

/* Room for another answer of any size. */
static bool has_room(const struct courier *courier)
{
    return courier->answers.n_letters < CODEC_REPEATED_MAX &&
           courier->bytes + FRAME_PAYLOAD_MAX <= BUNDLE_REPLY_BYTES_MAX;
}

/* A letter, and where it is a pull that goes on, all its pages: what does not fit comes with the author's next bundle. */
static int carry_one(struct courier *courier, ProtobufCBinaryData letter)
{
    Ci__Carry carry = CI__CARRY__INIT;
    uint8_t cursor[128];
    bool more;

    carry.letter = letter;
    carry.head = bytes_to(courier->head);
    do {
        Ci__Carried *carried = NULL;

        arena_reset(courier->exchange);
        TRY(call_request(courier->options->call, MESSAGE_CARRY, &carry.base, courier->exchange,
                         (ProtobufCMessage **)&carried));
        TRY(keep(courier, carried));
        more = carried->cursor.len > 0 && carried->cursor.len <= sizeof cursor && !carried->ends && has_room(courier);
        if (more)
            memcpy(cursor, carried->cursor.data, carried->cursor.len);
        carry.cursor = bytes_to(bytes_of(cursor, carried->cursor.len));
    } while (more);
    return 0;
}

static int carry_all(struct courier *courier, const Ci__Bundle *bundle)
{
    const struct courier_options *options = courier->options;

    for (size_t i = 0; i < bundle->n_letters && !courier->report->ended && has_room(courier); i++) {
        TRY(carry_one(courier, bundle->letters[i]));
        courier->report->letters++;
        if (options->progress)
            options->progress(options->context, i + 1, bundle->n_letters);
    }
    return 0;
}

int courier_carry(const struct courier_options *options, const Ci__Bundle *bundle, struct bytes *file,
                  struct courier_report *report)
{
    struct courier courier = { .options = options, .report = report };
    CLEANUP(arena_free) struct arena *exchange = NULL;

    *report = (struct courier_report){ 0 };
    TRY(arena_new(&exchange, CARRY_ARENA));
    courier.exchange = exchange;
    ci__bundle__init(&courier.answers);
    courier.answers.format = (char *)(uintptr_t)BUNDLE_REPLY_FORMAT;
    courier.answers.id = bundle->id;
    courier.answers.made_ms = bundle->made_ms;
    courier.answers.install = bundle->install;
    courier.answers.letters = arena_alloc(options->arena, CODEC_REPEATED_MAX * sizeof *courier.answers.letters);
    if (!courier.answers.letters)
        return FAULT(FAULT_MEMORY, "out of memory for the answers");
    TRY(bundle_head(bundle, options->arena, &courier.head));
    TRY(carry_all(&courier, bundle));
    *file = codec_pack(&courier.answers, options->arena);
    return file->data ? 0 : FAULT(FAULT_MEMORY, "out of memory for the answers");
}
