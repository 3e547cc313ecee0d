/*
 * hello.c: who the client is to the server, what it may pull, and whether it is the install that the server knows.
 * Its clock is the session's to fill in; what is backed up is known to nobody yet, and stays 0.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/handlers/certificate.h"
#include "server/handlers/handlers.h"
#include "server/ledger/accepted.h"
#include "server/ledger/decide.h"
#include "server/ledger/feed.h"
#include "server/ledger/meta.h"
#include "server/ledger/records.h"

enum { MARKED_MAX = 4000, SOFTWARE_BYTES_MAX = 100 };

static bool is_sound(const Ci__Hello *hello)
{
    for (size_t i = 0; i < hello->n_dossiers; i++)
        if (hello->dossiers[i]->n_marked > MARKED_MAX)
            return false;
    return hello->incarnation.len == INCARNATION_BYTES && hello->n_sent <= HELLO_SENT_MAX &&
           hello->n_dossiers <= HELLO_DOSSIERS_MAX && strlen(hello->software) <= SOFTWARE_BYTES_MAX;
}

/* The server knows a number that this install never gave out, or knows one of them with another edit. */
static bool is_cloned(const Ci__Hello *hello, const struct last_number *last)
{
    if (last->number > hello->last_number)
        return true;
    for (size_t i = 0; i < hello->n_sent; i++)
        if (last->number > 0 && hello->sent[i]->number == last->number &&
            !bytes_equal(bytes_from(hello->sent[i]->edit), bytes_of(last->edit, ID_BYTES)))
            return true;
    return false;
}

static int fill_rights(struct request *request, Ci__HelloReply *reply)
{
    struct principal *principal = &request->principal;
    const char *own = principal_municipality(principal);

    reply->person = principal->person;
    reply->install = principal->install;
    reply->role = principal->role;
    reply->n_areas = principal->area_count;
    reply->areas = arena_alloc(request->arena, (principal->area_count + 1) * sizeof *reply->areas);
    reply->dossiers = arena_alloc(request->arena, 2 * sizeof *reply->dossiers);
    if (!reply->areas || !reply->dossiers)
        return FAULT(FAULT_MEMORY, "out of memory for a greeting");
    for (size_t i = 0; i < principal->area_count; i++)
        reply->areas[i] = principal->areas[i];
    reply->dossiers[reply->n_dossiers++] = (char *)(uintptr_t) "NL";
    if (own)
        reply->dossiers[reply->n_dossiers++] = (char *)(uintptr_t)own;
    return 0;
}

static int fill_head(struct txn *txn, struct arena *arena, Ci__HelloReply *reply)
{
    struct journal_head head = ledger_head(txn);
    Ci__Place *place = arena_alloc(arena, sizeof *place);

    if (!place)
        return FAULT(FAULT_MEMORY, "out of memory for a greeting");
    ci__place__init(place);
    place->position = head.position;
    place->hash = bytes_to(bytes_of(arena_copy(arena, head.hash, PLACE_HASH_BYTES), PLACE_HASH_BYTES));
    reply->head = place;
    reply->now_ms = meta_time(txn);
    return place->hash.data ? 0 : FAULT(FAULT_MEMORY, "out of memory for a greeting");
}

static int fill_certificate(struct request *request, struct txn *txn, Ci__HelloReply *reply)
{
    char *key = arena_format(request->arena, "install/%s", request->principal.install);
    Ci__Install *install = NULL;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a greeting");
    TRY(RECORD_VALUE(txn, "NL", key, ci__install, request->arena, &install));
    reply->certificate_ends_ms = install ? install->not_after_ms : 0;
    return 0;
}

int handle_hello(struct request *request, struct txn *txn, struct ledger *ledger)
{
    const Ci__Hello *hello = (const Ci__Hello *)request->message;
    Ci__HelloReply *reply = arena_alloc(request->arena, sizeof *reply);
    struct last_number last;

    (void)ledger;
    if (!version_is_spoken(hello->version_min, hello->version_max))
        return request_refuse(request, ERROR_VERSION, NULL, NULL);
    if (!is_sound(hello))
        return request_refuse(request, ERROR_MALFORMED, NULL, NULL);
    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for a greeting");
    ci__hello_reply__init(reply);
    last_number_find(txn, request->principal.install, bytes_from(hello->incarnation), &last);
    reply->version = PROTOCOL_VERSION;
    reply->software = (char *)(uintptr_t) "cimonitord " CIMONITOR_VERSION;
    reply->last_number = last.number;
    reply->cloned = is_cloned(hello, &last);
    TRY(fill_rights(request, reply));
    TRY(fill_head(txn, request->arena, reply));
    TRY(fill_certificate(request, txn, reply));
    request_reply(request, &reply->base, 0);
    return txn->fault;
}
