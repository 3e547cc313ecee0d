/*
 * releases.c: makes the record of a release, and holds those that are there against their signatures. What is adopted is
 * receipts.c's.
 */
#include "server/ledger/releases.h"

#include <stdio.h>

#include "common/base/fault.h"
#include "common/monitor/receipt.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "server/ledger/feed.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/receipts.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"

enum { CHECK_ARENA_BYTES = 4 * 1024 * 1024 };

/* Unpacked in the arena; only its round is asked for. NULL: this edit releases none. */
static int released_by(const Ci__Edit *edit, struct arena *arena, const Ci__Round **released)
{
    struct record_key key;
    Ci__Round *round = NULL;

    *released = NULL;
    if (!record_key_parse(edit->key, &key) || strcmp(key.kind, "round") != 0)
        return 0;
    TRY(stored_unpack(&ci__round__descriptor, bytes_from(edit->value), arena, (ProtobufCMessage **)&round));
    if (round->state == CI__ROUND__STATE__RELEASED)
        *released = round;
    return 0;
}

static int sign(struct batch *batch, const Ci__ReleaseHead *head, struct arena *arena, Ci__Signed *signed_head)
{
    struct vault *vault = ledger_vault(batch->ledger);
    struct bytes content = codec_pack(head, arena);
    struct signature *signature = arena_alloc(arena, sizeof *signature);

    if (!content.data || !signature)
        return FAULT(FAULT_MEMORY, "out of memory for a release");
    TRY(vault_sign(vault, RELEASE_PURPOSE, content, signature));
    signed_head->content = bytes_to(content);
    signed_head->signature = bytes_to(bytes_of(signature->bytes, signature->size));
    signed_head->certificate = bytes_to(vault_signing_certificate(vault));
    return 0;
}

static int add_record(struct batch *batch, const char *round, const Ci__Release *release, struct arena *arena)
{
    char *key = arena_format(arena, "release/%s", round);
    struct refusal refusal = { 0 };
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a release");
    if (record_packed(batch->txn, "NL", key).data)
        return batch->txn->fault; /* given back by somebody, after a loss: there is one release of a round */
    result = own_message_add(batch, "", key, release, arena, &refusal);
    return result == REFUSED ? FAULT(FAULT_STATE, "a release was refused: %s", error_row(refusal.code)->name) : result;
}

static int make(struct batch *batch, const char *round, struct arena *arena)
{
    struct merkle_hash *leaves = arena_alloc(arena, MERKLE_LEAVES_MAX * sizeof *leaves), root;
    Ci__ReleaseHead head = CI__RELEASE_HEAD__INIT;
    Ci__Release release = CI__RELEASE__INIT;
    Ci__Signed signed_head = CI__SIGNED__INIT;
    Ci__Place place = CI__PLACE__INIT;
    size_t count;

    release.leaves = arena_alloc(arena, MERKLE_LEAVES_MAX * sizeof *release.leaves);
    if (!leaves || !release.leaves)
        return FAULT(FAULT_MEMORY, "out of memory for a release");
    TRY(receipts_adopted(batch->txn, round, arena, leaves, &count));
    root = merkle_root(leaves, count);
    place.position = batch->head.position;
    place.hash = bytes_to(bytes_of(batch->head.hash, PLACE_HASH_BYTES));
    head.round = (char *)(uintptr_t)round;
    head.root = bytes_to(bytes_of(root.bytes, sizeof root.bytes));
    head.count = (uint32_t)count;
    head.place = &place;
    head.time_ms = batch->now_ms;
    TRY(sign(batch, &head, arena, &signed_head));
    release.head = &signed_head;
    for (size_t i = 0; i < count; i++)
        release.leaves[release.n_leaves++] = bytes_to(bytes_of(leaves[i].bytes, DIGEST_BYTES));
    return add_record(batch, round, &release, arena);
}

int release_add(struct batch *batch, const Ci__Edit *edit, struct arena *arena)
{
    const Ci__Round *round = NULL;

    TRY(released_by(edit, arena, &round));
    return round ? make(batch, round->id, arena) : 0;
}

/* ---- checking ---- */

static bool is_sound(const Ci__Release *release, struct vault *vault, struct arena *arena)
{
    struct merkle_hash *leaves = arena_alloc(arena, MERKLE_LEAVES_MAX * sizeof *leaves);
    struct signature_claim claim = { .purpose = RELEASE_PURPOSE, .ca = vault_ca_certificate(vault) };
    Ci__ReleaseHead *head = NULL;

    if (!leaves || !release->head ||
        CODEC_UNPACK(ci__release_head, bytes_from(release->head->content), arena, &head) != 0)
        return false;
    claim.content = bytes_from(release->head->content);
    claim.signature = bytes_from(release->head->signature);
    claim.certificate = bytes_from(release->head->certificate);
    claim.at_ms = head->time_ms;
    return release_leaves(release, head, leaves) && signature_check(&claim) == 0;
}

/* Rounds that came back from somebody who had not seen their release. The number of them. */
static int check_missing(struct txn *txn, struct arena *arena, void (*report)(void *context, const char *line),
                         void *context)
{
    char **rounds = arena_alloc(arena, ROUNDS_MAX * sizeof *rounds), line[RECORD_KEY_MAX + 160];
    struct round_state round;
    size_t count = 0;
    int missing = 0;

    if (!rounds)
        return FAULT(FAULT_MEMORY, "out of memory for the rounds");
    TRY(rounds_list(txn, arena, rounds, &count));
    for (size_t i = 0; i < count; i++) {
        const char *key = arena_format(arena, "release/%s", rounds[i]);

        if (!key)
            return FAULT(FAULT_MEMORY, "out of memory for a release");
        if (!round_find(txn, rounds[i], &round) || round.state != CI__ROUND__STATE__RELEASED ||
            record_packed(txn, "NL", key).data)
            continue;
        missing++;
        snprintf(line, sizeof line,
                 "%s: the round is released and this is missing; it is made when the central team says once more: "
                 "cimonitor round release %s",
                 key, rounds[i]);
        report(context, line);
    }
    return txn->fault ? txn->fault : missing;
}

int release_check_all(struct txn *txn, struct vault *vault, void (*report)(void *context, const char *line),
                      void *context)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct record_walk walk;
    int wrong, result = 0;

    TRY(arena_new(&arena, CHECK_ARENA_BYTES));
    wrong = check_missing(txn, arena, report, context);
    if (wrong < 0)
        return wrong;
    record_walk_open(&walk, txn, "NL", "release/");
    while (result == 0 && record_walk_next(&walk)) {
        Ci__Release *release = NULL;
        char line[RECORD_KEY_MAX + 80];

        arena_reset(arena);
        result = RECORD_VALUE(txn, "NL", walk.key, ci__release, arena, &release);
        if (result != 0 || is_sound(release, vault, arena))
            continue;
        wrong++;
        snprintf(line, sizeof line, "%s: its root or its signature is not sound", walk.key);
        report(context, line);
    }
    record_walk_close(&walk);
    TRY(result);
    return txn->fault ? txn->fault : wrong;
}
