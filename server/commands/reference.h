/*
 * reference.h: the files of deploy/reference as the first records of a journal. Main thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "proto/model.pb-c.h"

struct reference {
    Ci__Area **areas;
    size_t area_count;
    struct bytes questionnaire; /* packed */
};

/*
 * `path`: a folder with municipalities.csv, provinces.csv, regions.csv, mergers.csv and questionnaire-ci-1.yaml; NULL: the
 * nation alone. All in the arena. Every mistake in the questionnaire is printed on standard error.
 */
int reference_read(const char *path, struct arena *arena, struct reference *reference);
