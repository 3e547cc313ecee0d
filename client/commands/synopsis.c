/*
 * synopsis.c: a table of words and what replaces them. The table of commands has each synopsis once, in English, so that
 * no command can be used in one way here and in another there.
 */
#include "client/commands/synopsis.h"

#include <string.h>

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct {
    const char *en, *nl;
} words[] = {
    { "COMMAND", "OPDRACHT" },
    { "DATE", "DATUM" },
    { "FILE", "BESTAND" },
    { "FINGERPRINT", "VINGERAFDRUK" },
    { "GROUP", "GROEP" },
    { "INSTALL", "INSTALLATIE" },
    { "MUNICIPALITY", "GEMEENTE" },
    { "NAME", "NAAM" },
    { "NODE", "ONDERDEEL" },
    { "NUMBER", "NUMMER" },
    { "OR", "OF" },
    { "PERSON", "PERSOON" },
    { "QUESTION", "VRAAG" },
    { "REASON", "REDEN" },
    { "REFERENCE", "VERWIJZING" },
    { "REPLY", "ANTWOORD" },
    { "ROLE", "ROL" },
    { "ROUND", "RONDE" },
    { "SECONDS", "SECONDEN" },
    { "TEXT", "TEKST" },
    { "THEME", "THEMA" },
    { "VALUE", "WAARDE" },
    { "VERSION", "VERSIE" },
    { "WHO", "WIE" },
};

static const char *in_dutch(const struct command_context *context, const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].en) == size && strncmp(words[i].en, word, size) == 0)
            return words[i].nl;
    return arena_format(context->arena, "%.*s", (int)size, word);
}

const char *synopsis_text(const struct command_context *context, const struct command *command)
{
    const char *at = command->synopsis, *text = "";

    if (context->language != LANGUAGE_NL)
        return at;
    while (text && *at) {
        size_t between = strcspn(at, CAPITALS), size = strspn(at + between, CAPITALS);

        text = arena_format(context->arena, "%s%.*s%s", text, (int)between, at, in_dutch(context, at + between, size));
        at += between + size;
    }
    return text ? text : command->synopsis;
}
