/*
 * refused.c: see refused.h.
 */
#include "client/sync/refused.h"

#include <stdio.h>

#include "common/base/fault.h"
#include "common/format/language.h"

int refused(const Ci__Error *error)
{
    struct fault_refusal refusal = { .code = error->code,
                                     .retry = error->retry,
                                     .retry_after_ms = error->retry_after_ms };

    snprintf(refusal.name, sizeof refusal.name, "%s", error->name);
    return fault_refuse(&refusal, text_in(error->text, language_from_environment()));
}
