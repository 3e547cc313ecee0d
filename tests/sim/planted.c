/*
 * planted.c: see common/base/plant.h. In a build without mistakes there is none to choose.
 */
#include "tests/sim/planted.h"

#include <string.h>

#include "common/base/plant.h"

#ifdef CIMONITOR_PLANTS
static enum plant chosen = PLANT_NONE;

bool plant_is(enum plant plant)
{
    return plant == chosen;
}

bool plant_choose(const char *name)
{
    static const char *const names[] = {
#define PLANT_NAME(upper, lower) [PLANT_##upper] = #lower,
        PLANT_TABLE(PLANT_NAME)
#undef PLANT_NAME
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] && strcmp(names[i], name) == 0) {
            chosen = (enum plant)i;
            return true;
        }
    return false;
}
#else
bool plant_choose(const char *name)
{
    (void)name;
    return false;
}
#endif
