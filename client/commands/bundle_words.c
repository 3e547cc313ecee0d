/*
 * bundle_words.c: see bundle_words.h.
 */
#include "client/commands/bundle_words.h"

#include "client/commands/sync_words.h"
#include "client/sync/bundle.h"

int bundle_refuse(const struct command_context *context, int outcome)
{
    switch (outcome) {
    case BUNDLE_BUSY: return sync_refuse_busy(context);
    case BUNDLE_NO_LETTERBOX:
        return command_refuse(
            context, EXIT_FAILED, "no_letterbox",
            "Dit programma weet nog niet waarvoor het een bestand moet verzegelen. Synchroniseer één keer met "
            "verbinding: cimonitor sync",
            "This program does not know yet what to seal a file for. Sync once over a connection: cimonitor sync");
    case BUNDLE_NOT_AWAITED:
        return command_refuse(
            context, EXIT_FAILED, "not_awaited",
            "Dit is niet het antwoord op het nieuwste bestand van deze installatie, of het is al ingelezen, of u hebt "
            "intussen gesynchroniseerd. Er is niets veranderd. Staat er nog iets te verzenden: cimonitor status",
            "This is not the answer to the newest file of this install, or it was taken in already, or you have synced "
            "since. Nothing has changed. Whether something is still to be sent: cimonitor status");
    default:
        return command_refuse(
            context, EXIT_FAILED, "bundle_unreadable",
            "Dit bestand is niet wat hier verwacht wordt, of het is onderweg afgekapt of veranderd. Vraag het opnieuw.",
            "This file is not what is expected here, or it was cut or changed on its way. Ask for it again.");
    }
}
