/*
 * fault.c: the newest fault of each thread. Any thread.
 */
#include "common/base/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/check.h"

enum { MESSAGE_SIZE = 512, PLACE_SIZE = 128 };

/* The compiler names files by their full path; what people read begins at the project's folder. */
static const size_t path_prefix = sizeof __FILE__ - sizeof "common/base/fault.c";

static const char *const names[] = {
    [FAULT_MEMORY] = "memory",   [FAULT_IO] = "io",           [FAULT_FULL] = "full",
    [FAULT_CORRUPT] = "corrupt", [FAULT_INVALID] = "invalid", [FAULT_BUSY] = "busy",
    [FAULT_MISSING] = "missing", [FAULT_CRYPTO] = "crypto",   [FAULT_NETWORK] = "network",
    [FAULT_REFUSED] = "refused", [FAULT_STATE] = "state",     [FAULT_UNTRUSTED] = "untrusted",
    [FAULT_TYPED] = "invalid",   [FAULT_CLOCK] = "clock",     [FAULT_PEER] = "peer",
};

static _Thread_local char message[MESSAGE_SIZE];
static _Thread_local const char *place_file = "";
static _Thread_local int place_line;
static _Thread_local char place[PLACE_SIZE];
static _Thread_local struct fault_refusal refused; /* code 0: none */

int fault_report(enum fault code, const char *file, int line, const char *format, ...)
{
    char sentence[MESSAGE_SIZE]; /* the arguments may hold the message of the fault before */
    va_list arguments;

    CHECK(code > 0);
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    snprintf(message, sizeof message, "%s", sentence);
    refused.code = 0;
    place_file = file;
    place_line = line;
    return -(int)code;
}

int fault_refuse(const struct fault_refusal *refusal, const char *sentence)
{
    int fault = FAULT(FAULT_REFUSED, "%s", sentence);

    refused = *refusal;
    return fault;
}

const struct fault_refusal *fault_refusal(void)
{
    return refused.code ? &refused : NULL;
}

const char *fault_message(void)
{
    return message;
}

const char *fault_place(void)
{
    snprintf(place, sizeof place, "%s:%d", place_file[0] == '/' ? place_file + path_prefix : place_file, place_line);
    return place;
}

const char *fault_name(int result)
{
    if (result >= 0 || (size_t)-result >= sizeof names / sizeof names[0])
        return "unknown";
    return names[-result];
}
