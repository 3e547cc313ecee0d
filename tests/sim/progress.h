/*
 * progress.h: what a run tells the process that started it, through memory that both see.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tests/sim/reached.h"

enum { PROGRESS_TEXT = 600 };

struct progress {
    int invariant; /* 0: none is broken */
    size_t step;   /* under way */
    char deed[40]; /* its name */
    char text[PROGRESS_TEXT];
    uint64_t outcomes;              /* at the end: what became of what */
    uint64_t entries, edits, syncs; /* how much happened */
    uint64_t reached[REACHED_COUNT];
};

/* Shared with the children that are forked from here on. */
struct progress *progress_make(void);
/* Where this process reports to. */
void progress_use(struct progress *progress);
struct progress *progress_mine(void);
void progress_note(size_t step, const char *deed);
