/*
 * receipt.c: `cimonitor receipt ROUND`: what the server signed about the own submission, as a file to keep; and `receipt
 * check FILE`, for whoever was given one: without a home, without a server.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/commands/central.h"
#include "client/commands/names.h"
#include "client/commands/receipt_file.h"
#include "client/commands/roles.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "common/base/file.h"
#include "common/format/file.h"
#include "common/tls/key.h"
#include "common/wire/codec.h"

enum { RECEIPT_BYTES_MAX = 64 * 1024, FINGERPRINT_DIGITS_MIN = 32 };

/* ---- what is said ---- */

/* By outcome of receipt_file.h. */
static const struct {
    const char *name, *nl, *en;
} wrongs[] = {
    [RECEIPT_UNREADABLE] = { "receipt_unreadable",
                             "Dit is geen ontvangstbewijs, of het is afgekapt of veranderd. Vraag het opnieuw op.",
                             "This is no receipt, or it was cut or changed. Ask for it again." },
    [RECEIPT_NO_SIGNER] = { "receipt_no_signer",
                            "Dit bewijs is niet ondertekend door een server van de CI Monitor, of het is veranderd of "
                            "beschadigd. Vertrouw het niet; vraag het opnieuw op.",
                            "This receipt was not signed by a server of the CI Monitor, or it was changed or damaged. "
                            "Do not trust it; ask for it again." },
    [RECEIPT_CHANGED] = { "receipt_changed",
                          "Dit bewijs is na het ondertekenen veranderd of beschadigd. Vertrouw het niet; vraag het "
                          "opnieuw op.",
                          "This receipt was changed or damaged after it was signed. Do not trust it; ask for it "
                          "again." },
    [RECEIPT_OTHER_CA] = { "receipt_other_ca",
                           "Dit bewijs is van een andere server dan u vertrouwt. Vraag het programmateam welke "
                           "vingerafdruk "
                           "klopt.",
                           "This receipt is another server's than the one that you trust. Ask the central team which "
                           "fingerprint is right." },
    [RECEIPT_RELEASE_UNSOUND] = { "receipt_release_unsound",
                                  "De vrijgave in dit bewijs is niet door de server ondertekend, of is veranderd of "
                                  "beschadigd. Vertrouw het niet; vraag het opnieuw op.",
                                  "The release in this receipt was not signed by the server, or was changed or "
                                  "damaged. "
                                  "Do not trust it; ask for it again." },
    [RECEIPT_OF_ANOTHER_RELEASE] = { "receipt_other_round",
                                     "De vrijgave in dit bewijs is van een andere ronde. Vraag het opnieuw op.",
                                     "The release in this receipt is of another round. Ask for it again." },
    [RECEIPT_NOT_INCLUDED] = { "receipt_not_included",
                               "Dit bestand is veranderd of beschadigd, of de lijst zit niet in de vrijgegeven "
                               "cijfers van de ronde. Vraag eerst een nieuw bewijs: de gemeente maakt het met "
                               "cimonitor "
                               "receipt RONDE --out BESTAND. Zegt dat hetzelfde, vraag dan het programmateam waarom.",
                               "This file was changed or damaged, or the list is not in the released figures of the "
                               "round. Ask for a new receipt first: the municipality makes it with cimonitor receipt "
                               "ROUND --out FILE. If that says the same, ask the central team why." },
};

static int refuse_wrong(const struct command_context *context, int outcome)
{
    return command_refuse(context, EXIT_FAILED, wrongs[outcome].name, wrongs[outcome].nl, wrongs[outcome].en);
}

/* Where there is no home there are no names: the code alone. */
static const char *municipality_text(const struct command_context *context, const char *code)
{
    return context->replica ? area_with_code(context, code) : code;
}

static json_t *release_json(const Ci__ReleaseHead *release)
{
    char root[2 * DIGEST_BYTES + 1];

    return json_pack("{s:s, s:i, s:I}", "root", hex_encode(root, release->root.data, DIGEST_BYTES), "count",
                     (int)release->count, "time_ms", (json_int_t)release->time_ms);
}

static int print_json(const struct command_context *context, const struct receipt_findings *findings, const char *file)
{
    const Ci__Receipt *receipt = findings->receipt;
    char digest[2 * DIGEST_BYTES + 1] = "", edit[2 * ID_BYTES + 1] = "", ca[2 * DIGEST_BYTES + 1];
    json_t *object;

    if (receipt->digest.len == DIGEST_BYTES)
        hex_encode(digest, receipt->digest.data, DIGEST_BYTES);
    if (receipt->edit.len == ID_BYTES)
        hex_encode(edit, receipt->edit.data, ID_BYTES);
    object = json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:b, s:o}", "valid", 1, "round", receipt->round,
                       "municipality", receipt->municipality, "state", submission_state_name(receipt->state), "digest",
                       digest, "edit", edit, "position", (json_int_t)(receipt->place ? receipt->place->position : 0),
                       "time_ms", (json_int_t)receipt->time_ms, "ca", hex_encode(ca, findings->ca, DIGEST_BYTES),
                       "ca_trusted", (int)findings->ca_trusted, "release",
                       findings->release ? release_json(findings->release) : json_null());
    if (file)
        json_object_set_new(object, "file", json_string(command_harmless(context, file)));
    command_print_json(object);
    return EXIT_DONE;
}

static void print_release(const struct command_context *context, const Ci__ReleaseHead *release)
{
    char root[2 * DIGEST_BYTES + 1];

    if (!release) {
        printf("%s\n", say(context->language,
                           "De ronde is nog niet vrijgegeven, of dit bewijs is van daarvoor: of de lijst in de "
                           "gepubliceerde cijfers zit, blijkt hier nog niet uit.",
                           "The round is not released yet, or this receipt is from before: whether the list is in the "
                           "published figures does not follow from it yet."));
        return;
    }
    tell(say(context->language,
             "Deze lijst zit in de vrijgegeven cijfers: een van %u, vrijgegeven op %s.\nWortel: %s\n",
             "This list is in the released figures: one of %u, released on %s.\nRoot: %s\n"),
         release->count, moment(context, release->time_ms), hex_encode(root, release->root.data, DIGEST_BYTES));
}

static int print_findings(const struct command_context *context, const struct receipt_findings *findings,
                          const char *file)
{
    const Ci__Receipt *receipt = findings->receipt;
    char digest[2 * DIGEST_BYTES + 1] = "", ca[2 * DIGEST_BYTES + 1];

    if (context->json)
        return print_json(context, findings, file);
    if (receipt->digest.len == DIGEST_BYTES)
        hex_encode(digest, receipt->digest.data, DIGEST_BYTES);
    tell(say(context->language,
             "De server heeft dit ondertekend: de lijst %s van %s is %s, bij hem binnen op %s.\n"
             "Som van de antwoorden (SHA-256): %s\n",
             "The server signed this: the list %s of %s is %s, and reached it on %s.\n"
             "Digest of the answers (SHA-256): %s\n"),
         receipt->round, municipality_text(context, receipt->municipality),
         submission_state_text(receipt->state, context->language), moment(context, receipt->time_ms), digest);
    print_release(context, findings->release);
    printf(findings->ca_trusted
               ? say(context->language, "Van de server die u vertrouwt, vingerafdruk %s\n",
                     "By the server that you trust, fingerprint %s\n")
               : say(context->language,
                     "Vergelijk de vingerafdruk met die van het programmateam (--ca doet het voor u): %s\n",
                     "Compare the fingerprint with the central team's (--ca does so for you): %s\n"),
           hex_encode(ca, findings->ca, DIGEST_BYTES));
    if (file)
        tell(say(context->language, "Bewaard in %s; ieder kan het nagaan met: cimonitor receipt check %s\n",
                 "Kept in %s; anybody can check it with: cimonitor receipt check %s\n"),
             file, file);
    return EXIT_DONE;
}

/* ---- receipt check ---- */

/* Hexadecimal, colons or not, from its beginning. False: it is none. */
static bool read_fingerprint(const char *text, struct receipt_trust *trust)
{
    char digits[2 * DIGEST_BYTES + 1] = "";
    size_t count = 0;

    for (; *text; text++) {
        if (*text == ':' || *text == ' ')
            continue;
        if (count == 2 * DIGEST_BYTES || !strchr("0123456789abcdefABCDEF", *text))
            return false;
        digits[count++] = *text;
    }
    trust->size = count / 2;
    return count >= FINGERPRINT_DIGITS_MIN && count % 2 == 0 && hex_decode(trust->bytes, trust->size, digits);
}

/* The CA of the home, in DER; nothing where there is no home, or none that was enrolled. */
static int own_ca(const struct command_context *context, struct bytes *der)
{
    CLEANUP(certificate_free) X509 *certificate = NULL;
    unsigned char *packed = NULL;

    *der = bytes_of(NULL, 0);
    if (!context->home || access(home_ca_file(context->home), F_OK) != 0)
        return 0;
    TRY(home_certificates(context->home, NULL, &certificate));
    int length = i2d_X509(certificate, &packed);

    if (length < 0)
        return crypto_fault("encoding the CA's certificate");
    *der = bytes_of(arena_copy(context->arena, packed, (size_t)length), (size_t)length);
    OPENSSL_free(packed);
    return der->data ? 0 : FAULT(FAULT_MEMORY, "out of memory for a certificate");
}

static void trust_ca(struct receipt_trust *trust, struct bytes der)
{
    digest_bytes(trust->bytes, der.data, der.size);
    trust->size = DIGEST_BYTES;
}

static int check_file(const struct command_context *context, const char *path, const struct receipt_trust *trust)
{
    Ci__ReceiptFile *file = NULL;
    struct receipt_findings findings;
    char *text = NULL;
    size_t size;
    int result = file_read(path, RECEIPT_BYTES_MAX, &text, &size);

    if (result < 0)
        return command_fault(context, result);
    result = receipt_file_read(bytes_of(text, size), context->arena, &file);
    free(text);
    if (result == 0)
        result = receipt_file_check(file, trust, context->arena, &findings);
    if (result != 0)
        return result < 0 ? command_fault(context, result) : refuse_wrong(context, result);
    return print_findings(context, &findings, NULL);
}

static int run_check(const struct command_context *context, int count, char **arguments)
{
    const char *given = NULL;
    const struct command_option options[] = { { .name = "--ca", .value = &given } };
    struct receipt_trust trust = { 0 };
    struct bytes ca;
    int left = command_options(context, count, arguments, options, 1);

    if (left != 1)
        return left < 0 ? EXIT_USAGE
                        : command_usage(context, say(context->language, "geef één bestand", "give one file"));
    if (given && !read_fingerprint(given, &trust))
        return command_usage(context, say(context->language,
                                          "--ca: geef de vingerafdruk van de CA, 32 tot 64 hexadecimale tekens",
                                          "--ca: give the CA's fingerprint, 32 to 64 hexadecimal digits"));
    if (!given) {
        int result = own_ca(context, &ca);

        if (result < 0)
            return command_fault(context, result);
        if (ca.data)
            trust_ca(&trust, ca);
    }
    return check_file(context, arguments[0], &trust);
}

/* ---- receipt ROUND ---- */

static int refuse_none(const struct command_context *context, const char *round)
{
    Ci__Edit *edit = NULL;
    bool unsent = false;
    const char *municipality = identity_municipality(&context->identity);
    const char *key = arena_format(context->arena, "submission/%s", round);
    int found = municipality && key ? replica_word(context->replica, context->arena, municipality, key, &edit, &unsent)
                                    : REPLICA_NONE;

    if (found < 0)
        return command_fault(context, found);
    if (found == 0)
        return command_refuse(context, EXIT_FAILED, "not_synced",
                              "Er is nog geen ontvangstbewijs hier. Haal het op met: cimonitor sync",
                              "There is no receipt here yet. Fetch it with: cimonitor sync");
    return command_refuse(context, EXIT_FAILED, "nothing_submitted",
                          "Van deze ronde is nog niets ingediend, dus is er geen ontvangstbewijs.",
                          "Nothing of this round was submitted yet, so there is no receipt.");
}

static int write_receipt(const struct command_context *context, const Ci__ReceiptFile *file, const char *path)
{
    struct bytes text;

    TRY(receipt_file_text(file, context->arena, &text));
    return file_save(path, text);
}

/* The file, checked against this home's own CA before anything is said of it. */
static int show(const struct command_context *context, Ci__ReceiptFile *file, const char *path)
{
    struct receipt_trust trust = { 0 };
    struct receipt_findings findings;
    int result;

    trust_ca(&trust, bytes_from(file->ca));
    result = receipt_file_check(file, &trust, context->arena, &findings);
    if (result != 0)
        return result < 0 ? result : refuse_wrong(context, result);
    if (path)
        TRY(write_receipt(context, file, path));
    return print_findings(context, &findings, path);
}

static int receipt_of(const struct command_context *context, const char *round, const char *path)
{
    Ci__ReceiptFile file = CI__RECEIPT_FILE__INIT;
    Ci__Release *release = NULL;
    struct bytes ca;
    char *key = arena_format(context->arena, "release/%s", round);
    int found = replica_receipt(context->replica, context->arena, round, &file.receipt);

    TRY(found);
    if (found == REPLICA_NONE)
        return refuse_none(context, round);
    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a receipt");
    TRY(own_ca(context, &ca));
    file.ca = bytes_to(ca);
    found = central_value(context, key, &ci__release__descriptor, &release);
    TRY(found);
    receipt_file_include(&file, found == 0 ? release : NULL, context->arena);
    return show(context, &file, path);
}

int run_receipt(struct command_context *context, int count, char **arguments)
{
    const char *path = NULL;
    const struct command_option options[] = { { .name = "--out", .value = &path } };

    if (count > 0 && strcmp(arguments[0], "check") == 0)
        return run_check(context, count - 1, arguments + 1);
    int left = command_options(context, count, arguments, options, 1);

    if (left != 1)
        return left < 0 ? EXIT_USAGE
                        : command_usage(context, say(context->language, "geef één ronde", "give one round"));
    int result = receipt_of(context, arguments[0], path);

    return result < 0 ? command_fault(context, result) : result;
}
