/*
 * answers.c: what an answer acknowledges and refuses, who may have it, and which branches it tells of. Knows no home.
 */
#include "tests/sim/answers.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "tests/sim/reached.h"
#include "tests/sim/scope.h"

static void note_result(const Ci__PushResult *result)
{
    bool refused = result->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED;

    reached_if(result->duplicate, REACHED_DUPLICATE);
    reached_if(refused, REACHED_PARKED);
    reached_if(refused && result->error->code == ERROR_UNKNOWN_VERSION, REACHED_OTHER_VERSION);
}

static void note_greeting(const Ci__HelloReply *reply)
{
    reached_if(reply->cloned, REACHED_CLONED_HELLO);
    reached_if(reply->backed_up > 0, REACHED_BACKED_UP);
    for (size_t i = 0; i < reply->n_standings; i++) {
        reached_if(reply->standings[i]->rewound, REACHED_REWOUND);
        reached_if(reply->standings[i]->n_lacked > 0, REACHED_LACKED);
    }
}

static void heal_answered(const Ci__Heal *heal, const Ci__HealReply *reply)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    for (size_t i = 0; i < reply->n_results; i++) {
        Ci__Record *record = NULL;

        if (reply->results[i]->outcome != CI__HEAL_RESULT__OUTCOME__REFUSED)
            continue;
        reached(REACHED_HEAL_REFUSED);
        reached_if(CODEC_UNPACK(ci__record, bytes_from(heal->records[i]->record), arena, &record) == 0 &&
                       record->n_rivals > 0,
                   REACHED_RIVALS_REFUSED);
    }
}

static void note_error(const struct request *request, uint16_t type)
{
    switch (request->error->code) {
    case ERROR_MALFORMED: reached(REACHED_UNREADABLE_MESSAGE); break;
    case ERROR_STORE_FULL: reached(REACHED_MAP_FULL); break;
    case ERROR_BAD_CURSOR: reached(REACHED_CURSOR_REFUSED); break;
    case ERROR_CLONED: reached(REACHED_CLONED_PUSH); break;
    case ERROR_REVOKED:
        reached(REACHED_REVOKED);
        reached_if(type == MESSAGE_PUSH, REACHED_REVOKED_MIDDLE);
        break;
    case ERROR_CERTIFICATE_EXPIRED:
        reached(REACHED_EXPIRED);
        reached_if(type != MESSAGE_HELLO, REACHED_EXPIRED_MIDDLE);
        break;
    case ERROR_RESTORING: reached(REACHED_HELD); break;
    case ERROR_INTERNAL: reached(REACHED_INTERNAL); break;
    default: break;
    }
}

static void history_answered(struct chronicle *chronicle, const Ci__OfferHistoryReply *reply)
{
    for (size_t i = 0; i < reply->n_results; i++) {
        int edit = chronicle_find(chronicle, bytes_from(reply->results[i]->edit));

        if (edit != NOBODY && reply->results[i]->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED)
            chronicle->said[edit].refused = true;
    }
}

/* By its certificate, whatever the server takes it for. */
static bool is_of_central(const struct world *world, const struct request *request)
{
    for (size_t i = 0; i < world->install_count; i++)
        if (memcmp(world->installs[i].fingerprint, request->peer->fingerprint, DIGEST_BYTES) == 0)
            return !world->installs[i].town;
    return false;
}

static void push_answered(struct world *world, const Ci__PushReply *reply, const struct principal *principal)
{
    for (size_t i = 0; i < reply->n_results; i++) {
        int edit = chronicle_find(&world->chronicle, bytes_from(reply->results[i]->edit));

        note_result(reply->results[i]);
        if (edit == NOBODY)
            continue;
        if (reply->results[i]->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED) {
            world->chronicle.said[edit].refused = true;
            continue;
        }
        world->chronicle.said[edit].acknowledged = true;
        if (!world->chronicle.said[edit].accepted)
            violated(1, "an edit of %s is acknowledged, and is not in the journal", world->chronicle.said[edit].key);
    }
    for (size_t i = 0; i < reply->n_records; i++)
        scope_check(world, principal, reply->records[i], NULL);
}

static void pull_answered(struct world *world, const Ci__PullReply *reply, const struct principal *principal)
{
    for (size_t i = 0; i < reply->n_items; i++)
        scope_check(world, principal, reply->items[i]->record, reply->items[i]->details);
}

void answers_check(struct world *world, const struct request *request, size_t size)
{
    uint16_t type = request->route ? request->route->type : 0;

    if (size > message_limit(request->error ? MESSAGE_ERROR : (uint16_t)(MESSAGE_REPLY + type)))
        violated(11, "an answer of %zu bytes is larger than it may be", size);
    if (request->error) {
        note_error(request, type);
        return;
    }
    if (world->server.holds && !is_of_central(world, request))
        violated(8, "%s is answered by a server that was restored and waits for the central team",
                 message_row(type)->name);
    if (request->principal.person[0] && scope_is_revoked(&world->chronicle, &request->principal))
        violated(8, "%s is revoked, and was answered", request->principal.person);
    if (type == MESSAGE_HELLO)
        note_greeting((const Ci__HelloReply *)request->reply);
    reached_if(type == MESSAGE_READMIT, REACHED_READMITTED);
    reached_if(type == MESSAGE_OFFER_HISTORY, REACHED_HISTORY);
    if (type == MESSAGE_OFFER_HISTORY)
        history_answered(&world->chronicle, (const Ci__OfferHistoryReply *)request->reply);
    reached_if(type == MESSAGE_PULL && !((const Ci__PullReply *)request->reply)->complete, REACHED_PAGED);
    if (type == MESSAGE_HEAL)
        heal_answered((const Ci__Heal *)request->message, (const Ci__HealReply *)request->reply);
    if (type == MESSAGE_PUSH)
        push_answered(world, (const Ci__PushReply *)request->reply, &request->principal);
    if (type == MESSAGE_PULL)
        pull_answered(world, (const Ci__PullReply *)request->reply, &request->principal);
    if (type == MESSAGE_QUERY && ((const Ci__QueryReply *)request->reply)->of_case == CI__QUERY_REPLY__OF_LATE)
        scope_check_late(&request->principal, ((const Ci__QueryReply *)request->reply)->late);
}
