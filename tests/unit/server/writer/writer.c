/* unit.writer: real journal and view in a temporary folder, and handlers that are told what to do by their request. */
#include "server/writer/writer.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/fault.h"
#include "common/base/log.h"
#include "tests/support/folder.h"
#include "tests/support/unit.h"

enum { MANY = 500 };

struct stage {
    struct vault *vault;
    struct journal *journal;
    struct ledger *ledger;
    struct writer *writer;
    sem_t answered, gate;
    unsigned syncs;
} stage;

enum { PATIENCE_S = 20 }; /* far more than anything here takes */

static bool sync_waits;
static sem_t sync_begun, sync_may_end;

/* False: in vain. */
static bool waited(sem_t *sem)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    while (sem_timedwait(sem, &until) != 0)
        if (errno == ETIMEDOUT)
            return false;
    return true;
}

/* In place of the C library's: a disk that takes its time. */
int fdatasync(int fd)
{
    (void)fd;
    if (sync_waits) {
        sem_post(&sync_begun);
        waited(&sync_may_end);
    }
    return 0;
}

static void on_batch(void *context, bool changed)
{
    ((struct stage *)context)->syncs += changed;
}

static void on_answer(struct request *request, void *owner)
{
    (void)request;
    sem_post(owner);
}

static void open_stage(size_t headroom_bytes)
{
    stage = (struct stage){ 0 };
    log_set_level(LOG_ERROR + 1);
    sem_init(&stage.answered, 0, 0);
    sem_init(&stage.gate, 0, 0);
    assert_int_equal(vault_create(in_folder("vault"), "localhost", 1000), 0);
    assert_int_equal(vault_open(&stage.vault, in_folder("vault"), 1000), 0);
    assert_int_equal(
        journal_open(&stage.journal, &(struct journal_options){ .path = in_folder("journal"), .create = true }), 0);
    assert_int_equal(ledger_open(&stage.ledger, &(struct ledger_options){ .path = folder,
                                                                          .journal = stage.journal,
                                                                          .vault = stage.vault,
                                                                          .map_bytes = 256 << 20 }),
                     0);
    assert_int_equal(writer_start(&stage.writer, &(struct writer_options){ .ledger = stage.ledger,
                                                                           .journal = stage.journal,
                                                                           .clock = &clock_system,
                                                                           .headroom_bytes = headroom_bytes,
                                                                           .on_batch = on_batch,
                                                                           .context = &stage }),
                     0);
}

static void close_stage(void)
{
    stage.writer = writer_stop(stage.writer);
    stage.ledger = ledger_close(stage.ledger);
    stage.journal = journal_close(stage.journal);
    stage.vault = vault_close(stage.vault);
}

/* An invitation: the smallest fact. */
static int write_one(struct request *request, struct batch *batch)
{
    Ci__InvitationEntry invitation = CI__INVITATION_ENTRY__INIT;
    Ci__Entry entry = CI__ENTRY__INIT;
    uint8_t hash[DIGEST_BYTES] = { 0 };

    put_u32(hash, request->id);
    invitation.code_hash = (ProtobufCBinaryData){ sizeof hash, hash };
    invitation.person = (char *)(uintptr_t) "p0000000000000001";
    entry.fact_case = CI__ENTRY__FACT_INVITATION;
    entry.invitation = &invitation;
    TRY(batch_add(batch, &entry, NULL));
    request_reply(request, request->message, 0);
    return 0;
}

static int write_and_fail(struct request *request, struct batch *batch)
{
    TRY(write_one(request, batch));
    return FAULT(FAULT_IO, "as the test wants it");
}

enum { REQUEST_ROOM = REQUEST_ARENA_BYTES / 4 };

/* Takes a good part of its arena each time that it is decided. */
static int write_with_much_room(struct request *request, struct batch *batch)
{
    if (!arena_alloc(request->arena, REQUEST_ROOM))
        return FAULT(FAULT_MEMORY, "out of memory");
    return write_one(request, batch);
}

static int write_behind_a_gate(struct request *request, struct batch *batch)
{
    waited(&stage.gate);
    return write_one(request, batch);
}

static const struct route good = { .type = MESSAGE_ENROL, .kind = ROUTE_WRITE, .write = write_one };
static const struct route failing = { .type = MESSAGE_ENROL, .kind = ROUTE_WRITE, .write = write_and_fail };
static const struct route roomy = { .type = MESSAGE_ENROL, .kind = ROUTE_WRITE, .write = write_with_much_room };
static const struct route gated = { .type = MESSAGE_ENROL, .kind = ROUTE_WRITE, .write = write_behind_a_gate };

static const Ci__Ping message = CI__PING__INIT;

static struct request *request_new(const struct route *route, uint32_t id)
{
    struct arena *arena = NULL;
    struct request *request;

    assert_int_equal(arena_new(&arena, REQUEST_ARENA_BYTES), 0);
    request = arena_alloc(arena, sizeof *request);
    request->arena = arena;
    request->route = route;
    request->id = id;
    request->message = &message.base;
    request->on_answer = on_answer;
    request->owner = &stage.answered;
    return request;
}

static void wait_answers(unsigned count)
{
    while (count-- > 0)
        assert_true(waited(&stage.answered));
}

static void acknowledges_what_is_in_the_journal(void **state)
{
    struct request *request;

    (void)state;
    open_stage(1);
    request = request_new(&good, 1);
    assert_int_equal(writer_submit(stage.writer, request), 0);
    wait_answers(1);
    assert_non_null(request->reply);
    close_stage();
    assert_int_equal(
        journal_open(&stage.journal, &(struct journal_options){ .path = in_folder("journal"), .read_only = true }), 0);
    assert_int_equal(journal_head(stage.journal).position, 1);
    journal_close(stage.journal);
    arena_free(request->arena);
}

/* The first holds the writer while the others gather. */
static void commits_what_gathered_in_batches(void **state)
{
    struct request *requests[MANY];

    (void)state;
    open_stage(1);
    for (uint32_t i = 0; i < MANY; i++) {
        requests[i] = request_new(i == 0 ? &gated : &good, i + 1);
        assert_int_equal(writer_submit(stage.writer, requests[i]), 0);
    }
    sem_post(&stage.gate);
    wait_answers(MANY);
    stage.writer = writer_stop(stage.writer);
    assert_int_equal(journal_head(stage.journal).position, MANY);
    assert_in_range(stage.syncs, 1, MANY / BATCH_REQUESTS_MAX + 3);
    close_stage();
    for (uint32_t i = 0; i < MANY; i++)
        arena_free(requests[i]->arena);
}

static void drops_only_the_request_that_fails(void **state)
{
    struct request *requests[5];

    (void)state;
    open_stage(1);
    for (uint32_t i = 0; i < 5; i++) {
        requests[i] = request_new(i == 0 ? &gated : i == 3 ? &failing : &good, i + 1);
        assert_int_equal(writer_submit(stage.writer, requests[i]), 0);
    }
    for (int i = 0; i < 5; i++)
        sem_post(&stage.gate); /* the gated one may be decided twice */
    wait_answers(5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_true((requests[i]->reply == NULL) == (i == 3));
        if (i == 3)
            assert_int_equal(requests[i]->error->code, ERROR_INTERNAL);
    }
    stage.writer = writer_stop(stage.writer);
    assert_int_equal(journal_head(stage.journal).position, 4);
    close_stage();
    for (uint32_t i = 0; i < 5; i++)
        arena_free(requests[i]->arena);
}

/* Each failure has those before it decided again: that must not cost them the room that they need. */
static void decides_again_with_all_its_room(void **state)
{
    enum { FAILURES = 6, REQUESTS = 2 + FAILURES };
    struct request *requests[REQUESTS];

    (void)state;
    open_stage(1);
    for (uint32_t i = 0; i < REQUESTS; i++) {
        requests[i] = request_new(i == 0 ? &gated : i == 1 ? &roomy : &failing, i + 1);
        assert_int_equal(writer_submit(stage.writer, requests[i]), 0);
    }
    for (uint32_t i = 0; i < REQUESTS; i++)
        sem_post(&stage.gate);
    wait_answers(REQUESTS);
    for (uint32_t i = 0; i < REQUESTS; i++)
        assert_true((requests[i]->reply != NULL) == (i < 2));
    close_stage();
    for (uint32_t i = 0; i < REQUESTS; i++)
        arena_free(requests[i]->arena);
}

/* Until one is refused, of at most `most`; each holds `bytes` more than it needs. */
static void submit_until_refused(unsigned most, size_t bytes)
{
    static struct request *requests[WRITER_QUEUE_MAX + BATCH_REQUESTS_MAX + 1];
    unsigned taken = 0;
    int result = 0;

    open_stage(1);
    while (result == 0) {
        assert_in_range(taken, 0, most);
        requests[taken] = request_new(taken == 0 ? &gated : &good, taken + 1);
        if (bytes > 0)
            assert_non_null(arena_alloc(requests[taken]->arena, bytes));
        result = writer_submit(stage.writer, requests[taken]);
        taken++;
    }
    assert_int_equal(result, WRITER_FULL);
    sem_post(&stage.gate);
    wait_answers(taken - 1);
    close_stage();
    while (taken > 0)
        arena_free(requests[--taken]->arena);
}

static void refuses_more_than_its_bound(void **state)
{
    (void)state;
    submit_until_refused(WRITER_QUEUE_MAX + BATCH_REQUESTS_MAX, 0);
}

static void refuses_more_memory_than_its_bound(void **state)
{
    const size_t each = 512 * 1024;

    (void)state;
    submit_until_refused((unsigned)(WRITER_QUEUE_BYTES_MAX / each) + BATCH_REQUESTS_MAX, each);
}

static void answers_nothing_that_is_not_on_disk_neither_writes_nor_what_was_read(void **state)
{
    struct request *write, *read;
    struct txn txn;

    (void)state;
    open_stage(1);
    sem_init(&sync_begun, 0, 0);
    sem_init(&sync_may_end, 0, 0);
    write = request_new(&good, 1);
    read = request_new(&good, 2);
    assert_true(writer_settled(stage.writer, read)); /* nothing was written yet */
    sync_waits = true;
    assert_int_equal(writer_submit(stage.writer, write), 0);
    assert_true(waited(&sync_begun));
    assert_int_equal(txn_begin_read(&txn, ledger_store(stage.ledger)), 0);
    assert_int_equal(ledger_head(&txn).position, 1); /* what a read sees already */
    txn_end(&txn);
    assert_false(writer_settled(stage.writer, read));
    assert_int_equal(sem_trywait(&stage.answered), -1);
    sync_waits = false;
    sem_post(&sync_may_end);
    wait_answers(2);
    assert_true(writer_settled(stage.writer, read));
    close_stage();
    arena_free(write->arena);
    arena_free(read->arena);
}

static void is_read_only_without_headroom(void **state)
{
    struct request *request;

    (void)state;
    open_stage((size_t)1 << 40);
    request = request_new(&good, 1);
    assert_int_equal(writer_submit(stage.writer, request), 0);
    wait_answers(1);
    assert_int_equal(request->error->code, ERROR_STORE_FULL);
    assert_true(writer_is_read_only(stage.writer));
    close_stage();
    arena_free(request->arena);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)
    static const struct CMUnitTest tests[] = {
        IN_A_FOLDER(acknowledges_what_is_in_the_journal),
        IN_A_FOLDER(commits_what_gathered_in_batches),
        IN_A_FOLDER(drops_only_the_request_that_fails),
        IN_A_FOLDER(decides_again_with_all_its_room),
        IN_A_FOLDER(refuses_more_than_its_bound),
        IN_A_FOLDER(refuses_more_memory_than_its_bound),
        IN_A_FOLDER(is_read_only_without_headroom),
        IN_A_FOLDER(answers_nothing_that_is_not_on_disk_neither_writes_nor_what_was_read),
    };

    return RUN_UNIT("writer", tests);
}
