/*
 * ours.c: hello, push and query of CI Monitor's protocol. Values are sound answers of every kind, about 200 bytes with
 * their remark; nothing is sent that a person could not have answered.
 */
#include "tests/bench/ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "proto/messages.pb-c.h"

enum { ARENA_BYTES_MAX = 16 * 1024 * 1024, CURSOR_BYTES_MAX = 256, LONG_REMARK = 3500 };

/* What stands for a question. */
struct head {
    uint8_t edit[ID_BYTES], digest[DIGEST_BYTES];
    bool there;
};

struct respondent {
    const struct survey *survey;
    struct arena *arena; /* of one request */
    uint8_t incarnation[ID_BYTES];
    char person[32], dossier[DOSSIER_MAX + 1];
    uint64_t number, turn;
    uint32_t request;
    bool verbose;                           /* a remark as long as it may be */
    struct bytes cursor;                    /* of the snapshot under way */
    uint8_t cursor_bytes[CURSOR_BYTES_MAX]; /* holds it */
    struct head heads[QUESTIONS_MAX];
};

int respondent_new(struct respondent **out, const struct survey *survey)
{
    CLEANUP(respondent_free) struct respondent *respondent = calloc(1, sizeof *respondent);

    if (!respondent)
        return FAULT(FAULT_MEMORY, "out of memory");
    TRY(arena_new(&respondent->arena, ARENA_BYTES_MAX));
    respondent->survey = survey;
    random_bytes(respondent->incarnation, sizeof respondent->incarnation);
    *out = TAKE(&respondent);
    return 0;
}

struct respondent *respondent_free(struct respondent *respondent)
{
    if (respondent)
        arena_free(respondent->arena);
    free(respondent);
    return NULL;
}

/* ---- answers ---- */

static const char remark[] = "Vastgesteld in het college en gedeeld met de vakafdelingen; de cijfers komen uit het "
                             "contractregister en worden elk kwartaal bijgewerkt, versie";

static void answer_value(const Ci__Question *question, uint64_t turn, Ci__AnswerValue *value, Ci__Choices *choices,
                         Ci__Euros *euros)
{
    switch (question->kind) {
    case CI__QUESTION__KIND__MATURITY:
        value->of_case = CI__ANSWER_VALUE__OF_LEVEL;
        value->level = (uint32_t)(turn % 5);
        break;
    case CI__QUESTION__KIND__PERCENTAGE:
        value->of_case = CI__ANSWER_VALUE__OF_PERCENTAGE;
        value->percentage = (uint32_t)(turn * 7 % 101);
        break;
    case CI__QUESTION__KIND__NUMBER:
        value->of_case = CI__ANSWER_VALUE__OF_NUMBER;
        value->number = (uint32_t)(turn % 100);
        break;
    case CI__QUESTION__KIND__YES_PARTLY_NO:
        value->of_case = CI__ANSWER_VALUE__OF_AGREEMENT;
        value->agreement = (Ci__Agreement)(CI__AGREEMENT__YES + turn % 3);
        break;
    case CI__QUESTION__KIND__EUROS:
        value->of_case = CI__ANSWER_VALUE__OF_EUROS;
        value->euros = euros;
        euros->total = 1000000 + turn;
        break;
    case CI__QUESTION__KIND__FREE_TEXT:
        value->of_case = CI__ANSWER_VALUE__OF_TEXT;
        value->text = (char *)(uintptr_t) "Meer tijd voor marktconsultaties";
        break;
    default:
        value->of_case = CI__ANSWER_VALUE__OF_CHOICES;
        value->choices = choices;
        choices->n_options = 1;
        choices->options[0] = question->options[turn % question->n_options]->id;
    }
}

/* Nobody says the same as another, so that nothing is agreed on. */
static char *remark_of(struct respondent *respondent)
{
    enum { NUMBER_BYTES = 24 };
    unsigned long long number = respondent->turn + get_u32(respondent->incarnation);
    char *text;

    if (!respondent->verbose)
        return arena_format(respondent->arena, "%s %llu.", remark, (unsigned long long)respondent->turn);
    text = arena_alloc(respondent->arena, LONG_REMARK + NUMBER_BYTES);
    if (text) {
        memset(text, 'x', LONG_REMARK);
        snprintf(text + LONG_REMARK, NUMBER_BYTES, "%llu", number);
    }
    return text;
}

static int value_pack(struct respondent *respondent, const Ci__Question *question, struct bytes *packed)
{
    Ci__Answer answer = CI__ANSWER__INIT;
    Ci__AnswerValue value = CI__ANSWER_VALUE__INIT;
    Ci__Choices choices = CI__CHOICES__INIT;
    Ci__Euros euros = CI__EUROS__INIT;
    char *option = NULL;

    choices.options = &option;
    answer_value(question, respondent->turn, &value, &choices, &euros);
    answer.value = &value;
    answer.remark = remark_of(respondent);
    if (!answer.remark)
        return -FAULT_MEMORY;
    *packed = codec_pack(&answer, respondent->arena);
    return packed->data ? 0 : FAULT(FAULT_MEMORY, "out of memory");
}

/* The next question's answer; from here on it is what stands, since a server that refuses it ends the run. */
static int edit_fill(struct respondent *respondent, Ci__Edit *edit)
{
    const struct questionnaire *questionnaire = respondent->survey->questionnaire;
    size_t index = respondent->turn % questionnaire->question_count;
    struct head *head = &respondent->heads[index];
    struct bytes value, packed;

    TRY(value_pack(respondent, question_at(questionnaire, index), &value));
    edit->value = bytes_to(value);
    if (head->there) {
        void *base = arena_copy(respondent->arena, head, sizeof *head);

        edit->base_edit = bytes_to(bytes_of(base, ID_BYTES));
        edit->base_digest = bytes_to(bytes_of((uint8_t *)base + ID_BYTES, DIGEST_BYTES));
        edit->n_seen = 1;
        edit->seen = arena_copy(respondent->arena, &edit->base_edit, sizeof edit->base_edit);
    }
    edit->written_ms = clock_now_ms(&clock_system);
    id_new(head->edit, edit->written_ms);
    digest_bytes(head->digest, value.data, value.size);
    head->there = true;
    edit->id = bytes_to(bytes_of(arena_copy(respondent->arena, head->edit, ID_BYTES), ID_BYTES));
    edit->dossier = respondent->dossier;
    edit->key = arena_format(respondent->arena, "answer/%s/%s", respondent->survey->round,
                             question_at(questionnaire, index)->id);
    edit->questionnaire = bytes_to(bytes_of(questionnaire->hash, DIGEST_BYTES));
    edit->author = respondent->person;
    respondent->turn++;
    if (respondent->survey->weights->edit_bytes == 0 && edit->n_seen > 0) { /* all but the first are based on one */
        packed = codec_pack(edit, respondent->arena);
        respondent->survey->weights->edit_bytes = packed.size;
    }
    return 0;
}

static void forget_base(Ci__Edit *edit)
{
    edit->base_edit.len = edit->base_digest.len = edit->n_seen = 0;
}

static int push_ask(struct respondent *respondent, struct lane *lane, size_t count)
{
    Ci__Push push = CI__PUSH__INIT;
    Ci__NumberedEdit numbered[QUESTIONS_MAX], *list[QUESTIONS_MAX];
    Ci__Edit edits[QUESTIONS_MAX];

    for (size_t i = 0; i < count; i++) {
        ci__edit__init(&edits[i]);
        ci__numbered_edit__init(&numbered[i]);
        TRY(edit_fill(respondent, &edits[i]));
        if (respondent->verbose)
            forget_base(&edits[i]);
        numbered[i].number = ++respondent->number;
        numbered[i].edit = &edits[i];
        list[i] = &numbered[i];
    }
    push.incarnation = bytes_to(bytes_of(respondent->incarnation, ID_BYTES));
    push.n_edits = count;
    push.edits = list;
    return codec_frame(&lane->out, MESSAGE_PUSH, 0, ++respondent->request, &push);
}

static int query_ask(struct respondent *respondent, struct lane *lane)
{
    Ci__Query query = CI__QUERY__INIT;
    Ci__BenchmarkQuery benchmark = CI__BENCHMARK_QUERY__INIT;
    char *area = (char *)(uintptr_t) "NL", *node = (char *)(uintptr_t) "overall";

    benchmark.round = (char *)(uintptr_t)respondent->survey->round;
    benchmark.n_areas = benchmark.n_nodes = 1;
    benchmark.areas = &area;
    benchmark.nodes = &node;
    query.of_case = CI__QUERY__OF_BENCHMARK;
    query.benchmark = &benchmark;
    return codec_frame(&lane->out, MESSAGE_QUERY, 0, ++respondent->request, &query);
}

static int pull_ask(struct respondent *respondent, struct lane *lane)
{
    Ci__Pull pull = CI__PULL__INIT;

    pull.dossier = respondent->dossier;
    pull.cursor = bytes_to(respondent->cursor);
    return codec_frame(&lane->out, MESSAGE_PULL, 0, ++respondent->request, &pull);
}

static int ask(void *talker, struct lane *lane, enum shape shape)
{
    struct respondent *respondent = talker;
    int result;

    arena_reset(respondent->arena);
    respondent->verbose = shape == SHAPE_RIVALS;
    if (shape == SHAPE_QUERY)
        result = query_ask(respondent, lane);
    else if (shape == SHAPE_SNAPSHOT)
        result = pull_ask(respondent, lane);
    else
        result = push_ask(respondent, lane, shape == SHAPE_ANSWER ? 1 : respondent->survey->weights->edits);
    return result > 0 ? FAULT(FAULT_INVALID, "a request is too large for its type") : result;
}

/* ---- what comes back ---- */

static int refused(struct respondent *respondent, const struct frame *frame, struct bytes payload)
{
    Ci__Error *error;

    if (frame->type == MESSAGE_ERROR && CODEC_UNPACK(ci__error, payload, respondent->arena, &error) == 0)
        return FAULT(FAULT_REFUSED, "the server refused: %u %s", error->code, error->text ? error->text->en : "");
    return FAULT(FAULT_REFUSED, "the server sent a frame of type %#x instead of an answer", frame->type);
}

static int push_taken(struct respondent *respondent, const Ci__PushReply *reply)
{
    for (size_t i = 0; i < reply->n_results; i++) {
        const Ci__PushResult *result = reply->results[i];

        if (result->outcome != CI__PUSH_RESULT__OUTCOME__STANDS &&
            !(respondent->verbose && result->outcome == CI__PUSH_RESULT__OUTCOME__RIVAL))
            return FAULT(FAULT_REFUSED, "an answer of %s did not come to stand: outcome %d %s", respondent->dossier,
                         (int)result->outcome, result->error && result->error->text ? result->error->text->en : "");
    }
    return reply->n_results > 0 ? 0 : FAULT(FAULT_REFUSED, "a push was answered without results");
}

static int query_taken(struct respondent *respondent, const Ci__QueryReply *reply, size_t size)
{
    respondent->survey->weights->figure_bytes = size;
    if (reply->of_case != CI__QUERY_REPLY__OF_BENCHMARK || reply->benchmark->n_areas != 1)
        return FAULT(FAULT_REFUSED, "a query was not answered with the figures of one area");
    return 0;
}

/* The answer at the front of `in`, unpacked; it stays there until it is consumed. */
static int reply_next(struct respondent *respondent, struct lane *lane, uint16_t type,
                      const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage **message, struct bytes *payload)
{
    struct frame frame;

    if (frame_next(bytes_of(buffer_data(&lane->in), buffer_size(&lane->in)), message_limit, &frame, payload) != 0)
        return PROTOCOL_WAIT;
    if (frame.type != type + MESSAGE_REPLY || frame.request != respondent->request)
        return refused(respondent, &frame, *payload);
    if (codec_unpack(descriptor, *payload, respondent->arena, message) != 0)
        return FAULT(FAULT_REFUSED, "the server sent an answer that cannot be read");
    return 0;
}

/* A page; the next one is asked for at once, and the last one is the answer. */
static int snapshot_take(struct respondent *respondent, struct lane *lane)
{
    Ci__PullReply *page;
    struct bytes payload;
    int result =
        reply_next(respondent, lane, MESSAGE_PULL, &ci__pull_reply__descriptor, (ProtobufCMessage **)&page, &payload);

    if (result != 0)
        return result;
    if (page->cursor.len > sizeof respondent->cursor_bytes)
        return FAULT(FAULT_REFUSED, "the server sent a cursor that is too long");
    memcpy(respondent->cursor_bytes, page->cursor.data, page->cursor.len);
    respondent->cursor = bytes_of(respondent->cursor_bytes, page->complete ? 0 : page->cursor.len);
    buffer_consume(&lane->in, FRAME_HEADER_BYTES + payload.size);
    if (page->complete)
        return 0;
    arena_reset(respondent->arena);
    TRY(pull_ask(respondent, lane));
    TRY(lane_send(lane));
    return PROTOCOL_WAIT;
}

static int take(void *talker, struct lane *lane, enum shape shape)
{
    struct respondent *respondent = talker;
    bool query = shape == SHAPE_QUERY;
    ProtobufCMessage *message;
    struct bytes payload;

    if (shape == SHAPE_SNAPSHOT)
        return snapshot_take(respondent, lane);
    int result = reply_next(respondent, lane, query ? MESSAGE_QUERY : MESSAGE_PUSH,
                            query ? &ci__query_reply__descriptor : &ci__push_reply__descriptor, &message, &payload);

    if (result != 0)
        return result;
    if (query)
        TRY(query_taken(respondent, (const Ci__QueryReply *)message, payload.size));
    else
        TRY(push_taken(respondent, (const Ci__PushReply *)message));
    buffer_consume(&lane->in, FRAME_HEADER_BYTES + payload.size);
    return 0;
}

static int greet(void *talker, struct lane *lane)
{
    struct respondent *respondent = talker;
    Ci__Hello hello = CI__HELLO__INIT;
    Ci__HelloReply *reply;
    struct bytes payload;
    int result;

    arena_reset(respondent->arena);
    hello.version_min = hello.version_max = 1;
    hello.software = (char *)(uintptr_t) "load generator";
    hello.incarnation = bytes_to(bytes_of(respondent->incarnation, ID_BYTES));
    hello.last_number = respondent->number;
    TRY(codec_frame(&lane->out, MESSAGE_HELLO, 0, ++respondent->request, &hello));
    TRY(lane_send(lane));
    do {
        TRY(lane_await(lane));
        result = reply_next(respondent, lane, MESSAGE_HELLO, &ci__hello_reply__descriptor, (ProtobufCMessage **)&reply,
                            &payload);
    } while (result == PROTOCOL_WAIT);
    TRY(result);
    if (reply->cloned || reply->n_areas != 1)
        return FAULT(FAULT_STATE, "this home is not one of a single municipality, or it was cloned");
    snprintf(respondent->person, sizeof respondent->person, "%s", reply->person);
    snprintf(respondent->dossier, sizeof respondent->dossier, "%s", reply->areas[0]);
    buffer_consume(&lane->in, FRAME_HEADER_BYTES + payload.size);
    return 0;
}

const struct protocol protocol_ours = { "cimonitord", "cimonitor/1", greet, ask, take };
