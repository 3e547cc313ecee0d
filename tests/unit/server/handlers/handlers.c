/*
 * handlers.c: requests against a founded ledger, without a loop: enrolment, push, pull, scope, figures.
 */
#include "server/handlers/handlers.h"

#include <openssl/ec.h>
#include <openssl/x509.h>

#include "tests/support/one_world.h"
#include "tests/support/unit.h"

static struct request ask(const struct principal *principal, const void *message)
{
    struct request request = { .arena = world.arena, .message = message };

    if (principal)
        request.principal = *principal;
    return request;
}

/* The reply, or NULL with the error in the request. */
static const void *write_with(struct request *request, int (*handler)(struct request *, struct batch *))
{
    world_begin(&world);
    assert_int_equal(handler(request, &world.batch), 0);
    world_commit(&world);
    return request->reply;
}

static const void *read_with(struct request *request, int (*handler)(struct request *, struct txn *, struct ledger *))
{
    struct txn txn;

    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    assert_int_equal(handler(request, &txn, world.ledger), 0);
    txn_end(&txn);
    return request->reply;
}

static struct bytes certificate_request(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509_REQ *request = X509_REQ_new();
    unsigned char *bytes = NULL;
    int size;
    struct bytes packed;

    X509_REQ_set_pubkey(request, key);
    X509_REQ_sign(request, key, EVP_sha256());
    size = i2d_X509_REQ(request, &bytes);
    packed = bytes_of(arena_copy(world.arena, bytes, (size_t)size), (size_t)size);
    OPENSSL_free(bytes);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
    return packed;
}

static const Ci__InviteReply *invite(Ci__Role role, const char *area)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Invite *message = SAMPLE_NEW(world.arena, Ci__Invite, ci__invite);
    char **areas = sample_take(world.arena, sizeof *areas);
    struct request request = ask(&central, message);

    message->role = role;
    areas[0] = arena_string(world.arena, area ? area : "");
    message->areas = areas;
    message->n_areas = area ? 1 : 0;
    message->details = SAMPLE_NEW(world.arena, Ci__PersonDetails, ci__person_details);
    message->details->name = arena_string(world.arena, "Anna de Boer");
    return write_with(&request, handle_invite);
}

static struct request enrol(const char *code, struct bytes packed)
{
    struct invitation_code parsed;
    Ci__Enrol *message = SAMPLE_NEW(world.arena, Ci__Enrol, ci__enrol);
    struct request request = ask(NULL, message);

    assert_int_equal(invitation_code_parse(&parsed, code), 0);
    message->version_min = message->version_max = 1;
    message->secret =
        bytes_to(bytes_of(arena_copy(world.arena, parsed.secret, sizeof parsed.secret), sizeof parsed.secret));
    message->request = bytes_to(packed);
    write_with(&request, handle_enrol);
    return request;
}

static void a_code_binds_to_the_first_key_that_uses_it(void **state)
{
    const Ci__InviteReply *reply = invite(CI__ROLE__ROLE_LEAD, "GM0001");
    struct bytes key = certificate_request();
    struct tls_peer peer = { .present = true };
    struct principal_memo memo = { 0 };
    struct principal found;
    struct request first, second;
    struct txn txn;

    (void)state;
    assert_non_null(reply);
    first = enrol(reply->code, key);
    assert_non_null(first.reply);
    assert_int_equal(vault_request_fingerprint(key, peer.fingerprint), 0);
    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    assert_int_equal(principal_find(&txn, &peer, &memo, &found), 0);
    txn_end(&txn);
    assert_string_equal(found.person, reply->person);
    assert_string_equal(found.areas[0], "GM0001");
    second = enrol(reply->code, key);
    assert_non_null(second.reply);
    assert_string_equal(((const Ci__Certificate *)second.reply)->install,
                        ((const Ci__Certificate *)first.reply)->install);
    assert_int_equal(enrol(reply->code, certificate_request()).error->code, ERROR_CODE_USED);
    assert_int_equal(enrol(invite(CI__ROLE__ROLE_CENTRAL, NULL)->code, bytes_of("x", 1)).error->code,
                     ERROR_BAD_REQUEST);
    reply = invite(CI__ROLE__ROLE_LEAD, "GM0001");
    world.now_ms += 15ull * 24 * 3600 * 1000;
    assert_int_equal(enrol(reply->code, certificate_request()).error->code, ERROR_CODE_EXPIRED);
}

static X509 *certificate_of(const struct request *request)
{
    const Ci__Certificate *reply = (const Ci__Certificate *)request->reply;
    const unsigned char *der = reply->certificate.data;

    return d2i_X509(NULL, &der, (long)reply->certificate.len);
}

/* The same but for the signature, which differs each time it is made. */
static bool same_certificate(const struct request *a, const struct request *b)
{
    X509 *left = certificate_of(a), *right = certificate_of(b);
    bool same = ASN1_INTEGER_cmp(X509_get0_serialNumber(left), X509_get0_serialNumber(right)) == 0 &&
                ASN1_TIME_compare(X509_get0_notAfter(left), X509_get0_notAfter(right)) == 0;

    X509_free(left);
    X509_free(right);
    return same;
}

static const char *further_code(const char *person)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Invite *invite = SAMPLE_NEW(world.arena, Ci__Invite, ci__invite);
    struct request request = ask(&central, invite);

    invite->details = SAMPLE_NEW(world.arena, Ci__PersonDetails, ci__person_details);
    invite->details->person = arena_string(world.arena, person);
    return ((const Ci__InviteReply *)write_with(&request, handle_invite))->code;
}

/* Asked again and again it costs the journal nothing; a new entry comes only when that certificate has ended. */
static void a_code_and_key_get_the_same_certificate_again(void **state)
{
    const Ci__InviteReply *reply = invite(CI__ROLE__ROLE_LEAD, "GM0001");
    const char *other = further_code(reply->person);
    struct bytes key = certificate_request();
    struct request first, again;
    uint64_t before;

    (void)state;
    assert_non_null(enrol(reply->code, key).reply);
    first = enrol(other, key); /* a second code, for the same person and key */
    before = world.batch.head.position;
    for (int i = 0; i < 6; i++) {
        world.now_ms += 24ull * 3600 * 1000;
        again = enrol(i % 2 ? other : reply->code, key);
        assert_true(same_certificate(&first, &again));
    }
    assert_int_equal(world.batch.head.position, before);
    world.now_ms += 91ull * 24 * 3600 * 1000;
    again = enrol(reply->code, key);
    assert_false(same_certificate(&first, &again));
    assert_int_equal(world.batch.head.position, before + 1);
}

static void a_revoked_person_is_nobody_from_then_on(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL), found;
    const Ci__InviteReply *reply = invite(CI__ROLE__ROLE_LEAD, "GM0001");
    Ci__Revocation revocation = CI__REVOCATION__INIT;
    struct bytes key = certificate_request();
    struct tls_peer peer = { .present = true };
    struct principal_memo memo = { 0 };
    struct txn txn;

    (void)state;
    assert_non_null(enrol(reply->code, key).reply);
    assert_int_equal(vault_request_fingerprint(key, peer.fingerprint), 0);
    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    assert_int_equal(principal_find(&txn, &peer, &memo, &found), 0);
    txn_end(&txn);
    revocation.revoked = true;
    assert_int_equal(
        world_push(&world, &central,
                   world_edit(&world, &central, "NL", arena_format(world.arena, "revocation/%s", reply->person),
                              codec_pack(&revocation, world.arena))),
        0);
    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    assert_int_equal(principal_find(&txn, &peer, &memo, &found), ERROR_REVOKED);
    txn_end(&txn);
    assert_int_equal(enrol(reply->code, key).error->code, ERROR_REVOKED);
}

static struct request pull(const struct principal *principal, const char *dossier, ProtobufCBinaryData cursor)
{
    Ci__Pull *message = SAMPLE_NEW(world.arena, Ci__Pull, ci__pull);
    struct request request = ask(principal, message);

    message->dossier = arena_string(world.arena, dossier);
    message->cursor = cursor;
    read_with(&request, handle_pull);
    return request;
}

static const Ci__PullReply *pulled(const struct principal *principal, const char *dossier, ProtobufCBinaryData cursor)
{
    return (const Ci__PullReply *)pull(principal, dossier, cursor).reply;
}

static const Ci__PushReply *push_two(const struct principal *buyer)
{
    static uint8_t incarnation[ID_BYTES] = { 9 };
    Ci__Push *push = SAMPLE_NEW(world.arena, Ci__Push, ci__push);
    struct request request = ask(buyer, push);

    push->incarnation = bytes_to(bytes_of(incarnation, ID_BYTES));
    push->n_edits = 2;
    push->edits = sample_take(world.arena, 2 * sizeof *push->edits);
    for (uint32_t i = 0; i < 2; i++) {
        push->edits[i] = SAMPLE_NEW(world.arena, Ci__NumberedEdit, ci__numbered_edit);
        push->edits[i]->number = i + 1;
        push->edits[i]->edit = world_edit(&world, buyer, buyer->areas[0], i ? "answer/2026/S1.1" : "answer/2026/S9.9",
                                          world_level(&world, 3));
    }
    write_with(&request, handle_push);
    assert_int_equal(finish_push(&request, world.ledger), 0);
    return (const Ci__PushReply *)request.reply;
}

static void a_refused_edit_stops_no_other_and_what_is_pushed_is_pulled(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    const Ci__PushReply *pushed = push_two(&buyer);
    const Ci__PullReply *page;
    uint64_t cursor_end;

    (void)state;
    assert_int_equal(pushed->results[0]->outcome, CI__PUSH_RESULT__OUTCOME__REFUSED);
    assert_int_equal(pushed->results[0]->error->code, ERROR_UNKNOWN_QUESTION);
    assert_int_equal(pushed->results[1]->outcome, CI__PUSH_RESULT__OUTCOME__STANDS);
    assert_int_equal(pushed->n_records, 1);
    page = pulled(&buyer, "GM0001", (ProtobufCBinaryData){ 0, NULL });
    assert_true(page->snapshot && page->complete);
    assert_int_equal(page->n_items, 1);
    assert_memory_equal(page->items[0]->record->seal.data, pushed->records[0]->seal.data, DIGEST_BYTES);
    page = pulled(&buyer, "GM0001", page->cursor);
    assert_true(!page->snapshot && page->complete);
    assert_int_equal(page->n_items, 0);
    cursor_end = page->cursor.len - 1;
    page->cursor.data[cursor_end] ^= 1;
    assert_int_equal(pull(&buyer, "GM0001", page->cursor).error->code, ERROR_BAD_CURSOR);
}

static void nobody_pulls_a_foreign_dossier(void **state)
{
    (void)state;
    for (Ci__Role role = CI__ROLE__ROLE_NONE; role <= CI__ROLE__ROLE_AUDITOR; role++) {
        struct principal who = world_person(role, role >= 1 && role <= 3 ? "GM0001" : role == 4 ? "NL" : NULL);

        assert_int_equal(pull(&who, "GM0002", (ProtobufCBinaryData){ 0, NULL }).error->code, ERROR_NO_RIGHT);
    }
}

static size_t persons_in(const Ci__PullReply *page, size_t *named)
{
    size_t persons = 0;

    *named = 0;
    for (size_t i = 0; i < page->n_items; i++)
        if (strncmp(page->items[i]->record->key, "person/", 7) == 0) {
            persons++;
            *named += page->items[i]->details && strcmp(page->items[i]->details->name, "Anna de Boer") == 0;
        }
    return persons;
}

static void of_the_nation_everyone_sees_only_what_is_his(void **state)
{
    struct principal lead = world_person(CI__ROLE__ROLE_LEAD, "GM0001"),
                     central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    size_t named;

    (void)state;
    invite(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    invite(CI__ROLE__ROLE_RESPONDENT, "GM0002");
    invite(CI__ROLE__ROLE_COORDINATOR, "PV25");
    assert_int_equal(persons_in(pulled(&lead, "NL", (ProtobufCBinaryData){ 0, NULL }), &named), 1);
    assert_int_equal(named, 1);
    assert_int_equal(persons_in(pulled(&central, "NL", (ProtobufCBinaryData){ 0, NULL }), &named), 3);
    assert_int_equal(named, 3);
}

/* Another role or area makes another scope: the cursor begins a snapshot. */
static void another_scope_begins_a_snapshot(void **state)
{
    struct principal lead = world_person(CI__ROLE__ROLE_LEAD, "GM0001");
    const Ci__PullReply *page = pulled(&lead, "NL", (ProtobufCBinaryData){ 0, NULL });

    (void)state;
    assert_false(pulled(&lead, "NL", page->cursor)->snapshot);
    lead.role = CI__ROLE__ROLE_EXECUTIVE;
    assert_true(pulled(&lead, "NL", page->cursor)->snapshot);
}

static const Ci__QueryReply *participation_of(const struct principal *who, const char *area)
{
    Ci__Query *query = SAMPLE_NEW(world.arena, Ci__Query, ci__query);
    struct request request = ask(who, query);

    query->of_case = CI__QUERY__OF_PARTICIPATION;
    query->participation = SAMPLE_NEW(world.arena, Ci__ParticipationQuery, ci__participation_query);
    query->participation->round = arena_string(world.arena, "2026");
    query->participation->area = arena_string(world.arena, area);
    return read_with(&request, handle_query);
}

static void the_list_of_participants_is_for_who_covers_the_area(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    struct principal coordinator = world_person(CI__ROLE__ROLE_COORDINATOR, "PV25");
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);

    (void)state;
    push_two(&buyer);
    assert_int_equal(participation_of(&buyer, "PV25")->participation->started, 1);
    assert_int_equal(participation_of(&buyer, "PV25")->participation->members, 6);
    assert_int_equal(participation_of(&buyer, "PV25")->participation->n_participants, 0);
    assert_int_equal(participation_of(&coordinator, "PV25")->participation->n_participants, 1);
    assert_int_equal(participation_of(&coordinator, "NL")->participation->n_participants, 0);
    assert_int_equal(participation_of(&central, "NL")->participation->n_participants, 1);
    assert_null(participation_of(&central, "PV99"));
}

/* Two hundred large answers: pages that together hold every record once, and what changes meanwhile comes too. */
static void a_large_dossier_comes_in_pages(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    char *remark = sample_take(world.arena, 4000);
    ProtobufCBinaryData cursor = { 0, NULL };
    const Ci__PullReply *page;
    size_t items = 0, pages = 0;

    (void)state;
    memset(remark, 'x', 3999);
    for (int i = 0; i < 14 * SAMPLE_QUESTIONS; i++) {
        Ci__Answer *answer = SAMPLE_NEW(world.arena, Ci__Answer, ci__answer);
        const char *id = question_at(world.questionnaire, (size_t)i % SAMPLE_QUESTIONS)->id;

        answer->value = SAMPLE_NEW(world.arena, Ci__AnswerValue, ci__answer_value);
        answer->value->of_case = CI__ANSWER_VALUE__OF_UNKNOWN;
        answer->value->unknown = true;
        answer->remark = remark;
        answer->note = arena_format(world.arena, "%d", i);
        assert_in_range(world_push(&world, &buyer,
                                   world_edit(&world, &buyer, "GM0001", arena_format(world.arena, "answer/2026/%s", id),
                                              codec_pack(answer, world.arena))),
                        0, 1);
    }
    do {
        page = pulled(&buyer, "GM0001", cursor);
        assert_non_null(page);
        assert_true(page->snapshot);
        assert_true(page->complete || page->remaining > 0);
        items += page->n_items;
        cursor = page->cursor;
        pages++;
    } while (!page->complete);
    assert_int_equal(items, SAMPLE_QUESTIONS);
    assert_in_range(pages, 3, 10);
}

#define HANDLER(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        HANDLER(a_code_binds_to_the_first_key_that_uses_it),
        HANDLER(a_code_and_key_get_the_same_certificate_again),
        HANDLER(a_revoked_person_is_nobody_from_then_on),
        HANDLER(a_refused_edit_stops_no_other_and_what_is_pushed_is_pulled),
        HANDLER(nobody_pulls_a_foreign_dossier),
        HANDLER(of_the_nation_everyone_sees_only_what_is_his),
        HANDLER(another_scope_begins_a_snapshot),
        HANDLER(a_large_dossier_comes_in_pages),
        HANDLER(the_list_of_participants_is_for_who_covers_the_area),
    };

    return RUN_UNIT("server.handlers", tests);
}
