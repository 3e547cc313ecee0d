/*
 * redis.c: SET and GET of Redis's protocol (RESP2). A backlog is a pipeline of SETs.
 */
#include "tests/bench/redis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"

static const char ok[] = "+OK\r\n";

struct keys {
    unsigned range;
    const struct weights *weights;
    uint64_t turn;
    size_t awaited; /* SETs that were not answered yet */
};

int keys_new(struct keys **out, unsigned range, const struct weights *weights)
{
    struct keys *keys = calloc(1, sizeof *keys);

    if (!keys)
        return FAULT(FAULT_MEMORY, "out of memory");
    keys->range = range;
    keys->weights = weights;
    *out = keys;
    return 0;
}

struct keys *keys_free(struct keys *keys)
{
    free(keys);
    return NULL;
}

static int set(struct lane *lane, const char *key, size_t size)
{
    char head[128];
    int length = snprintf(head, sizeof head, "*3\r\n$3\r\nSET\r\n$%zu\r\n%s\r\n$%zu\r\n", strlen(key), key, size);
    uint8_t *room;

    TRY(buffer_append(&lane->out, head, (size_t)length));
    room = buffer_reserve(&lane->out, size + 2);
    if (!room)
        return -FAULT_MEMORY; /* reported where it was born */
    memset(room, 'v', size);
    memcpy(room + size, "\r\n", 2);
    buffer_commit(&lane->out, size + 2);
    return 0;
}

static int get(struct lane *lane, const char *key)
{
    char text[128];
    int length = snprintf(text, sizeof text, "*2\r\n$3\r\nGET\r\n$%zu\r\n%s\r\n", strlen(key), key);

    return buffer_append(&lane->out, text, (size_t)length);
}

static int ask(void *talker, struct lane *lane, enum shape shape)
{
    struct keys *keys = talker;

    if (shape == SHAPE_QUERY)
        return get(lane, "figure/2026/NL/overall");
    keys->awaited = shape == SHAPE_BACKLOG ? keys->weights->edits : 1;
    for (size_t i = 0; i < keys->awaited; i++) {
        char key[64];

        snprintf(key, sizeof key, "GM%04u/answer/2026/%03u", keys->range,
                 (unsigned)(keys->turn++ % keys->weights->edits));
        TRY(set(lane, key, keys->weights->edit_bytes));
    }
    return 0;
}

static int surprised(const struct lane *lane)
{
    return FAULT(FAULT_REFUSED, "Redis answered: %.*s", (int)buffer_size(&lane->in) % 100,
                 (const char *)buffer_data(&lane->in));
}

static int sets_taken(struct keys *keys, struct lane *lane)
{
    while (keys->awaited > 0) {
        if (buffer_size(&lane->in) < sizeof ok - 1)
            return PROTOCOL_WAIT;
        if (memcmp(buffer_data(&lane->in), ok, sizeof ok - 1) != 0)
            return surprised(lane);
        buffer_consume(&lane->in, sizeof ok - 1);
        keys->awaited--;
    }
    return 0;
}

static int get_taken(struct keys *keys, struct lane *lane)
{
    char head[32];
    size_t size = (size_t)snprintf(head, sizeof head, "$%zu\r\n", keys->weights->figure_bytes);
    size_t whole = size + keys->weights->figure_bytes + 2;

    if (buffer_size(&lane->in) < size)
        return PROTOCOL_WAIT;
    if (memcmp(buffer_data(&lane->in), head, size) != 0)
        return surprised(lane);
    if (buffer_size(&lane->in) < whole)
        return PROTOCOL_WAIT;
    buffer_consume(&lane->in, whole);
    return 0;
}

static int take(void *talker, struct lane *lane, enum shape shape)
{
    return shape == SHAPE_QUERY ? get_taken(talker, lane) : sets_taken(talker, lane);
}

/* Redis wants no greeting; what will be read is put there. */
static int greet(void *talker, struct lane *lane)
{
    struct keys *keys = talker;
    int result;

    TRY(set(lane, "figure/2026/NL/overall", keys->weights->figure_bytes));
    TRY(lane_send(lane));
    keys->awaited = 1;
    do {
        TRY(lane_await(lane));
        result = sets_taken(keys, lane);
    } while (result == PROTOCOL_WAIT);
    return result;
}

const struct protocol protocol_redis = { "redis", NULL, greet, ask, take };
