/*
 * letter.c: requests of people without a connection, which somebody of the central team carries here, one letter after
 * another. A letter opened is a request as any other, of its author's: the same checks, the same handlers, the same road to
 * the disk. The session keeps for the author what it keeps for its own peer. Its loop's thread.
 */
#include <stdlib.h>

#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/store/txn.h"
#include "common/wire/codec.h"
#include "server/ledger/accepted.h"
#include "server/session/inside.h"
#include "server/vault/letterbox.h"

/* Rights as they are now, as for every request; what a hello once said of the courier's role is not enough. */
static int check_courier(struct session *session)
{
    struct ledger *ledger = session->group->services->ledger;
    struct principal courier;
    struct txn txn;
    int found;

    TRY(txn_begin_read(&txn, ledger_store(ledger)));
    found = principal_find(&txn, &session->peer, &session->memo, &courier);
    txn_end(&txn);
    if (found == 0 && courier.role != CI__ROLE__ROLE_CENTRAL)
        found = ERROR_NO_RIGHT;
    return found;
}

static bool is_of_guest(const struct guest *guest, const struct tls_peer *author, const Ci__Letter *letter)
{
    return guest && letter->bundle.len == ID_BYTES &&
           memcmp(guest->peer.fingerprint, author->fingerprint, DIGEST_BYTES) == 0 &&
           memcmp(guest->bundle, letter->bundle.data, ID_BYTES) == 0;
}

/* Letters come in order, without a gap; the last one may come again, as a request over a connection may. */
static int seat_guest(struct session *session, const struct tls_peer *author, const Ci__Letter *letter)
{
    bool same = is_of_guest(session->guest, author, letter);

    if (letter->bundle.len != ID_BYTES || letter->number == 0)
        return ERROR_LETTER_UNREADABLE;
    if (letter->number > 1) {
        if (!same || session->guest->ended || letter->number - session->guest->number > 1)
            return ERROR_OUT_OF_ORDER;
        session->guest->number = letter->number;
        return 0;
    }
    if (!session->guest)
        session->guest = calloc(1, sizeof *session->guest);
    if (!session->guest)
        return FAULT(FAULT_MEMORY, "out of memory");
    *session->guest = (struct guest){ .peer = *author, .arrival = { .certificate = true }, .number = 1 };
    memcpy(session->guest->bundle, letter->bundle.data, ID_BYTES);
    hex_encode(session->guest->actor, author->fingerprint, ID_BYTES);
    return 0;
}

/* A pull goes on where the answer before ended: the author could not know. */
static void set_cursor(struct request *request, struct bytes cursor)
{
    Ci__Pull *pull = (Ci__Pull *)(uintptr_t)request->message;

    if (request->route->type != MESSAGE_PULL)
        return;
    if (cursor.size > 0)
        pull->cursor = bytes_to(cursor);
    request->carried->after = bytes_from(pull->cursor);
}

/* By the header first, as a frame's. 0, or the error_code that refuses. */
static int take_message(struct session *session, struct request *request, const Ci__Letter *letter)
{
    uint16_t type = letter->type <= UINT16_MAX ? (uint16_t)letter->type : 0;
    int refused = arrival_check(&session->guest->arrival, type, &request->route);

    if (refused == 0 && request->route->letter == LETTER_NEVER)
        return ERROR_UNKNOWN_TYPE;
    if (refused == 0 && letter->message.len > message_limit(type))
        return ERROR_TOO_LARGE;
    return refused ? refused : arrival_unpack(request, bytes_from(letter->message));
}

static int begin(struct session *session, struct request *request, const struct opened_letter *opened,
                 const Ci__Letter *letter)
{
    const Ci__Carry *carry = (const Ci__Carry *)request->message;
    struct guest *guest = session->guest;
    int refused;

    request->carried = arena_alloc(request->arena, sizeof *request->carried);
    if (!request->carried)
        return FAULT(FAULT_MEMORY, "out of memory for a letter");
    *request->carried = (struct carried){ .letter = letter, .certificate = opened->certificate };
    request->peer = &guest->peer;
    request->memo = &guest->memo;
    arrival_note_time(&guest->arrival, &guest->peer, clock_now_ms(session->group->services->clock));
    if (letter->type == MESSAGE_HELLO)
        guest->heals = letter->heals;
    refused = take_message(session, request, letter);
    if (refused > 0)
        return request_refuse(request, (enum error_code)refused, NULL, NULL);
    set_cursor(request, bytes_from(carry->cursor));
    return 0;
}

/* The file lies open but for its letters: they say what the rest was when they were sealed. */
static bool is_of_head(const Ci__Letter *letter, struct bytes head)
{
    uint8_t digest[DIGEST_BYTES];

    digest_bytes(digest, head.data, head.size);
    return bytes_equal(bytes_from(letter->head), bytes_of(digest, sizeof digest));
}

static int unseal(const struct services *services, struct request *request, struct opened_letter *opened,
                  Ci__Letter **letter)
{
    const Ci__Carry *carry = (const Ci__Carry *)request->message;

    if (carry->head.len == 0)
        return ERROR_VERSION; /* a courier's program from before there were heads: the letters may be sound */
    int result = vault_open_letter(ledger_vault(services->ledger), bytes_from(carry->letter),
                                   clock_now_ms(services->clock), request->arena, opened);

    TRY(result);
    if (result == VAULT_ELSEWHERE)
        return ERROR_LETTER_ELSEWHERE;
    if (result != 0 || CODEC_UNPACK(ci__letter, opened->content, request->arena, letter) != 0 ||
        !is_of_head(*letter, bytes_from(carry->head)))
        return ERROR_LETTER_UNREADABLE;
    return 0;
}

int letter_open(struct session *session, struct request *request)
{
    struct opened_letter opened;
    Ci__Letter *letter = NULL;
    int result = check_courier(session);

    if (result == 0)
        result = unseal(session->group->services, request, &opened, &letter);
    if (result == 0)
        result = seat_guest(session, &opened.author, letter);
    return result != 0 ? result : begin(session, request, &opened, letter);
}

/* ---- answers ---- */

/* Nothing was made of the letter: it is not its author's fault, and may be carried again. */
static bool is_ours(const Ci__Error *error)
{
    return error && (error->code == ERROR_STORE_FULL || error->code == ERROR_BUSY || error->code == ERROR_STOPPING ||
                     error->code == ERROR_RESTORING);
}

/* A hello that says what the author must know before pushing or pulling. */
static bool must_be_read_first(const struct guest *guest, const Ci__HelloReply *hello)
{
    bool lost = false;

    for (size_t i = 0; i < hello->n_standings; i++)
        lost = lost || hello->standings[i]->rewound || hello->standings[i]->n_lacked > 0;
    return hello->cloned || (lost && !guest->heals);
}

static bool ends_bundle(const struct guest *guest, const struct request *request)
{
    if (request->error)
        return !request->route || request->route->letter != LETTER_GOES_ON;
    return request->route->type == MESSAGE_HELLO && must_be_read_first(guest, (const Ci__HelloReply *)request->reply);
}

/* A copy's newest edit is nowhere yet; an older file's came with a newer one. Where there is none, nothing is missing. */
static bool is_known(struct txn *txn, const Ci__HelloReply *reply, const Ci__Hello *hello)
{
    Ci__EditEntry__Outcome outcome;
    bool known = hello->n_sent == 0;

    if (!known && hello->sent[hello->n_sent - 1]->edit.len != ID_BYTES)
        return false;
    for (size_t i = 0; !known && i < reply->n_dossiers; i++)
        known =
            accepted_find(txn, reply->dossiers[i], bytes_from(hello->sent[hello->n_sent - 1]->edit), &outcome, NULL);
    return known;
}

static int why_cloned(struct ledger *ledger, const struct request *request, Ci__Carried__Why *why)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, ledger_store(ledger)));
    *why = is_known(&txn, (const Ci__HelloReply *)request->reply, (const Ci__Hello *)request->message)
               ? CI__CARRIED__WHY__OLDER
               : CI__CARRIED__WHY__CLONED;
    txn_end(&txn);
    return txn.fault;
}

/* For the courier, who cannot read the answer. Of an end only. */
static int why_it_ends(struct session *session, const struct request *request, Ci__Carried__Why *why)
{
    *why = CI__CARRIED__WHY__ANSWER_FIRST;
    if (!request->error && ((const Ci__HelloReply *)request->reply)->cloned)
        return why_cloned(session->group->services->ledger, request, why);
    if (request->error && request->error->code == ERROR_REVOKED)
        *why = CI__CARRIED__WHY__REVOKED;
    return 0;
}

static int seal(struct session *session, struct request *request, Ci__Carried *carried)
{
    const Ci__Letter *asked = request->carried->letter;
    const ProtobufCMessage *answer = request->error ? &request->error->base : request->reply;
    Ci__Letter letter = CI__LETTER__INIT;
    struct bytes packed, sealed = { 0 };

    letter.bundle = asked->bundle;
    letter.number = asked->number;
    letter.type = request->error ? MESSAGE_ERROR : MESSAGE_REPLY + asked->type;
    letter.message = bytes_to(codec_pack(answer, request->arena));
    letter.after = bytes_to(request->carried->after);
    letter.head = asked->head;
    packed = letter.message.data ? codec_pack(&letter, request->arena) : (struct bytes){ 0 };
    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a letter");
    TRY(vault_seal_letter(ledger_vault(session->group->services->ledger), packed, request->carried->certificate,
                          request->arena, &sealed));
    carried->letter = bytes_to(sealed);
    return 0;
}

int letter_answer(struct session *session, struct request *request)
{
    const char *municipality = principal_municipality(&request->principal);
    Ci__Carried *carried;

    if (is_ours(request->error))
        return 0;
    carried = arena_alloc(request->arena, sizeof *carried);
    if (!carried)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a letter");
    ci__carried__init(carried);
    TRY(seal(session, request, carried));
    if (!request->error && request->route->type == MESSAGE_PULL && !((const Ci__PullReply *)request->reply)->complete)
        carried->cursor = ((const Ci__PullReply *)request->reply)->cursor;
    carried->ends = session->guest->ended = ends_bundle(session->guest, request);
    if (carried->ends)
        TRY(why_it_ends(session, request, &carried->why));
    carried->person = session->guest->peer.person;
    carried->municipality = (char *)(uintptr_t)(municipality ? municipality : "");
    carried->edits = request->error ? 0 : (uint32_t)request->edits;
    request_forget(request);
    request_reply(request, &carried->base, 0);
    return 0;
}
