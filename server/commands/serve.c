/*
 * serve.c: `cimonitord serve`: opens the folder, starts the server, and waits for signals. Main thread; signals are
 * blocked before any other thread is made, and taken one by one here. Only while the view is brought up to the journal,
 * which may take long and may be cut off anywhere, do they end the process as they end any other.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/wire/invitation_code.h"
#include "server/commands/command.h"
#include "server/commands/data.h"
#include "server/commands/room.h"
#include "server/ledger/details.h"
#include "server/ledger/meta.h"
#include "server/net/server.h"
#include "server/session/session.h"

static void take_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

static int open_ledger(struct data *data)
{
    sigset_t ending;
    int result;

    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &ending, NULL);
    result = data_open_ledger(data);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    return result;
}

static void count_lost(void *context, const char *id)
{
    (void)id;
    ++*(uint64_t *)context;
}

/* A vault from a backup has keys of people who were erased since, and lacks those of people who came since. */
static int look_after_names(struct data *data)
{
    uint64_t lost = 0;
    struct txn txn;

    TRY(txn_begin_read(&txn, ledger_store(data->ledger)));
    int result = details_erase(&txn, data->vault);

    if (result == 0)
        result = details_each_lost(&txn, data->vault, count_lost, &lost);
    txn_end(&txn);
    ledger_note_names_lost(data->ledger, lost > 0);
    if (lost > 0)
        LOG_EVENT(LOG_WARNING, "people.names_lost", U64("people", lost));
    return result;
}

enum { CLOCK_BEHIND_MS = 60 * 1000 };

/* In the log, which is where whoever runs it looks. */
static void look_for_room(const char *path)
{
    int result = room_look(path);

    if (result < 0)
        log_fault(LOG_WARNING, "disk.nearly_full", result);
}

/* The journal's time never goes back. If it is ahead, the clock is wrong now, or it was when something was written. */
static int look_at_clock(const struct data *data)
{
    uint64_t now_ms = clock_now_ms(&clock_system), newest_ms;
    struct txn txn;

    TRY(txn_begin_read(&txn, ledger_store(data->ledger)));
    newest_ms = meta_time(&txn);
    txn_end(&txn);
    if (newest_ms > now_ms + CLOCK_BEHIND_MS)
        LOG_EVENT(LOG_WARNING, "clock.behind", U64("seconds", (newest_ms - now_ms) / 1000));
    return txn.fault;
}

static int renew_certificate(struct data *data)
{
    char host[INVITATION_ADDRESS_SIZE];

    TRY(data_host(data, host, sizeof host));
    return vault_renew_server(data->vault, host, clock_now_ms(&clock_system));
}

static void reload(struct data *data, struct server *server)
{
    int result = renew_certificate(data);

    if (result == 0)
        result = server_reload(server);
    if (result < 0)
        log_fault(LOG_ERROR, "server.not_reloaded", result); /* with what it had it goes on */
    else
        LOG_EVENT(LOG_INFO, "server.reloaded", TEXT("what", "certificate and key, for new connections"));
}

static const char *wait_for_the_end(const sigset_t *signals, struct data *data, struct server *server)
{
    for (int number;;) {
        if (sigwait(signals, &number) != 0)
            continue;
        if (number != SIGHUP)
            return number == SIGTERM ? "SIGTERM" : "SIGINT";
        reload(data, server);
    }
}

int run_serve(const struct arguments *arguments)
{
    CLEANUP(data_close) struct data data = { 0 };
    struct server *server = NULL;
    sigset_t signals;
    const char *reason;

    log_set_level(arguments->level);
    take_signals(&signals);
    TRY(data_open(&data, arguments->data, DATA_WRITE));
    TRY(vault_complete(data.vault));
    look_for_room(arguments->data);
    TRY(open_ledger(&data));
    TRY(renew_certificate(&data));
    TRY(look_after_names(&data));
    TRY(look_at_clock(&data));
    TRY(server_start(&server, &(struct server_options){
                                  .ledger = data.ledger,
                                  .journal = data.journal,
                                  .clock = &clock_system,
                                  .listen = arguments->listen,
                                  .threads = arguments->threads,
                                  .connections = arguments->connections,
                                  .per_address = arguments->per_address,
                              }));
    LOG_EVENT(LOG_INFO, "server.started", TEXT("version", CIMONITOR_VERSION), TEXT("listen", arguments->listen),
              U64("threads", server_threads(server)), U64("position", journal_head(data.journal).position),
              U64("process", getpid()), U64("connection_bytes_max", session_bytes_max()));
    reason = wait_for_the_end(&signals, &data, server);
    LOG_EVENT(LOG_INFO, "server.stopping", TEXT("reason", reason));
    server_stop(server);
    LOG_EVENT(LOG_INFO, "server.stopped", U64("position", journal_head(data.journal).position));
    return STATUS_DONE;
}
