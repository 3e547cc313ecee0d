/*
 * log.c: `cimonitor log`: who changed what, when, from which base, and what became of it, as far as this home knows it:
 * its own edits, and those of others that it has seen. Works without a network, and says what it does not have.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/edits.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

enum { WORDS_WIDTH = 40, WHO_WIDTH = 48, BECAME_WIDTH = 80, LOG_ARENA = 32 * 1024 * 1024 };

struct listing {
    struct edit_reader reader;
    struct arena *arena; /* of one key */
    const char *dossier;
    const char *round, *question; /* NULL: all */
    json_t *array;                /* NULL where it is printed for people */
    size_t keys;
    uint64_t missing; /* earlier edits that this home has never had */
};

/* ---- what became of an edit ---- */

enum became { STANDS, BESIDE, REPLACED, AGREED, UNSENT, LATE, REFUSED, DISMISSED };

static const struct {
    const char *name, *nl, *en;
} became_words[] = {
    [STANDS] = { "stands", "staat nu", "stands now" },
    [BESIDE] = { "beside", "staat ernaast", "stands beside it" },
    [REPLACED] = { "replaced", "vervangen", "replaced" },
    [AGREED] = { "agreed", "zei hetzelfde", "said the same" },
    [UNSENT] = { "unsent", "nog niet verzonden", "not sent yet" },
    [LATE] = { "late", "te laat: niet geteld", "late: not counted" },
    [REFUSED] = { "refused", "geweigerd", "refused" },
    [DISMISSED] = { "dismissed", "niet aangenomen, en weggehaald", "not accepted, and taken away" },
};

static bool same_id(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
    return bytes_equal(bytes_from(a), bytes_from(b));
}

static bool is_superseded(const Ci__Record *record, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < record->n_superseded; i++)
        if (same_id(record->superseded[i], id))
            return true;
    return false;
}

/* The record says where an edit is now; what it does not name was taken at the time as the row says. */
static enum became became(const struct edit_history *history, const struct history_row *row)
{
    const Ci__Record *record = history->record;

    if (record && same_id(record->standing->id, row->edit->id))
        return STANDS;
    for (size_t i = 0; record && i < record->n_rivals; i++)
        if (same_id(record->rivals[i]->id, row->edit->id))
            return BESIDE;
    if (record && is_superseded(record, row->edit->id))
        return row->fate == FATE_AGREED ? AGREED : REPLACED;
    if (row->dismissed_ms)
        return DISMISSED;
    switch (row->fate) {
    case FATE_UNSENT: return UNSENT;
    case FATE_AGREED: return AGREED;
    case FATE_LATE: return LATE;
    case FATE_REFUSED: return REFUSED;
    default: return REPLACED;
    }
}

static const Ci__Edit *find_edit(const struct edit_history *history, ProtobufCBinaryData id)
{
    for (size_t i = 0; id.len > 0 && i < history->count; i++)
        if (same_id(history->rows[i].edit->id, id))
            return history->rows[i].edit;
    return NULL;
}

/* Replaced ids that the record still names, and bases, of which this home has no edit. */
static uint64_t count_missing(const struct edit_history *history)
{
    const Ci__Record *record = history->record;
    uint64_t missing = 0;

    for (size_t i = 0; record && i < record->n_superseded; i++)
        missing += find_edit(history, record->superseded[i]) == NULL;
    for (size_t i = 0; i < history->count; i++) {
        ProtobufCBinaryData base = history->rows[i].edit->base_edit;
        bool counted = base.len == 0 || find_edit(history, base) || (record && is_superseded(record, base));

        for (size_t before = 0; !counted && before < i; before++)
            counted = same_id(history->rows[before].edit->base_edit, base);
        missing += !counted;
    }
    return missing;
}

/* ---- for people ---- */

static const char *from_words(struct edit_reader *reader, const struct edit_history *history, const Ci__Edit *edit)
{
    const struct command_context *context = reader->context;
    const Ci__Edit *base = find_edit(history, edit->base_edit);

    if (edit->base_edit.len == 0)
        return say(context->language, "eerste antwoord", "first answer");
    if (!base)
        return say(context->language, "na een antwoord dat hier niet is", "after an answer that is not here");
    return arena_format(context->arena, say(context->language, "was: %s (%s)", "was: %s (%s)"),
                        edit_words(reader, base), person_name(context, base->author));
}

static const char *became_text(const struct command_context *context, const struct edit_history *history,
                               const struct history_row *row)
{
    enum became what = became(history, row);
    const char *text = say(context->language, became_words[what].nl, became_words[what].en);

    if (what == DISMISSED)
        return arena_format(context->arena, "%s (%s)", text, moment(context, row->dismissed_ms));
    if (what == REFUSED && row->error)
        return arena_format(context->arena, "%s: %s", text, text_in(row->error->text, context->language));
    return text;
}

static void print_title(struct listing *listing, const char *key)
{
    const struct command_context *context = listing->reader.context;
    const char *question = edit_question(&listing->reader, key), *subject = edit_subject(context, key);

    if (listing->keys++)
        putchar('\n');
    print_paragraph(stdout, question ? arena_format(context->arena, "%s: %s", subject, question) : subject, 0);
}

static void print_key(struct listing *listing, const struct edit_history *history, const char *key)
{
    const struct command_context *context = listing->reader.context;
    struct columns columns;

    print_title(listing, key);
    columns_init(&columns, context->arena, 5);
    columns.width_max[1] = WHO_WIDTH;
    columns.width_max[2] = WORDS_WIDTH;
    columns.width_max[3] = WORDS_WIDTH;
    columns.width_max[4] = BECAME_WIDTH;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_row *row = &history->rows[i];

        columns_row(&columns,
                    (const char *const[]){ arena_format(context->arena, "  %s", moment(context, row->edit->written_ms)),
                                           edit_author(context, row->edit), edit_words(&listing->reader, row->edit),
                                           from_words(&listing->reader, history, row->edit),
                                           became_text(context, history, row) });
    }
    columns_print(&columns, stdout);
}

/* ---- for programs ---- */

static json_t *row_json(struct edit_reader *reader, const struct edit_history *history, const struct history_row *row)
{
    const struct command_context *context = reader->context;
    const Ci__Edit *base = find_edit(history, row->edit->base_edit);
    json_t *object = edit_json(reader, row->edit);

    json_object_set_new(object, "became", json_string(became_words[became(history, row)].name));
    json_object_set_new(object, "base",
                        row->edit->base_edit.len
                            ? json_pack("{s:s, s:s?, s:s?}", "edit", edit_id(context, row->edit->base_edit), "author",
                                        base ? base->author : NULL, "words", base ? edit_words(reader, base) : NULL)
                            : json_null());
    json_object_set_new(object, "dismissed_ms",
                        row->dismissed_ms ? json_integer((json_int_t)row->dismissed_ms) : json_null());
    json_object_set_new(object, "error", row->error ? json_string(row->error->name) : json_null());
    return object;
}

static void add_json(struct listing *listing, const struct edit_history *history, const char *key)
{
    const char *question = edit_question(&listing->reader, key);
    json_t *edits = json_array();

    for (size_t i = 0; i < history->count; i++)
        json_array_append_new(edits, row_json(&listing->reader, history, &history->rows[i]));
    json_array_append_new(listing->array,
                          json_pack("{s:s, s:s, s:I, s:o}", "key", key, "text", question ? question : "", "missing",
                                    (json_int_t)count_missing(history), "edits", edits));
}

/* ---- the walk ---- */

static bool is_wanted(const struct listing *listing, const char *key)
{
    struct record_key parsed;

    return record_key_parse(key, &parsed) && (!listing->round || strcmp(parsed.first, listing->round) == 0) &&
           (!listing->question ||
            (strcmp(parsed.kind, "answer") == 0 && strcmp(parsed.second, listing->question) == 0));
}

static int show_key(struct listing *listing, const char *key)
{
    struct edit_history history;

    arena_reset(listing->arena);
    TRY(replica_history(listing->reader.context->replica, listing->arena, listing->dossier, key, &history));
    listing->missing += count_missing(&history);
    if (listing->array)
        add_json(listing, &history, key);
    else
        print_key(listing, &history, key);
    return 0;
}

struct found {
    const struct listing *listing;
    struct arena *arena;
    const char *keys[4096]; /* questions and more of decades */
    size_t count;
};

static int add_key(void *context, const char *key)
{
    struct found *found = context;

    if (!is_wanted(found->listing, key) || found->count == sizeof found->keys / sizeof found->keys[0])
        return 0;
    found->keys[found->count] = arena_string(found->arena, key);
    return found->keys[found->count++] ? 0 : FAULT(FAULT_MEMORY, "out of memory: name a round and a question");
}

static int show_all(struct listing *listing, const struct command_context *context)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct command_context scoped = *context;
    struct found *found = arena_alloc(context->arena, sizeof *found);
    int result = 0;

    if (!found)
        return FAULT(FAULT_MEMORY, "out of memory");
    TRY(arena_new(&arena, LOG_ARENA));
    found->listing = listing;
    found->arena = context->arena;
    TRY(replica_each_history(context->replica, listing->dossier, add_key, found));
    scoped.arena = listing->arena = arena;
    listing->reader = edit_reader_of(&scoped);
    for (size_t i = 0; result == 0 && i < found->count; i++)
        result = show_key(listing, found->keys[i]);
    edit_reader_end(&listing->reader);
    return result;
}

static void print_limits(const struct command_context *context, const struct listing *listing)
{
    if (listing->keys == 0)
        tell_line(say(context->language, "Hiervan is op deze computer geen geschiedenis bekend.",
                      "No history of this is known on this computer."));
    tell_line(say(
        context->language,
        "\nDit is wat deze computer weet: wat u zelf schreef, en wat hij van anderen zag bij het synchroniseren.\n"
        "Tijden zijn naar de klok van wie het schreef. De volledige geschiedenis staat in het journaal van de server.",
        "\nThis is what this computer knows: what you wrote, and what it saw of others when it synced.\n"
        "Times are by the clock of whoever wrote it. The full history is in the server's journal."));
    if (listing->missing)
        tell(say(context->language, "Eerdere versies die hier niet zijn: %" PRIu64 ".\n",
                 "Earlier versions that are not here: %" PRIu64 ".\n"),
             listing->missing);
}

int run_log(struct command_context *context, int count, char **arguments)
{
    const char *municipality = identity_municipality(&context->identity);
    struct listing listing = { .dossier = municipality ? municipality : "NL" };
    int left = command_options(context, count, arguments, NULL, 0);

    if (left < 0)
        return EXIT_USAGE;
    if (left > 2)
        return command_usage(context, say(context->language, "geef hooguit een ronde en een vraag",
                                          "give a round and a question at most"));
    listing.round = left > 0 ? arguments[0] : NULL;
    listing.question = left > 1 ? arguments[1] : NULL;
    listing.array = context->json ? json_array() : NULL;
    int result = show_all(&listing, context);

    if (result < 0) {
        json_decref(listing.array);
        return command_fault(context, result);
    }
    if (context->json)
        command_print_json(json_pack("{s:s, s:b, s:I, s:o}", "dossier", listing.dossier, "complete", 0, "missing",
                                     (json_int_t)listing.missing, "keys", listing.array));
    else
        print_limits(context, &listing);
    return EXIT_DONE;
}
