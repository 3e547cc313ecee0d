/*
 * fault.h: how a call says that it failed.
 *
 * Every fallible function returns int: 0 done; below 0 a fault, passed up unchanged; above 0 an outcome
 * named in the header of that very function, which the direct caller handles. A fault is reported once,
 * where it is born, with a sentence for people that says what happened and what to do; whoever ends the
 * request or the command shows that sentence (fault_message). Any thread; the message is the thread's own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault {
    FAULT_MEMORY = 1, /* out of memory, or past an arena's limit */
    FAULT_IO,         /* a system call failed; the message holds errno's text */
    FAULT_FULL,       /* disk or map full: room must be made before trying again */
    FAULT_CORRUPT,    /* stored bytes are not what was written */
    FAULT_INVALID,    /* what was given breaks a documented bound or format */
    FAULT_BUSY,       /* somebody else holds it (lock, port) */
    FAULT_MISSING,    /* a file, record or credential that must be there is not */
    FAULT_CRYPTO,     /* OpenSSL refused; the message holds its reason */
    FAULT_NETWORK,    /* the peer cannot be reached, or went away */
    FAULT_REFUSED,    /* the peer answered with an error; the message is the peer's sentence */
    FAULT_STATE,      /* called at a moment when it cannot be done */
    FAULT_CLOCK,      /* by our clock the peer's certificate is not in date: the clock may be wrong */
    FAULT_PEER,       /* what answers does not speak our TLS, or is not accepted, or does not accept us */
    FAULT_TYPED,      /* what somebody typed cannot be; the message is in the person's language */
    FAULT_UNTRUSTED,  /* the peer is not who or what it should be; the message is in the person's language */
};

/* Records the fault with a printf-style sentence for people and returns -code. */
#define FAULT(code, ...) fault_report((code), __FILE__, __LINE__, __VA_ARGS__)
/* Passes a fault up; only for calls without outcomes. */
#define TRY(call)            \
    do {                     \
        int try_r_ = (call); \
        if (try_r_ < 0)      \
            return try_r_;   \
    } while (0)

int fault_report(enum fault code, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The error that a peer answered with, in its own code and name. */
struct fault_refusal {
    uint32_t code;
    char name[32];
    bool retry; /* trying again, unchanged, can help, after … */
    uint32_t retry_after_ms;
};
/* As FAULT(FAULT_REFUSED, …), with the peer's sentence. */
int fault_refuse(const struct fault_refusal *refusal, const char *sentence);
/* Of this thread's newest fault; NULL where that is no refusal of a peer. */
const struct fault_refusal *fault_refusal(void);

/* The sentence of this thread's newest fault, at most 511 bytes, never NULL; valid until the next fault. */
const char *fault_message(void);
/* Where it was born, "common/store/store.c:41". */
const char *fault_place(void);
/* "io", "corrupt", …: stable, for --json and the log. `result` is the negative return value. */
const char *fault_name(int result);
