/*
 * refusal.h: why something was refused: a stable code, and what exactly is wrong.
 */
#pragma once

#include "common/wire/error.h"

struct refusal {
    enum error_code code;
    const char *nl, *en; /* in the request's arena or static; NULL: the code says it all */
};

enum { REFUSED = 1 }; /* the outcome of every function that fills a refusal */

static inline int refuse(struct refusal *refusal, enum error_code code, const char *nl, const char *en)
{
    *refusal = (struct refusal){ code, nl, en };
    return REFUSED;
}
