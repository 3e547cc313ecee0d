/*
 * edits.c: see edits.h. Reads only; decides nothing.
 */
#include "client/commands/edits.h"

#include <stdio.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/columns.h"
#include "client/commands/names.h"
#include "client/commands/roles.h"
#include "common/base/clock.h"
#include "common/format/answer_text.h"
#include "common/wire/codec.h"

enum { INDENT = 5 };

struct edit_reader edit_reader_of(const struct command_context *context)
{
    return (struct edit_reader){ .context = context };
}

void edit_reader_end(struct edit_reader *reader)
{
    questionnaire_free(reader->questionnaire);
    reader->questionnaire = NULL;
}

/* A round that is not here has no texts: then codes and typed values do. */
static void turn_to_round(struct edit_reader *reader, const char *round)
{
    if (strcmp(reader->round, round) == 0)
        return;
    edit_reader_end(reader);
    snprintf(reader->round, sizeof reader->round, "%.*s", ROUND_ID_MAX, round);
    if (replica_questionnaire(reader->context->replica, round, &reader->questionnaire) != 0)
        reader->questionnaire = NULL;
}

int edit_question_index(struct edit_reader *reader, const char *key)
{
    struct record_key parsed;

    if (!record_key_parse(key, &parsed) || strcmp(parsed.kind, "answer") != 0 || strlen(parsed.first) > ROUND_ID_MAX)
        return -1;
    turn_to_round(reader, parsed.first);
    return reader->questionnaire ? questionnaire_question(reader->questionnaire, parsed.second) : -1;
}

const char *edit_question(struct edit_reader *reader, const char *key)
{
    int question = edit_question_index(reader, key);

    return question < 0
               ? NULL
               : text_in(question_at(reader->questionnaire, (size_t)question)->text, reader->context->language);
}

const char *edit_subject(const struct command_context *context, const char *key)
{
    static const struct {
        const char *kind, *nl, *en;
    } kinds[] = {
        { "answer", "antwoord ", "answer " },
        { "submission", "ingediende lijst ", "submitted list " },
        { "round", "ronde ", "round " },
        { "questionnaire", "vragenlijst ", "questionnaire " },
        { "revocation", "intrekking van ", "revocation of " },
    };
    struct record_key parsed;

    for (size_t i = 0; record_key_parse(key, &parsed) && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(parsed.kind, kinds[i].kind) == 0)
            return arena_format(context->arena, "%s%s%s%s", say(context->language, kinds[i].nl, kinds[i].en),
                                parsed.first, parsed.second[0] ? " " : "", parsed.second);
    return key;
}

static bool is_kind(const Ci__Edit *edit, const char *kind)
{
    size_t size = strlen(kind);

    return strncmp(edit->key, kind, size) == 0 && edit->key[size] == '/';
}

Ci__Answer *edit_answer(const struct command_context *context, const Ci__Edit *edit)
{
    Ci__Answer *answer = NULL;

    if (edit->cleared || !is_kind(edit, "answer") ||
        CODEC_UNPACK(ci__answer, bytes_from(edit->value), context->arena, &answer) != 0)
        return NULL;
    return answer;
}

static const char *state_words(const struct command_context *context, const Ci__Edit *edit)
{
    Ci__Submission *submission = NULL;
    Ci__Round *round = NULL;

    if (is_kind(edit, "submission") &&
        CODEC_UNPACK(ci__submission, bytes_from(edit->value), context->arena, &submission) == 0)
        return arena_format(context->arena, say(context->language, "%s, %zu antwoorden", "%s, %zu answers"),
                            submission_state_text(submission->state, context->language), submission->n_answers);
    if (is_kind(edit, "round") && CODEC_UNPACK(ci__round, bytes_from(edit->value), context->arena, &round) == 0)
        return round_state_text(round->state, context->language);
    return "";
}

static const char *cleared_words(const struct command_context *context)
{
    return say(context->language, "(teruggenomen)", "(taken back)");
}

const char *edit_answer_words(const struct command_context *context, const struct questionnaire *questionnaire,
                              size_t question, const Ci__Edit *edit)
{
    const Ci__Answer *answer = edit_answer(context, edit);

    if (edit->cleared)
        return cleared_words(context);
    const char *words = answer && answer->value ? answer_text_words(questionnaire, question, answer->value,
                                                                    context->language, context->arena)
                                                : NULL;

    return words ? words : "…";
}

const char *edit_words(struct edit_reader *reader, const Ci__Edit *edit)
{
    int question = edit_question_index(reader, edit->key);

    if (question >= 0)
        return edit_answer_words(reader->context, reader->questionnaire, (size_t)question, edit);
    return edit->cleared ? cleared_words(reader->context) : state_words(reader->context, edit);
}

/* What is known of the author: never NULL, empty where nothing is. */
static const Ci__PersonDetails *details_of(const struct command_context *context, const char *person)
{
    static Ci__PersonDetails nothing = CI__PERSON_DETAILS__INIT;
    Ci__PersonDetails *details = NULL;

    return replica_details(context->replica, context->arena, person, &details) == 0 ? details : &nothing;
}

static Ci__Role role_of(const struct command_context *context, const char *person)
{
    Ci__Person *record = NULL;
    const char *key = arena_format(context->arena, "person/%s", person);

    return key && central_value(context, key, &ci__person__descriptor, &record) == 0 ? record->role
                                                                                     : CI__ROLE__ROLE_NONE;
}

const char *edit_author(const struct command_context *context, const Ci__Edit *edit)
{
    const Ci__PersonDetails *details = details_of(context, edit->author);
    Ci__Role role = role_of(context, edit->author);
    const char *about = details->function;

    if (!*about && role != CI__ROLE__ROLE_NONE)
        about = role_text(role, context->language);
    if (!*about && !*details->department)
        return person_name(context, edit->author);
    const char *text = arena_format(context->arena, "%s (%s%s%s)", person_name(context, edit->author), about,
                                    *about && *details->department ? ", " : "", details->department);

    return text ? text : edit->author;
}

static void print_line(const struct command_context *context, const char *before, const char *label, const char *text)
{
    const char *line = *text ? arena_format(context->arena, "%s%s %s", before, label, text) : NULL;

    if (line)
        print_paragraph(stdout, line, INDENT);
}

void edit_print_beside(const struct command_context *context, const Ci__Edit *edit, const char *before)
{
    const Ci__Answer *answer = edit_answer(context, edit);

    if (!answer)
        return;
    print_line(context, before, say(context->language, "Toelichting:", "Remark:"), answer->remark);
    for (size_t i = 0; i < answer->n_evidence; i++)
        print_line(context, before, say(context->language, "Bewijs:", "Evidence:"), answer->evidence[i]);
    print_line(context, before, say(context->language, "Interne notitie:", "Internal note:"), answer->note);
    if (!answer->working_on)
        return;
    const char *label = say(context->language, "Hier wordt aan gewerkt:", "Being worked on:");

    print_line(context, before, label, answer->working_on->owner);
    print_line(context, before, say(context->language, "Gepland:", "Planned:"), answer->working_on->planned);
}

const char *edit_id(const struct command_context *context, ProtobufCBinaryData id)
{
    char *text = arena_alloc(context->arena, id.len * 2 + 1);

    return text ? hex_encode(text, id.data, id.len) : "";
}

static void add_answer(struct edit_reader *reader, const Ci__Edit *edit, json_t *object)
{
    const Ci__Answer *answer = edit_answer(reader->context, edit);
    int question = answer && answer->value ? edit_question_index(reader, edit->key) : -1;

    if (!answer)
        return;
    if (question >= 0)
        json_object_set_new(object, "value",
                            json_string(answer_text_short(reader->questionnaire, (size_t)question, answer->value,
                                                          reader->context->arena)));
    json_t *evidence = json_array();

    for (size_t i = 0; i < answer->n_evidence; i++)
        json_array_append_new(evidence, json_string(answer->evidence[i]));
    json_object_set_new(object, "remark", json_string(answer->remark));
    json_object_set_new(object, "note", json_string(answer->note));
    json_object_set_new(object, "evidence", evidence);
    if (answer->working_on)
        json_object_set_new(
            object, "working_on",
            json_pack("{s:s, s:s}", "owner", answer->working_on->owner, "planned", answer->working_on->planned));
}

json_t *edit_json(struct edit_reader *reader, const Ci__Edit *edit)
{
    const struct command_context *context = reader->context;
    const Ci__PersonDetails *details = details_of(context, edit->author);
    char written[TIMESTAMP_SIZE];
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:s}", "edit", edit_id(context, edit->id),
                               "author", edit->author, "name", person_name(context, edit->author), "role",
                               role_name(role_of(context, edit->author)), "function", details->function, "department",
                               details->department, "written_ms", (json_int_t)edit->written_ms, "written",
                               timestamp_print(written, edit->written_ms), "cleared", (int)edit->cleared, "words",
                               edit_words(reader, edit));

    add_answer(reader, edit, object);
    return object;
}
