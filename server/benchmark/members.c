/*
 * members.c: municipalities and the areas they count in. Owns the form of TABLE_MEMBER: texts one after the other, each
 * ended by a zero byte: name, valid from, valid to, codes of areas.
 */
#include "server/benchmark/members.h"

#include <stdio.h>

#include "common/base/check.h"
#include "common/store/keys.h"
#include "server/benchmark/tables.h"

void member_from_area(struct member *member, const Ci__Area *area)
{
    CHECK(area->n_parents <= AREA_PARENTS_MAX);
    *member = (struct member){ 0 };
    snprintf(member->name, sizeof member->name, "%s", area->name);
    snprintf(member->valid_from, sizeof member->valid_from, "%s", area->valid_from);
    snprintf(member->valid_to, sizeof member->valid_to, "%s", area->valid_to);
    for (size_t i = 0; i < area->n_parents; i++)
        snprintf(member->areas[member->area_count++], sizeof member->areas[0], "%s", area->parents[i]);
    snprintf(member->areas[member->area_count++], sizeof member->areas[0], "%s",
             area_size_class_code(area_size_class(area->population)));
}

static bool take(struct bytes *rest, char *out, size_t size)
{
    const char *text;

    size_t length;

    if (!key_take_text(rest, &text))
        return false;
    length = strnlen(text, size - 1);
    memcpy(out, text, length);
    out[length] = 0;
    return true;
}

static void member_decode(struct member *member, struct bytes rest)
{
    member->name[0] = member->valid_from[0] = member->valid_to[0] = 0;
    member->area_count = 0;
    take(&rest, member->name, sizeof member->name);
    take(&rest, member->valid_from, sizeof member->valid_from);
    take(&rest, member->valid_to, sizeof member->valid_to);
    while (member->area_count < MEMBER_AREAS_MAX &&
           take(&rest, member->areas[member->area_count], sizeof member->areas[0]))
        member->area_count++;
}

static struct key member_key(const char *municipality)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, municipality);
    return key;
}

bool member_read(struct txn *txn, const char *municipality, struct member *member)
{
    struct key key = member_key(municipality);
    struct bytes value = txn_get(txn, TABLE_MEMBER, key_bytes(&key));

    member_decode(member, value);
    return value.data != NULL;
}

static size_t put_text(char *at, const char *text)
{
    size_t size = strlen(text) + 1;

    memcpy(at, text, size);
    return size;
}

void member_write(struct txn *txn, const char *municipality, const struct member *member)
{
    struct key key = member_key(municipality);
    char value[sizeof *member];
    size_t size = put_text(value, member->name);

    size += put_text(value + size, member->valid_from);
    size += put_text(value + size, member->valid_to);
    for (size_t i = 0; i < member->area_count; i++)
        size += put_text(value + size, member->areas[i]);
    txn_put(txn, TABLE_MEMBER, key_bytes(&key), bytes_of(value, size));
}

bool member_exists(struct txn *txn, const char *municipality)
{
    struct key key = member_key(municipality);

    return txn_get(txn, TABLE_MEMBER, key_bytes(&key)).data != NULL;
}

bool member_lies_in(const struct member *member, const char *area)
{
    for (size_t i = 0; i < member->area_count; i++)
        if (strcmp(member->areas[i], area) == 0)
            return true;
    return false;
}

bool member_same_areas(const struct member *a, const struct member *b)
{
    if (a->area_count != b->area_count)
        return false;
    for (size_t i = 0; i < a->area_count; i++)
        if (strcmp(a->areas[i], b->areas[i]) != 0)
            return false;
    return true;
}

bool member_in_force(const struct member *member, const char *date)
{
    return strcmp(member->valid_from, date) <= 0 && (!member->valid_to[0] || strcmp(date, member->valid_to) < 0);
}

uint32_t members_in_force(struct txn *txn, const char *area, const char *date)
{
    struct txn_cursor cursor;
    struct member member;
    uint32_t count = 0;

    txn_cursor_open(&cursor, txn, TABLE_MEMBER, bytes_of("", 0), bytes_of("", 0));
    while (txn_cursor_next(&cursor)) {
        member_decode(&member, cursor.value);
        count += member_lies_in(&member, area) && member_in_force(&member, date);
    }
    txn_cursor_close(&cursor);
    return count;
}
