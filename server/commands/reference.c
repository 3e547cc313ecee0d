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
#include "common/wire/codec.h"

enum { AREAS_MAX = 2048, PARENTS_MAX = 3, PATH_MAX_BYTES = 4096 };

struct reading {
    const char *path;
    struct arena *arena;
    struct reference *reference;
};

static char *nothing(void)
{
    return (char *)(uintptr_t)protobuf_c_empty_string;
}

static char *keep(struct reading *reading, const char *text)
{
    char *copy = text && text[0] ? arena_string(reading->arena, text) : NULL;

    return copy ? copy : nothing();
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

    snprintf(path, sizeof path, "%s/%s", reading->path, file);
    TRY(csv_open(&csv, path, columns));
    for (;;) {
        int result = csv_next(csv);

        if (result != 0)
            return result == CSV_END ? 0 : result;
        TRY(row(reading, csv));
    }
}

static int province_row(struct reading *reading, struct csv *csv)
{
    Ci__Area *area;

    return add_area(reading, CI__AREA__KIND__PROVINCE, csv_field(csv, "province_code"), csv_field(csv, "name"), &area);
}

static int region_row(struct reading *reading, struct csv *csv)
{
    Ci__Area *area;

    return add_area(reading, CI__AREA__KIND__REGION, csv_field(csv, "code"), csv_field(csv, "name"), &area);
}

static void add_parent(struct reading *reading, Ci__Area *area, const char *code)
{
    if (code[0])
        area->parents[area->n_parents++] = keep(reading, code);
}

static int municipality_row(struct reading *reading, struct csv *csv)
{
    Ci__Area *area;

    TRY(add_area(reading, CI__AREA__KIND__MUNICIPALITY, csv_field(csv, "cbs_code"), csv_field(csv, "name"), &area));
    area->population = (uint32_t)strtoul(csv_field(csv, "population"), NULL, 10);
    area->valid_from = keep(reading, csv_field(csv, "valid_from"));
    area->valid_to = keep(reading, csv_field(csv, "valid_to"));
    add_parent(reading, area, csv_field(csv, "province_code"));
    add_parent(reading, area, csv_field(csv, "res_code"));
    return 0;
}

static int merger_row(struct reading *reading, struct csv *csv)
{
    for (size_t i = 0; i < reading->reference->area_count; i++)
        if (strcmp(reading->reference->areas[i]->code, csv_field(csv, "old_code")) == 0) {
            reading->reference->areas[i]->successor = keep(reading, csv_field(csv, "new_code"));
            return 0;
        }
    return FAULT(FAULT_INVALID, "%s/mergers.csv:%u: %s is not in municipalities.csv", reading->path, csv_line(csv),
                 csv_field(csv, "old_code"));
}

static void say_mistake(void *context, const char *file, unsigned line, const char *expected)
{
    (void)context;
    fprintf(stderr, "%s:%u: %s\n", file, line, expected);
}

static int read_questionnaire(struct reading *reading)
{
    Ci__Questionnaire *questionnaire = NULL;
    char path[PATH_MAX_BYTES];
    int result;

    snprintf(path, sizeof path, "%s/questionnaire-ci-1.yaml", reading->path);
    result = questionnaire_yaml_read(path, reading->arena, &questionnaire, say_mistake, NULL);
    if (result == QUESTIONNAIRE_YAML_INVALID)
        return FAULT(FAULT_INVALID, "%s is not sound: correct the lines named above", path);
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
    struct reading reading = { path, arena, reference };
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
    return read_questionnaire(&reading);
}
