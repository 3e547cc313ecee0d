/*
 * reference.c: CSV and YAML to records; columns are read by the names in their header. Main thread.
 */
#include "server/commands/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/format/csv.h"
#include "common/format/questionnaire_yaml.h"
#include "common/monitor/area.h"
#include "common/wire/codec.h"

enum { AREAS_MAX = 2048, PARENTS_MAX = 3, PATH_MAX_BYTES = 4096, POPULATION_MAX = 5000000 };

struct reading {
    const char *path, *file;
    struct arena *arena;
    struct reference *reference;
    size_t mistakes; /* that were said: all of them are, before it is given up */
};

static void say_mistake(void *context, const char *file, unsigned line, const char *expected)
{
    struct reading *reading = context;

    reading->mistakes++;
    fprintf(stderr, "%s:%u: %s\n", file, line, expected);
}

static void say_in_row(struct reading *reading, const struct csv *csv, const char *value, const char *expected)
{
    reading->mistakes++;
    fprintf(stderr, "%s/%s:%u: %s%s%s\n", reading->path, reading->file, csv_line(csv), value, *value ? ": " : "",
            expected);
}

static char *nothing(void)
{
    return (char *)(uintptr_t)protobuf_c_empty_string;
}

static char *keep(struct reading *reading, const char *text)
{
    char *copy = text && text[0] ? arena_string(reading->arena, text) : NULL;

    return copy ? copy : nothing();
}

static Ci__Area *find_area(const struct reading *reading, const char *code)
{
    for (size_t i = 0; i < reading->reference->area_count; i++)
        if (strcmp(reading->reference->areas[i]->code, code) == 0)
            return reading->reference->areas[i];
    return NULL;
}

static int add_area(struct reading *reading, Ci__Area__Kind kind, const char *code, const char *name, Ci__Area **out)
{
    Ci__Area *area = arena_alloc(reading->arena, sizeof *area);

    if (!area || reading->reference->area_count == AREAS_MAX)
        return FAULT(FAULT_INVALID, "there are too many areas in %s: at most %d", reading->path, AREAS_MAX);
    ci__area__init(area);
    area->kind = kind;
    area->code = keep(reading, code);
    area->name = keep(reading, name);
    area->valid_from = area->valid_to = area->successor = nothing();
    area->parents = arena_alloc(reading->arena, PARENTS_MAX * sizeof *area->parents);
    if (!area->parents)
        return FAULT(FAULT_MEMORY, "out of memory");
    if (kind != CI__AREA__KIND__NATION)
        area->parents[area->n_parents++] = keep(reading, "NL");
    reading->reference->areas[reading->reference->area_count++] = area;
    *out = area;
    return 0;
}

/* Calls `row` for each row of the file. */
static int read_csv(struct reading *reading, const char *file, const char *const *columns,
                    int (*row)(struct reading *reading, struct csv *csv))
{
    CLEANUP(csv_close) struct csv *csv = NULL;
    char path[PATH_MAX_BYTES];

    reading->file = file;
    snprintf(path, sizeof path, "%s/%s", reading->path, file);
    TRY(csv_open(&csv, path, columns));
    for (;;) {
        int result = csv_next(csv);

        if (result != 0)
            return result == CSV_END ? 0 : result;
        TRY(row(reading, csv));
    }
}

static void check_area(struct reading *reading, const struct csv *csv, const Ci__Area *area)
{
    const char *reason = NULL;

    if (find_area(reading, area->code) != area)
        say_in_row(reading, csv, area->code, "this code is there already");
    if (area_check(area, &reason) != 0)
        say_in_row(reading, csv, area->code, reason);
}

static int province_row(struct reading *reading, struct csv *csv)
{
    Ci__Area *area;

    TRY(add_area(reading, CI__AREA__KIND__PROVINCE, csv_field(csv, "province_code"), csv_field(csv, "name"), &area));
    check_area(reading, csv, area);
    return 0;
}

static int region_row(struct reading *reading, struct csv *csv)
{
    Ci__Area *area;

    TRY(add_area(reading, CI__AREA__KIND__REGION, csv_field(csv, "code"), csv_field(csv, "name"), &area));
    check_area(reading, csv, area);
    return 0;
}

static void add_parent(struct reading *reading, const struct csv *csv, Ci__Area *area, const char *code, bool may_lack)
{
    if (!find_area(reading, code) && (code[0] || !may_lack))
        say_in_row(reading, csv, code, may_lack ? "this is not in regions.csv" : "this is not in provinces.csv");
    if (code[0])
        area->parents[area->n_parents++] = keep(reading, code);
}

static uint32_t read_population(struct reading *reading, const struct csv *csv)
{
    const char *text = csv_field(csv, "population");
    char *end;
    unsigned long population = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end || population == 0 || population > POPULATION_MAX)
        say_in_row(reading, csv, text, "a population is a whole number of 1 to 5000000, without points");
    return (uint32_t)population;
}

static int municipality_row(struct reading *reading, struct csv *csv)
{
    Ci__Area *area;

    TRY(add_area(reading, CI__AREA__KIND__MUNICIPALITY, csv_field(csv, "cbs_code"), csv_field(csv, "name"), &area));
    area->population = read_population(reading, csv);
    area->valid_from = keep(reading, csv_field(csv, "valid_from"));
    area->valid_to = keep(reading, csv_field(csv, "valid_to"));
    add_parent(reading, csv, area, csv_field(csv, "province_code"), false);
    add_parent(reading, csv, area, csv_field(csv, "res_code"), true);
    check_area(reading, csv, area);
    return 0;
}

static int merger_row(struct reading *reading, struct csv *csv)
{
    const char *old = csv_field(csv, "old_code"), *new = csv_field(csv, "new_code");
    Ci__Area *area = find_area(reading, old);

    if (!area)
        say_in_row(reading, csv, old, "this is not in municipalities.csv");
    if (!find_area(reading, new))
        say_in_row(reading, csv, new, "this is not in municipalities.csv");
    if (area)
        area->successor = keep(reading, new);
    return 0;
}

static int read_questionnaire(struct reading *reading)
{
    Ci__Questionnaire *questionnaire = NULL;
    char path[PATH_MAX_BYTES];
    int result;

    snprintf(path, sizeof path, "%s/questionnaire-ci-1.yaml", reading->path);
    result = questionnaire_yaml_read(path, reading->arena, &questionnaire, say_mistake, reading);
    if (result == QUESTIONNAIRE_YAML_INVALID)
        return 0; /* it was said */
    TRY(result);
    reading->reference->questionnaire = codec_pack(questionnaire, reading->arena);
    return reading->reference->questionnaire.data ? 0 : FAULT(FAULT_MEMORY, "%s is too large", path);
}

int reference_read(const char *path, struct arena *arena, struct reference *reference)
{
    static const char *const provinces[] = { "province_code", "name", NULL };
    static const char *const regions[] = { "code", "name", NULL };
    static const char *const municipalities[] = { "cbs_code",   "name",       "province_code", "res_code",
                                                  "population", "valid_from", "valid_to",      NULL };
    static const char *const mergers[] = { "old_code", "new_code", NULL };
    struct reading reading = { .path = path, .arena = arena, .reference = reference };
    Ci__Area *nation;

    *reference = (struct reference){ .areas = arena_alloc(arena, AREAS_MAX * sizeof(Ci__Area *)) };
    if (!reference->areas)
        return FAULT(FAULT_MEMORY, "out of memory");
    TRY(add_area(&reading, CI__AREA__KIND__NATION, "NL", "Nederland", &nation));
    if (!path)
        return 0;
    TRY(read_csv(&reading, "provinces.csv", provinces, province_row));
    TRY(read_csv(&reading, "regions.csv", regions, region_row));
    TRY(read_csv(&reading, "municipalities.csv", municipalities, municipality_row));
    TRY(read_csv(&reading, "mergers.csv", mergers, merger_row));
    TRY(read_questionnaire(&reading));
    return reading.mistakes == 0
               ? 0
               : FAULT(FAULT_INVALID, "%s is not sound, and nothing was made: correct what is named above", path);
}
