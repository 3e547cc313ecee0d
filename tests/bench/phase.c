/*
 * phase.c: the loop of the generator. Each connection has one request under way at any moment, until time is up; then the
 * last answers are waited for.
 */
#include "tests/bench/phase.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "tests/bench/process.h"

enum { EVENTS_MAX = 64, SILENCE_MS = 30 * 1000 };

struct run {
    const struct side *side;
    enum shape shape;
    int poll;
    uint64_t ends_us;
    size_t waiting; /* connections with a request under way */
    uint64_t requests;
    struct histogram took;
    uint64_t asked_us[CONNECTIONS_MAX];
    struct lane lanes[CONNECTIONS_MAX];
    size_t open;
};

static int run_open(struct run *run)
{
    const struct side *side = run->side;

    run->poll = epoll_create1(EPOLL_CLOEXEC);
    if (run->poll < 0)
        return FAULT(FAULT_IO, "epoll cannot be used: %s", strerror(errno));
    while (run->open < side->count) {
        struct lane *lane = &run->lanes[run->open];
        struct epoll_event event = { .events = EPOLLIN, .data.u64 = run->open };

        TRY(lane_open(lane, &side->address, side->contexts[run->open]));
        run->open++;
        TRY(side->protocol->greet(side->talkers[run->open - 1], lane));
        if (epoll_ctl(run->poll, EPOLL_CTL_ADD, lane->fd, &event) != 0)
            return FAULT(FAULT_IO, "epoll cannot be used: %s", strerror(errno));
    }
    return 0;
}

static struct run *run_free(struct run *run)
{
    if (!run)
        return NULL;
    for (size_t i = 0; i < run->open; i++)
        lane_close(&run->lanes[i]);
    if (run->poll >= 0)
        close(run->poll);
    free(run);
    return NULL;
}
DEFINE_CLEANUP(struct run, run_free)

static uint64_t now_us(void)
{
    return clock_monotonic_us(&clock_system);
}

static int ask(struct run *run, size_t index)
{
    struct lane *lane = &run->lanes[index];

    TRY(run->side->protocol->ask(run->side->talkers[index], lane, run->shape));
    run->asked_us[index] = now_us();
    run->waiting++;
    return lane_send(lane);
}

static int on_readable(struct run *run, size_t index)
{
    struct lane *lane = &run->lanes[index];
    uint64_t now;
    int result;

    TRY(lane_receive(lane));
    result = run->side->protocol->take(run->side->talkers[index], lane, run->shape);
    if (result == PROTOCOL_WAIT)
        return 0;
    TRY(result);
    now = now_us();
    histogram_add(&run->took, now - run->asked_us[index]);
    run->requests++;
    run->waiting--;
    return now < run->ends_us ? ask(run, index) : 0;
}

static int run_loop(struct run *run)
{
    struct epoll_event events[EVENTS_MAX];

    for (size_t i = 0; i < run->open; i++)
        TRY(ask(run, i));
    while (run->waiting > 0) {
        int count = epoll_wait(run->poll, events, EVENTS_MAX, SILENCE_MS);

        if (count == 0)
            return FAULT(FAULT_NETWORK, "%s is silent for %d seconds", run->side->protocol->name, SILENCE_MS / 1000);
        for (int i = 0; i < count; i++)
            TRY(on_readable(run, events[i].data.u64));
    }
    return 0;
}

static void run_bytes(const struct run *run, uint64_t *out, uint64_t *in)
{
    *out = *in = 0;
    for (size_t i = 0; i < run->open; i++) {
        *out += lane_bytes_out(&run->lanes[i]);
        *in += lane_bytes_in(&run->lanes[i]);
    }
}

int phase_run(const struct side *side, enum shape shape, size_t operations, unsigned seconds, struct measured *measured)
{
    CLEANUP(run_free) struct run *run = calloc(1, sizeof *run);
    uint64_t begun, took, out[2], in[2], processor[2], answers;

    if (!run)
        return FAULT(FAULT_MEMORY, "out of memory");
    run->poll = -1;
    run->side = side;
    run->shape = shape;
    TRY(run_open(run));
    run_bytes(run, &out[0], &in[0]);
    TRY(process_time_us(side->process, &processor[0]));
    begun = now_us();
    run->ends_us = begun + seconds * UINT64_C(1000000);
    TRY(run_loop(run));
    took = now_us() - begun;
    run_bytes(run, &out[1], &in[1]);
    TRY(process_time_us(side->process, &processor[1]));
    answers = run->requests * operations;
    *measured = (struct measured){
        .per_second = (double)answers * 1e6 / (double)took,
        .p50_us = histogram_within(&run->took, 50),
        .p99_us = histogram_within(&run->took, 99),
        .bytes_out = (double)(out[1] - out[0]) / (double)answers,
        .bytes_in = (double)(in[1] - in[0]) / (double)answers,
        .processor_us = (double)(processor[1] - processor[0]) / (double)answers,
    };
    return 0;
}
