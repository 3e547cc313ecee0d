/*
 * live.c: see live.h. Main thread; a signal only sets a flag.
 */
#include "client/commands/live.h"

#include <inttypes.h>
#include <stdio.h>

#include "client/commands/names.h"

volatile sig_atomic_t live_stopped;

static void on_signal(int number)
{
    (void)number;
    live_stopped = 1;
}

void live_signals(void)
{
    const struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

void live_json(json_t *object, const char *event)
{
    json_t *line = json_pack("{s:s}", "event", event);

    json_object_update(line, object);
    json_decref(object);
    command_print_line(line);
}

void live_line(const struct command_context *context, const char *text)
{
    printf("%s  %s\n", moment(context, clock_now_ms(context->clock)), text);
    fflush(stdout);
}

/* A captive portal is the one that people can do something about. */
static const char *why(enum language language, int fault)
{
    switch (-fault) {
    case FAULT_PEER:
        return say(
            language,
            "Wat antwoordt is niet de server; er is niets verzonden. Vraagt dit netwerk om aan te melden? Open dan een "
            "browser.",
            "What answers is not the server; nothing was sent. Does this network ask to log in? Open a browser.");
    case FAULT_CLOCK:
        return say(language,
                   "Volgens de klok van deze computer is het certificaat van de server niet geldig. Zet haar goed.",
                   "By this computer's clock the server's certificate is not valid. Set it right.");
    case FAULT_REFUSED: return fault_message();
    default: return say(language, "Geen verbinding; uw werk is bewaard.", "No connection; your work is safe.");
    }
}

static void say_waiting(const struct command_context *context, int fault, uint64_t wait_ms)
{
    const char *name = fault_refusal() ? fault_refusal()->name : fault_name(fault);

    if (context->json)
        live_json(json_pack("{s:s, s:s, s:s, s:I}", "reason", name, "text", why(context->language, fault), "detail",
                            fault_message(), "wait_ms", (json_int_t)wait_ms),
                  "waiting");
    else
        live_line(context,
                  arena_format(context->arena,
                               say(context->language, "%s Opnieuw over %" PRIu64 " s.", "%s Again in %" PRIu64 " s."),
                               why(context->language, fault), (wait_ms + 999) / 1000));
}

void live_state(const struct command_context *context, enum link_state state, int fault, uint64_t wait_ms)
{
    if (state == LINK_WAITING)
        say_waiting(context, fault, wait_ms);
    else if (context->json)
        live_json(json_object(), "connected");
    else
        live_line(context, say(context->language, "Verbonden.", "Connected."));
}
