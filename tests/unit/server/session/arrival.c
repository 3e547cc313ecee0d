/* unit.arrival */
#include "server/session/arrival.h"

#include "tests/support/unit.h"

static int asked(struct arrival arrival, uint16_t type)
{
    const struct route *route;

    return arrival_check(&arrival, type, &route);
}

static void holds_strangers_to_enrolment(void **state)
{
    (void)state;
    assert_int_equal(asked((struct arrival){ 0 }, MESSAGE_ENROL), 0);
    for (uint16_t type = MESSAGE_RENEW; type <= MESSAGE_STATUS; type++)
        if (route_find(type))
            assert_int_equal(asked((struct arrival){ 0 }, type), ERROR_NO_CERTIFICATE);
}

static void lets_an_expired_certificate_renew_and_nothing_else(void **state)
{
    struct arrival expired = { .certificate = true, .expired = true };

    (void)state;
    assert_int_equal(asked(expired, MESSAGE_RENEW), 0);
    assert_int_equal(asked(expired, MESSAGE_HELLO), ERROR_CERTIFICATE_EXPIRED);
    assert_int_equal(asked(expired, MESSAGE_PUSH), ERROR_CERTIFICATE_EXPIRED);
}

/* A session kept open outlives what it was opened with. */
static void sees_a_certificate_end_while_the_session_is_open(void **state)
{
    enum { END_MS = 5000 };
    const struct tls_peer peer = { .present = true, .not_after_ms = END_MS };
    struct arrival open = { .certificate = true, .greeted = true, .role = CI__ROLE__ROLE_LEAD }, stranger = { 0 };

    (void)state;
    arrival_note_time(&open, &peer, END_MS - 1);
    assert_int_equal(asked(open, MESSAGE_PING), 0);
    assert_int_equal(asked(open, MESSAGE_PUSH), 0);
    arrival_note_time(&open, &peer, END_MS);
    assert_int_equal(asked(open, MESSAGE_PING), ERROR_CERTIFICATE_EXPIRED);
    assert_int_equal(asked(open, MESSAGE_PUSH), ERROR_CERTIFICATE_EXPIRED);
    assert_int_equal(asked(open, MESSAGE_RENEW), 0);
    arrival_note_time(&stranger, &(struct tls_peer){ 0 }, END_MS);
    assert_int_equal(asked(stranger, MESSAGE_PING), ERROR_NO_CERTIFICATE);
}

static void wants_hello_once_and_first(void **state)
{
    struct arrival fresh = { .certificate = true },
                   greeted = { .certificate = true, .greeted = true, .role = CI__ROLE__ROLE_LEAD };

    (void)state;
    assert_int_equal(asked(fresh, MESSAGE_PULL), ERROR_OUT_OF_ORDER);
    assert_int_equal(asked(fresh, MESSAGE_HELLO), 0);
    assert_int_equal(asked(greeted, MESSAGE_HELLO), ERROR_OUT_OF_ORDER);
    assert_int_equal(asked(greeted, MESSAGE_PULL), 0);
}

static void knows_no_other_type(void **state)
{
    (void)state;
    assert_int_equal(asked((struct arrival){ .certificate = true, .greeted = true }, MESSAGE_ERROR),
                     ERROR_UNKNOWN_TYPE);
    assert_int_equal(arrival_limit(MESSAGE_ERROR), 0);
}

static void tells_from_the_type_what_a_role_may_not_ask(void **state)
{
    struct arrival arrival = { .certificate = true, .greeted = true, .role = CI__ROLE__ROLE_COORDINATOR };

    (void)state;
    assert_int_equal(asked(arrival, MESSAGE_PUSH), ERROR_NO_RIGHT);
    assert_int_equal(asked(arrival, MESSAGE_INVITE), ERROR_NO_RIGHT);
    assert_int_equal(asked(arrival, MESSAGE_STATUS), ERROR_NO_RIGHT);
    assert_int_equal(asked(arrival, MESSAGE_PULL), 0);
    arrival.role = CI__ROLE__ROLE_CENTRAL;
    assert_int_equal(asked(arrival, MESSAGE_INVITE), 0);
}

static void holds_nothing_large_for_a_stranger(void **state)
{
    (void)state;
    assert_int_equal(arrival_stranger_limit(MESSAGE_ENROL), message_limit(MESSAGE_ENROL));
    assert_int_equal(arrival_stranger_limit(MESSAGE_PUSH), 0);
    assert_int_equal(arrival_stranger_limit(MESSAGE_HELLO), 0);
    assert_int_equal(arrival_stranger_limit(99), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_strangers_to_enrolment),
        cmocka_unit_test(lets_an_expired_certificate_renew_and_nothing_else),
        cmocka_unit_test(sees_a_certificate_end_while_the_session_is_open),
        cmocka_unit_test(wants_hello_once_and_first),
        cmocka_unit_test(knows_no_other_type),
        cmocka_unit_test(tells_from_the_type_what_a_role_may_not_ask),
        cmocka_unit_test(holds_nothing_large_for_a_stranger),
    };

    return RUN_UNIT("arrival", tests);
}
