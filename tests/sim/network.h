/*
 * network.h: connections, and messages on their way. Every message can be late, go missing with its connection, or come
 * again; within one connection the order is kept, since one request is under way at a time.
 */
#pragma once

#include "server/session/arrival.h"

struct install;
struct world;

enum { MESSAGES_MAX = 64 };

/* Of all certificates that are no deed's. */
#define CERTIFICATES_END_MS (2ull * 1000 * 1800000000)

/* The server's side of a session; shared by the messages that belong to it. */
struct visit {
    struct install *install; /* NULL: it has hung up */
    struct tls_peer peer;
    struct arrival arrival;
    struct principal_memo memo;
    unsigned references;
};

struct message {
    struct visit *visit;
    bool to_server;
    uint16_t type;
    uint8_t *bytes;
    size_t size;
};

struct network {
    struct message *messages[MESSAGES_MAX];
    size_t count;
    bool is_down; /* nothing arrives */
};

struct visit *visit_new(struct install *install, const uint8_t fingerprint[DIGEST_BYTES], bool expired);
struct visit *visit_unref(struct visit *visit);

/* Sends: takes no ownership of the bytes. */
void network_send(struct network *network, struct visit *visit, bool to_server, uint16_t type, const uint8_t *bytes,
                  size_t size);
/* Takes one off the network; whoever takes it frees it. */
struct message *network_take(struct network *network, size_t index);
struct message *message_free(struct message *message);
/* Brings it to its end: the server, or the install behind the visit. */
void network_deliver(struct world *world, struct message *message);
/* Several that are for the server, as one batch. */
void network_deliver_batch(struct world *world, struct message **messages, size_t count);
/* Both sides hang up. What is on its way to the server may still arrive. */
void network_cut(struct world *world, struct visit *visit);
void network_cut_all(struct world *world);
