/*
 * hello.c: who the client is to the server, what it may pull, and whether it is the install that the server knows.
 * Also what this server lacks of what the client holds, where it went back in time. Its clock is the session's to fill in.
 */
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/handlers/certificate.h"
#include "server/handlers/handlers.h"
#include "server/ledger/accepted.h"
#include "server/ledger/cursor.h"
#include "server/ledger/decide.h"
#include "server/ledger/details.h"
#include "server/ledger/feed.h"
#include "server/ledger/heal.h"
#include "server/ledger/meta.h"
#include "server/ledger/records.h"
#include "server/vault/letterbox.h"

enum { SOFTWARE_BYTES_MAX = 100, LACKED_SCRATCH_BYTES = 4 * 1024 * 1024 };

/* Each marked record is read, so there is one bound for all of them, and each dossier comes once. */
static bool are_sound(Ci__DossierState *const *dossiers, size_t count)
{
    size_t marked = 0;

    for (size_t i = 0; i < count; i++) {
        marked += dossiers[i]->n_marked;
        for (size_t j = 0; j < i; j++)
            if (strcmp(dossiers[i]->dossier, dossiers[j]->dossier) == 0)
                return false;
    }
    return marked <= HELLO_MARKED_MAX;
}

static bool is_sound(const Ci__Hello *hello)
{
    return hello->incarnation.len == INCARNATION_BYTES && hello->n_sent <= HELLO_SENT_MAX &&
           hello->n_dossiers <= HELLO_DOSSIERS_MAX && are_sound(hello->dossiers, hello->n_dossiers) &&
           strlen(hello->software) <= SOFTWARE_BYTES_MAX;
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

/* Forged, or of a history that was lost: then the client must ask about everything. None at all is no cursor to lose. */
static bool is_rewound(struct txn *txn, struct ledger *ledger, const Ci__DossierState *state)
{
    struct cursor cursor;

    return state->cursor.len > 0 &&
           (cursor_parse(ledger_vault(ledger), state->dossier, bytes_from(state->cursor), &cursor) == CURSOR_FORGED ||
            !place_is_known(txn, cursor.position, cursor.hash));
}

static int find_lacked(struct txn *txn, const Ci__DossierState *state, struct arena *scratch, struct arena *arena,
                       Ci__DossierStanding *standing)
{
    standing->lacked = arena_alloc(arena, (state->n_marked + 1) * sizeof *standing->lacked);
    if (!standing->lacked)
        return FAULT(FAULT_MEMORY, "out of memory for a greeting");
    for (size_t i = 0; i < state->n_marked; i++) {
        bool lacks = false;

        arena_reset(scratch);
        TRY(heal_lacks(txn, state->dossier, state->marked[i], scratch, &lacks));
        if (lacks)
            standing->lacked[standing->n_lacked++] = state->marked[i]->key;
    }
    return 0;
}

/* Of the dossiers that may be pulled: nothing is said of others. */
static int fill_standings(struct request *request, struct txn *txn, struct ledger *ledger, Ci__HelloReply *reply)
{
    const Ci__Hello *hello = (const Ci__Hello *)request->message;
    CLEANUP(arena_free) struct arena *scratch = NULL;

    TRY(arena_new(&scratch, LACKED_SCRATCH_BYTES));
    reply->standings = arena_alloc(request->arena, (hello->n_dossiers + 1) * sizeof *reply->standings);
    for (size_t i = 0; reply->standings && i < hello->n_dossiers; i++) {
        const Ci__DossierState *state = hello->dossiers[i];
        Ci__DossierStanding *standing;

        if (!principal_reads(&request->principal, state->dossier))
            continue;
        standing = arena_alloc(request->arena, sizeof *standing);
        if (!standing)
            return FAULT(FAULT_MEMORY, "out of memory for a greeting");
        ci__dossier_standing__init(standing);
        standing->dossier = state->dossier;
        standing->rewound = is_rewound(txn, ledger, state);
        if (!PLANTED(CURSOR_ALONE))
            TRY(find_lacked(txn, state, scratch, request->arena, standing));
        reply->standings[reply->n_standings++] = standing;
    }
    return reply->standings ? 0 : FAULT(FAULT_MEMORY, "out of memory for a greeting");
}

/* Persons whose names are lost, of those that the principal sees. */
struct nameless {
    struct txn *txn;
    const struct principal *principal;
    struct arena *arena, *scratch;
    Ci__HelloReply *reply;
    bool any;
};

static void add_nameless(void *context, const char *id)
{
    struct nameless *nameless = context;
    char *key, *copy;
    Ci__Record *record = NULL;

    nameless->any = true;
    arena_reset(nameless->scratch);
    key = arena_format(nameless->scratch, "person/%s", id);
    if (nameless->reply->n_nameless == HELLO_NAMELESS_MAX || !key ||
        record_read(nameless->txn, "NL", key, nameless->scratch, &record) != 0 ||
        !feed_sees(nameless->txn, nameless->principal, key, record, nameless->scratch))
        return;
    copy = arena_string(nameless->arena, id);
    if (copy) /* else it is asked for another time */
        nameless->reply->nameless[nameless->reply->n_nameless++] = copy;
}

/* A home may hold what a vault from a backup has no key to; looked for only as long as there is such a name. */
static int fill_nameless(struct request *request, struct txn *txn, struct ledger *ledger, Ci__HelloReply *reply)
{
    CLEANUP(arena_free) struct arena *scratch = NULL;
    struct nameless nameless = {
        .txn = txn, .principal = &request->principal, .arena = request->arena, .reply = reply
    };

    if (!ledger_names_lost(ledger))
        return 0;
    TRY(arena_new(&scratch, LACKED_SCRATCH_BYTES));
    nameless.scratch = scratch;
    reply->nameless = arena_alloc(request->arena, HELLO_NAMELESS_MAX * sizeof *reply->nameless);
    if (!reply->nameless)
        return FAULT(FAULT_MEMORY, "out of memory for a greeting");
    TRY(details_each_lost(txn, ledger_vault(ledger), add_nameless, &nameless));
    ledger_note_names_lost(ledger, nameless.any);
    return 0;
}

int handle_hello(struct request *request, struct txn *txn, struct ledger *ledger)
{
    const Ci__Hello *hello = (const Ci__Hello *)request->message;
    Ci__HelloReply *reply = arena_alloc(request->arena, sizeof *reply);
    struct last_number last;

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
    TRY(fill_standings(request, txn, ledger, reply));
    TRY(fill_nameless(request, txn, ledger, reply));
    reply->backed_up = ledger_backed_up(ledger, txn);
    reply->letterbox = bytes_to(vault_letterbox_certificate(ledger_vault(ledger)));
    request_reply(request, &reply->base, 0);
    return txn->fault;
}
