/*
 * merkle.c: RFC 6962's tree: a list is split at the largest power of two below its length. Knows nothing of what is hashed.
 */
#include "common/monitor/merkle.h"

#include "common/base/check.h"

static struct merkle_hash node(const struct merkle_hash *left, const struct merkle_hash *right)
{
    const struct bytes parts[] = { bytes_of("\x01", 1), bytes_of(left, DIGEST_BYTES), bytes_of(right, DIGEST_BYTES) };
    struct merkle_hash hash;

    digest_parts(hash.bytes, parts, 3);
    return hash;
}

struct merkle_hash merkle_leaf(struct bytes content)
{
    const struct bytes parts[] = { bytes_of("", 1), content };
    struct merkle_hash hash;

    digest_parts(hash.bytes, parts, 2);
    return hash;
}

/* Of 2 or more. */
static size_t split(size_t count)
{
    size_t left = 1;

    while (2 * left < count)
        left *= 2;
    return left;
}

/* Deep as the tree: at most MERKLE_PATH_MAX. */
struct merkle_hash merkle_root(const struct merkle_hash *leaves, size_t count)
{
    struct merkle_hash left, right;

    CHECK(count <= MERKLE_LEAVES_MAX);
    if (count == 0)
        digest_bytes(left.bytes, "", 0);
    if (count == 0 || count == 1)
        return count ? leaves[0] : left;
    left = merkle_root(leaves, split(count));
    right = merkle_root(leaves + split(count), count - split(count));
    return node(&left, &right);
}

size_t merkle_path(const struct merkle_hash *leaves, size_t count, size_t index,
                   struct merkle_hash path[MERKLE_PATH_MAX])
{
    size_t left, below;

    CHECK(index < count && count <= MERKLE_LEAVES_MAX);
    if (count == 1)
        return 0;
    left = split(count);
    if (index < left) {
        below = merkle_path(leaves, left, index, path);
        path[below] = merkle_root(leaves + left, count - left);
    } else {
        below = merkle_path(leaves + left, count - left, index - left, path);
        path[below] = merkle_root(leaves, left);
    }
    return below + 1;
}

/* Whether the leaf lies left at each level, from the root down to the leaf; returns the number of levels. */
static size_t sides(size_t index, size_t count, bool is_left[MERKLE_PATH_MAX])
{
    size_t levels = 0;

    for (; count > 1; levels++) {
        size_t left = split(count);

        is_left[levels] = index < left;
        index -= is_left[levels] ? 0 : left;
        count = is_left[levels] ? left : count - left;
    }
    return levels;
}

bool merkle_check(const struct merkle_hash *leaf, size_t index, size_t count, const struct merkle_hash *path,
                  size_t path_count, const struct merkle_hash *root)
{
    bool is_left[MERKLE_PATH_MAX];
    struct merkle_hash hash = *leaf;

    if (index >= count || count > MERKLE_LEAVES_MAX || sides(index, count, is_left) != path_count)
        return false;
    for (size_t i = 0; i < path_count; i++)
        hash = is_left[path_count - 1 - i] ? node(&hash, &path[i]) : node(&path[i], &hash);
    return digest_equal(hash.bytes, root->bytes, DIGEST_BYTES);
}
