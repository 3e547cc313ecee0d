/*
 * log.c: a line is put together on the stack and written with one call, so that lines of threads never mix. Any thread.
 */
#include "common/base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/fault.h"

enum { LINE_BYTES_MAX = 4096, TEXT_BYTES_MAX = 256 };

static enum log_level log_level = LOG_INFO;

struct line {
    size_t size;
    char text[LINE_BYTES_MAX];
};

void log_set_level(enum log_level level)
{
    log_level = level;
}

/* What does not fit, with room for the newline, is left out. */
static void __attribute__((format(printf, 2, 3))) put(struct line *line, const char *format, ...)
{
    size_t room = sizeof line->text - 1 - line->size;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line->text + line->size, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        line->size += (size_t)length < room ? (size_t)length : room - 1;
}

/* Bytes of `text` to show: at most TEXT_BYTES_MAX, never half a character. */
static size_t cut(const char *text)
{
    size_t size = strnlen(text, TEXT_BYTES_MAX + 1);

    if (size <= TEXT_BYTES_MAX)
        return size;
    for (size = TEXT_BYTES_MAX; size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80;)
        size--;
    return size;
}

/* Text from outside must not be able to end the line or to speak to a terminal. */
static void put_quoted(struct line *line, const char *text)
{
    size_t size = cut(text);
    bool clean = text_is_clean(text, size);

    put(line, "\"");
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte == '"' || byte == '\\')
            put(line, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f || (byte > 0x7f && !clean))
            put(line, "\\x%02x", byte);
        else
            put(line, "%c", byte);
    }
    put(line, "\"");
}

static void put_field(struct line *line, const struct log_field *field)
{
    put(line, " %s=", field->name);
    switch (field->kind) {
    case FIELD_TEXT: put_quoted(line, field->text ? field->text : ""); break;
    case FIELD_U64: put(line, "%" PRIu64, field->number); break;
    case FIELD_I64: put(line, "%" PRId64, (int64_t)field->number); break;
    }
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    static const char *const levels[] = { "debug", "info", "warning", "error" };
    char now[TIMESTAMP_SIZE];
    struct line line;

    if (level < log_level)
        return;
    line.size = 0;
    put(&line, "%s %s %s", timestamp_print(now, clock_now_ms(&clock_system)), levels[level], event);
    for (size_t i = 0; i < count; i++)
        put_field(&line, &fields[i]);
    line.text[line.size++] = '\n';
    /* There is nobody to tell that telling failed. */
    (void)!write(STDERR_FILENO, line.text, line.size);
}

void log_fault(enum log_level level, const char *event, int fault)
{
    LOG_EVENT(level, event, TEXT("fault", fault_name(fault)), TEXT("place", fault_place()),
              TEXT("message", fault_message()));
}
