/*
 * people.c: `cimonitor people`: who was invited, with what rights, on how many installs. Offline, from the replica.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/columns.h"
#include "client/commands/roles.h"
#include "client/commands/run.h"
#include "common/base/fault.h"

struct person {
    const char *id;
    Ci__Person *record;
    Ci__PersonDetails *details; /* NULL: erased, or not for us */
    bool revoked;
    json_t *installs; /* array of {"install", "certificate_ends", "revoked"} */
};

struct people {
    const struct command_context *context;
    const char *area;
    json_t *array;
    struct columns columns;
    json_t *installs;     /* person → array, gathered first */
    const char *nameless; /* one whose name is lost, NULL: none */
    const char *nameless_role;
};

static int add_install(void *context, const char *key)
{
    struct people *people = context;
    const char *id = key + strlen("install/");
    Ci__Install *install = NULL;
    bool revoked = false;
    char ends[DATE_SIZE];
    int found = central_value(people->context, key, &ci__install__descriptor, &install);

    if (found != 0)
        return found < 0 ? found : 0;
    TRY(central_is_revoked(people->context, id, &revoked));
    json_t *list = json_object_get(people->installs, install->person);

    if (!list) {
        list = json_array();
        json_object_set_new(people->installs, install->person, list);
    }
    json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "install", id, "certificate_ends",
                                          date_print(ends, install->not_after_ms), "revoked", revoked));
    return 0;
}

static const char *state_name(Ci__Person__State state)
{
    static const char *const names[] = { "candidate", "invited", "active", "erased" };

    return names[state];
}

static const char *state_text(const struct people *people, const struct person *person)
{
    static const char *const nl[] = { "kandidaat", "uitgenodigd", "actief", "gewist" };

    if (person->revoked)
        return say(people->context->language, "ingetrokken", "revoked");
    return say(people->context->language, nl[person->record->state], state_name(person->record->state));
}

static json_t *areas_json(const Ci__Person *person)
{
    json_t *areas = json_array();

    for (size_t i = 0; i < person->n_areas; i++)
        json_array_append_new(areas, json_string(person->areas[i]));
    return areas;
}

static const char *areas_text(const struct people *people, const Ci__Person *person)
{
    const char *text = "";

    for (size_t i = 0; text && i < person->n_areas; i++)
        text = arena_format(people->context->arena, "%s%s%s", text, i ? " " : "", person->areas[i]);
    return text ? text : "";
}

/* The last column. Others have their own install here and nobody else's: a number would be wrong. */
static bool sees_installs(const struct command_context *context)
{
    return context->identity.role == CI__ROLE__ROLE_CENTRAL;
}

/* Whom the server sent without a name, and no home has brought it back. Who was erased has none. */
static bool is_nameless(const struct person *person)
{
    return !person->details && person->record->details.len > 0 && person->record->state != CI__PERSON__STATE__ERASED;
}

static const char *name_text(const struct people *people, const struct person *person)
{
    if (is_nameless(person))
        return say(people->context->language, "(naam verloren)", "(name lost)");
    return person->details ? person->details->name : "–";
}

static void show(struct people *people, const struct person *person)
{
    const Ci__PersonDetails *details = person->details;
    size_t installs = json_array_size(person->installs);

    if (is_nameless(person)) {
        people->nameless = person->id;
        people->nameless_role = role_name(person->record->role);
    }
    if (people->array)
        json_array_append_new(people->array,
                              json_pack("{s:s, s:s?, s:s?, s:s, s:o, s:s, s:b, s:O}", "person", person->id, "name",
                                        details ? details->name : NULL, "function", details ? details->function : NULL,
                                        "role", role_name(person->record->role), "areas", areas_json(person->record),
                                        "state", state_name(person->record->state), "revoked", person->revoked,
                                        "installs", person->installs));
    else if (columns_have_room(&people->columns))
        columns_row(&people->columns, (const char *[]){ person->id, name_text(people, person),
                                                        role_text(person->record->role, people->context->language),
                                                        areas_text(people, person->record), state_text(people, person),
                                                        arena_format(people->context->arena, "%zu", installs) });
}

static bool is_wanted(const struct people *people, const Ci__Person *person)
{
    bool wanted = people->area == NULL;

    for (size_t i = 0; !wanted && i < person->n_areas; i++)
        wanted = strcmp(person->areas[i], people->area) == 0;
    return wanted;
}

static int add_person(void *context, const char *key)
{
    struct people *people = context;
    struct person person = { .id = key + strlen("person/") };
    int found = central_value(people->context, key, &ci__person__descriptor, &person.record);

    if (found != 0 || !is_wanted(people, person.record))
        return found < 0 ? found : 0;
    TRY(central_is_revoked(people->context, person.id, &person.revoked));
    TRY(replica_details(people->context->replica, people->context->arena, person.id, &person.details));
    json_t *none = json_array(), *installs = json_object_get(people->installs, person.id);

    person.installs = installs ? installs : none;
    show(people, &person);
    json_decref(none);
    return 0;
}

static int gather(struct people *people)
{
    struct replica *replica = people->context->replica;
    enum language language = people->context->language;

    columns_init(&people->columns, people->context->arena, sees_installs(people->context) ? 6 : 5);
    columns_row(&people->columns,
                (const char *[]){ say(language, "nummer", "id"), say(language, "naam", "name"),
                                  say(language, "rol", "role"), say(language, "gebied", "area"),
                                  say(language, "stand", "state"), say(language, "computers", "computers") });
    TRY(replica_each(replica, "NL", "install/", add_install, people));
    return replica_each(replica, "NL", "person/", add_person, people);
}

static void say_what_to_do(const struct people *people)
{
    enum language language = people->context->language;

    tell_line(say(
        language,
        "\n(naam verloren): de server is teruggezet en heeft deze naam niet meer. Die komt vanzelf terug zodra iemand "
        "synchroniseert die hem nog heeft.",
        "\n(name lost): the server was put back and has this name no more. It comes back by itself when somebody who "
        "still has it syncs."));
    if (people->context->identity.role == CI__ROLE__ROLE_CENTRAL)
        tell(say(language,
                 "Komt hij niet terug, geef hem dan opnieuw: cimonitor invite --role %s --person %s --name NAAM\n",
                 "If it does not, give it again: cimonitor invite --role %s --person %s --name NAME\n"),
             people->nameless_role, people->nameless);
    else
        tell_line(say(language, "Komt hij niet terug, vraag het dan aan het programmateam.",
                      "If it does not, ask the central team."));
}

int run_people(struct command_context *context, int count, char **arguments)
{
    struct people people = { .context = context };
    const struct command_option options[] = { { .name = "--area", .value = &people.area } };
    int left = command_options(context, count, arguments, options, 1);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 0)
        return command_usage(context, say(context->language, "people kent alleen --area", "people knows only --area"));
    people.installs = json_object();
    people.array = context->json ? json_array() : NULL;
    int result = gather(&people);

    json_decref(people.installs);
    if (result < 0) {
        json_decref(people.array);
        return command_fault(context, result);
    }
    if (context->json)
        command_print_json(json_pack("{s:o}", "people", people.array));
    else if (people.columns.rows == 1)
        tell_line(say(context->language, "Hier is niemand bekend. Haal op wie er is met: cimonitor sync",
                      "Nobody is known here. Fetch who there is with: cimonitor sync"));
    else
        columns_print(&people.columns, stdout);
    if (!context->json && people.nameless)
        say_what_to_do(&people);
    return EXIT_DONE;
}
