/*
 * pages.c: pulls of a nation with many people whom the one who asks may not see: each page looks at so many records, takes
 * little memory, and the pages together bring what is in scope, once.
 */
#include <stdlib.h>

#include "common/base/clock.h"
#include "server/handlers/handlers.h"
#include "server/ledger/feed.h"
#include "server/ledger/own_edits.h"
#include "tests/support/ledger_world.h"
#include "tests/support/unit.h"

enum { STRANGERS = 2 * FEED_LOOKED_MAX + 500, A_BATCH = 500, MEMORY_MAX = 1024 * 1024 };

static struct world world;

static void add_person(unsigned number, char *area)
{
    Ci__PersonDetails details = CI__PERSON_DETAILS__INIT;
    Ci__Person person = CI__PERSON__INIT;
    struct refusal refusal;
    struct bytes sealed;
    char id[PERSON_ID_SIZE], key[RECORD_KEY_MAX + 1];

    snprintf(id, sizeof id, "pf%015x", number);
    snprintf(key, sizeof key, "person/%s", id);
    details.person = id;
    details.name = arena_string(world.arena, "Somebody with a long name");
    MUST(vault_close_details(world.vault, id, codec_pack(&details, world.arena), world.arena, &sealed));
    person.role = CI__ROLE__ROLE_RESPONDENT;
    person.areas = &area;
    person.n_areas = 1;
    person.details = bytes_to(sealed);
    MUST(own_message_add(&world.batch, "", key, &person, world.arena, &refusal));
}

static void add_people(unsigned first, unsigned count, char *area)
{
    for (unsigned done = 0; done < count;) {
        world_begin(&world);
        for (unsigned i = 0; i < A_BATCH && done < count; i++, done++)
            add_person(first + done, area);
        world_commit(&world);
    }
}

/* In an arena of its own, as a request has; what it took is measured. */
static Ci__PullReply *pull(const struct principal *principal, ProtobufCBinaryData cursor, struct arena *arena)
{
    Ci__Pull message = CI__PULL__INIT;
    struct request request = { .arena = arena, .message = &message.base, .principal = *principal };
    struct txn txn;

    message.dossier = (char *)(uintptr_t) "NL";
    message.cursor = cursor;
    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    MUST(handle_pull(&request, &txn, world.ledger));
    txn_end(&txn);
    assert_non_null(request.reply);
    return (Ci__PullReply *)(uintptr_t)request.reply;
}

struct pulled {
    size_t pages, empty, items, persons;
    uint64_t longest_us;
};

static void count(struct pulled *pulled, const Ci__PullReply *page)
{
    pulled->pages++;
    pulled->items += page->n_items;
    pulled->empty += page->n_items == 0 && !page->complete;
    for (size_t i = 0; i < page->n_items; i++)
        pulled->persons += strncmp(page->items[i]->record->key, "person/", 7) == 0;
}

static struct pulled pull_all(const struct principal *principal)
{
    uint8_t cursor[128];
    ProtobufCBinaryData at = { 0, cursor };
    struct pulled pulled = { 0 };
    bool complete = false;

    while (!complete) {
        CLEANUP(arena_free) struct arena *arena = NULL;
        uint64_t began_us = clock_monotonic_us(&clock_system), took_us;

        MUST(arena_new(&arena, REQUEST_ARENA_BYTES));
        Ci__PullReply *page = pull(principal, at, arena);

        took_us = clock_monotonic_us(&clock_system) - began_us;
        pulled.longest_us = took_us > pulled.longest_us ? took_us : pulled.longest_us;
        assert_in_range(arena_taken(arena), 1, MEMORY_MAX);
        assert_true(page->complete || page->remaining > 0);
        assert_true(page->complete || page->cursor.len != at.len || memcmp(page->cursor.data, cursor, at.len) != 0);
        count(&pulled, page);
        complete = page->complete;
        at.len = page->cursor.len;
        memcpy(cursor, page->cursor.data, at.len);
    }
    return pulled;
}

static void people_of_others_make_pages_empty_and_never_long(void **state)
{
    struct principal lead = world_person(CI__ROLE__ROLE_LEAD, "GM0001");
    const char *more = getenv("CIMONITOR_PEOPLE"); /* to measure with */
    unsigned strangers = more ? (unsigned)atoi(more) : STRANGERS;
    struct pulled pulled;

    (void)state;
    world_open(&world);
    add_people(1, strangers, (char *)(uintptr_t) "GM0002");
    add_people(strangers + 1, 1, (char *)(uintptr_t) "GM0001");
    pulled = pull_all(&lead);
    if (more)
        print_message("%u people: %zu pages, the longest %llu us\n", strangers, pulled.pages,
                      (unsigned long long)pulled.longest_us);
    assert_in_range(pulled.pages, strangers / FEED_LOOKED_MAX + 1, strangers / FEED_LOOKED_MAX + 2);
    assert_in_range(pulled.empty, 1, pulled.pages);
    assert_int_equal(pulled.persons, 1);
    assert_int_equal(pulled.items, 3 + WORLD_TOWNS + 2 + 1); /* areas, questionnaire, round, the one of GM0001 */
    world_close(&world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_of_others_make_pages_empty_and_never_long),
    };

    return RUN_UNIT("server.pages", tests);
}
