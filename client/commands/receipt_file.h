/*
 * receipt_file.h: a receipt as a file that holds by itself: armoured text ("BEGIN CI MONITOR RECEIPT"), inside a ReceiptFile.
 * Knows neither home nor server; what a check finds is said by its callers. One thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "proto/model.pb-c.h"

enum receipt_outcome {
    RECEIPT_UNREADABLE = 1,     /* no receipt, or cut, or changed so that it can no longer be read */
    RECEIPT_NO_SIGNER,          /* not signed by a certificate of the CA in it */
    RECEIPT_CHANGED,            /* what it says was changed after it was signed */
    RECEIPT_OTHER_CA,           /* sound by itself, but of another CA than the one that is trusted */
    RECEIPT_RELEASE_UNSOUND,    /* the release in it is not signed by that server */
    RECEIPT_OF_ANOTHER_RELEASE, /* the release is of another round */
    RECEIPT_NOT_INCLUDED,       /* the release does not have this submission */
};

/* What a sound file says; in the arena. */
struct receipt_findings {
    Ci__Receipt *receipt;
    Ci__ReleaseHead *release; /* NULL: none in it, so nothing is shown of one */
    uint8_t ca[DIGEST_BYTES]; /* SHA-256 of the CA's certificate in it */
    bool ca_trusted;          /* it is the one that was asked for; false where none was */
};

/* The beginning of a CA's fingerprint that is trusted, at least 16 bytes; size 0: none. */
struct receipt_trust {
    uint8_t bytes[DIGEST_BYTES];
    size_t size;
};

/* 0 with findings, or an outcome; outcomes from RECEIPT_OTHER_CA on have findings too, as far as they were made. */
int receipt_file_check(const Ci__ReceiptFile *file, const struct receipt_trust *trust, struct arena *arena,
                       struct receipt_findings *findings);
/* Outcome RECEIPT_UNREADABLE. `text`: anything. */
int receipt_file_read(struct bytes text, struct arena *arena, Ci__ReceiptFile **file);
/* The armoured text, in the arena. */
int receipt_file_text(const Ci__ReceiptFile *file, struct arena *arena, struct bytes *text);
/*
 * Release and path, where the release (NULL: none yet) has the receipt's leaf; false: it has not. The file's `receipt` is
 * set already, and readable.
 */
bool receipt_file_include(Ci__ReceiptFile *file, const Ci__Release *release, struct arena *arena);
