/*
 * bundle.c: makes a bundle: the requests of a sync in their order, each sealed as a letter. Knows nothing of answers but
 * what the last ones left behind (home.proto). See bundle.h.
 */
#include "client/sync/bundle.h"

#include <stdio.h>
#include <string.h>

#include "client/identity/key.h"
#include "client/replica/exchange.h"
#include "client/sync/ask.h"
#include "client/sync/hello.h"
#include "client/sync/making.h"
#include "common/base/digest.h"
#include "common/format/file.h"
#include "common/tls/envelope.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "proto/home.pb-c.h"

enum {
    BUNDLE_ARENA = 6 * BUNDLE_FILE_BYTES_MAX, /* each letter plain and sealed, and all of them packed both ways */
    REQUEST_ARENA = 32 * 1024 * 1024,
    KEPT_ARENA = 4 * BUNDLE_FILE_BYTES_MAX,
    LETTER_SLACK_BYTES = 256,
    /* So many letters and bytes are left for pulling and asking when edits fill a bundle. */
    LETTERS_FOR_PULLING = 64,
    BYTES_FOR_PULLING = 1024 * 1024,
    DOSSIERS = 2,
};

static void making_done(struct making *making)
{
    arena_free(making->arena);
    arena_free(making->request);
    EVP_PKEY_free(making->key);
    X509_free(making->own);
    X509_free(making->letterbox);
}

/* ---- letters ---- */

static bool has_room(const struct making *making, size_t bytes)
{
    return making->sealed.n_letters < BUNDLE_LETTERS_MAX && making->bytes + bytes <= BUNDLE_BYTES_MAX;
}

static int seal(struct making *making, struct bytes packed)
{
    const struct envelope_author author = { making->key, making->own };
    struct bytes sealed;

    TRY(envelope_seal(packed, &author, making->letterbox, making->arena, &sealed));
    making->bytes += sealed.size;
    making->sealed.letters[making->sealed.n_letters++] = bytes_to(sealed);
    making->kept.letters[making->kept.n_letters++] = bytes_to(packed);
    return 0;
}

int making_add(struct making *making, uint16_t type, const ProtobufCMessage *message)
{
    Ci__Letter letter = CI__LETTER__INIT;
    struct bytes packed = codec_pack(message, making->request);

    if (packed.data && !has_room(making, packed.size + LETTER_SLACK_BYTES + ENVELOPE_OVERHEAD_MAX))
        return BUNDLE_FULL;
    letter.bundle = making->kept.id;
    letter.number = (uint32_t)making->kept.n_letters + 1;
    letter.type = type;
    letter.message = bytes_to(packed);
    letter.heals = type == MESSAGE_HELLO && making->kept.heals;
    letter.head = bytes_to(bytes_of(making->head, sizeof making->head));
    packed = packed.data ? codec_pack(&letter, making->arena) : packed;
    return packed.data ? seal(making, packed) : FAULT(FAULT_MEMORY, "out of memory for a bundle");
}

/* ---- one kind of request after another ---- */

static int add_renewal(struct making *making)
{
    Ci__Renew renew = CI__RENEW__INIT;
    struct bytes der;

    if (!making->kept.renew)
        return 0;
    TRY(key_request(making->key, making->request, &der));
    renew.request = bytes_to(der);
    return making_add(making, MESSAGE_RENEW, &renew.base);
}

static int add_readmission(struct making *making)
{
    Ci__Readmit readmit = CI__READMIT__INIT;

    if (!making->kept.readmit)
        return 0;
    TRY(readmit_make(making->options->replica, making->options->identity, making->request, &readmit));
    return making_add(making, MESSAGE_READMIT, &readmit.base);
}

static int add_hello(struct making *making)
{
    Ci__Hello hello = CI__HELLO__INIT;

    TRY(hello_make(making->options->replica, making->request, &hello));
    return making_add(making, MESSAGE_HELLO, &hello.base);
}

/* Room for edits, with what a pull and a few questions take left over. */
static bool takes_edits(const struct making *making)
{
    return making->sealed.n_letters + LETTERS_FOR_PULLING < BUNDLE_LETTERS_MAX &&
           has_room(making, EXCHANGE_PUSH_BYTES + BYTES_FOR_PULLING);
}

/* More than fits: the next bundle goes on from here. */
static int break_history(struct making *making, const uint8_t after[ID_BYTES])
{
    uint8_t *until = arena_copy(making->arena, after, ID_BYTES);

    if (!until)
        return FAULT(FAULT_MEMORY, "out of memory for a bundle");
    making->kept.history_until = bytes_to(bytes_of(until, ID_BYTES));
    return 0;
}

/* As many as fit; the rest is the next bundle's, from where this one ended. */
static int add_history(struct making *making)
{
    size_t edits_max = making->kept.singly ? 1 : PUSH_EDITS_MAX;
    uint8_t after[ID_BYTES] = { 0 }, before[ID_BYTES];

    if (making->kept.history_after.len == ID_BYTES)
        memcpy(after, making->kept.history_after.data, ID_BYTES);
    for (;;) {
        Ci__OfferHistory offer = CI__OFFER_HISTORY__INIT;

        arena_reset(making->request);
        memcpy(before, after, ID_BYTES);
        int result = exchange_history(making->options->replica, making->request, edits_max, after, &offer);

        if (result == 0 && !takes_edits(making))
            return break_history(making, before);
        if (result == 0)
            result = making_add(making, MESSAGE_OFFER_HISTORY, &offer.base);
        if (result != 0)
            return result == REPLICA_NONE ? 0 : result;
    }
}

/* Those that do not fit one letter are the next bundle's. */
static int add_details(struct making *making)
{
    Ci__Heal heal = CI__HEAL__INIT;

    arena_reset(making->request);
    int result = exchange_details(making->options->replica, making->request, &heal);

    return result == 0 ? making_add(making, MESSAGE_HEAL, &heal.base) : result == REPLICA_NONE ? 0 : result;
}

/* As many as fit; the rest is the next bundle's. */
static int add_pushes(struct making *making)
{
    size_t edits_max = making->kept.singly ? 1 : PUSH_EDITS_MAX;
    struct replica_counts counts;
    uint64_t after = 0;

    TRY(replica_counts(making->options->replica, &counts));
    while (takes_edits(making)) {
        Ci__Push push = CI__PUSH__INIT;

        arena_reset(making->request);
        int result = exchange_push(making->options->replica, making->request, after, edits_max, &push);

        if (result == REPLICA_NONE)
            break;
        if (result == 0)
            result = making_add(making, MESSAGE_PUSH, &push.base);
        if (result != 0)
            return result;
        after = push.edits[push.n_edits - 1]->number;
        making->made->edits += push.n_edits;
    }
    making->made->left = counts.unsent > making->made->edits ? counts.unsent - making->made->edits : 0;
    return 0;
}

static size_t find_dossiers(const struct identity *identity, const char *dossiers[DOSSIERS])
{
    dossiers[0] = "NL";
    dossiers[1] = identity_municipality(identity);
    return dossiers[1] ? 2 : 1;
}

static int add_pull(struct making *making, const char *dossier)
{
    Ci__Pull pull = CI__PULL__INIT;
    struct bytes cursor;

    TRY(exchange_cursor(making->options->replica, making->request, dossier, &cursor));
    pull.dossier = (char *)(uintptr_t)dossier;
    pull.cursor = bytes_to(cursor);
    return making_add(making, MESSAGE_PULL, &pull.base);
}

/* A convenience: what does not fit is asked for next time. */
static int add_queries(struct making *making)
{
    struct ask ask = { 0 };

    for (;;) {
        arena_reset(making->request);
        int result = ask_next(&ask, making->options->replica, making->options->identity, making->request);

        if (result == 0)
            result = making_add(making, MESSAGE_QUERY, &ask.query.base);
        if (result != 0)
            return result == ASK_ENDED || result == BUNDLE_FULL ? 0 : result;
    }
}

/* ---- all of it ---- */

/* Whether all that is here is to be offered: something was lost, or marks do not tell of all (exchange_asks_all). */
static int must_heal(struct making *making, const char *const *dossiers, size_t count)
{
    bool heals = false;

    TRY(exchange_lost(making->options->replica, &heals));
    for (size_t i = 0; i < count && !heals; i++)
        TRY(exchange_asks_all(making->options->replica, dossiers[i], &heals));
    making->kept.heals = making->made->heals = heals;
    return 0;
}

static int fill(struct making *making)
{
    const char *dossiers[DOSSIERS];
    size_t count = find_dossiers(making->options->identity, dossiers);
    int result;

    TRY(must_heal(making, dossiers, count));
    TRY(add_renewal(making));
    TRY(add_readmission(making));
    result = add_hello(making);
    for (size_t i = 0; result == 0 && making->kept.heals && i < count; i++)
        result = making_add_healing(making, dossiers[i]);
    if (result == 0)
        result = add_history(making);
    if (result == BUNDLE_FULL)
        return FAULT(FAULT_INVALID,
                     "what the server must have back does not fit a bundle: sync once over a connection");
    TRY(result);
    TRY(add_pushes(making));
    for (size_t i = 0; result == 0 && i < count; i++)
        result = add_pull(making, dossiers[i]);
    if (result == 0)
        result = add_details(making); /* behind what people wait for: one who refuses names ends the bundle */
    return result == 0 ? add_queries(making) : result;
}

/* Empty where there is none, or it cannot be read: nothing is lost by making a new one. */
static int load_kept(const struct home *home, struct arena *scratch, Ci__KeptBundle **kept)
{
    struct bytes packed;
    int result = home_bundle(home, scratch, &packed);

    TRY(result);
    if (result == 0 && CODEC_UNPACK(ci__kept_bundle, packed, scratch, kept) == 0)
        return 0;
    *kept = arena_alloc(scratch, sizeof **kept);
    if (!*kept)
        return FAULT(FAULT_MEMORY, "out of memory for a bundle");
    ci__kept_bundle__init(*kept);
    return 0;
}

static int keep_suspects(struct making *making, const Ci__KeptBundle *before)
{
    char **keys = arena_alloc(making->arena, (before->n_suspects + 1) * sizeof *keys);
    size_t count = 0;

    while (keys && count < before->n_suspects && (keys[count] = arena_string(making->arena, before->suspects[count])))
        count++;
    making->kept.suspects = keys;
    making->kept.n_suspects = count;
    return keys && count == before->n_suspects ? 0 : FAULT(FAULT_MEMORY, "out of memory for a bundle");
}

/* What the last answers left behind for this one. */
static int read_kept(struct making *making)
{
    CLEANUP(arena_free) struct arena *scratch = NULL;
    Ci__KeptBundle *before = NULL;

    TRY(arena_new(&scratch, KEPT_ARENA));
    TRY(load_kept(making->options->home, scratch, &before));
    making->made->replaces = before->id.len > 0;
    making->kept.readmit = before->readmit;
    making->kept.singly = before->singly;
    making->kept.renew = before->renew;
    making->kept.history_after.data = arena_copy(making->arena, before->history_after.data, before->history_after.len);
    making->kept.history_after.len = before->history_after.len;
    if (!making->kept.history_after.data)
        return FAULT(FAULT_MEMORY, "out of memory for a bundle");
    return keep_suspects(making, before);
}

int bundle_awaited(const struct home *home, uint64_t *made_ms)
{
    CLEANUP(arena_free) struct arena *scratch = NULL;
    Ci__KeptBundle *kept = NULL;

    TRY(arena_new(&scratch, KEPT_ARENA));
    TRY(load_kept(home, scratch, &kept));
    *made_ms = kept->id.len > 0 ? kept->made_ms : 0;
    return 0;
}

static int begin(struct making *making)
{
    const struct identity *identity = making->options->identity;
    const unsigned char *at = identity->letterbox;
    uint8_t *id = arena_alloc(making->arena, ID_BYTES);

    ci__bundle__init(&making->sealed);
    ci__kept_bundle__init(&making->kept);
    making->letterbox = d2i_X509(NULL, &at, (long)identity->letterbox_size);
    if (!making->letterbox)
        return BUNDLE_NO_LETTERBOX;
    TRY(arena_new(&making->request, REQUEST_ARENA));
    TRY(home_key(making->options->home, &making->key));
    TRY(home_certificates(making->options->home, &making->own, NULL));
    TRY(read_kept(making));
    making->sealed.letters = arena_alloc(making->arena, BUNDLE_LETTERS_MAX * sizeof *making->sealed.letters);
    making->kept.letters = arena_alloc(making->arena, BUNDLE_LETTERS_MAX * sizeof *making->kept.letters);
    if (!id || !making->sealed.letters || !making->kept.letters)
        return FAULT(FAULT_MEMORY, "out of memory for a bundle");
    random_bytes(id, ID_BYTES);
    making->sealed.id = making->kept.id = bytes_to(bytes_of(id, ID_BYTES));
    making->sealed.made_ms = making->kept.made_ms = clock_now_ms(making->options->clock);
    making->sealed.format = (char *)(uintptr_t)BUNDLE_FORMAT;
    making->sealed.install = (char *)(uintptr_t)identity->install;
    return bundle_head_digest(&making->sealed, making->arena, making->head);
}

/* The file first: where it cannot be written, the bundle before stays the newest. */
static int end(struct making *making, const char *path)
{
    struct bytes kept = codec_pack(&making->kept, making->arena);
    struct bytes file = codec_pack(&making->sealed, making->arena);

    if (!kept.data || !file.data)
        return FAULT(FAULT_MEMORY, "out of memory for a bundle");
    making->made->letters = making->sealed.n_letters;
    TRY(file_save(path, file));
    return home_keep_bundle(making->options->home, kept);
}

int bundle_make(const struct sync_options *options, const char *path, struct bundle_made *made)
{
    struct making making = { .options = options, .made = made };
    int result = home_lock(options->home);

    *made = (struct bundle_made){ 0 };
    if (result != 0)
        return result == HOME_BUSY ? BUNDLE_BUSY : result;
    result = arena_new(&making.arena, BUNDLE_ARENA);
    if (result == 0)
        result = begin(&making);
    if (result == 0)
        result = fill(&making);
    if (result == 0)
        result = end(&making, path);
    making_done(&making);
    return result;
}
