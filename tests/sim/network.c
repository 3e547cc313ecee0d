/*
 * network.c: the pool of messages. Knows nothing of what they say.
 */
#include "tests/sim/network.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/wire/message.h"
#include "tests/sim/reached.h"
#include "tests/sim/world.h"

struct visit *visit_new(struct install *install, const uint8_t fingerprint[DIGEST_BYTES], bool expired)
{
    struct visit *visit = calloc(1, sizeof *visit);

    CHECK(visit != NULL);
    visit->install = install;
    visit->references = 1;
    visit->peer.present = true;
    visit->peer.expired = expired;
    memcpy(visit->peer.fingerprint, fingerprint, DIGEST_BYTES);
    visit->peer.not_after_ms = install->certificate_ends_ms;
    snprintf(visit->peer.person, sizeof visit->peer.person, "%s", install->person);
    visit->arrival = (struct arrival){ .certificate = true, .expired = expired };
    return visit;
}

struct visit *visit_unref(struct visit *visit)
{
    if (visit && --visit->references == 0)
        free(visit);
    return NULL;
}

void network_send(struct network *network, struct visit *visit, bool to_server, uint16_t type, const uint8_t *bytes,
                  size_t size)
{
    struct message *message = calloc(1, sizeof *message);

    CHECK(message != NULL);
    CHECK(network->count < MESSAGES_MAX);
    message->visit = visit;
    visit->references++;
    message->to_server = to_server;
    message->type = type;
    message->bytes = malloc(size + 1);
    CHECK(message->bytes != NULL);
    if (size > 0)
        memcpy(message->bytes, bytes, size);
    message->size = size;
    network->messages[network->count++] = message;
}

struct message *network_take(struct network *network, size_t index)
{
    struct message *message = network->messages[index];

    CHECK(index < network->count);
    network->count--;
    memmove(&network->messages[index], &network->messages[index + 1],
            (network->count - index) * sizeof *network->messages);
    return message;
}

struct message *message_free(struct message *message)
{
    if (message) {
        visit_unref(message->visit);
        free(message->bytes);
        free(message);
    }
    return NULL;
}

void network_deliver_batch(struct world *world, struct message **messages, size_t count)
{
    server_serve(world, messages, count);
    for (size_t i = 0; i < count; i++)
        message_free(messages[i]);
}

void network_deliver(struct world *world, struct message *message)
{
    if (message->to_server) {
        network_deliver_batch(world, &message, 1);
        return;
    }
    if (message->visit->install)
        install_receive(world, message->visit->install, message->type, message->bytes, message->size);
    message_free(message);
}

static void note_cut(const struct network *network, const struct visit *visit)
{
    for (size_t i = 0; i < network->count; i++) {
        uint16_t type = network->messages[i]->type;

        if (network->messages[i]->visit != visit || !visit->install)
            continue;
        reached_if(type == MESSAGE_PUSH || type == MESSAGE_REPLY + MESSAGE_PUSH, REACHED_CUT_PUSH);
        reached_if(type == MESSAGE_PULL, REACHED_PAGES_CUT);
    }
}

/* What was on its way back is lost; what is on its way there lies in the server's socket already. */
void network_cut(struct world *world, struct visit *visit)
{
    struct network *network = &world->network;

    visit->references++;
    note_cut(network, visit);
    for (size_t i = network->count; i-- > 0;)
        if (network->messages[i]->visit == visit && !network->messages[i]->to_server)
            message_free(network_take(network, i));
    if (visit->install)
        install_hung_up(visit->install);
    visit_unref(visit);
}

void network_cut_all(struct world *world)
{
    struct network *network = &world->network;

    while (network->count > 0)
        message_free(network_take(network, network->count - 1));
    for (size_t i = 0; i < world->install_count; i++)
        install_hung_up(&world->installs[i]);
}
