/*
 * rounds.c: `cimonitor rounds`, and the list of rounds that `status` shows too. Offline.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/roles.h"
#include "client/commands/round_list.h"
#include "client/commands/run.h"

struct list {
    const struct command_context *context;
    json_t *array;           /* NULL where a table is made */
    struct columns *columns; /* NULL where JSON is made */
};

static int add(void *context, const char *key)
{
    struct list *list = context;
    const struct command_context *command = list->context;
    Ci__Round *round = NULL;
    int found = replica_round(command->replica, command->arena, key + strlen("round/"), &round);

    if (found != 0)
        return found < 0 ? found : 0;
    if (list->array)
        json_array_append_new(list->array,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "round", round->id, "state",
                                        round_state_name(round->state), "questionnaire", round->questionnaire, "opens",
                                        round->opens, "closes", round->closes));
    else if (list->columns->rows < COLUMN_ROWS_MAX)
        columns_row(list->columns, (const char *[]){ round->id, round_state_text(round->state, command->language),
                                                     round->questionnaire, *round->opens ? round->opens : "–",
                                                     *round->closes ? round->closes : "–" });
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

    columns_init(&columns, context->arena, 5);
    columns_row(&columns, (const char *[]){ say(language, "ronde", "round"), say(language, "stand", "state"),
                                            say(language, "vragenlijst", "questionnaire"), say(language, "van", "from"),
                                            say(language, "tot", "until") });
    int result = replica_each(context->replica, "NL", "round/", add, &list);

    if (result < 0)
        return result;
    if (columns.rows == 1)
        puts(say(language, "Er zijn hier nog geen rondes bekend.", "No rounds are known here yet."));
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
