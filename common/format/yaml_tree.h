/*
 * yaml_tree.h: a YAML document as a bounded tree whose nodes carry their lines. Within common/format. Any thread.
 *
 * Only what our files need: maps, lists and texts. Anchors, aliases, tags, doubled keys, keys that are no text, a second
 * document and anything past the bounds are mistakes; so nothing in a file can expand.
 */
#pragma once

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/bytes.h"

enum { YAML_DEPTH_MAX = 12, YAML_NODES_MAX = 40000, YAML_KEYS_MAX = 64 };
enum yaml_tree_outcome { YAML_TREE_BROKEN = 1 };

/* Where mistakes go, and how many there were. */
struct yaml_report {
    void (*report)(void *context, const char *file, unsigned line, const char *expected);
    void *context;
    const char *file;
    size_t mistakes;
};
void yaml_mistake(struct yaml_report *report, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum tree_kind { TREE_TEXT, TREE_LIST, TREE_MAP };

struct tree_node {
    enum tree_kind kind;
    unsigned line;
    bool plain;                 /* a text without quotes: may be a number, or true or false */
    const char *text;           /* of a text, clean UTF-8, without line ends behind it */
    const char *key;            /* of a value in a map */
    struct tree_node *children; /* of a list or map, in order */
    struct tree_node *next, *last;
    size_t count;
};

/* In the arena. YAML_TREE_BROKEN where the mistakes, all reported, leave no tree; there may be some beside a tree. */
int yaml_tree_parse(struct bytes yaml, struct arena *arena, struct yaml_report *report, struct tree_node **out);
