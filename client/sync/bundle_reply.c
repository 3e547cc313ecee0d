/*
 * bundle_reply.c: takes the answers to a bundle in: each is opened, is the server's, and is given to the engine beside the
 * request that was kept. What came in order is stored as it comes; coming again changes nothing. See bundle.h.
 */
#include <stdio.h>
#include <string.h>

#include "client/replica/exchange.h"
#include "client/sync/bundle.h"
#include "client/sync/bundle_head.h"
#include "client/sync/refused.h"
#include "common/tls/envelope.h"
#include "common/tls/signature.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"
#include "common/wire/message.h"
#include "proto/home.pb-c.h"

enum { LETTER_ARENA = 32 * 1024 * 1024, FILE_ARENA = 4 * BUNDLE_REPLY_BYTES_MAX };
enum {
    TAKING_ENDS = BUNDLE_NOT_AWAITED + 1
}; /* an outcome inside this file: what follows was not taken by the server */

struct taking {
    const struct sync_options *options;
    struct sync_report *report;
    struct arena *files;  /* of the kept bundle and the answers' file */
    struct arena *letter; /* of one answer at a time */
    struct engine *engine;
    EVP_PKEY *key;
    X509 *own, *ca;
    Ci__KeptBundle *kept;
    uint8_t head[DIGEST_BYTES]; /* of the file */
    const Ci__Letter *asked;    /* the one that is being answered */
    bool history_ended;
};

static void taking_done(struct taking *taking)
{
    arena_free(taking->files);
    arena_free(taking->letter);
    engine_free(taking->engine);
    EVP_PKEY_free(taking->key);
    X509_free(taking->own);
    X509_free(taking->ca);
}

/* ---- one answer ---- */

static int on_renewed(struct taking *taking, struct bytes packed)
{
    Ci__Certificate *certificate = NULL;

    if (CODEC_UNPACK(ci__certificate, packed, taking->letter, &certificate) != 0)
        return FAULT(FAULT_INVALID, "the server's certificate cannot be read: update the program");
    int result = home_store_certificate(taking->options->home, taking->key, certificate, taking->options->identity);

    taking->report->renewed = result == 0;
    return result > 0 ? FAULT(FAULT_INVALID, "the server renewed the certificate of somebody else") : result;
}

static bool holds_several(const Ci__Letter *asked, struct arena *arena)
{
    Ci__Push *push = NULL;
    Ci__OfferHistory *offer = NULL;

    if (asked->type == MESSAGE_OFFER_HISTORY &&
        CODEC_UNPACK(ci__offer_history, bytes_from(asked->message), arena, &offer) == 0)
        return offer->n_edits > 1;
    return asked->type == MESSAGE_PUSH && CODEC_UNPACK(ci__push, bytes_from(asked->message), arena, &push) == 0 &&
           push->n_edits > 1;
}

/* Of a heal of several records, since the server took none of them. */
static void note_suspects(struct taking *taking)
{
    Ci__Heal *heal = NULL;

    if (taking->asked->type != MESSAGE_HEAL ||
        CODEC_UNPACK(ci__heal, bytes_from(taking->asked->message), taking->files, &heal) != 0 || heal->n_records < 2)
        return;
    taking->kept->suspects = arena_alloc(taking->files, heal->n_records * sizeof *taking->kept->suspects);
    for (size_t i = 0; taking->kept->suspects && i < heal->n_records; i++)
        taking->kept->suspects[i] = heal->records[i]->key;
    taking->kept->n_suspects = taking->kept->suspects ? heal->n_records : 0;
}

/* What the next bundle is to do about it. */
static void note_refusal(struct taking *taking, const Ci__Error *error)
{
    bool held = engine_report(taking->engine)->held != NULL;

    if (taking->asked->type == MESSAGE_HELLO && error->code == ERROR_UNKNOWN_INSTALL)
        taking->kept->readmit = true;
    if (!held && holds_several(taking->asked, taking->letter))
        taking->kept->singly = true; /* until the one that is to blame was found, and parked */
    note_suspects(taking);
}

static int on_error(struct taking *taking, struct bytes packed)
{
    Ci__Error *error = NULL;

    if (CODEC_UNPACK(ci__error, packed, engine_arena(taking->engine), &error) != 0)
        return FAULT(FAULT_INVALID, "the server's answer cannot be read: update the program");
    if (taking->asked->type == MESSAGE_RENEW)
        return 0; /* while it holds, the next bundle asks again; else what follows says so */
    if (error->code == ERROR_CERTIFICATE_EXPIRED) {
        taking->kept->renew = true; /* unless it was, by a letter before: this bundle was sealed under the old one */
        return TAKING_ENDS;
    }
    taking->report->revoked = error->code == ERROR_REVOKED;
    int result = engine_refused(taking->engine, error);

    if (result == 0)
        note_refusal(taking, error);
    return result;
}

/* A page is taken where this home is at the place from which it goes on: none is skipped, and none comes twice. */
static int fits_cursor(struct taking *taking, const Ci__Letter *answer, bool *fits)
{
    Ci__Pull *pull = NULL;
    struct bytes cursor;

    *fits = true;
    if (taking->asked->type != MESSAGE_PULL)
        return 0;
    if (CODEC_UNPACK(ci__pull, bytes_from(taking->asked->message), taking->letter, &pull) != 0)
        return FAULT(FAULT_CORRUPT, "the bundle that was kept here cannot be read: make a new one");
    TRY(exchange_cursor(taking->options->replica, taking->letter, pull->dossier, &cursor));
    *fits = bytes_equal(cursor, bytes_from(answer->after));
    return 0;
}

static int on_reply(struct taking *taking, const Ci__Letter *answer)
{
    const struct message_row *row = message_row((uint16_t)answer->type);
    const struct engine_report *report = engine_report(taking->engine);
    ProtobufCMessage *reply = NULL;
    bool fits;

    TRY(fits_cursor(taking, answer, &fits));
    if (!fits)
        return 0;
    if (!row || codec_unpack(row->descriptor, bytes_from(answer->message), engine_arena(taking->engine), &reply) != 0)
        return FAULT(FAULT_INVALID, "the server's answer cannot be read: update the program");
    TRY(engine_answer(taking->engine, reply));
    if (taking->asked->type == MESSAGE_READMIT)
        taking->kept->readmit = false;
    if (taking->asked->type != MESSAGE_HELLO)
        return 0;
    taking->kept->renew = sync_renewal_is_due(taking->options->identity, report->server_ms);
    return report->cloned || (report->lost && !taking->kept->heals) ? TAKING_ENDS : 0;
}

/* It goes on where the bundles before ended. Not so where the server was put back since: what they offered may be lost again. */
static bool goes_on(const struct taking *taking)
{
    return taking->kept->history_after.len == 0 || !engine_report(taking->engine)->lost;
}

/* Once all that was kept was offered, it is no more to be offered. */
static int end_history(struct taking *taking)
{
    if (taking->history_ended || taking->asked->type == MESSAGE_OFFER_HISTORY || taking->asked->type < MESSAGE_PUSH ||
        taking->asked->type == MESSAGE_READMIT)
        return 0;
    taking->history_ended = true;
    if (!goes_on(taking) || taking->kept->history_until.len > 0)
        engine_unsettle_history(taking->engine);
    return taking->kept->heals && engine_history_is_settled(taking->engine)
               ? exchange_history_end(taking->options->replica)
               : 0;
}

static int take(struct taking *taking, const Ci__Letter *answer)
{
    uint16_t type = (uint16_t)taking->asked->type;

    TRY(end_history(taking));
    if (type != MESSAGE_RENEW)
        TRY(engine_recall(taking->engine, type, bytes_from(taking->asked->message)));
    if (answer->type == MESSAGE_ERROR)
        return on_error(taking, bytes_from(answer->message));
    if (answer->type != (uint32_t)MESSAGE_REPLY + type)
        return FAULT(FAULT_INVALID, "the server answered something else than was asked: update the program");
    return type == MESSAGE_RENEW ? on_renewed(taking, bytes_from(answer->message)) : on_reply(taking, answer);
}

/* ---- the file ---- */

/* The server's own, of the bundle that the file says. BUNDLE_UNREADABLE. */
static int open_answer(struct taking *taking, struct bytes sealed, Ci__Letter **answer)
{
    const struct envelope_reader reader = {
        .key = taking->key, .certificate = taking->own, .ca = taking->ca, .now_ms = clock_now_ms(taking->options->clock)
    };
    CLEANUP(certificate_free) X509 *signer = NULL;
    struct bytes content;
    int result = envelope_open(sealed, &reader, taking->letter, &content, &signer);

    TRY(result);
    if (result > 0 || !signature_is_signer(signer) || CODEC_UNPACK(ci__letter, content, taking->letter, answer) != 0 ||
        !bytes_equal(bytes_from((*answer)->head), bytes_of(taking->head, sizeof taking->head)))
        return BUNDLE_UNREADABLE;
    return 0;
}

/* Whole answers of another bundle; or answers whose file was changed on its way. What is for another home nobody here can tell. */
static int refuse_others(struct taking *taking, const Ci__Bundle *file)
{
    Ci__Letter *answer = NULL;
    int result;

    if (file->n_letters == 0 || strcmp(file->install, taking->options->identity->install) != 0)
        return BUNDLE_NOT_AWAITED;
    result = open_answer(taking, bytes_from(file->letters[0]), &answer);
    return result == 0 ? BUNDLE_NOT_AWAITED : result;
}

/* In the order of the letters; only a pull has several answers. */
static int take_all(struct taking *taking, const Ci__Bundle *file)
{
    uint32_t number = 0;

    for (size_t i = 0; i < file->n_letters; i++) {
        Ci__Letter *answer = NULL, *asked = NULL;

        arena_reset(taking->letter);
        int result = open_answer(taking, bytes_from(file->letters[i]), &answer);

        if (result != 0)
            return result;
        if (answer->number == 0 || answer->number > taking->kept->n_letters || answer->number < number ||
            answer->number > number + 1)
            return BUNDLE_UNREADABLE;
        if (CODEC_UNPACK(ci__letter, bytes_from(taking->kept->letters[answer->number - 1]), taking->letter, &asked) !=
            0)
            return FAULT(FAULT_CORRUPT, "the bundle that was kept here cannot be read: make a new one");
        if (answer->number == number && asked->type != MESSAGE_PULL)
            return BUNDLE_UNREADABLE;
        number = answer->number;
        taking->asked = asked;
        result = take(taking, answer);
        if (result != 0)
            return result == TAKING_ENDS ? 0 : result;
        if (taking->options->progress)
            taking->options->progress(taking->options->context, engine_report(taking->engine), taking->report->bytes);
    }
    return engine_end(taking->engine);
}

/* BUNDLE_NOT_AWAITED. */
static int read_kept(struct taking *taking)
{
    struct bytes packed;
    int result = home_bundle(taking->options->home, taking->files, &packed);

    if (result != 0)
        return result == HOME_NO_BUNDLE ? BUNDLE_NOT_AWAITED : result;
    if (CODEC_UNPACK(ci__kept_bundle, packed, taking->files, &taking->kept) != 0)
        return FAULT(FAULT_CORRUPT, "the bundle that was kept here cannot be read: make a new one");
    return taking->kept->id.len > 0 ? 0 : BUNDLE_NOT_AWAITED;
}

static int begin(struct taking *taking, struct bytes packed, Ci__Bundle **file)
{
    const struct sync_options *options = taking->options;

    TRY(arena_new(&taking->files, FILE_ARENA));
    TRY(arena_new(&taking->letter, LETTER_ARENA));
    TRY(engine_new(&taking->engine, options->replica, options->identity));
    TRY(home_key(options->home, &taking->key));
    TRY(home_certificates(options->home, &taking->own, &taking->ca));
    if (CODEC_UNPACK(ci__bundle, packed, taking->files, file) != 0 || strcmp((*file)->format, BUNDLE_REPLY_FORMAT) != 0)
        return BUNDLE_UNREADABLE;
    TRY(bundle_head_digest(*file, taking->files, taking->head));
    int result = read_kept(taking);

    TRY(result);
    if (result == BUNDLE_NOT_AWAITED || !bytes_equal(bytes_from((*file)->id), bytes_from(taking->kept->id)))
        return refuse_others(taking, *file);
    return 0;
}

/* What is left of it is how the next one is to be made. */
static int finish(struct taking *taking)
{
    Ci__KeptBundle rest = CI__KEPT_BUNDLE__INIT;
    struct bytes packed;

    rest.readmit = taking->kept->readmit;
    rest.singly = taking->kept->singly;
    rest.suspects = taking->kept->suspects;
    rest.n_suspects = taking->kept->n_suspects;
    if (taking->history_ended && goes_on(taking))
        rest.history_after = taking->kept->history_until;
    rest.renew = taking->kept->renew && !taking->report->renewed;
    if (!rest.readmit && !rest.singly && !rest.renew && rest.n_suspects == 0 && rest.history_after.len == 0)
        return home_drop_bundle(taking->options->home);
    packed = codec_pack(&rest, taking->letter);
    return packed.data ? home_keep_bundle(taking->options->home, packed)
                       : FAULT(FAULT_MEMORY, "out of memory for a bundle");
}

static int take_file(struct taking *taking, struct bytes packed)
{
    Ci__Bundle *file = NULL;
    int result = begin(taking, packed, &file);

    if (result != 0)
        return result;
    taking->kept->n_suspects = 0;
    taking->kept->singly = taking->kept->renew = false; /* unless one of these answers asks for it */
    taking->report->bytes = packed.size;
    result = take_all(taking, file);
    sync_report_fill(taking->report, taking->engine, packed.size);
    TRY(home_remember(taking->options->home, taking->options->identity));
    return result == 0 ? finish(taking) : result;
}

int bundle_take(const struct sync_options *options, struct bytes file, struct sync_report *report)
{
    struct taking taking = { .options = options, .report = report };
    int result = home_lock(options->home);

    memset(report, 0, sizeof *report);
    if (result != 0)
        return result == HOME_BUSY ? BUNDLE_BUSY : result;
    result = take_file(&taking, file);
    taking_done(&taking);
    return result;
}
