/*
 * questionnaire_yaml.c: the tree of a YAML file read into a Questionnaire. The file has the shape of the message, by the
 * names of its descriptors, but for two things: questions stand under their theme, and the role follows from the audience.
 * What questionnaire_check finds afterwards is shown where it stands (yaml_place.h). Any thread.
 */
#include "common/format/questionnaire_yaml.h"

#include <ctype.h>
#include <stdio.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/format/file.h"
#include "common/format/yaml_place.h"
#include "common/format/yaml_tree.h"
#include "common/monitor/questionnaire.h"

enum { LIST_MAX = 400, KEYS_TEXT_SIZE = 256, ENUM_UNREADABLE = -1 };

/* Which keys a map may have, and which it must have. Their types are the message's. */
struct key {
    const char *name;
    bool required;
};
struct schema {
    const ProtobufCMessageDescriptor *descriptor;
    struct key keys[20]; /* ended by an empty one */
};

static const struct schema schemas[] = {
    { &ci__questionnaire__descriptor,
      { { "name", true },
        { "version", true },
        { "title", true },
        { "levels", true },
        { "focal_points", false },
        { "scales", false },
        { "themes", true },
        { "links", false } } },
    { &ci__level__descriptor, { { "id", true }, { "weight_percent", true }, { "name", true } } },
    { &ci__focal_point__descriptor, { { "id", true }, { "name", true } } },
    { &ci__scale__descriptor, { { "id", true }, { "steps", true } } },
    { &ci__theme__descriptor,
      { { "id", true },
        { "level", true },
        { "weight_percent", true },
        { "category", false },
        { "name", true },
        { "questions", true } } },
    { &ci__question__descriptor,
      { { "id", true },
        { "kind", true },
        { "facet", false },
        { "weight", false },
        { "audience", true },
        { "focal_point", false },
        { "na_allowed", false },
        { "evidence_expected", false },
        { "scale", false },
        { "full_at", false },
        { "zero_at", false },
        { "options", false },
        { "text", true },
        { "help", false },
        { "advice", true },
        { "comparability", false } } },
    { &ci__option__descriptor, { { "id", true }, { "points", true }, { "text", true } } },
    { &ci__link__descriptor, { { "kind", true }, { "from", true }, { "to", true } } },
    { &ci__text__descriptor, { { "nl", true }, { "en", true } } },
};

struct reader {
    struct arena *arena;
    struct yaml_report *report;
    struct places places;
    Ci__Question *questions[QUESTIONS_MAX];
    size_t question_count;
};

/* Past the arena's limit reading goes on over nothing, and is refused at the end. */
static void *take(struct reader *reader, size_t size)
{
    void *memory = arena_alloc(reader->places.arena, size);

    reader->places.exhausted |= !memory;
    return memory;
}

static void mistake(struct reader *reader, const char *path, unsigned line, const char *expected)
{
    yaml_mistake(reader->report, line, "%s", expected);
    places_remember(&reader->places, path, line, true);
}

/* Every message of a questionnaire has one. */
static const struct schema *schema_of(const ProtobufCMessageDescriptor *descriptor)
{
    size_t i = 0;

    while (schemas[i].descriptor != descriptor) {
        i++;
        CHECK(i < sizeof schemas / sizeof *schemas);
    }
    return &schemas[i];
}

static const struct key *find_key(const struct schema *schema, const char *name)
{
    for (const struct key *key = schema->keys; key->name; key++)
        if (strcmp(key->name, name) == 0)
            return key;
    return NULL;
}

static const struct tree_node *find_child(const struct tree_node *map, const char *name)
{
    for (const struct tree_node *child = map->children; child; child = child->next)
        if (strcmp(child->key, name) == 0)
            return child;
    return NULL;
}

static const char *keys_text(const struct schema *schema, char out[KEYS_TEXT_SIZE])
{
    size_t used = 0;

    for (const struct key *key = schema->keys; key->name; key++)
        used += (size_t)snprintf(out + used, KEYS_TEXT_SIZE - used, "%s%s", key == schema->keys ? "" : ", ", key->name);
    CHECK(used < KEYS_TEXT_SIZE);
    return out;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static void read_string(struct reader *reader, const struct tree_node *node, const char *path, char **out)
{
    if (node->kind != TREE_TEXT)
        mistake(reader, path, node->line, "expected a text");
    else
        *out = (char *)(uintptr_t)node->text; /* protobuf-c has no const; nobody writes to it */
}

static void read_number(struct reader *reader, const struct tree_node *node, const char *path, uint32_t *out)
{
    size_t length = node->kind == TREE_TEXT && node->plain ? strspn(node->text, "0123456789") : 0;

    if (length == 0 || length > 9 || node->text[length] != '\0')
        mistake(reader, path, node->line, "expected a whole number");
    else
        *out = (uint32_t)strtoul(node->text, NULL, 10);
}

static void read_flag(struct reader *reader, const struct tree_node *node, const char *path, protobuf_c_boolean *out)
{
    bool plain = node->kind == TREE_TEXT && node->plain;

    if (plain && strcmp(node->text, "true") == 0)
        *out = true;
    else if (!plain || strcmp(node->text, "false") != 0)
        mistake(reader, path, node->line, "expected true or false");
}

/* The words are the enum's names in lower case. */
static void read_word(struct reader *reader, const struct tree_node *node, const ProtobufCEnumDescriptor *words,
                      const char *path, int *out)
{
    char expected[KEYS_TEXT_SIZE] = "expected one of ";

    for (unsigned i = 0; i < words->n_values; i++) {
        size_t used = strlen(expected), from = used + (i > 0 ? 2 : 0);

        snprintf(expected + used, sizeof expected - used, "%s%s", i > 0 ? ", " : "", words->values[i].name);
        for (size_t at = from; expected[at]; at++)
            expected[at] = (char)tolower((unsigned char)expected[at]);
        if (node->kind == TREE_TEXT && strcmp(node->text, expected + from) == 0) {
            *out = words->values[i].value;
            return;
        }
    }
    *out = ENUM_UNREADABLE;
    mistake(reader, path, node->line, expected);
}

static ProtobufCMessage *read_message(struct reader *reader, const struct tree_node *node,
                                      const ProtobufCMessageDescriptor *descriptor, const char *path);

static void read_list(struct reader *reader, const struct tree_node *node, const ProtobufCFieldDescriptor *field,
                      const char *path, ProtobufCMessage ***out, size_t *count)
{
    ProtobufCMessage **items;
    size_t read = 0; /* not *count: a doubled key comes here twice */

    if (node->kind != TREE_LIST || node->count > LIST_MAX) {
        mistake(reader, path, node->line, node->kind == TREE_LIST ? "expected at most 400 entries" : "expected a list");
        return;
    }
    items = take(reader, (node->count + 1) * sizeof(ProtobufCMessage *));
    for (const struct tree_node *child = node->children; child && items; child = child->next) {
        ProtobufCMessage *item =
            read_message(reader, child, field->descriptor, places_item(&reader->places, path, read));

        if (item)
            items[read++] = item;
    }
    *out = items;
    *count = read;
}

static void read_field(struct reader *reader, const struct tree_node *node, ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field, const char *path)
{
    char *at = (char *)message + field->offset;

    places_remember(&reader->places, path, node->line, false);
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        read_list(reader, node, field, path, (ProtobufCMessage ***)(void *)at,
                  (size_t *)(void *)((char *)message + field->quantifier_offset));
        return;
    }
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: read_string(reader, node, path, (char **)(void *)at); break;
    case PROTOBUF_C_TYPE_UINT32: read_number(reader, node, path, (uint32_t *)(void *)at); break;
    case PROTOBUF_C_TYPE_BOOL: read_flag(reader, node, path, (protobuf_c_boolean *)(void *)at); break;
    case PROTOBUF_C_TYPE_ENUM: read_word(reader, node, field->descriptor, path, (int *)(void *)at); break;
    default:
        CHECK(field->type == PROTOBUF_C_TYPE_MESSAGE);
        *(ProtobufCMessage **)(void *)at = read_message(reader, node, field->descriptor, path);
        break;
    }
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

/* A theme's questions follow those of the themes before it. */
static void read_questions(struct reader *reader, const struct tree_node *list, Ci__Theme *theme)
{
    if (list->kind != TREE_LIST) {
        yaml_mistake(reader->report, list->line, "expected a list of questions");
        return;
    }
    for (const struct tree_node *child = list->children; child; child = child->next) {
        const char *path = places_item(&reader->places, "questions", reader->question_count);
        Ci__Question *question;

        if (reader->question_count == QUESTIONS_MAX) {
            yaml_mistake(reader->report, child->line, "expected at most %d questions in all", QUESTIONS_MAX);
            return;
        }
        question = (Ci__Question *)read_message(reader, child, &ci__question__descriptor, path);
        if (!question)
            return;
        question->theme = theme->id;
        question->role =
            strcmp(question->audience, "executive") == 0 ? CI__ROLE__ROLE_EXECUTIVE : CI__ROLE__ROLE_RESPONDENT;
        reader->questions[reader->question_count++] = question;
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Written with at most two letters other, more or fewer; a swap is two. */
static bool is_misspelt(const char *written, const char *meant)
{
    enum { LETTERS_MAX = 24, SLIPS_MAX = 2 };
    size_t row[LETTERS_MAX + 1], length = strlen(meant);

    if (length > LETTERS_MAX || strlen(written) > LETTERS_MAX)
        return false;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; written[i]; i++) {
        size_t diagonal = row[0]++;

        for (size_t j = 0; j < length; j++) {
            size_t kept = diagonal + (written[i] != meant[j]);

            diagonal = row[j + 1];
            row[j + 1] = least(kept, least(diagonal, row[j]) + 1);
        }
    }
    return row[length] <= SLIPS_MAX;
}

/* What is then found to be absent is the same mistake. */
static void report_unknown_key(struct reader *reader, const struct tree_node *map, const struct tree_node *child,
                               const struct schema *schema, const char *path)
{
    char known[KEYS_TEXT_SIZE];

    yaml_mistake(reader->report, child->line, "the key '%.60s' is unknown here; expected %s", child->key,
                 keys_text(schema, known));
    for (const struct key *key = schema->keys; key->name; key++)
        if (!find_child(map, key->name) && is_misspelt(child->key, key->name))
            places_remember(&reader->places, places_member(&reader->places, path, key->name), child->line, true);
}

static void read_keys(struct reader *reader, const struct tree_node *map, const struct schema *schema,
                      ProtobufCMessage *message, const char *path)
{
    for (const struct tree_node *child = map->children; child; child = child->next) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(schema->descriptor, child->key);

        if (!find_key(schema, child->key))
            report_unknown_key(reader, map, child, schema, path);
        else if (field)
            read_field(reader, child, message, field, places_member(&reader->places, path, child->key));
    }
    for (const struct key *key = schema->keys; key->name; key++)
        if (key->required && !find_child(map, key->name)) {
            yaml_mistake(reader->report, map->line, "the key '%s' is missing", key->name);
            places_remember(&reader->places, places_member(&reader->places, path, key->name), map->line, true);
        }
}

/* Always a message, empty where the node is something else; NULL past the arena's limit. */
static ProtobufCMessage *read_message(struct reader *reader, const struct tree_node *node,
                                      const ProtobufCMessageDescriptor *descriptor, const char *path)
{
    const struct schema *schema = schema_of(descriptor);
    ProtobufCMessage *message = take(reader, descriptor->sizeof_message);
    const struct tree_node *questions;
    char known[KEYS_TEXT_SIZE], expected[KEYS_TEXT_SIZE + 40];

    if (!message)
        return NULL;
    descriptor->message_init(message);
    places_remember(&reader->places, path, node->line, false);
    if (node->kind != TREE_MAP) {
        snprintf(expected, sizeof expected, "expected a map with %s", keys_text(schema, known));
        mistake(reader, path, node->line, expected);
        return message;
    }
    read_keys(reader, node, schema, message, path);
    questions = descriptor == &ci__theme__descriptor ? find_child(node, "questions") : NULL;
    if (questions)
        read_questions(reader, questions, (Ci__Theme *)message);
    return message;
}

/* ---- what questionnaire_check finds, where it stands -------------------------------------------------------------- */

static void report_mistake(void *context, const char *path, const char *expected)
{
    struct reader *reader = context;
    unsigned line = places_find(&reader->places, path);

    if (line > 0)
        yaml_mistake(reader->report, line, "%s: expected %s", path, expected);
}

int questionnaire_yaml_parse(const char *file, struct bytes yaml, struct arena *arena, Ci__Questionnaire **out,
                             void (*report)(void *context, const char *file, unsigned line, const char *expected),
                             void *context)
{
    struct yaml_report mistakes = { report, context, file, 0 };
    struct reader reader = { .places = { .arena = arena }, .report = &mistakes };
    Ci__Questionnaire *message;
    struct tree_node *root;
    int r = yaml_tree_parse(yaml, arena, &mistakes, &root);

    if (r)
        return r < 0 ? r : QUESTIONNAIRE_YAML_INVALID;
    message = (Ci__Questionnaire *)read_message(&reader, root, &ci__questionnaire__descriptor, "");
    if (message) {
        message->n_questions = reader.question_count;
        message->questions = take(&reader, (reader.question_count + 1) * sizeof(Ci__Question *));
    }
    if (reader.places.exhausted)
        return FAULT(FAULT_MEMORY, "%s is too complex to read.", file);
    memcpy(message->questions, reader.questions, reader.question_count * sizeof(Ci__Question *));
    if (root->kind == TREE_MAP)
        questionnaire_check(message, report_mistake, &reader);
    if (mistakes.mistakes > 0)
        return QUESTIONNAIRE_YAML_INVALID;
    *out = message;
    return 0;
}

int questionnaire_yaml_read(const char *path, struct arena *arena, Ci__Questionnaire **out,
                            void (*report)(void *context, const char *file, unsigned line, const char *expected),
                            void *context)
{
    CLEANUP(memory_free) char *yaml = NULL;
    size_t size;

    TRY(file_read(path, QUESTIONNAIRE_YAML_BYTES_MAX, &yaml, &size));
    return questionnaire_yaml_parse(path, bytes_of(yaml, size), arena, out, report, context);
}
