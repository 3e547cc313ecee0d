/*
 * invitations.c: making codes. What becomes of them is codes.c's; knows nothing of certificates.
 */
#include "server/ledger/invitations.h"

#include <openssl/crypto.h>
#include <stdio.h>

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/monitor/area.h"
#include "common/monitor/invitation.h"
#include "common/wire/codec.h"
#include "server/ledger/details.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"

static const uint64_t day_ms = 24ull * 60 * 60 * 1000;

static bool area_is_known(struct txn *txn, const char *code)
{
    char key[RECORD_KEY_MAX + 1];

    snprintf(key, sizeof key, "area/%s", code);
    return area_code_is_valid(code) && record_packed(txn, "NL", key).data;
}

static int check_details(const Ci__PersonDetails *details, struct refusal *refusal)
{
    size_t name = strlen(details->name);

    if (name == 0 || !invitation_detail_fits(details->name) || !invitation_detail_fits(details->function) ||
        !invitation_detail_fits(details->department))
        return refuse(refusal, ERROR_INVALID,
                      "geef een naam; naam, functie en afdeling zijn hoogstens 200 bytes gewone tekst",
                      "give a name; name, function and department are at most 200 bytes of plain text");
    return 0;
}

/* One that was merged into another has no answers to give any more: its people are that one's. */
static int check_in_force(struct batch *batch, const char *code, struct arena *arena, struct refusal *refusal)
{
    char date[DATE_SIZE];
    const char *key = arena_format(arena, "area/%s", code), *nl, *en;
    Ci__Area *area = NULL;
    int result = key ? RECORD_VALUE(batch->txn, "NL", key, ci__area, arena, &area)
                     : FAULT(FAULT_MEMORY, "out of memory for an invitation");

    TRY(result);
    if (result == RECORD_NONE || !area->valid_to[0] || strcmp(date_print(date, batch->clock_ms), area->valid_to) < 0)
        return 0;
    nl = arena_format(arena, "%s bestaat niet meer sinds %s%s%s", area->name, area->valid_to,
                      area->successor[0] ? ": nodig uit voor " : "", area->successor);
    en = arena_format(arena, "%s does not exist any more since %s%s%s", area->name, area->valid_to,
                      area->successor[0] ? ": invite for " : "", area->successor);
    return nl && en ? refuse(refusal, ERROR_INVALID, nl, en) : FAULT(FAULT_MEMORY, "out of memory for an invitation");
}

static int check_new_person(struct batch *batch, const struct invitation *invitation, struct arena *arena,
                            struct refusal *refusal)
{
    if (!invitation_areas_fit(invitation->role, invitation->areas, invitation->area_count))
        return refuse(refusal, ERROR_INVALID,
                      "rol en gebieden passen niet bij elkaar: één gemeente voor wie er werkt, "
                      "provincies of regio's voor een coördinator, geen voor het programmateam",
                      "role and areas do not fit: one municipality for its people, provinces or regions for a "
                      "coordinator, none for the central team");
    for (size_t i = 0; i < invitation->area_count; i++) {
        if (!area_is_known(batch->txn, invitation->areas[i]))
            return refuse(refusal, ERROR_UNKNOWN_AREA, NULL, NULL);
        int result = check_in_force(batch, invitation->areas[i], arena, refusal);

        if (result != 0)
            return result;
    }
    return check_details(invitation->details, refusal);
}

static int add_person(struct batch *batch, const struct invitation *invitation, struct arena *arena,
                      struct invited *invited, struct refusal *refusal)
{
    Ci__Person person = CI__PERSON__INIT;
    char key[RECORD_KEY_MAX + 1];
    uint8_t id[8];
    struct bytes sealed;
    int result = check_new_person(batch, invitation, arena, refusal);

    if (result != 0)
        return result;
    random_bytes(id, sizeof id);
    invited->person[0] = 'p';
    hex_encode(invited->person + 1, id, sizeof id);
    TRY(details_close(ledger_vault(batch->ledger), invited->person, invitation->details, arena, &sealed));
    person.role = invitation->role;
    person.areas = (char **)(uintptr_t)invitation->areas;
    person.n_areas = invitation->area_count;
    person.state = CI__PERSON__STATE__INVITED;
    person.details = bytes_to(sealed);
    snprintf(key, sizeof key, "person/%s", invited->person);
    return own_message_add(batch, invitation->author, key, &person, arena, refusal);
}

/* A code for somebody who is known changes nothing of that person: what is said of it must be so already. */
static bool person_is_as_said(const Ci__Person *person, const struct invitation *invitation)
{
    bool same = invitation->role == CI__ROLE__ROLE_NONE || invitation->role == person->role;

    if (invitation->area_count > 0)
        same = same && invitation->area_count == person->n_areas;
    for (size_t i = 0; same && i < invitation->area_count; i++)
        same = strcmp(invitation->areas[i], person->areas[i]) == 0;
    return same;
}

/* A name that the server lost, and that no home has any more either, is given again; one that it has stays. */
static int restore_name(struct batch *batch, const struct invitation *invitation, struct arena *arena,
                        struct refusal *refusal)
{
    const Ci__PersonDetails *details = invitation->details;
    int result;

    if (!*details->name)
        return 0;
    result = check_details(details, refusal);
    return result ? result : details_restore(batch, details, arena);
}

static int find_person(struct batch *batch, const struct invitation *invitation, struct arena *arena,
                       struct invited *invited, struct refusal *refusal)
{
    const char *id = invitation->details->person;
    char key[RECORD_KEY_MAX + 1];
    Ci__Person *person = NULL;
    int result;

    snprintf(key, sizeof key, "person/%s", id);
    result = RECORD_VALUE(batch->txn, "NL", key, ci__person, arena, &person);
    TRY(result);
    if (result == RECORD_NONE || strlen(id) >= sizeof invited->person || person->state == CI__PERSON__STATE__ERASED)
        return refuse(refusal, ERROR_INVALID, "deze persoon bestaat niet", "there is no such person");
    if (access_is_revoked(batch->txn, id))
        return refuse(refusal, ERROR_REVOKED,
                      "De toegang van deze persoon is ingetrokken: nodig wie terugkomt uit als nieuwe persoon.",
                      "This person's access was revoked: invite somebody who comes back as a new person.");
    if (!person_is_as_said(person, invitation))
        return refuse(refusal, ERROR_INVALID,
                      "deze persoon heeft een andere rol of andere gebieden; nodig iemand met een nieuwe rol uit als "
                      "nieuwe persoon",
                      "this person has another role or other areas; invite somebody with a new role as a new person");
    snprintf(invited->person, sizeof invited->person, "%s", id);
    return restore_name(batch, invitation, arena, refusal);
}

static int add_code(struct batch *batch, const struct invitation *invitation, struct invited *invited)
{
    Ci__InvitationEntry code = CI__INVITATION_ENTRY__INIT;
    Ci__Entry entry = CI__ENTRY__INIT;
    uint8_t hash[DIGEST_BYTES];
    uint64_t days = invitation->valid_days ? invitation->valid_days : INVITATION_DAYS_DEFAULT;

    random_bytes(invited->secret, sizeof invited->secret);
    digest_bytes(hash, invited->secret, sizeof invited->secret);
    invited->expires_ms = batch->clock_ms + days * day_ms;
    code.code_hash = bytes_to(bytes_of(hash, sizeof hash));
    code.person = invited->person;
    code.expires_ms = invited->expires_ms;
    code.author = (char *)(uintptr_t)invitation->author;
    entry.fact_case = CI__ENTRY__FACT_INVITATION;
    entry.invitation = &code;
    return batch_add(batch, &entry, NULL);
}

int invitation_create(struct batch *batch, const struct invitation *invitation, struct arena *arena,
                      struct invited *invited, struct refusal *refusal)
{
    struct invited made = { 0 };
    bool known = invitation->details->person[0] != '\0';
    int result;

    if (invitation->valid_days > INVITATION_DAYS_MAX)
        return refuse(refusal, ERROR_INVALID, "een code geldt hoogstens 90 dagen",
                      "a code is valid for at most 90 days");
    result = known ? find_person(batch, invitation, arena, &made, refusal)
                   : add_person(batch, invitation, arena, &made, refusal);
    if (result == 0)
        result = add_code(batch, invitation, &made);
    if (result == 0)
        *invited = made;
    OPENSSL_cleanse(made.secret, sizeof made.secret);
    return result;
}

int invitation_text(struct ledger *ledger, struct txn *txn, const struct invited *invited,
                    char out[INVITATION_CODE_SIZE])
{
    struct invitation_code code = { 0 };
    uint8_t fingerprint[DIGEST_BYTES];
    int result;

    TRY(ledger_address(txn, code.address, sizeof code.address));
    vault_ca_fingerprint(ledger_vault(ledger), fingerprint);
    memcpy(code.secret, invited->secret, sizeof code.secret);
    memcpy(code.ca, fingerprint, sizeof code.ca);
    result = invitation_code_print(&code, out);
    OPENSSL_cleanse(code.secret, sizeof code.secret);
    return result > 0 ? FAULT(FAULT_INVALID, "the server's address %s is not HOST:PORT", code.address) : result;
}
