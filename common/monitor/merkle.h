/*
 * merkle.h: the tree of hashes over a round's adopted submissions (RFC 6962, section 2.1, SHA-256): one root that stands for
 * all of them, and for each a path that shows it is among them without showing the others. Pure; any thread.
 *
 * leaf = SHA-256(0x00 ‖ content), node = SHA-256(0x01 ‖ left ‖ right), so that neither passes for the other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/digest.h"

enum { MERKLE_LEAVES_MAX = 1024, MERKLE_PATH_MAX = 10 };

struct merkle_hash {
    uint8_t bytes[DIGEST_BYTES];
};

struct merkle_hash merkle_leaf(struct bytes content);
/* Of 0 leaves: SHA-256 of nothing. `count` at most MERKLE_LEAVES_MAX. */
struct merkle_hash merkle_root(const struct merkle_hash *leaves, size_t count);
/* What stands beside the leaf's way up, from the leaf to the root; returns how many. index < count. */
size_t merkle_path(const struct merkle_hash *leaves, size_t count, size_t index,
                   struct merkle_hash path[MERKLE_PATH_MAX]);
/* Whether the leaf is the one at `index` of the `count` under that root. Anything may be given. */
bool merkle_check(const struct merkle_hash *leaf, size_t index, size_t count, const struct merkle_hash *path,
                  size_t path_count, const struct merkle_hash *root);
