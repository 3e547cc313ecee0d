/*
 * refused.c: see refused.h.
 */
#include "client/sync/refused.h"

#include <stdio.h>

#include "common/format/language.h"

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
