/*
 * routes.c: the table of requests: where each is answered, what its sender must have shown, and which roles may ask.
 */
#include "server/handlers/handlers.h"

enum {
    CENTRAL = ROLE_BIT(CI__ROLE__ROLE_CENTRAL),
    OVERSEERS = CENTRAL | ROLE_BIT(CI__ROLE__ROLE_AUDITOR),
    WRITERS = CENTRAL | ROLE_BIT(CI__ROLE__ROLE_RESPONDENT) | ROLE_BIT(CI__ROLE__ROLE_LEAD) |
              ROLE_BIT(CI__ROLE__ROLE_EXECUTIVE),
};

/* clang-format off */
static const struct route routes[] = {
    /* type                   kind           needs                      roles      read                write                 finish       letter */
    { MESSAGE_ENROL,         ROUTE_WRITE,   NEEDS_NOTHING,             ANY_ROLE,  NULL,               handle_enrol,         NULL,        LETTER_NEVER },
    { MESSAGE_RENEW,         ROUTE_WRITE,   NEEDS_EXPIRED_CERTIFICATE, ANY_ROLE,  NULL,               handle_renew,         NULL,        LETTER_GOES_ON },
    { MESSAGE_HELLO,         ROUTE_SESSION, NEEDS_CERTIFICATE,         ANY_ROLE,  handle_hello,       NULL,                 NULL,        LETTER_ENDS },
    { MESSAGE_HEAL,          ROUTE_WRITE,   NEEDS_HELLO,               ANY_ROLE,  NULL,               handle_heal,          NULL,        LETTER_ENDS },
    { MESSAGE_OFFER_HISTORY, ROUTE_WRITE,   NEEDS_HELLO,               WRITERS,   NULL,               handle_offer_history, NULL,        LETTER_GOES_ON },
    { MESSAGE_PUSH,          ROUTE_WRITE,   NEEDS_HELLO,               WRITERS,   NULL,               handle_push,          finish_push, LETTER_ENDS },
    { MESSAGE_PULL,          ROUTE_READ,    NEEDS_HELLO,               ANY_ROLE,  handle_pull,        NULL,                 finish_pull, LETTER_ENDS },
    { MESSAGE_QUERY,         ROUTE_READ,    NEEDS_HELLO,               ANY_ROLE,  handle_query,       NULL,                 NULL,        LETTER_GOES_ON },
    { MESSAGE_SUBSCRIBE,     ROUTE_SESSION, NEEDS_HELLO,               ANY_ROLE,  handle_subscribe,   NULL,                 NULL,        LETTER_NEVER },
    { MESSAGE_UNSUBSCRIBE,   ROUTE_SESSION, NEEDS_HELLO,               ANY_ROLE,  handle_unsubscribe, NULL,                 NULL,        LETTER_NEVER },
    { MESSAGE_PING,          ROUTE_SESSION, NEEDS_CERTIFICATE,         ANY_ROLE,  handle_ping,        NULL,                 NULL,        LETTER_NEVER },
    { MESSAGE_INVITE,        ROUTE_WRITE,   NEEDS_HELLO,               CENTRAL,   NULL,               handle_invite,        NULL,        LETTER_NEVER },
    { MESSAGE_STATUS,        ROUTE_SESSION, NEEDS_HELLO,               OVERSEERS, handle_status,      NULL,                 NULL,        LETTER_NEVER },
    { MESSAGE_READMIT,       ROUTE_WRITE,   NEEDS_LOST_CERTIFICATE,    ANY_ROLE,  NULL,               handle_readmit,       NULL,        LETTER_ENDS },
    { MESSAGE_CARRY,         ROUTE_CARRY,   NEEDS_HELLO,               CENTRAL,   NULL,               NULL,                 NULL,        LETTER_NEVER },
};
/* clang-format on */

const struct route *route_find(uint16_t type)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (routes[i].type == type)
            return &routes[i];
    return NULL;
}
