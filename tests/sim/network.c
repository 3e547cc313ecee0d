/*
 * network.c: the pool of messages. Knows nothing of what they say.
 */
#include "tests/sim/network.h"

#include <stdlib.h>

#include "common/base/check.h"
#include "tests/sim/world.h"

struct connection *connection_new(struct install *install, const uint8_t fingerprint[DIGEST_BYTES], bool expired)
{
    struct connection *connection = calloc(1, sizeof *connection);

    CHECK(connection != NULL);
    connection->install = install;
    connection->references = 1;
    connection->peer.present = true;
    connection->peer.expired = expired;
    memcpy(connection->peer.fingerprint, fingerprint, DIGEST_BYTES);
    connection->arrival = (struct arrival){ .certificate = true, .expired = expired };
    return connection;
}

struct connection *connection_unref(struct connection *connection)
{
    if (connection && --connection->references == 0)
        free(connection);
    return NULL;
}

void network_send(struct network *network, struct connection *connection, bool to_server, uint16_t type,
                  const uint8_t *bytes, size_t size)
{
    struct message *message = calloc(1, sizeof *message);

    CHECK(message != NULL);
    CHECK(network->count < MESSAGES_MAX);
    message->connection = connection;
    connection->references++;
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
        connection_unref(message->connection);
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
    if (message->connection->install)
        install_receive(world, message->connection->install, message->type, message->bytes, message->size);
    message_free(message);
}

/* What was on its way back is lost; what is on its way there lies in the server's socket already. */
void network_cut(struct world *world, struct connection *connection)
{
    struct network *network = &world->network;

    connection->references++;
    for (size_t i = network->count; i-- > 0;)
        if (network->messages[i]->connection == connection && !network->messages[i]->to_server)
            message_free(network_take(network, i));
    if (connection->install)
        install_hung_up(connection->install);
    connection_unref(connection);
}

void network_cut_all(struct world *world)
{
    struct network *network = &world->network;

    while (network->count > 0)
        message_free(network_take(network, network->count - 1));
    for (size_t i = 0; i < world->install_count; i++)
        install_hung_up(&world->installs[i]);
}
