/*
 * error.c: the error table and the messages made from it. Pure; any thread.
 */
#include "common/wire/error.h"

#include <pthread.h>
#include <stddef.h>

#include "common/base/check.h"

static const struct error_row rows[] = {
#define ERROR_ROW(number, upper, lower, retry, nl, en) { (number), #lower, (retry), (nl), (en) },
    ERROR_TABLE(ERROR_ROW)
#undef ERROR_ROW
};

const struct error_row *error_row(uint32_t code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == code)
            return &rows[i];
    return NULL;
}

/* What protobuf-c keeps in non-const members is never written through them. */
static char *text(const char *constant)
{
    return (char *)(uintptr_t)constant;
}

static char *with_detail(struct arena *arena, const char *sentence, const char *detail)
{
    char *whole = detail ? arena_format(arena, "%s %s", sentence, detail) : NULL;

    return whole ? whole : text(sentence);
}

static void error_fill(Ci__Error *error, Ci__Text *sentence, const struct error_row *row)
{
    ci__error__init(error);
    ci__text__init(sentence);
    error->code = row->code;
    error->name = text(row->name);
    error->retry = row->retry;
    error->text = sentence;
    sentence->nl = text(row->nl);
    sentence->en = text(row->en);
}

/* For past the arena's limit: one a row, made once and only read after, since one thread makes an error and another packs it. */
static struct {
    Ci__Error error;
    Ci__Text sentence;
} spare[sizeof rows / sizeof rows[0]];
static pthread_once_t spare_once = PTHREAD_ONCE_INIT;

static void spare_fill(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        error_fill(&spare[i].error, &spare[i].sentence, &rows[i]);
}

static Ci__Error *error_static(const struct error_row *row)
{
    pthread_once(&spare_once, spare_fill);
    return &spare[row - rows].error;
}

Ci__Error *error_new(struct arena *arena, enum error_code code, const char *detail_nl, const char *detail_en)
{
    const struct error_row *row = error_row(code);
    Ci__Error *error = arena_alloc(arena, sizeof *error);
    Ci__Text *sentence = arena_alloc(arena, sizeof *sentence);

    CHECK(row != NULL);
    if (!error || !sentence)
        return error_static(row);
    error_fill(error, sentence, row);
    sentence->nl = with_detail(arena, row->nl, detail_nl);
    sentence->en = with_detail(arena, row->en, detail_en);
    return error;
}
