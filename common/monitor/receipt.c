/*
 * receipt.c: leaves: made, sorted, found, and held against a head. Knows nothing of keys and certificates.
 */
#include "common/monitor/receipt.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"

enum { LEAF_BYTES_MAX = 256 };

int receipt_leaf(const Ci__Receipt *receipt, struct merkle_hash *leaf)
{
    Ci__ReleaseLeaf content = CI__RELEASE_LEAF__INIT;
    uint8_t packed[LEAF_BYTES_MAX];

    content.round = receipt->round;
    content.municipality = receipt->municipality;
    content.edit = receipt->edit;
    content.digest = receipt->digest;
    if (ci__release_leaf__get_packed_size(&content) > sizeof packed)
        return FAULT(FAULT_INVALID, "a receipt is larger than one can be");
    *leaf = merkle_leaf(bytes_of(packed, ci__release_leaf__pack(&content, packed)));
    return 0;
}

static int order(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_BYTES);
}

void leaves_sort(struct merkle_hash *leaves, size_t count)
{
    qsort(leaves, count, sizeof *leaves, order);
}

bool leaves_find(const struct merkle_hash *leaves, size_t count, const struct merkle_hash *leaf, size_t *index)
{
    const struct merkle_hash *found = bsearch(leaf, leaves, count, sizeof *leaves, order);

    if (found)
        *index = (size_t)(found - leaves);
    return found != NULL;
}

bool release_leaves(const Ci__Release *release, const Ci__ReleaseHead *head,
                    struct merkle_hash leaves[MERKLE_LEAVES_MAX])
{
    struct merkle_hash root;

    if (release->n_leaves > MERKLE_LEAVES_MAX || release->n_leaves != head->count || head->root.len != DIGEST_BYTES)
        return false;
    for (size_t i = 0; i < release->n_leaves; i++) {
        if (release->leaves[i].len != DIGEST_BYTES)
            return false;
        memcpy(leaves[i].bytes, release->leaves[i].data, DIGEST_BYTES);
        if (i > 0 && order(&leaves[i - 1], &leaves[i]) >= 0)
            return false;
    }
    root = merkle_root(leaves, release->n_leaves);
    return digest_equal(root.bytes, head->root.data, DIGEST_BYTES);
}
