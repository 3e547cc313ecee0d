/*
 * own_work.c: see own_work.h. Prints; counts nothing itself.
 */
#include "client/commands/own_work.h"

#include <inttypes.h>
#include <stdio.h>

#include "client/commands/names.h"
#include "client/commands/wrap.h"

void own_work_print(const struct command_context *context, const struct replica_counts *counts)
{
    tell(say(context->language,
             "Uw werk: %" PRIu64 " nog niet verzonden, %" PRIu64 " bij de server, waarvan %" PRIu64
             " in een reservekopie.\n",
             "Your work: %" PRIu64 " not sent yet, %" PRIu64 " at the server, of which %" PRIu64 " in a backup.\n"),
         counts->unsent, counts->received, counts->backed_up);
    if (counts->complete_as_of_ms)
        tell(say(context->language, "Van anderen is alles opgehaald tot %s.\n",
                 "Of others, all was fetched up to %s.\n"),
             moment(context, counts->complete_as_of_ms));
    else
        tell_line(say(context->language, "Nog nooit volledig opgehaald: cimonitor sync",
                      "Never fetched to the end yet: cimonitor sync"));
}

json_t *own_work_json(const struct replica_counts *counts)
{
    return json_pack("{s:I, s:I, s:I}", "unsent", (json_int_t)counts->unsent, "received", (json_int_t)counts->received,
                     "backed_up", (json_int_t)counts->backed_up);
}
