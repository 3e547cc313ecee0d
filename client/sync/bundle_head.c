/*
 * bundle_head.c: see bundle_head.h. Fields that this program does not know are the head's too.
 */
#include "client/sync/bundle_head.h"

#include "client/sync/bundle.h"
#include "common/base/fault.h"

int bundle_head(const Ci__Bundle *file, struct arena *arena, struct bytes *head)
{
    Ci__Bundle alone = *file;

    alone.n_letters = 0;
    alone.format = (char *)(uintptr_t)BUNDLE_FORMAT;
    *head = codec_pack(&alone, arena);
    return head->data ? 0 : FAULT(FAULT_MEMORY, "out of memory for a bundle");
}

int bundle_head_digest(const Ci__Bundle *file, struct arena *arena, uint8_t digest[DIGEST_BYTES])
{
    struct bytes head;

    TRY(bundle_head(file, arena, &head));
    digest_bytes(digest, head.data, head.size);
    return 0;
}
