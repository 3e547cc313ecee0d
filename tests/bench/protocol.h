/*
 * protocol.h: what the two sides have in common: questions that can be put to them, and their answers.
 *
 * A talker is what one connection says: ours is a respondent with a dossier, Redis's a range of keys. It outlives the
 * connection, so that the next phase goes on where the one before ended.
 */
#pragma once

#include <stdint.h>

#include "tests/bench/lane.h"

enum shape {
    SHAPE_BACKLOG, /* a laptop's backlog: every question of the questionnaire in one request. First: it fills the benchmark */
    SHAPE_ANSWER, /* one answer in one request */
    SHAPE_QUERY,  /* one figure of the benchmark, or one GET */
    SHAPES,
    /* Ours alone, for run --disturbed: */
    SHAPE_RIVALS = SHAPES, /* every question anew with a long remark, having seen nothing: what makes a dossier large */
    SHAPE_SNAPSHOT,        /* the own dossier from its beginning to its end, page by page */
};

/* What ours turned out to weigh, so that Redis gets the same. */
struct weights {
    size_t edits;        /* in a backlog */
    size_t edit_bytes;   /* a packed edit */
    size_t figure_bytes; /* a packed answer to a query */
};

enum protocol_outcome { PROTOCOL_WAIT = 1 };

struct protocol {
    const char *name;
    const char *alpn; /* NULL: none */
    /* What is said first on a new connection; blocks. */
    int (*greet)(void *talker, struct lane *lane);
    /* One request at the end of lane->out. */
    int (*ask)(void *talker, struct lane *lane, enum shape shape);
    /* Takes the whole answer from lane->in, or PROTOCOL_WAIT. An answer that is not a success is a fault. */
    int (*take)(void *talker, struct lane *lane, enum shape shape);
};

extern const struct protocol protocol_ours, protocol_redis;
