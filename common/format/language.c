/*
 * language.c: which of the two languages this person reads. Any thread, as long as nobody changes the environment.
 */
#include "common/format/language.h"

#include <stdlib.h>
#include <string.h>

static enum language language_of_locale(const char *locale)
{
    return strncmp(locale, "en", 2) == 0 ? LANGUAGE_EN : LANGUAGE_NL;
}

enum language language_from_environment(void)
{
    /* The order in which POSIX lets a locale be set, after our own word. */
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *chosen = getenv("CIMONITOR_LANG");

    if (chosen && (strcmp(chosen, "nl") == 0 || strcmp(chosen, "en") == 0))
        return language_of_locale(chosen);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = getenv(names[i]);

        if (locale && *locale)
            return language_of_locale(locale);
    }
    return LANGUAGE_NL;
}

const char *say(enum language language, const char *nl, const char *en)
{
    return language == LANGUAGE_EN ? en : nl;
}

const char *text_in(const Ci__Text *text, enum language language)
{
    if (!text)
        return "";
    const char *wanted = say(language, text->nl, text->en), *other = say(language, text->en, text->nl);

    return *wanted ? wanted : other;
}
