/*
 * invite.c: the central team invites somebody; the code is in the answer and nowhere else. Writer thread.
 */
#include <string.h>

#include "common/base/fault.h"
#include "server/handlers/handlers.h"
#include "server/ledger/invitations.h"

static int reply_with(struct request *request, struct batch *batch, const struct invited *invited)
{
    Ci__InviteReply *reply = arena_alloc(request->arena, sizeof *reply);
    char *code = arena_alloc(request->arena, INVITATION_CODE_SIZE);

    if (!reply || !code)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    ci__invite_reply__init(reply);
    arena_keep_secret(request->arena);
    TRY(invitation_text(batch->ledger, batch->txn, invited, code));
    reply->person = arena_string(request->arena, invited->person);
    reply->code = code;
    reply->expires_ms = invited->expires_ms;
    if (!reply->person)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    request_reply(request, &reply->base, 0);
    return 0;
}

static int invite_person(struct request *request, struct batch *batch, struct invited *invited)
{
    const Ci__Invite *invite = (const Ci__Invite *)request->message;
    struct invitation invitation = { .author = request->principal.person,
                                     .role = invite->role,
                                     .areas = invite->areas,
                                     .area_count = invite->n_areas,
                                     .details = invite->details,
                                     .valid_days = invite->valid_days };
    struct refusal refusal = { 0 };
    int result;

    if (!invite->details)
        return request_refuse(request, ERROR_INVALID, "geef een naam", "give a name");
    result = invitation_create(batch, &invitation, request->arena, invited, &refusal);
    if (result == REFUSED)
        return request_refuse(request, refusal.code, refusal.nl, refusal.en);
    TRY(result);
    return reply_with(request, batch, invited);
}

int handle_invite(struct request *request, struct batch *batch)
{
    struct invited invited = { 0 };
    int result = invite_person(request, batch, &invited);

    explicit_bzero(&invited, sizeof invited);
    return result;
}
