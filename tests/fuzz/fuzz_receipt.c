/*
 * fuzz_receipt.c: any text as a receipt that somebody was given. It checks, or says why not; what can be read can be written
 * and read again.
 */
#include "client/commands/receipt_file.h"
#include "common/base/check.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct receipt_trust nobody = { 0 };
    struct receipt_findings findings;
    Ci__ReceiptFile *file = NULL;
    struct bytes text;

    if (arena_new(&arena, ARENA_BYTES) < 0 || receipt_file_read(bytes_of(data, size), arena, &file) != 0)
        return 0;
    if (receipt_file_check(file, &nobody, arena, &findings) == 0)
        CHECK(findings.receipt != NULL);
    if (receipt_file_text(file, arena, &text) == 0)
        CHECK(receipt_file_read(text, arena, &file) == 0);
    return 0;
}
