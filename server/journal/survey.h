/*
 * survey.h: what of a journal is whole: which segment holds which entries, and in how many of its bytes. For copying it
 * beside its writer, and for cutting a copy back to a moment.
 *
 * Every record's CRC and every entry's chain is checked on the way. Any thread; no lock is taken.
 */
#pragma once

#include "server/journal/journal.h"

enum { SEGMENT_NAME_SIZE = sizeof "segment-" + 20 };

/* The first `bytes` of a segment: its header, and the records that hold the entries `first` to `last`. */
struct journal_piece {
    uint64_t first, last;
    size_t bytes;
};

struct journal_survey {
    struct journal_head head;     /* of the last entry in the pieces; position 0: none */
    struct journal_piece *pieces; /* in order, none empty; malloc'ed */
    size_t count;
};

/* Looks at each entry in turn; false: this entry and what follows is left out. */
typedef bool survey_keep(void *context, const struct journal_head *head, struct bytes entry);

/*
 * From the first entry to the last whole record, or to the last whole record before an entry that is not kept. What was
 * surveyed is on disk when it returns, also where another process has written it and not yet synced.
 */
int journal_survey(struct journal_survey *survey, const char *folder, survey_keep *keep, void *context);
void journal_survey_done(struct journal_survey *survey);
static inline void journal_survey_done_at(struct journal_survey *survey)
{
    journal_survey_done(survey);
}

/* Takes away what the survey left out, durably. Nobody may have the journal open. */
int journal_cut(const char *folder, const struct journal_survey *survey);

/* The file's name in the journal's folder. */
void segment_name(char out[SEGMENT_NAME_SIZE], uint64_t first);
