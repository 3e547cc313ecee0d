/*
 * server.c: opening, serving, crashing. Rights, handlers and batches are the real ones; what the session does around them
 * (server/session/exchange.c) is done here in a few lines.
 */
#include "tests/sim/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "server/ledger/records.h"
#include "server/ledger/restoring_file.h"
#include "server/ledger/view_files.h"
#include "server/writer/commit.h"
#include "tests/sim/answers.h"
#include "tests/sim/machine.h"
#include "tests/sim/reached.h"
#include "tests/sim/world.h"

enum {
    MAP_BYTES = 256 * 1024 * 1024,
    SEGMENT_BYTES = 48 * 1024, /* so that a run crosses several */
    HEADROOM_BYTES = 1024 * 1024,
};

static uint64_t now_ms(void *context)
{
    (void)context;
    return machine_time();
}

static uint64_t now_us(void *context)
{
    (void)context;
    return machine_time() * 1000;
}

void server_open(struct server *server)
{
    const struct journal_options journal = { .path = server->journal_path, .segment_bytes = SEGMENT_BYTES };
    struct ledger_options options = { .path = server->path, .vault = server->vault, .map_bytes = MAP_BYTES };

    if (!server->batch)
        server->batch = malloc(sizeof *server->batch);
    CHECK(server->batch != NULL);
    server->clock = (struct clock){ now_ms, now_us, NULL };
    MUST(journal_open(&server->journal, &journal));
    options.journal = server->journal;
    MUST(ledger_open(&server->ledger, &options));
}

void server_close(struct server *server)
{
    server->ledger = ledger_close(server->ledger);
    server->journal = journal_close(server->journal);
}

/* ---- crashes ---- */

static void take_image(void *context)
{
    struct server *server = context;

    image_add(&server->crash.image, server->journal_path, "segment-");
    image_add(&server->crash.image, server->view_path, "data.mdb");
    if (server->crash.kind == CRASH_POWER)
        image_lose_unsynced(&server->crash.image, &server->crash.chance);
    server->crash.taken = true;
    reached_if(server->crash.armed && server->crash.point == POINT_COMMIT, REACHED_SERVER_COMMIT_LOST);
    machine_stop_disk(true);
}

void server_arm_crash(struct server *server, int point, enum crash_kind kind, uint64_t chance)
{
    server->crash.armed = true;
    server->crash.point = point;
    server->crash.kind = kind;
    server->crash.chance.state = chance;
    if (point != POINT_NONE)
        machine_arm((enum machine_point)point,
                    point == POINT_WRITE || point == POINT_SYNC ? server->journal_path : server->view_path, 1,
                    take_image, server);
}

/* The program ends, the disk is as the image has it, and the program starts again. */
static void start_again(struct world *world)
{
    struct server *server = &world->server;
    char mark[128];

    server->ledger = ledger_close(server->ledger);
    server->journal = journal_close(server->journal);
    image_put(&server->crash.image, server->journal_path, "segment-");
    image_put(&server->crash.image, server->view_path, "data.mdb");
    image_done(&server->crash.image);
    snprintf(mark, sizeof mark, "%s/view.mark", server->path);
    if (server->crash.kind == CRASH_POWER) {
        machine_forget_unsynced(); /* what it lost is gone, and what is there is there */
        unlink(mark);              /* another boot */
    }
    server->crash.armed = server->crash.taken = false;
    machine_stop_disk(false);
    network_cut_all(world);
    server_open(server);
    chronicle_read(world);
}

void server_crash(struct world *world, enum crash_kind kind)
{
    struct server *server = &world->server;

    server->crash.kind = kind;
    server->crash.chance.state = chance_next(&world->chance);
    take_image(server);
    start_again(world);
}

void server_back_up(struct server *server, struct image *image)
{
    image_add(image, server->journal_path, "segment-");
}

void server_put_back(struct world *world, const struct image *image)
{
    struct server *server = &world->server;

    machine_disarm();
    server->crash.armed = false;
    server_close(server);
    machine_forget_unsynced();
    image_put(image, server->journal_path, "segment-");
    MUST(view_files_remove(server->path, "view"));
    network_cut_all(world);
    server_open(server);
    world->chronicle.rewinds++;
    chronicle_read(world);
}

/* A clone is the same install. */
static bool is_listed(const struct restoring_install *list, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].install, id) == 0)
            return true;
    return false;
}

/* The installs that the backup knows. */
static size_t list_installs(struct world *world, struct restoring_install list[INSTALLS_MAX])
{
    struct txn txn;
    size_t count = 0;

    MUST(txn_begin_read(&txn, ledger_store(world->server.ledger)));
    for (size_t i = 0; i < world->install_count; i++) {
        const struct install *install = &world->installs[i];
        struct restoring_install *row = &list[count];
        char key[64];

        snprintf(key, sizeof key, "install/%s", install->id);
        if (!record_packed(&txn, "NL", key).data || is_listed(list, count, install->id))
            continue;
        *row = (struct restoring_install){ .central = !install->town, .state = RESTORING_WAITING };
        snprintf(row->install, sizeof row->install, "%s", install->id);
        snprintf(row->person, sizeof row->person, "%s", install->person);
        snprintf(row->area, sizeof row->area, "%s", install->town ? install->town : "");
        count++;
    }
    txn_end(&txn);
    return count;
}

void server_restore(struct world *world, const struct image *image)
{
    struct restoring_install list[INSTALLS_MAX];
    struct restored restored = { .time_ms = machine_time() };
    char path[128];

    snprintf(path, sizeof path, "%s/" RESTORING_FILE, world->server.path);
    unlink(path);
    server_put_back(world, image);
    restored.head = restored.backup = journal_head(world->server.journal);
    MUST(restoring_begin(world->server.path, &restored, list, list_installs(world, list)));
    server_close(&world->server); /* it starts beside the file */
    server_open(&world->server);
    world->server.was_restored = true;
}

/* ---- requests ---- */

/*
 * The push handler as it is, and where the server ails (`ailing_server`) one that fails after it has done its work: what it had
 * put into the transaction has to go with it.
 */
static const struct server *ailing_server;
int __wrap_handle_push(struct request *request, struct batch *batch);
int __real_handle_push(struct request *request, struct batch *batch);

int __wrap_handle_push(struct request *request, struct batch *batch)
{
    const Ci__Push *push = (const Ci__Push *)request->message;

    TRY(__real_handle_push(request, batch));
    for (size_t i = 0; ailing_server && i < push->n_edits; i++) {
        const ProtobufCBinaryData *value = &push->edits[i]->edit->value;

        if (value->len > 0 && memmem(value->data, value->len, TROUBLE, strlen(TROUBLE)))
            return FAULT(FAULT_STATE, "the server ails");
    }
    return 0;
}

static struct request *request_new(struct visit *visit)
{
    struct arena *arena = NULL;
    struct request *request;

    MUST(arena_new(&arena, REQUEST_ARENA_BYTES));
    request = arena_alloc(arena, sizeof *request);
    CHECK(request != NULL);
    request->arena = arena;
    request->peer = &visit->peer;
    request->memo = &visit->memo;
    request->owner = visit;
    return request;
}

static void read_here(struct server *server, struct request *request)
{
    struct txn txn;
    int result;

    MUST(txn_begin_read(&txn, ledger_store(server->ledger)));
    result = request_find_peer(request, server->ledger, &txn);
    if (result > 0)
        result = request_refuse_peer(request, (enum error_code)result);
    else if (result == 0)
        result = request->route->read(request, &txn, server->ledger);
    txn_end(&txn);
    MUST(result);
}

/* Checked and read, or put with those that wait for the writer. */
static void take_in(struct server *server, const struct message *message, struct request *request,
                    struct request_list *waiting, struct request_list *answered)
{
    struct visit *visit = message->visit;
    int result;

    arrival_note_time(&visit->arrival, &visit->peer, machine_time());
    result = arrival_check(&visit->arrival, message->type, &request->route);

    if (result == 0 && memmem(message->bytes, message->size, UNREADABLE, sizeof UNREADABLE))
        result = ERROR_MALFORMED;
    if (result == 0)
        result = arrival_unpack(request, bytes_of(message->bytes, message->size));
    if (result > 0)
        MUST(request_refuse(request, (enum error_code)result, NULL, NULL));
    else if (request->route->kind == ROUTE_WRITE) {
        request_list_add(waiting, request);
        return;
    } else {
        read_here(server, request);
    }
    request_list_add(answered, request);
}

/* In one batch, or in several that share one sync. */
static void write_all(struct world *world, struct request_list *waiting, struct request_list *answered)
{
    struct server *server = &world->server;
    const struct writer_options options = {
        .ledger = server->ledger,
        .journal = server->journal,
        .clock = &server->clock,
        .headroom_bytes = server->is_full ? SIZE_MAX : HEADROOM_BYTES,
    };
    bool together = chance_percent(&world->chance, 50), read_only;
    uint64_t before = journal_head(server->journal).position;

    while (waiting->first) {
        struct request_list batch;

        request_list_init(&batch);
        do
            request_list_add(&batch, request_list_take(waiting));
        while (together && waiting->first);
        while (batch.first)
            commit_batch(&options, NULL, server->batch, &batch, answered, &read_only);
    }
    if (journal_head(server->journal).position > before) /* as server/writer/syncer.c: only what was written since */
        MUST(journal_sync(server->journal));
}

static void learn(struct visit *visit, const struct request *request)
{
    if (request->principal.person[0])
        visit->arrival.role = request->principal.role;
    if (request->route && request->route->type == MESSAGE_HELLO)
        visit->arrival.greeted |= !request->error;
}

static void answer(struct world *world, struct request *request)
{
    struct visit *visit = request->owner;
    const ProtobufCMessage *reply = request->error ? &request->error->base : request->reply;
    struct bytes packed = codec_pack(reply, request->arena);
    uint16_t type = request->error ? MESSAGE_ERROR : (uint16_t)(MESSAGE_REPLY + request->route->type);

    CHECK(packed.data != NULL);
    learn(visit, request);
    answers_check(world, request, packed.size);
    if (visit->install)
        network_send(&world->network, visit, false, type, packed.data, packed.size);
}

static void end_request(struct world *world, struct request *request, bool lost)
{
    struct server *server = &world->server;

    if (!lost) {
        if (!request->error && request->route->finish)
            MUST(request->route->finish(request, server->ledger));
        answer(world, request);
    }
    if (arena_taken(request->arena) > server->requests_max)
        server->requests_max = arena_taken(request->arena);
    arena_free(request->arena);
}

bool server_serve(struct world *world, struct message **requests, size_t count)
{
    struct server *server = &world->server;
    struct request_list waiting, answered;
    bool lost;

    ailing_server = server->is_ailing ? server : NULL;
    world->chronicle.served_from = journal_head(server->journal).position;
    server->holds = restoring_holds(ledger_restoring(server->ledger));
    request_list_init(&waiting);
    request_list_init(&answered);
    for (size_t i = 0; i < count; i++)
        take_in(server, requests[i], request_new(requests[i]->visit), &waiting, &answered);
    write_all(world, &waiting, &answered);
    if (server->crash.armed && server->crash.point == POINT_NONE)
        take_image(server); /* before the answers leave */
    lost = server->crash.taken;
    if (!lost)
        chronicle_read(world);
    for (struct request *request; (request = request_list_take(&answered)) != NULL;)
        end_request(world, request, lost);
    if (lost)
        start_again(world);
    return !lost;
}

void server_act(struct world *world, int (*act)(struct batch *batch, struct arena *arena, void *context), void *context)
{
    struct server *server = &world->server;
    struct batch *batch = server->batch;
    struct arena *arena = NULL;
    struct txn txn;

    MUST(arena_new(&arena, REQUEST_ARENA_BYTES));
    MUST(txn_begin_write(&txn, ledger_store(server->ledger)));
    MUST(batch_init(batch, server->ledger, &txn, machine_time()));
    MUST(act(batch, arena, context));
    MUST(batch_flush(batch));
    if (batch->count > 0)
        MUST(journal_append(server->journal, batch->head.position - batch->count, batch->entries, batch->count));
    MUST(txn_commit(&txn));
    batch_publish(batch);
    batch_done(batch);
    arena_free(arena);
}

int server_principal(struct server *server, const struct tls_peer *peer, struct principal *principal)
{
    struct txn txn;
    int found;

    MUST(txn_begin_read(&txn, ledger_store(server->ledger)));
    found = principal_find(&txn, peer, NULL, principal);
    txn_end(&txn);
    return found;
}
