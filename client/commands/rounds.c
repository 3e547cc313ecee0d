/*
 * rounds.c: `cimonitor rounds`, and the list of rounds that `status` shows too. Offline.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/roles.h"
#include "client/commands/round_list.h"
#include "client/commands/run.h"
#include "client/commands/sheet.h"

struct list {
    const struct command_context *context;
    json_t *array;           /* NULL where a table is made */
    struct columns *columns; /* NULL where JSON is made */
};

/* How the own municipality's list of a round stands: nothing for a role without one, or where a round is not begun. */
struct own_list {
    int completeness; /* −1: there is none */
    Ci__Submission__State state;
};

static int read_own(const struct command_context *context, const Ci__Round *round, struct own_list *own)
{
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    CLEANUP(questionnaire_free) struct questionnaire *known = NULL;
    Ci__Submission *submission = NULL;

    *own = (struct own_list){ .completeness = -1 };
    if (!identity_municipality(&context->identity) || round->state == CI__ROUND__STATE__PLANNED)
        return 0;
    int found = replica_questionnaire(context->replica, round->id, &known);

    if (found != 0)
        return found < 0 ? found : 0;
    found = sheet_load(&sheet, context, round->id, false);
    if (found != 0)
        return found < 0 ? found : 0;
    TRY(sheet_submission(context, sheet, &submission));
    own->completeness = sheet->scores.completeness;
    own->state = submission ? submission->state : CI__SUBMISSION__STATE__DRAFT;
    return 0;
}

static const char *own_text(const struct command_context *context, const Ci__Round *round, const struct own_list *own)
{
    bool over = round->state > CI__ROUND__STATE__OPEN && own->state == CI__SUBMISSION__STATE__DRAFT;

    if (own->completeness < 0)
        return "";
    return arena_format(context->arena, "%d %%, %s", own->completeness,
                        over ? say(context->language, "niet ingediend", "not submitted")
                             : submission_state_text(own->state, context->language));
}

static json_t *round_json(const Ci__Round *round, const struct own_list *own)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "round", round->id, "state", round_state_name(round->state),
                               "questionnaire", round->questionnaire, "opens", round->opens, "closes", round->closes);

    if (own->completeness >= 0) {
        json_object_set_new(object, "completeness", json_integer(own->completeness));
        json_object_set_new(object, "submission", json_string(submission_state_name(own->state)));
    }
    return object;
}

static int add(void *context, const char *key)
{
    struct list *list = context;
    const struct command_context *command = list->context;
    Ci__Round *round = NULL;
    int found = replica_round(command->replica, command->arena, key + strlen("round/"), &round);

    if (found != 0)
        return found < 0 ? found : 0;
    struct own_list own;

    TRY(read_own(command, round, &own));
    if (list->array)
        json_array_append_new(list->array, round_json(round, &own));
    else if (columns_have_room(list->columns))
        columns_row(list->columns,
                    (const char *[]){ round->id, round_state_text(round->state, command->language),
                                      round->questionnaire, *round->opens ? round->opens : "–",
                                      *round->closes ? round->closes : "–", own_text(command, round, &own) });
    return 0;
}

json_t *round_list_json(const struct command_context *context, int *fault)
{
    struct list list = { .context = context, .array = json_array() };

    *fault = replica_each(context->replica, "NL", "round/", add, &list);
    if (*fault == 0)
        return list.array;
    json_decref(list.array);
    return NULL;
}

int round_list_print(const struct command_context *context)
{
    struct columns columns;
    struct list list = { .context = context, .columns = &columns };
    enum language language = context->language;

    columns_init(&columns, context->arena, identity_municipality(&context->identity) ? 6 : 5);
    columns_row(&columns,
                (const char *[]){ say(language, "ronde", "round"), say(language, "stand", "state"),
                                  say(language, "vragenlijst", "questionnaire"), say(language, "van", "from"),
                                  say(language, "tot en met", "up to"), say(language, "uw lijst", "your list") });
    int result = replica_each(context->replica, "NL", "round/", add, &list);

    if (result < 0)
        return result;
    if (columns.rows == 1)
        tell_line(say(language, "Er zijn hier nog geen rondes bekend.", "No rounds are known here yet."));
    else
        columns_print(&columns, stdout);
    return 0;
}

int run_rounds(struct command_context *context, int count, char **arguments)
{
    int left = command_options(context, count, arguments, NULL, 0), result = 0;

    if (left < 0)
        return EXIT_USAGE;
    if (left != 0)
        return command_usage(context,
                             say(context->language, "rounds heeft geen argumenten", "rounds takes no arguments"));
    if (context->json) {
        json_t *rounds = round_list_json(context, &result);

        if (rounds)
            command_print_json(json_pack("{s:o}", "rounds", rounds));
    } else {
        result = round_list_print(context);
    }
    return result < 0 ? command_fault(context, result) : EXIT_DONE;
}
