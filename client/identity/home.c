/*
 * home.c: the folder of one install and what is in it. Knows nothing of the network. One thread.
 */
#include "client/identity/home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "client/identity/identity.h"
#include "client/identity/key.h"
#include "common/base/buffer.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/wire/limits.h"

enum { NAME_BYTES_MAX = 32, IDENTITY_BYTES_MAX = 16 * 1024 };

struct home {
    char path[PATH_MAX - NAME_BYTES_MAX];
    char certificate_file[PATH_MAX], ca_file[PATH_MAX];
    int lock;      /* −1: not held */
    EVP_PKEY *key; /* once it was opened, so that a passphrase is asked for once; NULL: not yet, or another one since */
};

#define SCOPED_BUFFER __attribute__((cleanup(buffer_done))) struct buffer

static int choose_path(struct home *home, const char *path)
{
    const char *chosen = path ? path : getenv("CIMONITOR_HOME"), *user = getenv("HOME");
    int size = chosen && *chosen ? snprintf(home->path, sizeof home->path, "%s", chosen)
                                 : snprintf(home->path, sizeof home->path, "%s/.cimonitor", user ? user : ".");

    if (size >= (int)sizeof home->path)
        return FAULT(FAULT_INVALID, "the path of the home is too long");
    snprintf(home->certificate_file, sizeof home->certificate_file, "%s/certificate.pem", home->path);
    snprintf(home->ca_file, sizeof home->ca_file, "%s/ca.pem", home->path);
    return 0;
}

/*
 * Once certificate-next.pem is there, the new pair counts: its two renames are done now, or at the next opening. Under
 * the lock, and looked at again there: a pause between looking and renaming must not take up a later change's key.
 */
static int finish_change(struct home *home)
{
    if (!file_exists(home->path, "certificate-next.pem"))
        return 0;
    int result = home_lock(home);

    if (result != 0 || !file_exists(home->path, "certificate-next.pem"))
        return result < 0 ? result : 0; /* whoever holds the lock does it */
    TRY(file_rename(home->path, "key-next.pem", "key.pem"));
    return file_rename(home->path, "certificate-next.pem", "certificate.pem");
}

int home_open(struct home **out, const char *path, bool create)
{
    CLEANUP(home_close) struct home *home = calloc(1, sizeof *home);
    struct stat status;

    if (!home)
        return FAULT(FAULT_MEMORY, "out of memory");
    home->lock = -1;
    TRY(choose_path(home, path));
    if (create && mkdir(home->path, 0700) != 0 && errno != EEXIST)
        return FAULT(FAULT_IO, "cannot make the folder %s: %s", home->path, strerror(errno));
    if (stat(home->path, &status) != 0) {
        if (errno == ENOENT)
            return HOME_NOT_ENROLLED;
        return FAULT(FAULT_IO, "cannot open %s: %s", home->path, strerror(errno));
    }
    if (!S_ISDIR(status.st_mode))
        return FAULT(FAULT_INVALID, "%s is no folder", home->path);
    TRY(finish_change(home));
    *out = TAKE(&home);
    return 0;
}

struct home *home_close(struct home *home)
{
    if (!home)
        return NULL;
    if (home->lock >= 0)
        close(home->lock);
    key_free(home->key);
    free(home);
    return NULL;
}

const char *home_path(const struct home *home)
{
    return home->path;
}

const char *home_certificate_file(const struct home *home)
{
    return home->certificate_file;
}

const char *home_ca_file(const struct home *home)
{
    return home->ca_file;
}

int home_lock(struct home *home)
{
    char path[PATH_MAX];

    if (home->lock >= 0)
        return 0;
    snprintf(path, sizeof path, "%s/lock", home->path);
    CLEANUP(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return FAULT(FAULT_IO, "cannot open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? HOME_BUSY : FAULT(FAULT_IO, "cannot lock %s: %s", path, strerror(errno));
    if (ftruncate(fd, 0) != 0 || dprintf(fd, "%d\n", (int)getpid()) < 0) /* for people: it is the lock that counts */
        return FAULT(FAULT_IO, "cannot write %s: %s", path, strerror(errno));
    home->lock = fd;
    fd = -1;
    return 0;
}

int home_lock_owner(const struct home *home)
{
    char text[NAME_BYTES_MAX] = "";
    size_t size = 0;

    return file_load(home->path, "lock", text, sizeof text - 1, &size) == 0 ? (int)strtol(text, NULL, 10) : 0;
}

/* FILE_NONE. */
static int load_identity(const struct home *home, char text[IDENTITY_BYTES_MAX], struct bytes *found)
{
    size_t size = 0;
    int result = file_load(home->path, "identity", text, IDENTITY_BYTES_MAX, &size);

    *found = bytes_of(text, size);
    return result;
}

int home_identity(struct home *home, struct identity *identity)
{
    char text[IDENTITY_BYTES_MAX];
    struct bytes found;
    int result = load_identity(home, text, &found);

    if (result != 0)
        return result == FILE_NONE ? HOME_NOT_ENROLLED : result;
    TRY(identity_parse(identity, found));
    result = file_load(home->path, "letterbox.der", identity->letterbox, sizeof identity->letterbox,
                       &identity->letterbox_size);
    return result == FILE_NONE ? 0 : result;
}

static int remember_letterbox(const struct home *home, const struct identity *identity)
{
    uint8_t stored[LETTERBOX_BYTES_MAX];
    struct bytes wanted = bytes_of(identity->letterbox, identity->letterbox_size);
    size_t size = 0;
    int result = file_load(home->path, "letterbox.der", stored, sizeof stored, &size);

    TRY(result);
    return wanted.size == 0 || bytes_equal(wanted, bytes_of(stored, size))
               ? 0
               : file_replace(home->path, "letterbox.der", wanted);
}

int home_remember(struct home *home, const struct identity *identity)
{
    SCOPED_BUFFER text;
    char stored[IDENTITY_BYTES_MAX];
    struct bytes found;

    buffer_init(&text, IDENTITY_BYTES_MAX);
    TRY(remember_letterbox(home, identity));
    TRY(identity_print(identity, &text));
    struct bytes wanted = bytes_of(buffer_data(&text), buffer_size(&text));
    int result = load_identity(home, stored, &found);

    TRY(result);
    return result == 0 && bytes_equal(wanted, found) ? 0 : file_replace(home->path, "identity", wanted);
}

int home_set_revoked(struct home *home, bool revoked)
{
    if (revoked == home_is_revoked(home))
        return 0;
    return revoked ? file_replace(home->path, "revoked", bytes_of("", 0)) : file_remove(home->path, "revoked");
}

bool home_is_revoked(const struct home *home)
{
    return file_exists(home->path, "revoked");
}

int home_bundle(const struct home *home, struct arena *arena, struct bytes *kept)
{
    size_t limit = BUNDLE_BYTES_MAX + BUNDLE_BYTES_MAX / 16, size = 0;
    void *room = file_exists(home->path, "bundle") ? arena_alloc(arena, limit) : NULL;
    int result = room ? file_load(home->path, "bundle", room, limit, &size) : HOME_NO_BUNDLE;

    if (!room && file_exists(home->path, "bundle"))
        return FAULT(FAULT_MEMORY, "out of memory for the bundle that was kept");
    *kept = bytes_of(room, size);
    return result == FILE_NONE ? HOME_NO_BUNDLE : result;
}

int home_keep_bundle(const struct home *home, struct bytes kept)
{
    return file_replace(home->path, "bundle", kept);
}

int home_drop_bundle(const struct home *home)
{
    return file_exists(home->path, "bundle") ? file_remove(home->path, "bundle") : 0;
}

/* FILE_NONE. */
static int load_pem(const struct home *home, const char *name, struct pem *pem)
{
    return file_load(home->path, name, pem->text, sizeof pem->text, &pem->size);
}

/* FILE_NONE. */
static int load_key(const struct home *home, const char *name, EVP_PKEY **key)
{
    CLEANUP(pem_wipe) struct pem pem = { 0 };
    int result = load_pem(home, name, &pem);

    return result == 0 ? key_open(key, pem_bytes(&pem)) : result;
}

static int load_certificate(const struct home *home, const char *name, X509 **certificate)
{
    struct pem pem = { 0 };
    int result = load_pem(home, name, &pem);

    TRY(result);
    *certificate = result == FILE_NONE ? NULL : certificate_from_pem(pem_bytes(&pem));
    return *certificate
               ? 0
               : FAULT(FAULT_MISSING, "%s/%s is missing or damaged: enrol again with a new code", home->path, name);
}

int home_certificates(const struct home *home, X509 **own, X509 **ca)
{
    if (own)
        TRY(load_certificate(home, "certificate.pem", own));
    return ca ? load_certificate(home, "ca.pem", ca) : 0;
}

static int store_key(const struct home *home, const char *name, EVP_PKEY *key, const char *passphrase)
{
    CLEANUP(pem_wipe) struct pem pem = { 0 };

    TRY(key_to_pem(key, passphrase, &pem));
    return file_replace(home->path, name, pem_bytes(&pem));
}

int home_key(struct home *home, EVP_PKEY **key)
{
    int result = home->key ? 0 : load_key(home, "key.pem", &home->key);

    if (result == FILE_NONE)
        return FAULT(FAULT_MISSING, "%s/key.pem is missing: enrol again with a new code", home->path);
    TRY(result);
    EVP_PKEY_up_ref(home->key);
    *key = home->key;
    return 0;
}

int home_next_key(struct home *home, const char *passphrase, EVP_PKEY **key)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    int result = load_key(home, "key-next.pem", &made);
    bool found = result == 0;

    TRY(result);
    if (!found)
        TRY(key_make(&made));
    if (!found || passphrase)
        TRY(store_key(home, "key-next.pem", made, passphrase));
    *key = TAKE(&made);
    return 0;
}

int home_drop_next_key(struct home *home)
{
    return file_remove(home->path, "key-next.pem");
}

/* A key that waits for an enrolment must not be taken for the one that is being renewed. */
static int forget_other_key(struct home *home, EVP_PKEY *key)
{
    struct pem leaf = { 0 };
    int result = load_pem(home, "certificate.pem", &leaf);

    if (result != 0)
        return result < 0 ? result : 0;
    return key_has_certificate(key, pem_bytes(&leaf)) ? home_drop_next_key(home) : 0;
}

int home_store_certificate(struct home *home, EVP_PKEY *key, const Ci__Certificate *certificate,
                           struct identity *identity)
{
    struct pem leaf = { 0 }, ca = { 0 };
    struct identity before;
    uint64_t ca_ends_ms = 0;
    int known = home_identity(home, &before);

    if (known < 0)
        return known;
    if (known == 0 && strcmp(before.person, certificate->person) != 0)
        return HOME_OTHER_PERSON;
    TRY(identity_set(identity, certificate->person, certificate->install, certificate->role, certificate->areas,
                     certificate->n_areas));
    TRY(key_certificate_pem(bytes_of(certificate->certificate.data, certificate->certificate.len), key, &leaf,
                            &identity->certificate_ends_ms));
    TRY(key_certificate_pem(bytes_of(certificate->ca.data, certificate->ca.len), NULL, &ca, &ca_ends_ms));
    identity_set_letterbox(identity, bytes_of(certificate->letterbox.data, certificate->letterbox.len));
    TRY(forget_other_key(home, key));
    TRY(file_replace(home->path, "ca.pem", pem_bytes(&ca)));
    TRY(home_remember(home, identity));
    TRY(file_replace(home->path, "certificate-next.pem", pem_bytes(&leaf))); /* from here on the new pair counts */
    home->key = key_free(home->key);
    return finish_change(home);
}
