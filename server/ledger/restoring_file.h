/*
 * restoring_file.h: the text of the file "restoring" (restoring.h says what is in it), read whole and replaced whole; for
 * restoring.c alone.
 */
#pragma once

#include "server/ledger/restoring.h"

#define RESTORING_FILE "restoring"

struct restoring_file {
    struct restored restored;
    bool held;
    struct restoring_install *installs; /* malloc'ed */
    size_t count;
};

void restoring_file_done(struct restoring_file *content);
static inline void restoring_file_done_at(struct restoring_file *content)
{
    restoring_file_done(content);
}

/* RESTORING_NONE. FAULT_CORRUPT where it is not what was written. */
int restoring_file_load(const char *folder, struct restoring_file *out);
int restoring_file_save(const char *folder, const struct restoring_file *content);
