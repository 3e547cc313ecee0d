/*
 * survey.c: reads a journal through and keeps count of where records end. Knows nothing of what entries mean.
 */
#include "server/journal/survey.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/fault.h"
#include "server/journal/file.h"
#include "server/journal/reader.h"

void segment_name(char out[SEGMENT_NAME_SIZE], uint64_t first)
{
    snprintf(out, SEGMENT_NAME_SIZE, "segment-%020llu", (unsigned long long)first);
}

void journal_survey_done(struct journal_survey *survey)
{
    free(survey->pieces);
    *survey = (struct journal_survey){ 0 };
}

static int add_piece(struct journal_survey *survey, uint64_t first)
{
    struct journal_piece *more = realloc(survey->pieces, (survey->count + 1) * sizeof *more);

    if (!more)
        return FAULT(FAULT_MEMORY, "no memory to survey the journal");
    survey->pieces = more;
    more[survey->count++] = (struct journal_piece){ .first = first };
    return 0;
}

/* The reader has given a record's last entry: so far it is whole. */
static int advance(struct journal_survey *survey, const struct journal_reader *reader)
{
    uint64_t first = reader->segment.before.position + 1;
    struct journal_piece *piece;

    if (survey->count == 0 || survey->pieces[survey->count - 1].first != first)
        TRY(add_piece(survey, first));
    piece = &survey->pieces[survey->count - 1];
    piece->last = reader->head.position;
    piece->bytes = reader->offset;
    survey->head = reader->head;
    return 0;
}

static int walk(struct journal_survey *survey, struct journal_reader *reader, survey_keep *keep, void *context)
{
    struct journal_head head;
    struct bytes entry;
    uint64_t position;
    int result;

    while ((result = journal_read_next(reader, &position, &entry, &head)) == 0) {
        if (keep && !keep(context, &head, entry))
            return 0;
        if (reader->record.left == 0)
            TRY(advance(survey, reader));
    }
    return result < 0 ? result : 0;
}

static int sync_last(const char *folder, const struct journal_survey *survey)
{
    CLEANUP(memory_free) char *path = NULL;
    char name[SEGMENT_NAME_SIZE];

    if (survey->count == 0)
        return 0;
    segment_name(name, survey->pieces[survey->count - 1].first);
    TRY(file_path(&path, folder, name));
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return file_fault(path, "opening");
    return file_sync(fd, path);
}

int journal_survey(struct journal_survey *survey, const char *folder, survey_keep *keep, void *context)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    CLEANUP(journal_survey_done) struct journal_survey found = { 0 };

    TRY(journal_read(&reader, folder, 1));
    TRY(walk(&found, reader, keep, context));
    TRY(sync_last(folder, &found));
    *survey = found;
    found = (struct journal_survey){ 0 };
    return 0;
}

static int cut_segment(const char *folder, const struct journal_piece *piece)
{
    CLEANUP(memory_free) char *path = NULL;
    char name[SEGMENT_NAME_SIZE];

    segment_name(name, piece->first);
    TRY(file_path(&path, folder, name));
    CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return file_fault(path, "opening");
    if (ftruncate(fd, (off_t)piece->bytes) != 0)
        return file_fault(path, "cutting it");
    return file_sync(fd, path);
}

int journal_cut(const char *folder, const struct journal_survey *survey)
{
    uint64_t kept = survey->count > 0 ? survey->pieces[survey->count - 1].first : 0, last;
    int found;

    /* From the end, so that what is there is a journal at every moment. */
    while ((found = segment_find(folder, UINT64_MAX, &last)) == 0 && last > kept) {
        char name[SEGMENT_NAME_SIZE];

        segment_name(name, last);
        TRY(file_remove(folder, name));
    }
    TRY(found);
    return kept > 0 ? cut_segment(folder, &survey->pieces[survey->count - 1]) : 0;
}
