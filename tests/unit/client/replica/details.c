/*
 * details.c: names of people in a home: they stay when the server has lost them, are given back once, and go with who was
 * erased.
 */
#include "client/replica/exchange.h"
#include "tests/unit/client/one_replica.h"

#define ANNA "p00000000000000aa"

/* The person's record comes in, as it stands at the server then. */
static void pull_person(uint8_t byte, Ci__Person__State state, const char *name)
{
    uint8_t id[ID_BYTES], packed[64];
    Ci__Edit edit = fake_edit(id, byte, "NL", "person/" ANNA, "");
    Ci__Person person = CI__PERSON__INIT;
    Ci__PersonDetails details = CI__PERSON_DETAILS__INIT;
    Ci__FeedItem item = CI__FEED_ITEM__INIT, *items = &item;
    Ci__PullReply page = CI__PULL_REPLY__INIT;

    person.state = state;
    edit.value = (ProtobufCBinaryData){ ci__person__pack(&person, packed), packed };
    fake_put(&server, &edit, NULL);
    details.person = (char *)(uintptr_t)ANNA;
    details.name = (char *)(uintptr_t)name;
    item.record = fake_sealed(fake_find(&server, "NL", "person/" ANNA), arena);
    item.details = name ? &details : NULL;
    page.items = &items;
    page.n_items = 1;
    page.complete = true;
    assert_int_equal(exchange_pulled(replica, arena, "NL", &page), 0);
}

static const char *name_here(void)
{
    Ci__PersonDetails *details = NULL;

    return replica_details(replica, arena, ANNA, &details) == 0 ? details->name : NULL;
}

/* How many are to be given back; they are, if `taken`. */
static size_t given_back(bool taken)
{
    Ci__Heal heal = CI__HEAL__INIT;
    Ci__HealReply reply = CI__HEAL_REPLY__INIT;
    int result = exchange_details(replica, arena, &heal);

    assert_int_equal(result, heal.n_details > 0 ? 0 : REPLICA_NONE);
    if (taken && heal.n_details > 0)
        assert_int_equal(exchange_healed(replica, arena, &heal, &reply), 0);
    return heal.n_details;
}

static void stay_where_the_server_lost_them_and_are_given_back_once(void **state)
{
    (void)state;
    pull_person(1, CI__PERSON__STATE__ACTIVE, "Anna");
    assert_int_equal(given_back(true), 0);
    pull_person(2, CI__PERSON__STATE__ACTIVE, NULL);
    assert_string_equal(name_here(), "Anna");
    assert_int_equal(given_back(false), 1); /* cut before its answer came */
    assert_int_equal(given_back(true), 1);
    assert_int_equal(given_back(true), 0);
}

static void need_not_be_given_back_where_somebody_else_was_first(void **state)
{
    (void)state;
    pull_person(1, CI__PERSON__STATE__ACTIVE, "Anna");
    pull_person(2, CI__PERSON__STATE__ACTIVE, NULL);
    pull_person(3, CI__PERSON__STATE__ACTIVE, "Anna");
    assert_int_equal(given_back(true), 0);
}

static void that_the_server_names_as_lost_are_given_back_as_far_as_they_are_here(void **state)
{
    char *lost[] = { (char *)(uintptr_t)ANNA, (char *)(uintptr_t) "p00000000000000bb", (char *)(uintptr_t) "" };

    (void)state;
    pull_person(1, CI__PERSON__STATE__ACTIVE, "Anna");
    assert_int_equal(exchange_note_nameless(replica, lost, 3), 0);
    assert_int_equal(given_back(true), 1);
}

static void go_with_who_was_erased(void **state)
{
    (void)state;
    pull_person(1, CI__PERSON__STATE__ACTIVE, "Anna");
    pull_person(2, CI__PERSON__STATE__ACTIVE, NULL);
    pull_person(3, CI__PERSON__STATE__ERASED, NULL);
    assert_null(name_here());
    assert_int_equal(given_back(true), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, replica_begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(stay_where_the_server_lost_them_and_are_given_back_once),
        TEST(need_not_be_given_back_where_somebody_else_was_first),
        TEST(that_the_server_names_as_lost_are_given_back_as_far_as_they_are_here),
        TEST(go_with_who_was_erased),
    };

    return RUN_UNIT("details", tests);
}
