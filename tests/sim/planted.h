/*
 * planted.h: chooses the mistake that this build makes on purpose.
 */
#pragma once

#include <stdbool.h>

/* False where there is none of that name, or none at all in this build. */
bool plant_choose(const char *name);
