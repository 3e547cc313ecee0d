/*
 * courier.h: carries somebody's bundle to the server, letter by letter, and gathers the answers. What they say the courier
 * cannot read. Blocking; one thread.
 */
#pragma once

#include "client/sync/bundle.h"
#include "client/sync/call.h"

struct courier_report {
    size_t letters; /* that were taken to the server; of the bundle */
    uint64_t edits; /* that they brought */
    bool ended;     /* the author must read the answers before the rest can be taken; and why */
    Ci__Carried__Why why;
    char person[18];       /* the author */
    char municipality[41]; /* the author's; empty: of none */
};

struct courier_options {
    struct call *call;
    struct arena *arena; /* of the answers */
    /* After every letter; may be NULL. */
    void (*progress)(void *context, size_t letters, size_t of);
    void *context;
};

/* BUNDLE_UNREADABLE: no bundle. In the arena. */
int courier_read(struct bytes file, struct arena *arena, Ci__Bundle **bundle);
/* The answers' file, in the arena. A fault: nothing is lost, and the same bundle may be carried again. */
int courier_carry(const struct courier_options *options, const Ci__Bundle *bundle, struct bytes *file,
                  struct courier_report *report);
