/*
 * log.h: one event, one line, typed fields, `noun.verb`.
 *
 *     2026-11-23T09:15:00.000Z info push.accepted install="3f…" edits=3 took_us=412
 *
 * Never message contents, names or keys. Lines go to standard error whole (one write each); any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_field {
    const char *name;
    enum { FIELD_TEXT, FIELD_U64, FIELD_I64 } kind;
    const char *text; /* quoted and escaped, cut at 256 bytes; NULL is written as "" */
    uint64_t number;
};

#define TEXT(name, value) ((struct log_field){ (name), FIELD_TEXT, (value), 0 })
#define U64(name, value)  ((struct log_field){ (name), FIELD_U64, NULL, (uint64_t)(value) })
#define I64(name, value)  ((struct log_field){ (name), FIELD_I64, NULL, (uint64_t)(int64_t)(value) })

#define LOG_EVENT(level, event, ...)                                       \
    log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
              sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

/* Below this level nothing is written; LOG_INFO at start. Set before threads are made. */
void log_set_level(enum log_level level);
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);
/* This thread's newest fault as the fields place and message of one line. */
void log_fault(enum log_level level, const char *event, int fault);
