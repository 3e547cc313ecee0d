/*
 * yaml_tree.c: builds the tree from libyaml's events, with a stack of its own depth. Knows nothing of questionnaires.
 * Any thread.
 */
#include "common/format/yaml_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "common/base/check.h"
#include "common/base/fault.h"

void yaml_mistake(struct yaml_report *report, unsigned line, const char *format, ...)
{
    char expected[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    report->mistakes++;
    report->report(report->context, report->file, line, expected);
}

struct builder {
    struct arena *arena;
    struct yaml_report *report;
    struct tree_node *root;
    struct tree_node *open[YAML_DEPTH_MAX]; /* the lists and maps that are not closed yet */
    size_t depth, nodes;
    const char *key; /* read, its value is still to come */
};

static bool awaits_key(const struct builder *builder)
{
    return builder->depth > 0 && builder->open[builder->depth - 1]->kind == TREE_MAP && !builder->key;
}

static bool has_key(const struct tree_node *map, const char *key)
{
    for (const struct tree_node *child = map->children; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return true;
    return false;
}

static void attach(struct builder *builder, struct tree_node *node)
{
    struct tree_node *parent = builder->depth > 0 ? builder->open[builder->depth - 1] : NULL;

    node->key = builder->key;
    builder->key = NULL;
    if (!parent) {
        builder->root = node;
        return;
    }
    if (parent->last)
        parent->last->next = node;
    else
        parent->children = node;
    parent->last = node;
    parent->count++;
}

/* 0 with a node that is part of the tree; BROKEN past the bounds. */
static int add_node(struct builder *builder, enum tree_kind kind, unsigned line, struct tree_node **out)
{
    struct tree_node *node;

    if (++builder->nodes > YAML_NODES_MAX) {
        yaml_mistake(builder->report, line, "expected at most %d values in one file", YAML_NODES_MAX);
        return YAML_TREE_BROKEN;
    }
    node = arena_alloc(builder->arena, sizeof *node);
    if (!node)
        return FAULT(FAULT_MEMORY, "%s is too complex to read.", builder->report->file);
    node->kind = kind;
    node->line = line;
    attach(builder, node);
    *out = node;
    return 0;
}

/* A copy of a scalar's text without line ends behind it; a text that is not clean is reported and becomes empty. */
static const char *take_text(struct builder *builder, const yaml_event_t *event, unsigned line)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    char *text;

    while (length > 0 && value[length - 1] == '\n')
        length--;
    if (!text_reads_straight(value, length)) {
        yaml_mistake(builder->report, line, "expected text without control characters");
        length = 0;
    }
    text = arena_alloc(builder->arena, length + 1);
    if (text)
        memcpy(text, value, length);
    return text;
}

static int take_key(struct builder *builder, const char *text, unsigned line)
{
    struct tree_node *map = builder->open[builder->depth - 1];

    if (map->count == YAML_KEYS_MAX) {
        yaml_mistake(builder->report, line, "expected at most %d keys", YAML_KEYS_MAX);
        return YAML_TREE_BROKEN;
    }
    if (has_key(map, text))
        yaml_mistake(builder->report, line, "the key '%.60s' stands here twice; expected it once", text);
    builder->key = text;
    return 0;
}

static int take_scalar(struct builder *builder, const yaml_event_t *event, unsigned line)
{
    const char *text = take_text(builder, event, line);
    struct tree_node *node;
    int r;

    if (!text)
        return FAULT(FAULT_MEMORY, "%s is too complex to read.", builder->report->file);
    if (awaits_key(builder))
        return take_key(builder, text, line);
    r = add_node(builder, TREE_TEXT, line, &node);
    if (r)
        return r;
    node->text = text;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return 0;
}

static int open_node(struct builder *builder, enum tree_kind kind, unsigned line)
{
    struct tree_node *node;
    int r;

    if (builder->depth == YAML_DEPTH_MAX || awaits_key(builder)) {
        yaml_mistake(builder->report, line,
                     builder->depth == YAML_DEPTH_MAX ? "expected at most 12 levels of lists and maps"
                                                      : "expected a key that is a text");
        return YAML_TREE_BROKEN;
    }
    r = add_node(builder, kind, line, &node);
    if (r == 0)
        builder->open[builder->depth++] = node;
    return r;
}

/* Anchors and tags do no harm where nothing resolves them, but mean that the author expects something else. */
static void refuse_extras(struct builder *builder, const void *anchor, const void *tag, unsigned line)
{
    if (anchor)
        yaml_mistake(builder->report, line, "expected no anchor ('&')");
    if (tag)
        yaml_mistake(builder->report, line, "expected no tag ('!')");
}

static int take_event(struct builder *builder, const yaml_event_t *event)
{
    unsigned line = (unsigned)event->start_mark.line + 1;

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (!builder->root)
            return 0;
        yaml_mistake(builder->report, line, "expected one document in the file");
        return YAML_TREE_BROKEN;
    case YAML_ALIAS_EVENT: yaml_mistake(builder->report, line, "expected no alias ('*')"); return YAML_TREE_BROKEN;
    case YAML_SCALAR_EVENT:
        refuse_extras(builder, event->data.scalar.anchor, event->data.scalar.tag, line);
        return take_scalar(builder, event, line);
    case YAML_SEQUENCE_START_EVENT:
        refuse_extras(builder, event->data.sequence_start.anchor, event->data.sequence_start.tag, line);
        return open_node(builder, TREE_LIST, line);
    case YAML_MAPPING_START_EVENT:
        refuse_extras(builder, event->data.mapping_start.anchor, event->data.mapping_start.tag, line);
        return open_node(builder, TREE_MAP, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        CHECK(builder->depth > 0);
        builder->depth--;
        return 0;
    default: return 0;
    }
}

/* 0, an outcome or a fault; `*done` at the end of the file. */
static int next_event(yaml_parser_t *parser, struct builder *builder, bool *done)
{
    yaml_event_t event;
    int r;

    if (!yaml_parser_parse(parser, &event)) {
        if (parser->error == YAML_MEMORY_ERROR)
            return FAULT(FAULT_MEMORY, "There is no memory to read %s.", builder->report->file);
        yaml_mistake(builder->report, (unsigned)parser->problem_mark.line + 1, "this is no YAML: %s%s%s",
                     parser->context ? parser->context : "", parser->context ? ", " : "",
                     parser->problem ? parser->problem : "unreadable");
        return YAML_TREE_BROKEN;
    }
    *done = event.type == YAML_STREAM_END_EVENT;
    r = take_event(builder, &event);
    yaml_event_delete(&event);
    return r;
}

int yaml_tree_parse(struct bytes yaml, struct arena *arena, struct yaml_report *report, struct tree_node **out)
{
    struct builder builder = { .arena = arena, .report = report };
    yaml_parser_t parser;
    bool done = false;
    int r = 0;

    if (!yaml_parser_initialize(&parser))
        return FAULT(FAULT_MEMORY, "There is no memory to read %s.", report->file);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, yaml.data, yaml.size);
    while (r == 0 && !done)
        r = next_event(&parser, &builder, &done);
    yaml_parser_delete(&parser);
    if (r)
        return r;
    if (!builder.root) {
        yaml_mistake(report, 1, "expected a questionnaire; the file is empty");
        return YAML_TREE_BROKEN;
    }
    *out = builder.root;
    return 0;
}
