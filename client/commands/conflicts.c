/*
 * conflicts.c: `cimonitor conflicts`: every question with several answers side by side: who said what, when, which one
 * stands, what to do. Works without a network, and keeps what was shown, because that is what `resolve` may name as seen.
 */
#include "client/commands/conflicts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "client/commands/sheet.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

enum { WORDS_WIDTH = 44, WHO_WIDTH = 48, CONFLICT_ARENA = 16 * 1024 * 1024 };

/* ---- reading ---- */

struct keys {
    struct arena *arena;
    const char **list;
    size_t count;
};

static int add_key(void *context, const char *key)
{
    enum { KEYS_MAX = 4096 }; /* rounds of many years; what is beyond comes when these are resolved */
    struct keys *keys = context;

    if (!keys->list)
        keys->list = arena_alloc(keys->arena, KEYS_MAX * sizeof *keys->list);
    const char *copy = keys->list && keys->count < KEYS_MAX ? arena_string(keys->arena, key) : NULL;

    if (copy)
        keys->list[keys->count++] = copy;
    return keys->list ? 0 : FAULT(FAULT_MEMORY, "out of memory");
}

static int find_keys(const struct command_context *context, struct keys *keys)
{
    const char *municipality = identity_municipality(&context->identity);

    *keys = (struct keys){ .arena = context->arena };
    return municipality ? replica_each_rivalled(context->replica, municipality, add_key, keys) : 0;
}

int conflict_read(const struct command_context *context, const char *key, struct conflict *conflict)
{
    const char *municipality = identity_municipality(&context->identity);
    Ci__Round *round = NULL;

    *conflict = (struct conflict){ .key = key };
    if (!municipality || !record_key_parse(key, &conflict->parsed))
        return REPLICA_NONE;
    int found = replica_heads(context->replica, context->arena, municipality, key, &conflict->heads);

    if (found != 0)
        return found;
    found = replica_round(context->replica, context->arena, conflict->parsed.first, &round);
    conflict->open =
        found == 0 && round->state == CI__ROUND__STATE__OPEN && strcmp(conflict->parsed.kind, "answer") == 0;
    return found < 0 ? found : 0;
}

const Ci__Edit *conflict_answer(const struct conflict *conflict, unsigned long number)
{
    if (number >= 1 && number <= conflict->heads.count)
        return conflict->heads.edits[number - 1];
    return number == conflict->heads.count + 1 && !conflict->heads.chosen ? conflict->heads.unsent : NULL;
}

const Ci__Edit *conflict_choice(const struct conflict *conflict, const char *number)
{
    char *end = NULL;
    unsigned long at = strtoul(number, &end, 10);

    return *number >= '0' && *number <= '9' && !*end ? conflict_answer(conflict, at) : NULL;
}

int conflicts_each_asking(const struct command_context *context, conflict_visitor *visit, void *given)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct command_context scoped = *context;
    struct keys keys;

    TRY(arena_new(&arena, CONFLICT_ARENA));
    TRY(find_keys(context, &keys));
    scoped.arena = arena;
    for (size_t i = 0; i < keys.count; i++) {
        struct conflict conflict;

        arena_reset(arena);
        TRY(conflict_read(&scoped, keys.list[i], &conflict));
        if (conflict.open && !conflict.heads.chosen)
            TRY(visit(given, &scoped, &conflict));
    }
    return 0;
}

static int count_one(void *given, const struct command_context *context, const struct conflict *conflict)
{
    (void)context;
    (void)conflict;
    ++*(uint64_t *)given;
    return 0;
}

int conflicts_asking(const struct command_context *context, uint64_t *count)
{
    *count = 0;
    return conflicts_each_asking(context, count_one, count);
}

void conflicts_print_asking(const struct command_context *context, uint64_t count)
{
    if (count)
        tell(say(context->language,
                 "Vragen met verschillende antwoorden naast elkaar, die om een keuze vragen: %" PRIu64
                 ". Bekijk en kies: cimonitor conflicts\n",
                 "Questions with different answers side by side that ask for a choice: %" PRIu64
                 ". See and choose: cimonitor conflicts\n"),
             count);
}

/* ---- for people ---- */

static void print_title(struct edit_reader *reader, const struct conflict *conflict)
{
    const struct command_context *context = reader->context;
    const char *question = edit_question(reader, conflict->key);
    const char *title =
        question ? arena_format(context->arena, "%s %s: %s", conflict->parsed.first, conflict->parsed.second, question)
                 : edit_subject(context, conflict->key);

    print_paragraph(stdout, title ? title : conflict->key, 0);
}

static void add_row(struct edit_reader *reader, struct columns *columns, size_t number, const Ci__Edit *edit,
                    const char *mark)
{
    const struct command_context *context = reader->context;

    columns_row(columns, (const char *const[]){ arena_format(context->arena, "%4zu", number), edit_words(reader, edit),
                                                edit_author(context, edit), moment(context, edit->written_ms), mark });
}

static void print_beside(struct edit_reader *reader, const struct conflict *conflict)
{
    const struct command_context *context = reader->context;
    const Ci__Edit *edit;

    for (unsigned long number = 1; (edit = conflict_answer(conflict, number)) != NULL; number++) {
        const char *before = arena_format(context->arena, "%lu. ", number);

        edit_print_beside(context, edit, before ? before : "");
    }
}

/* NULL: it cannot be read. */
static const Ci__Submission *list_of(const struct command_context *context, const Ci__Edit *edit)
{
    Ci__Submission *list = NULL;

    return CODEC_UNPACK(ci__submission, bytes_from(edit->value), context->arena, &list) == 0 ? list : NULL;
}

static bool any_adopted(const struct command_context *context, const struct heads *heads)
{
    for (size_t i = 0; i < heads->count; i++) {
        const Ci__Submission *list = list_of(context, heads->edits[i]);

        if (list && list->state == CI__SUBMISSION__STATE__ADOPTED)
            return true;
    }
    return false;
}

/*
 * What stands is adopted or sent back, or handed in anew: whichever comes next has seen these, and the others go. Of adopted
 * ones, which only a server that lost a history has several of, one is kept.
 */
static void print_what_to_do_with_lists(const struct command_context *context, const struct conflict *conflict)
{
    const struct heads *heads = &conflict->heads;
    const char *round = conflict->parsed.first;
    const Ci__Submission *stands = list_of(context, heads->edits[0]);

    if (heads->chosen)
        tell_line(say(context->language, "     Gekozen op deze computer. Nog niet verzonden: cimonitor sync",
                      "     Chosen on this computer. Not sent yet: cimonitor sync"));
    else if (stands && stands->state == CI__SUBMISSION__STATE__SUBMITTED)
        tell(say(context->language,
                 "     Wat staat, telt. De bestuurder legt het vast (cimonitor adopt %s) of stuurt het terug "
                 "(cimonitor adopt %s --request-changes); dan vervallen de andere.\n",
                 "     What stands counts. The executive adopts it (cimonitor adopt %s) or sends it back "
                 "(cimonitor adopt %s --request-changes); then the others go.\n"),
             round, round);
    else if (stands && stands->state != CI__SUBMISSION__STATE__ADOPTED)
        tell(say(context->language, "     Dien opnieuw in (cimonitor submit %s); dan vervallen de andere.\n",
                 "     Submit anew (cimonitor submit %s); then the others go.\n"),
             round);
    if (!heads->chosen && any_adopted(context, heads))
        tell(
            say(context->language,
                "     Wat staat, telt. De bestuurder houdt één vastgestelde lijst aan (cimonitor adopt %s NUMMER); dan "
                "vervallen de andere.\n",
                "     What stands counts. The executive keeps one adopted list (cimonitor adopt %s NUMBER); then the "
                "others go.\n"),
            round);
}

static void print_what_to_do(struct edit_reader *reader, const struct conflict *conflict)
{
    const struct command_context *context = reader->context;
    const char *round = conflict->parsed.first, *question = conflict->parsed.second;

    if (!*question)
        print_what_to_do_with_lists(context, conflict);
    else if (conflict->heads.chosen)
        tell(say(context->language, "     Gekozen op deze computer: %s. Nog niet verzonden: cimonitor sync\n",
                 "     Chosen on this computer: %s. Not sent yet: cimonitor sync\n"),
             edit_words(reader, conflict->heads.unsent));
    else if (!conflict->open)
        tell_line(say(context->language, "     De ronde is niet open: kiezen kan nu niet, en wat staat blijft tellen.",
                      "     The round is not open: nobody can choose now, and what stands goes on counting."));
    else
        tell(say(context->language,
                 "     Kies: cimonitor resolve %s %s NUMMER    of anders: cimonitor resolve %s %s --value WAARDE\n",
                 "     Choose: cimonitor resolve %s %s NUMBER    or else: cimonitor resolve %s %s --value VALUE\n"),
             round, question, round, question);
}

int conflict_print(struct edit_reader *reader, struct conflict *conflict)
{
    const struct command_context *context = reader->context;
    const struct heads *heads = &conflict->heads;
    struct columns columns;

    print_title(reader, conflict);
    columns_init(&columns, context->arena, 5);
    columns.width_max[1] = WORDS_WIDTH;
    columns.width_max[2] = WHO_WIDTH;
    for (size_t head = 0; head < heads->count; head++)
        add_row(reader, &columns, head + 1, heads->edits[head],
                head == 0 ? say(context->language, "dit staat, en telt", "this stands, and counts") : "");
    if (heads->unsent && !heads->chosen)
        add_row(reader, &columns, heads->count + 1, heads->unsent,
                say(context->language, "van u, nog niet verzonden", "yours, not sent yet"));
    columns_print(&columns, stdout);
    print_beside(reader, conflict);
    print_what_to_do(reader, conflict);
    return replica_note_shown(context->replica, identity_municipality(&context->identity), conflict->key, heads);
}

int conflict_refuse_unseen(struct edit_reader *reader, struct conflict *conflict)
{
    const struct command_context *context = reader->context;

    if (!context->json)
        TRY(conflict_print(reader, conflict));
    return command_refuse(
        context, EXIT_FAILED, "not_shown",
        "Niets bewaard: wat naast elkaar staat was nog niet, of niet allemaal, getoond. Bekijk het "
        "(cimonitor conflicts), en kies opnieuw.",
        "Nothing saved: what stands side by side was not shown yet, or not all of it. Look at it (cimonitor "
        "conflicts), and choose again.");
}

/* ---- for programs ---- */

static json_t *answer_json(struct edit_reader *reader, const Ci__Edit *edit, size_t number)
{
    json_t *object = edit_json(reader, edit);

    json_object_set_new(object, "number", json_integer((json_int_t)number));
    return object;
}

static json_t *conflict_json(struct edit_reader *reader, const struct conflict *conflict)
{
    const struct heads *heads = &conflict->heads;
    const char *text = edit_question(reader, conflict->key);
    json_t *answers = json_array();

    for (size_t head = 0; head < heads->count; head++) {
        json_t *answer = answer_json(reader, heads->edits[head], head + 1);

        json_object_set_new(answer, "stands", json_boolean(head == 0));
        json_array_append_new(answers, answer);
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:o}", "key", conflict->key, "round", conflict->parsed.first,
                     "question", conflict->parsed.second, "text", text ? text : "", "round_open", (int)conflict->open,
                     "chosen", (int)heads->chosen, "answers", answers, "unsent",
                     heads->unsent ? answer_json(reader, heads->unsent, heads->count + 1) : json_null());
}

/* ---- the command ---- */

struct listing {
    struct edit_reader reader;
    json_t *array; /* NULL where it is printed for people */
    size_t shown, asking;
};

static int show_one(struct listing *listing, const char *key, const char *round)
{
    const struct command_context *context = listing->reader.context;
    struct conflict conflict;

    TRY(conflict_read(context, key, &conflict));
    if (round && strcmp(conflict.parsed.first, round) != 0)
        return 0;
    listing->asking += conflict.open && !conflict.heads.chosen;
    if (!listing->array && listing->shown++)
        putchar('\n');
    if (!listing->array)
        return conflict_print(&listing->reader, &conflict);
    json_array_append_new(listing->array, conflict_json(&listing->reader, &conflict));
    return replica_note_shown(context->replica, identity_municipality(&context->identity), key, &conflict.heads);
}

static int show_all(struct listing *listing, const struct command_context *context, const char *round)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct command_context scoped = *context;
    struct keys keys;
    int result = 0;

    TRY(arena_new(&arena, CONFLICT_ARENA));
    TRY(find_keys(context, &keys));
    scoped.arena = arena;
    listing->reader = edit_reader_of(&scoped);
    for (size_t i = 0; result == 0 && i < keys.count; i++) {
        arena_reset(arena);
        result = show_one(listing, keys.list[i], round);
    }
    edit_reader_end(&listing->reader);
    return result;
}

int run_conflicts(struct command_context *context, int count, char **arguments)
{
    struct listing listing = { 0 };
    int left = command_options(context, count, arguments, NULL, 0);
    const char *round = left == 1 ? arguments[0] : NULL, *municipality = identity_municipality(&context->identity);
    Ci__Round *message = NULL;
    int result = 0;

    if (left < 0)
        return EXIT_USAGE;
    if (left > 1)
        return command_usage(context, say(context->language, "geef hooguit één ronde", "give one round at most"));
    if (!municipality)
        return command_refuse(context, EXIT_FAILED, "no_right",
                              "Uw rol hoort niet bij één gemeente: dit is voor wie voor een gemeente is uitgenodigd.",
                              "Your role belongs to no municipality: this is for people invited for one.");
    if (round)
        result = replica_round(context->replica, context->arena, round, &message);
    if (result == REPLICA_NONE)
        return sheet_refuse_round(context);
    listing.array = context->json && result == 0 ? json_array() : NULL;
    if (result == 0)
        result = show_all(&listing, context, round);
    if (result < 0) {
        json_decref(listing.array);
        return command_fault(context, result);
    }
    if (context->json)
        command_print_json(json_pack("{s:s, s:I, s:o}", "municipality", municipality, "asking",
                                     (json_int_t)listing.asking, "conflicts", listing.array));
    else if (listing.shown == 0)
        tell_line(say(context->language, "Er staan geen verschillende antwoorden naast elkaar.",
                      "There are no different answers side by side."));
    return listing.asking ? EXIT_ATTENTION : EXIT_DONE;
}
