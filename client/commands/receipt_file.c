/*
 * receipt_file.c: see receipt_file.h. Each check from the outside in: readable, signed, by whom, and then what it says.
 */
#include "client/commands/receipt_file.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/monitor/receipt.h"
#include "common/tls/signature.h"
#include "common/wire/codec.h"

#define ARMOUR "CI MONITOR RECEIPT"

/* ---- checking ---- */

static int check_signed(const Ci__Signed *claimed, const char *purpose, struct bytes ca, uint64_t at_ms)
{
    const struct signature_claim claim = { .purpose = purpose,
                                           .content = bytes_from(claimed->content),
                                           .signature = bytes_from(claimed->signature),
                                           .certificate = bytes_from(claimed->certificate),
                                           .ca = ca,
                                           .at_ms = at_ms };

    return signature_check(&claim);
}

static int check_receipt(const Ci__ReceiptFile *file, struct arena *arena, struct receipt_findings *findings)
{
    if (!file->receipt || CODEC_UNPACK(ci__receipt, bytes_from(file->receipt->content), arena, &findings->receipt) != 0)
        return RECEIPT_UNREADABLE;
    switch (check_signed(file->receipt, RECEIPT_PURPOSE, bytes_from(file->ca), findings->receipt->time_ms)) {
    case 0: return 0;
    case SIGNATURE_NO_SIGNER: return RECEIPT_NO_SIGNER;
    default: return RECEIPT_CHANGED;
    }
}

static bool is_included(const Ci__ReceiptFile *file, const Ci__Receipt *receipt, const Ci__ReleaseHead *head)
{
    struct merkle_hash path[MERKLE_PATH_MAX], leaf, root;

    if (file->n_path > MERKLE_PATH_MAX || head->root.len != DIGEST_BYTES ||
        receipt->state != CI__SUBMISSION__STATE__ADOPTED || receipt_leaf(receipt, &leaf) < 0)
        return false;
    memcpy(root.bytes, head->root.data, DIGEST_BYTES);
    for (size_t i = 0; i < file->n_path; i++) {
        if (file->path[i].len != DIGEST_BYTES)
            return false;
        memcpy(path[i].bytes, file->path[i].data, DIGEST_BYTES);
    }
    return merkle_check(&leaf, file->index, head->count, path, file->n_path, &root);
}

static int check_release(const Ci__ReceiptFile *file, struct arena *arena, struct receipt_findings *findings)
{
    Ci__ReleaseHead *head = NULL;

    if (!file->release)
        return file->index == 0 && file->n_path == 0
                   ? 0
                   : RECEIPT_UNREADABLE; /* nothing else would tell whether they are right */
    if (CODEC_UNPACK(ci__release_head, bytes_from(file->release->content), arena, &head) != 0)
        return RECEIPT_UNREADABLE;
    if (check_signed(file->release, RELEASE_PURPOSE, bytes_from(file->ca), head->time_ms) != 0)
        return RECEIPT_RELEASE_UNSOUND;
    if (strcmp(head->round, findings->receipt->round) != 0)
        return RECEIPT_OF_ANOTHER_RELEASE;
    if (!is_included(file, findings->receipt, head))
        return RECEIPT_NOT_INCLUDED;
    findings->release = head;
    return 0;
}

int receipt_file_check(const Ci__ReceiptFile *file, const struct receipt_trust *trust, struct arena *arena,
                       struct receipt_findings *findings)
{
    int result;

    *findings = (struct receipt_findings){ 0 };
    result = check_receipt(file, arena, findings);
    if (result != 0)
        return result;
    digest_bytes(findings->ca, file->ca.data, file->ca.len);
    findings->ca_trusted = trust->size > 0 && digest_equal(findings->ca, trust->bytes, trust->size);
    if (trust->size > 0 && !findings->ca_trusted)
        return RECEIPT_OTHER_CA;
    return check_release(file, arena, findings);
}

/* ---- as text ---- */

/* What no signature covers may not hold what is not known: a flipped bit makes a known field an unknown one. */
static bool holds_only_known(const Ci__ReceiptFile *file)
{
    return file->base.n_unknown_fields == 0 && (!file->receipt || file->receipt->base.n_unknown_fields == 0) &&
           (!file->release || file->release->base.n_unknown_fields == 0);
}

static int parse(struct bytes packed, struct arena *arena, Ci__ReceiptFile **file)
{
    int result = CODEC_UNPACK(ci__receipt_file, packed, arena, file);

    return result > 0 || (result == 0 && !holds_only_known(*file)) ? RECEIPT_UNREADABLE : result;
}

int receipt_file_read(struct bytes text, struct arena *arena, Ci__ReceiptFile **file)
{
    BIO *bio = BIO_new_mem_buf(text.data, (int)text.size);
    char *name = NULL, *header = NULL;
    unsigned char *packed = NULL;
    long size = 0;
    int result = RECEIPT_UNREADABLE;

    if (bio && PEM_read_bio(bio, &name, &header, &packed, &size) == 1 && strcmp(name, ARMOUR) == 0)
        result = parse(bytes_of(arena_copy(arena, packed, (size_t)size), (size_t)size), arena, file);
    ERR_clear_error(); /* why it cannot be read is told by the outcome */
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(packed);
    BIO_free(bio);
    return result;
}

int receipt_file_text(const Ci__ReceiptFile *file, struct arena *arena, struct bytes *text)
{
    struct bytes packed = codec_pack(file, arena);
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long size = 0;

    if (packed.data && bio && PEM_write_bio(bio, ARMOUR, "", packed.data, (long)packed.size) > 0)
        size = BIO_get_mem_data(bio, &data);
    *text = bytes_of(size > 0 ? arena_copy(arena, data, (size_t)size) : NULL, (size_t)size);
    BIO_free(bio);
    return text->data ? 0 : FAULT(FAULT_MEMORY, "out of memory for a receipt");
}

/* ---- making ---- */

static bool add_path(Ci__ReceiptFile *file, const struct merkle_hash *path, size_t length, struct arena *arena)
{
    file->path = arena_alloc(arena, (length + 1) * sizeof *file->path);
    for (size_t i = 0; file->path && i < length; i++) {
        file->path[i].len = DIGEST_BYTES;
        file->path[i].data = arena_copy(arena, path[i].bytes, DIGEST_BYTES);
        if (!file->path[i].data)
            return false;
        file->n_path++;
    }
    return file->path != NULL;
}

bool receipt_file_include(Ci__ReceiptFile *file, const Ci__Release *release, struct arena *arena)
{
    struct merkle_hash *leaves = arena_alloc(arena, MERKLE_LEAVES_MAX * sizeof *leaves), path[MERKLE_PATH_MAX], leaf;
    Ci__ReleaseHead *head = NULL;
    Ci__Receipt *receipt = NULL;
    size_t index;

    if (!release || !release->head || !leaves ||
        CODEC_UNPACK(ci__release_head, bytes_from(release->head->content), arena, &head) != 0 ||
        CODEC_UNPACK(ci__receipt, bytes_from(file->receipt->content), arena, &receipt) != 0 ||
        !release_leaves(release, head, leaves) || receipt_leaf(receipt, &leaf) < 0 ||
        !leaves_find(leaves, head->count, &leaf, &index))
        return false;
    if (!add_path(file, path, merkle_path(leaves, head->count, index, path), arena))
        return false;
    file->index = (uint32_t)index;
    file->release = release->head;
    return true;
}
