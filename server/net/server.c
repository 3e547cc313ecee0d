/*
 * server.c: wires the rooms: loops over sessions over the writer over the ledger. Main thread, but for on_batch.
 */
#include "server/net/server.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/tls/context.h"
#include "server/net/loop.h"
#include "server/net/socket.h"

enum {
    HANDSHAKE_TIMEOUT_MS = 10 * 1000,
    STRANGER_TIMEOUT_MS = 15 * 1000,
    STALL_TIMEOUT_MS = 30 * 1000,
    IDLE_TIMEOUT_MS = 5 * 60 * 1000,
    DESCRIPTORS_KEPT = 64 + LIMITS_LEAVING_MAX, /* for segments, the view, the log, loops, and who is being closed */
};

struct server {
    struct server_options options;
    struct services services;
    struct attempts attempts;
    struct limits *limits;
    struct writer *writer;
    SSL_CTX *context;
    struct loop *loops[THREADS_MAX];
    unsigned count;
};

/* On the thread that syncs. */
static void on_batch(void *context, bool changed)
{
    struct server *server = context;

    for (unsigned i = 0; i < server->count; i++)
        loop_wake(server->loops[i], changed);
}

/* Below what the system gives us, so that the journal never finds itself without a descriptor. */
static int connections_max(const struct server_options *options, unsigned *out)
{
    unsigned wanted = options->connections ? options->connections : CONNECTIONS_DEFAULT;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return FAULT(FAULT_IO, "the limit on open files cannot be read");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= DESCRIPTORS_KEPT)
        return FAULT(FAULT_INVALID, "the limit on open files (%llu) is too low: raise it (ulimit -n, LimitNOFILE)",
                     (unsigned long long)limit.rlim_cur);
    if (wanted > limit.rlim_cur - DESCRIPTORS_KEPT) {
        if (options->connections)
            LOG_EVENT(LOG_WARNING, "server.fewer_connections", U64("wanted", wanted),
                      U64("allowed", limit.rlim_cur - DESCRIPTORS_KEPT),
                      TEXT("remedy", "raise the limit on open files (ulimit -n, LimitNOFILE)"));
        wanted = (unsigned)(limit.rlim_cur - DESCRIPTORS_KEPT);
    }
    *out = wanted;
    return 0;
}

static int new_context(const struct server *server, SSL_CTX **out)
{
    const struct vault *vault = ledger_vault(server->options.ledger);

    return tls_server_context(out, &(struct tls_server_options){
                                       .certificate_file = vault_server_certificate_file(vault),
                                       .key_file = vault_server_key_file(vault),
                                       .ca_file = vault_ca_file(vault),
                                   });
}

/* One core is the writer's: on two cores a second loop costs queries a third of their speed and wins answers nothing. */
static unsigned threads_default(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores > 1 ? (unsigned)cores - 1 : 1;
}

static int start_loops(struct server *server)
{
    unsigned threads = server->options.threads ? server->options.threads : threads_default();
    CLEANUP(fd_close) int fd = -1;

    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    TRY(socket_listen(&fd, server->options.listen));
    for (; server->count < threads; server->count++)
        TRY(loop_new(&server->loops[server->count], fd, server->context, &server->services));
    /* Before any loop runs, so that each finds everything in its place. */
    TRY(writer_start(&server->writer, &(struct writer_options){
                                          .ledger = server->options.ledger,
                                          .journal = server->options.journal,
                                          .clock = server->options.clock,
                                          .on_batch = on_batch,
                                          .context = server,
                                      }));
    server->services.writer = server->writer;
    for (unsigned i = 0; i < server->count; i++)
        TRY(loop_start(server->loops[i]));
    return 0;
}

static int set_up(struct server *server)
{
    unsigned connections = 0, per_address = server->options.per_address;

    TRY(connections_max(&server->options, &connections));
    TRY(limits_new(&server->limits, connections, per_address ? per_address : PER_ADDRESS_DEFAULT));
    TRY(new_context(server, &server->context));
    server->services = (struct services){
        .ledger = server->options.ledger,
        .clock = server->options.clock,
        .limits = server->limits,
        .attempts = &server->attempts,
        .started_ms = clock_now_ms(server->options.clock),
        .handshake_timeout_ms = HANDSHAKE_TIMEOUT_MS,
        .idle_timeout_ms = IDLE_TIMEOUT_MS,
        .stall_timeout_ms = STALL_TIMEOUT_MS,
        .stranger_timeout_ms = STRANGER_TIMEOUT_MS,
    };
    return start_loops(server);
}

int server_start(struct server **out, const struct server_options *options)
{
    struct server *server = calloc(1, sizeof *server);
    int result;

    if (!server)
        return FAULT(FAULT_MEMORY, "out of memory");
    server->options = *options;
    attempts_init(&server->attempts);
    result = set_up(server);
    if (result < 0) {
        server_stop(server);
        return result;
    }
    *out = server;
    return 0;
}

int server_reload(struct server *server)
{
    SSL_CTX *context = NULL;

    TRY(new_context(server, &context));
    for (unsigned i = 0; i < server->count; i++)
        loop_set_context(server->loops[i], context);
    tls_context_free(server->context);
    server->context = context;
    return 0;
}

unsigned server_threads(const struct server *server)
{
    return server->count;
}

/* Loops first, since the writer answers into them; then the writer, since it wakes them. */
struct server *server_stop(struct server *server)
{
    if (!server)
        return NULL;
    for (unsigned i = 0; i < server->count; i++)
        loop_stop(server->loops[i]);
    for (unsigned i = 0; i < server->count; i++)
        loop_join(server->loops[i]);
    writer_stop(server->writer);
    for (unsigned i = 0; i < server->count; i++)
        loop_free(server->loops[i]);
    tls_context_free(server->context);
    limits_free(server->limits);
    attempts_done(&server->attempts);
    free(server);
    return NULL;
}
