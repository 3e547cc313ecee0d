/*
 * play.h: schedules that somebody else made (compare.py), played with the real code: what stands at the end is printed.
 */
#pragma once

#include "tests/sim/world.h"

/*
 * Lines of the file: `world SEED` begins one; `write INSTALL QUESTION VALUE RESOLVES`, `sync INSTALL UNTIL`, `backup`, `restore
 * N`, `copy INSTALL`, `put INSTALL N`, `clone INSTALL`, `destroy INSTALL`; `show` prints what
 * stands, `end` does so and ends the world. False where a line is none of these.
 */
bool play_file(const char *file, const char *folder);
