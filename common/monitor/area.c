/*
 * area.c: codes of areas, size classes, and the rules of an area record. Pure; any thread.
 */
#include "common/monitor/area.h"

#include <string.h>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/base/clock.h"

enum { AREA_NAME_BYTES_MAX = 100 };

static const struct size_class {
    const char *code, *nl, *en;
    uint32_t from; /* inhabitants, inclusive */
} size_classes[SIZE_CLASSES] = {
    { "SC1", "minder dan 20.000 inwoners", "under 20,000 inhabitants", 0 },
    { "SC2", "20.000 tot 50.000 inwoners", "20,000 to 50,000 inhabitants", 20000 },
    { "SC3", "50.000 tot 100.000 inwoners", "50,000 to 100,000 inhabitants", 50000 },
    { "SC4", "100.000 tot 300.000 inwoners", "100,000 to 300,000 inhabitants", 100000 },
    { "SC5", "300.000 inwoners of meer", "300,000 inhabitants or more", 300000 },
};

bool area_is_municipality(const char *code)
{
    return strlen(code) == 6 && strncmp(code, "GM", 2) == 0 && strspn(code + 2, "0123456789") == 4;
}

bool area_code_is_valid(const char *code)
{
    size_t length = strnlen(code, AREA_CODE_MAX + 1);

    return length >= 2 && length <= AREA_CODE_MAX && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

unsigned area_size_class(uint32_t population)
{
    unsigned size_class = SIZE_CLASSES - 1;

    while (population < size_classes[size_class].from)
        size_class--;
    return size_class;
}

const char *area_size_class_code(unsigned size_class)
{
    CHECK(size_class < SIZE_CLASSES);
    return size_classes[size_class].code;
}

Ci__Text area_size_class_name(unsigned size_class)
{
    Ci__Text name = CI__TEXT__INIT;

    CHECK(size_class < SIZE_CLASSES);
    name.nl = (char *)(uintptr_t)size_classes[size_class].nl;
    name.en = (char *)(uintptr_t)size_classes[size_class].en;
    return name;
}

bool area_is_size_class(const char *code)
{
    for (unsigned size_class = 0; size_class < SIZE_CLASSES; size_class++)
        if (strcmp(code, size_classes[size_class].code) == 0)
            return true;
    return false;
}

static const char *code_mistake(const Ci__Area *area)
{
    bool municipality = area->kind == CI__AREA__KIND__MUNICIPALITY, nation = area->kind == CI__AREA__KIND__NATION;

    if (!area_code_is_valid(area->code))
        return "the code is 2 to 40 of A-Z, 0-9 and '-'";
    if (area_is_size_class(area->code))
        return "SC1 to SC5 name the size classes";
    if (area->kind < CI__AREA__KIND__NATION || area->kind > CI__AREA__KIND__MUNICIPALITY)
        return "the kind is nation, province, region or municipality";
    if (area_is_municipality(area->code) != municipality)
        return "a municipality, and nothing else, has a code of GM and four digits";
    if ((strcmp(area->code, "NL") == 0) != nation)
        return "the nation, and nothing else, has the code NL";
    if (*area->successor && (!area_is_municipality(area->successor) || strcmp(area->successor, area->code) == 0))
        return "the successor is the code of another municipality";
    return NULL;
}

static const char *date_mistake(const Ci__Area *area)
{
    if ((*area->valid_from && !date_is_valid(area->valid_from)) || (*area->valid_to && !date_is_valid(area->valid_to)))
        return "valid_from and valid_to are days, YYYY-MM-DD, or empty";
    if (*area->valid_from && *area->valid_to && strcmp(area->valid_from, area->valid_to) >= 0)
        return "valid_to lies after valid_from";
    return NULL;
}

static const char *parents_mistake(const Ci__Area *area)
{
    if (area->n_parents > AREA_PARENTS_MAX)
        return "an area lies in at most 16 others";
    for (size_t i = 0; i < area->n_parents; i++) {
        if (!area_code_is_valid(area->parents[i]) || area_is_municipality(area->parents[i]))
            return "parents are codes of areas, not of municipalities";
        if (area_is_size_class(area->parents[i]))
            return "a size class follows from the population and is no parent";
        if (strcmp(area->parents[i], area->code) == 0)
            return "no area lies in itself";
        for (size_t j = 0; j < i; j++)
            if (strcmp(area->parents[i], area->parents[j]) == 0)
                return "each parent is named once";
    }
    return NULL;
}

int area_check(const Ci__Area *area, const char **reason)
{
    size_t name = strlen(area->name);
    const char *mistake = code_mistake(area);

    if (!mistake && (name == 0 || name > AREA_NAME_BYTES_MAX || !text_is_clean(area->name, name)))
        mistake = "the name is 1 to 100 bytes of plain text";
    if (!mistake)
        mistake = date_mistake(area);
    if (!mistake)
        mistake = parents_mistake(area);
    if (!mistake)
        return 0;
    *reason = mistake;
    return AREA_INVALID;
}
