/*
 * pulling.c: see pulling.h. Each page is stored whole, with its cursor, before the next is asked for.
 */
#include "client/sync/pulling.h"

#include <stdio.h>

#include "client/replica/exchange.h"
#include "client/sync/refused.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"

enum { FORGOTTEN_MAX = 1 }; /* of a dossier */

int pulling_begin(struct pulling *pulling, const Ci__HelloReply *hello)
{
    if (hello->n_dossiers > ENGINE_DOSSIERS_MAX)
        return FAULT(FAULT_INVALID, "the server names more dossiers than there can be: update the program");
    for (size_t i = 0; i < hello->n_dossiers; i++)
        if ((size_t)snprintf(pulling->dossiers[i], sizeof pulling->dossiers[i], "%s", hello->dossiers[i]) >=
            sizeof pulling->dossiers[i])
            return FAULT(FAULT_INVALID, "the server names a dossier that cannot be: update the program");
    pulling->count = hello->n_dossiers;
    return 0;
}

int pulling_next(const struct pulling *pulling, struct replica *replica, struct arena *arena, Ci__Pull *pull)
{
    struct bytes cursor;

    if (pulling->at == pulling->count)
        return PULLING_ENDED;
    pull->dossier = (char *)(uintptr_t)pulling->dossiers[pulling->at];
    TRY(exchange_cursor(replica, arena, pull->dossier, &cursor));
    pull->cursor = bytes_to(cursor);
    return 0;
}

int pulling_answer(struct pulling *pulling, struct replica *replica, struct arena *arena, const Ci__Pull *pull,
                   const Ci__PullReply *page)
{
    TRY(exchange_pulled(replica, arena, pull->dossier, page));
    if (page->complete) {
        pulling->at++;
        pulling->forgotten = 0;
    } else if (page->n_items == 0 && bytes_equal(bytes_from(page->cursor), bytes_from(pull->cursor)))
        return FAULT(FAULT_INVALID, "the server says there is more and sends nothing: update the program");
    return 0;
}

int pulling_refused(struct pulling *pulling, struct replica *replica, const Ci__Pull *pull, const Ci__Error *error)
{
    if (error->code != ERROR_BAD_CURSOR || pulling->forgotten == FORGOTTEN_MAX)
        return refused(error);
    pulling->forgotten++;
    return exchange_forget_cursor(replica, pull->dossier);
}
