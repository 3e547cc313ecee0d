/*
 * names.c: see names.h. Reads only.
 */
#include "client/commands/names.h"

#include <string.h>
#include <time.h>

#include "client/commands/central.h"
#include "common/monitor/area.h"

const char *area_name(const struct command_context *context, const char *code)
{
    Ci__Area *area = NULL;

    if (strcmp(code, "NL") == 0)
        return say(context->language, "Nederland", "Netherlands");
    for (unsigned size_class = 0; size_class < SIZE_CLASSES; size_class++)
        if (strcmp(code, area_size_class_code(size_class)) == 0) {
            Ci__Text name = area_size_class_name(size_class);

            return text_in(&name, context->language);
        }
    return central_value(context, arena_format(context->arena, "area/%s", code), &ci__area__descriptor, &area) == 0
               ? area->name
               : code;
}

const char *area_with_code(const struct command_context *context, const char *code)
{
    const char *name = area_name(context, code);
    const char *both = strcmp(name, code) == 0 ? code : arena_format(context->arena, "%s (%s)", name, code);

    return both ? both : code;
}

const char *person_name(const struct command_context *context, const char *person)
{
    Ci__PersonDetails *details = NULL;

    return replica_details(context->replica, context->arena, person, &details) == 0 ? details->name : person;
}

const char *moment(const struct command_context *context, uint64_t ms)
{
    enum { MOMENT_SIZE = sizeof "2026-11-24 14:05" + 8 }; /* room for years of more digits */
    time_t seconds = (time_t)(ms / 1000);
    char *text = arena_alloc(context->arena, MOMENT_SIZE);
    struct tm parts;

    if (!text || !localtime_r(&seconds, &parts) || !strftime(text, MOMENT_SIZE, "%Y-%m-%d %H:%M", &parts))
        return "?";
    return text;
}
