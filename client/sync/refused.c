/*
 * refused.c: see refused.h.
 */
#include "client/sync/refused.h"

#include <stdio.h>

#include "common/format/language.h"
#include "common/wire/error.h"

struct fault_refusal refusal_of(const Ci__Error *error)
{
    struct fault_refusal refusal = { .code = error->code,
                                     .retry = error->retry,
                                     .retry_after_ms = error->retry_after_ms };

    snprintf(refusal.name, sizeof refusal.name, "%s", error->name);
    return refusal;
}

int refused(const Ci__Error *error)
{
    struct fault_refusal refusal = refusal_of(error);

    return fault_refuse(&refusal, text_in(error->text, language_from_environment()));
}

/* Is it about what is in the request, rather than about who sends it or the state of the server? */
static bool refused_for_content(uint32_t code)
{
    return code == ERROR_MALFORMED || code == ERROR_TOO_LARGE || code == ERROR_TOO_COMPLEX || code == ERROR_INVALID ||
           code == ERROR_NO_RIGHT;
}

bool refused_for_one(uint32_t code)
{
    return code == ERROR_INTERNAL || refused_for_content(code);
}

int refused_as_copy(void)
{
    return FAULT(
        FAULT_UNTRUSTED, "%s",
        say(language_from_environment(),
            "de server ziet deze installatie steeds weer als een kopie. Is deze map ook op een andere computer "
            "in gebruik?",
            "the server takes this install for a copy again and again. Is this folder in use on another "
            "computer too?"));
}
