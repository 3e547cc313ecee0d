/*
 * limits.h: the bounds of the protocol that both sides keep to; PROTOCOL.md names each.
 */
#pragma once

enum {
    PROTOCOL_VERSION = 1,
    EDIT_BYTES_MAX = 48 * 1024, /* packed */
    HEADS_MAX = 16,             /* of a record: what stands and its rivals */
    SEEN_MAX = HEADS_MAX + 1,   /* of an edit: all heads, and its base */
    PUSH_EDITS_MAX = 256,
    HELLO_SENT_MAX = 1000,
    HELLO_DOSSIERS_MAX = 8,
    HELLO_MARKED_MAX = 2000, /* of all dossiers: the server reads each of these records */
    HEAL_PLACES_MAX = 4000,
    HEAL_HEADS_MAX = 128, /* of all records offered at once; a record has at least one */
    HEAL_DETAILS_MAX = 128,
    HELLO_NAMELESS_MAX = 1000,
    HEALED_MAX = 64, /* lost places that a record remembers */
    REPLY_BYTES_MAX =
        1008 * 1024,          /* of a push, a pull or a query: it also fits a frame once it is sealed in a letter */
    DETAIL_BYTES_MAX = 200,   /* of a name, a function, a department */
    PRINCIPAL_AREAS_MAX = 64, /* of a coordinator */
    BUNDLE_LETTERS_MAX = 256,
    BUNDLE_BYTES_MAX = 16 * 1024 * 1024,
    QUERY_AREAS_MAX = 16,
    QUERY_NODES_MAX = 64,
    INVITATION_DAYS_MAX = 90,
};
