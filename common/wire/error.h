/*
 * error.h: the stable error codes, in one table: number, name, may trying again help, sentence in Dutch and English.
 *
 * proto/PROTOCOL.md lists the same; a test compares. A code is never given another meaning.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "proto/messages.pb-c.h"

/*   number  name  retry  Dutch  English */
#define ERROR_TABLE(ROW)                                                                                               \
    ROW(1, MALFORMED, malformed, false, "Het bericht is niet leesbaar. Werk het programma bij.",                       \
        "The message cannot be read. Update the program.")                                                             \
    ROW(2, TOO_LARGE, too_large, false, "Het bericht is te groot. Stuur minder tegelijk.",                             \
        "The message is too large. Send less at once.")                                                                \
    ROW(3, TOO_COMPLEX, too_complex, false, "Het bericht heeft te veel onderdelen. Stuur minder tegelijk.",            \
        "The message has too many parts. Send less at once.")                                                          \
    ROW(4, UNKNOWN_TYPE, unknown_type, false, "De server kent dit verzoek niet. De server is ouder dan uw programma.", \
        "The server does not know this request. It is older than your program.")                                       \
    ROW(5, OUT_OF_ORDER, out_of_order, false,                                                                          \
        "Het verzoek kwam op een moment dat het niet mag. Werk het programma bij.",                                    \
        "The request came when it may not. Update the program.")                                                       \
    ROW(6, VERSION, version, false,                                                                                    \
        "Uw programma en de server spreken geen gezamenlijke versie. Werk het programma bij.",                         \
        "Your program and the server have no version in common. Update the program.")                                  \
    ROW(7, NO_CERTIFICATE, no_certificate, false,                                                                      \
        "Dit programma is niet aangemeld. Meld het aan met uw code (enrol).",                                          \
        "This program is not enrolled. Enrol it with your code.")                                                      \
    ROW(8, CERTIFICATE_EXPIRED, certificate_expired, false, "Het certificaat is verlopen: alleen vernieuwen kan nog.", \
        "The certificate has expired: all it can still do is renew.")                                                  \
    ROW(9, UNKNOWN_INSTALL, unknown_install, false, "De server kent dit programma niet. Vraag een nieuwe code.",       \
        "The server does not know this install. Ask for a new code.")                                                  \
    ROW(10, REVOKED, revoked, false, "Uw toegang is ingetrokken. Vraag het het programmateam.",                        \
        "Your access was revoked. Ask the central team.")                                                              \
    ROW(11, NO_RIGHT, no_right, false, "Uw rol mag dit niet. Vraag het iemand die het wel mag, of het programmateam.", \
        "Your role may not do this. Ask somebody who may, or the central team.")                                       \
    ROW(12, CODE_UNKNOWN, code_unknown, false, "Deze code bestaat niet. Controleer hem, of vraag een nieuwe.",         \
        "There is no such code. Check it, or ask for a new one.")                                                      \
    ROW(13, CODE_EXPIRED, code_expired, false, "Deze code is verlopen. Vraag een nieuwe.",                             \
        "This code has expired. Ask for a new one.")                                                                   \
    ROW(14, CODE_USED, code_used, false, "Deze code is al gebruikt. Vraag een nieuwe.",                                \
        "This code was used already. Ask for a new one.")                                                              \
    ROW(15, BAD_REQUEST, bad_request, false, "De certificaataanvraag klopt niet. Werk het programma bij.",             \
        "The certificate request is not sound. Update the program.")                                                   \
    ROW(16, TOO_MANY, too_many, true, "Te veel verzoeken tegelijk. Probeer het zo weer.",                              \
        "Too many requests at once. Try again in a moment.")                                                           \
    ROW(20, INVALID, invalid, false, "De waarde past niet. Verbeter haar.", "The value does not fit. Correct it.")     \
    ROW(21, UNKNOWN_KIND, unknown_kind, false,                                                                         \
        "De server kent dit soort gegeven niet. De server is ouder dan uw programma.",                                 \
        "The server does not know this kind of record. It is older than your program.")                                \
    ROW(22, UNKNOWN_DOSSIER, unknown_dossier, false, "Deze gemeente of dit dossier bestaat niet. Controleer de code.", \
        "There is no such municipality or dossier. Check the code.")                                                   \
    ROW(23, UNKNOWN_ROUND, unknown_round, false, "Deze ronde bestaat niet. Controleer het jaar.",                      \
        "There is no such round. Check the year.")                                                                     \
    ROW(24, UNKNOWN_QUESTION, unknown_question, false,                                                                 \
        "Deze vraag staat niet in de vragenlijst. Controleer het nummer.",                                             \
        "There is no such question in the questionnaire. Check its number.")                                           \
    ROW(25, UNKNOWN_VERSION, unknown_version, false,                                                                   \
        "Deze versie van de vragenlijst is onbekend. Synchroniseer eerst.",                                            \
        "This version of the questionnaire is unknown. Sync first.")                                                   \
    ROW(26, ROUND_CLOSED, round_closed, false,                                                                         \
        "De ronde is gesloten. Vraag het programmateam om uw antwoord toe te laten.",                                  \
        "The round is closed. Ask the central team to admit your answer.")                                             \
    ROW(27, ROUND_NOT_OPEN, round_not_open, false, "De ronde is nog niet open.", "The round is not open yet.")         \
    ROW(28, STALE, stale, false, "Iemand anders heeft dit intussen veranderd. Synchroniseer en kijk eerst.",           \
        "Somebody else has changed this since. Sync and look first.")                                                  \
    ROW(29, FROZEN, frozen, false, "Wat gepubliceerd is, verandert niet meer. Maak een nieuwe versie.",                \
        "What is published does not change any more. Make a new version.")                                             \
    ROW(30, TOO_MANY_RIVALS, too_many_rivals, false, "Er staan al 16 antwoorden naast elkaar. Kies eerst één ervan.",  \
        "There are 16 answers side by side already. Choose one of them first.")                                        \
    ROW(31, DIGEST_DIFFERS, digest_differs, false,                                                                     \
        "Wat u indient is niet wat de server heeft. Synchroniseer en dien opnieuw in.",                                \
        "What you submit is not what the server has. Sync and submit again.")                                          \
    ROW(32, CONFLICTS_OPEN, conflicts_open, false,                                                                     \
        "Er staan nog antwoorden naast elkaar. Kies eerst, en dien dan in.",                                           \
        "There are still answers side by side. Choose first, then submit.")                                            \
    ROW(33, WRONG_STATE, wrong_state, false, "Dat kan in deze stand van de indiening niet.",                           \
        "The submission is not in a state for this.")                                                                  \
    ROW(34, CLONED, cloned, true, "Dit programma is gekopieerd of teruggezet. Synchroniseer opnieuw.",                 \
        "This install was cloned or restored. Sync again.")                                                            \
    ROW(35, UNKNOWN_AREA, unknown_area, false, "Dit gebied bestaat niet. Controleer de code.",                         \
        "There is no such area. Check the code.")                                                                      \
    ROW(36, BAD_CURSOR, bad_cursor, false, "De leeswijzer is niet van deze server. Begin opnieuw zonder.",             \
        "The cursor is not this server's. Begin again without one.")                                                   \
    ROW(37, BAD_SEAL, bad_seal, false, "Dit gegeven draagt geen zegel van deze server. Vraag het het programmateam.",  \
        "This record does not carry a seal of this server. Ask the central team.")                                     \
    ROW(40, STORE_FULL, store_full, true,                                                                              \
        "De server heeft geen ruimte meer en neemt niets aan. Uw werk blijft bewaard; probeer het later.",             \
        "The server is out of room and takes nothing. Your work is kept; try again later.")                            \
    ROW(41, BUSY, busy, true, "De server heeft het druk. Uw werk blijft bewaard; probeer het zo weer.",                \
        "The server is busy. Your work is kept; try again in a moment.")                                               \
    ROW(42, STOPPING, stopping, true, "De server stopt voor onderhoud. Uw werk blijft bewaard; probeer het zo weer.",  \
        "The server stops for maintenance. Your work is kept; try again in a moment.")                                 \
    ROW(43, INTERNAL, internal, true, "De server heeft een fout gemaakt en die vastgelegd. Probeer het later.",        \
        "The server made a mistake and logged it. Try again later.")                                                   \
    ROW(44, IDLE, idle, true, "Er gebeurde te lang niets. Verbind opnieuw.",                                           \
        "Nothing happened for too long. Connect again.")                                                               \
    ROW(45, RESTORING, restoring, true,                                                                                \
        "De server is teruggezet en wacht eerst op het programmateam. Uw werk blijft bewaard; probeer het later.",     \
        "The server was restored and waits for the central team first. Your work is kept; try again later.")           \
    ROW(46, LETTER_UNREADABLE, letter_unreadable, false,                                                               \
        "Dit bestand is onderweg veranderd of beschadigd. Vraag de afzender om het opnieuw te sturen.",                \
        "This file was changed or damaged on its way. Ask its sender to send it again.")                               \
    ROW(47, LETTER_ELSEWHERE, letter_elsewhere, false,                                                                 \
        "Dit bestand is voor een andere server: daar hoort het programma van de afzender bij. Laat de afzender "       \
        "nakijken welke server cimonitor status noemt. Klopt die niet, dan is een code van deze server nodig.",        \
        "This file is for another server: that is where its sender's install belongs. Have the sender check which "    \
        "server cimonitor status names. If that is the wrong one, they need a code of this server.")

enum error_code {
#define ERROR_ENUM(number, upper, lower, retry, nl, en) ERROR_##upper = (number),
    ERROR_TABLE(ERROR_ENUM)
#undef ERROR_ENUM
};

struct error_row {
    uint32_t code;
    const char *name;
    bool retry;
    const char *nl, *en;
};

/* NULL where the code is unknown. */
const struct error_row *error_row(uint32_t code);
/*
 * A message in the arena; `detail_*` NULL, or what exactly is wrong, added after the sentence. Never NULL: past
 * the arena's limit it is a static one without detail, which is everybody's: only read it.
 */
Ci__Error *error_new(struct arena *arena, enum error_code code, const char *detail_nl, const char *detail_en);
