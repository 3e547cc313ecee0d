/*
 * late.c: `cimonitor late`: what reached the server after its round had closed, as the server has it now; and the central
 * team's word that one of these counts after all. The central team sees what and whose it is, not what was answered.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/columns.h"
#include "client/commands/edits.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "client/sync/call.h"
#include "common/base/fault.h"
#include "common/monitor/heads.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"

enum {
    WHO_WIDTH = 48,
    WORDS_WIDTH = 44,
    PAGE_ARENA = 8 * 1024 * 1024,
    LIST_MAX = 1000
}; /* more than these: the first ones are shown */

struct late {
    Ci__LateEdit *edits[LIST_MAX];
    size_t count;
    bool complete;
};

/* ---- asking ---- */

static int ask_page(struct call *call, struct arena *arena, Ci__LateQuery *of, struct late *late)
{
    Ci__Query query = CI__QUERY__INIT;
    Ci__QueryReply *reply = NULL;

    query.of_case = CI__QUERY__OF_LATE;
    query.late = of;
    TRY(call_request(call, MESSAGE_QUERY, &query.base, arena, (ProtobufCMessage **)&reply));
    if (reply->of_case != CI__QUERY_REPLY__OF_LATE || (!reply->late->complete && reply->late->n_edits == 0))
        return FAULT(FAULT_INVALID, "the server answered something else than was asked: update the program");
    for (size_t i = 0; i < reply->late->n_edits && late->count < LIST_MAX; i++)
        late->edits[late->count++] = reply->late->edits[i];
    late->complete = reply->late->complete;
    if (late->complete)
        return 0;
    const Ci__LateEdit *last = reply->late->edits[reply->late->n_edits - 1];

    of->after_dossier = last->dossier;
    of->after_position = last->position;
    return 0;
}

static const Ci__LateEdit *find(const struct late *late, const char *id)
{
    char hex[2 * ID_BYTES + 1];

    for (size_t i = 0; i < late->count; i++)
        if (late->edits[i]->edit.len == ID_BYTES &&
            strcmp(hex_encode(hex, late->edits[i]->edit.data, ID_BYTES), id) == 0)
            return late->edits[i];
    return NULL;
}

static int keep(const struct command_context *context, const Ci__LateEdit *found, const Ci__LateEdit **row)
{
    Ci__LateEdit *copy = NULL;
    struct bytes packed = codec_pack(found, context->arena);

    if (!packed.data || CODEC_UNPACK(ci__late_edit, packed, context->arena, &copy) != 0)
        return FAULT(FAULT_MEMORY, "out of memory");
    *row = copy;
    return 0;
}

/* `dossier` empty: all that this person may see. */
static int ask(const struct command_context *context, const char *dossier, struct late *late)
{
    CLEANUP(call_close) struct call *call = NULL;
    Ci__LateQuery of = CI__LATE_QUERY__INIT;

    of.dossier = (char *)(uintptr_t)dossier;
    TRY(call_open(&call, context->home, context->replica));
    while (!late->complete && late->count < LIST_MAX)
        TRY(ask_page(call, context->arena, &of, late));
    return 0;
}

/* Page after page, however many there are; the row is in the context's arena. REPLICA_NONE. */
static int look_for(const struct command_context *context, const char *id, struct late *late, const Ci__LateEdit **row)
{
    CLEANUP(call_close) struct call *call = NULL;
    CLEANUP(arena_free) struct arena *page = NULL;
    Ci__LateQuery of = CI__LATE_QUERY__INIT;
    char after[DOSSIER_MAX + 1] = "";

    TRY(arena_new(&page, PAGE_ARENA));
    TRY(call_open(&call, context->home, context->replica));
    while (!late->complete) {
        const Ci__LateEdit *found = NULL;

        snprintf(after, sizeof after, "%s", of.after_dossier);
        of.after_dossier = after;
        arena_reset(page);
        late->count = 0;
        TRY(ask_page(call, page, &of, late));
        found = find(late, id);
        if (found)
            return keep(context, found, row);
    }
    return REPLICA_NONE;
}

/* ---- showing ---- */

static Ci__Edit as_edit(const Ci__LateEdit *row)
{
    Ci__Edit edit = CI__EDIT__INIT;

    if (row->whole)
        return *row->whole;
    edit.id = row->edit;
    edit.key = row->key;
    edit.author = row->author;
    edit.written_ms = row->written_ms;
    return edit;
}

/* Its author gave another answer afterwards, which is on the list too: admitting that one is enough. */
static bool is_replaced(const struct late *late, const Ci__LateEdit *row)
{
    for (size_t i = 0; i < late->count; i++)
        if (ids_hold(late->edits[i]->seen, late->edits[i]->n_seen, row->edit))
            return true;
    return false;
}

static void print_people(const struct command_context *context, const struct late *late)
{
    struct edit_reader reader = edit_reader_of(context);
    struct columns columns;

    columns_init(&columns, context->arena, 7);
    columns.width_max[2] = WHO_WIDTH;
    columns.width_max[4] = WORDS_WIDTH;
    for (size_t i = 0; i < late->count; i++) {
        const Ci__Edit edit = as_edit(late->edits[i]);

        columns_row(&columns, (const char *const[]){ area_with_code(context, late->edits[i]->dossier),
                                                     edit_subject(context, edit.key), edit_author(context, &edit),
                                                     moment(context, edit.written_ms),
                                                     late->edits[i]->whole ? edit_words(&reader, &edit) : "",
                                                     is_replaced(late, late->edits[i])
                                                         ? say(context->language, "later vervangen", "replaced later")
                                                         : "",
                                                     edit_id(context, edit.id) });
    }
    columns_print(&columns, stdout);
    edit_reader_end(&reader);
    if (late->count == 0)
        tell_line(say(context->language, "Er is niets te laat gekomen, of het is toegelaten.",
                      "Nothing came late, or it was admitted."));
    else if (context->identity.role == CI__ROLE__ROLE_CENTRAL)
        tell_line(say(context->language, "\nToelaten: cimonitor late --admit NUMMER, het laatste op de regel.",
                      "\nTo admit one: cimonitor late --admit ID, the last on the line."));
    else
        tell_line(say(context->language, "\nDit wordt bewaard, en niet geteld. Toelaten kan het programmateam.",
                      "\nThis is kept, and not counted. The central team can admit it."));
    if (!late->complete)
        tell_line(say(context->language, "Er is meer: noem één gemeente.", "There is more: name one municipality."));
}

static void print_json(const struct command_context *context, const struct late *late)
{
    struct edit_reader reader = edit_reader_of(context);
    json_t *array = json_array();

    for (size_t i = 0; i < late->count; i++) {
        const Ci__LateEdit *row = late->edits[i];
        const Ci__Edit edit = as_edit(row);
        json_t *object = row->whole ? edit_json(&reader, &edit)
                                    : json_pack("{s:s, s:s, s:s, s:I}", "edit", edit_id(context, row->edit), "author",
                                                row->author, "name", person_name(context, row->author), "written_ms",
                                                (json_int_t)row->written_ms);

        json_object_set_new(object, "dossier", json_string(row->dossier));
        json_object_set_new(object, "key", json_string(row->key));
        json_object_set_new(object, "replaced", json_boolean(is_replaced(late, row)));
        json_array_append_new(array, object);
    }
    edit_reader_end(&reader);
    command_print_json(json_pack("{s:b, s:o}", "complete", (int)late->complete, "late", array));
}

/* ---- admitting ---- */

static int admit(const struct command_context *context, struct late *late, const char *id)
{
    Ci__Admission admission = CI__ADMISSION__INIT;
    const Ci__LateEdit *row = NULL;
    int found = look_for(context, id, late, &row);

    TRY(found);
    if (found == REPLICA_NONE)
        return command_refuse(context, EXIT_FAILED, "unknown_edit",
                              arena_format(context->arena, "%s: dit staat niet in de lijst. Zie: cimonitor late", id),
                              arena_format(context->arena, "%s: this is not in the list. See: cimonitor late", id));
    admission.admitted = true;
    TRY(central_write(context, arena_format(context->arena, "admission/%s/%s", row->dossier, id), &admission));
    if (context->json)
        command_print_json(json_pack("{s:s, s:s, s:s}", "admitted", id, "dossier", row->dossier, "key", row->key));
    else
        tell(say(context->language, "Opgeslagen op deze computer: %s van %s telt mee na uw volgende: cimonitor sync\n",
                 "Saved on this computer: %s of %s counts after your next: cimonitor sync\n"),
             edit_subject(context, row->key), area_with_code(context, row->dossier));
    return EXIT_DONE;
}

int run_late(struct command_context *context, int count, char **arguments)
{
    const char *id = NULL;
    const struct command_option options[] = { { .name = "--admit", .value = &id } };
    int left = command_options(context, count, arguments, options, 1);
    const char *municipality = identity_municipality(&context->identity);
    struct late *late = arena_alloc(context->arena, sizeof *late);

    if (left < 0)
        return EXIT_USAGE;
    if (left > 1)
        return command_usage(context,
                             say(context->language, "geef hooguit één gemeente", "give one municipality at most"));
    int refused = id ? central_only(context) : 0;

    if (refused)
        return refused;
    if (!late)
        return command_fault(context, FAULT(FAULT_MEMORY, "out of memory"));
    int result = id ? admit(context, late, id)
                    : ask(context,
                          left           ? arguments[0]
                          : municipality ? municipality
                                         : "",
                          late);

    if (id)
        return result < 0 ? command_fault(context, result) : result;
    if (result == 0 && context->json)
        print_json(context, late);
    else if (result == 0)
        print_people(context, late);
    return result < 0 ? command_fault(context, result) : result;
}
