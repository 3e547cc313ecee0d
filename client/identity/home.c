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

#include "client/identity/files.h"
#include "client/identity/identity.h"
#include "client/identity/key.h"
#include "common/base/fault.h"

enum { NAME_BYTES_MAX = 32 };

struct home {
    char path[PATH_MAX - NAME_BYTES_MAX];
    char certificate_file[PATH_MAX], ca_file[PATH_MAX];
    int lock; /* −1: not held */
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
    if (!files_exist(home->path, "certificate-next.pem"))
        return 0;
    int result = home_lock(home);

    if (result != 0 || !files_exist(home->path, "certificate-next.pem"))
        return result < 0 ? result : 0; /* whoever holds the lock does it */
    TRY(files_rename(home->path, "key-next.pem", "key.pem"));
    return files_rename(home->path, "certificate-next.pem", "certificate.pem");
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
    if (home && home->lock >= 0)
        close(home->lock);
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
    home->lock = fd;
    fd = -1;
    return 0;
}

int home_identity(struct home *home, struct identity *identity)
{
    SCOPED_BUFFER text = { 0 };
    int result = files_read(home->path, "identity", &text);

    if (result != 0)
        return result == FILES_NONE ? HOME_NOT_ENROLLED : result;
    return identity_parse(identity, bytes_of(buffer_data(&text), buffer_size(&text)));
}

int home_remember(struct home *home, const struct identity *identity)
{
    SCOPED_BUFFER text, stored = { 0 };
    int result;

    buffer_init(&text, FILE_BYTES_MAX);
    TRY(identity_print(identity, &text));
    result = files_read(home->path, "identity", &stored);
    TRY(result);
    if (result == 0 && bytes_equal(bytes_of(buffer_data(&text), buffer_size(&text)),
                                   bytes_of(buffer_data(&stored), buffer_size(&stored))))
        return 0;
    return files_write(home->path, "identity", bytes_of(buffer_data(&text), buffer_size(&text)));
}

int home_set_revoked(struct home *home, bool revoked)
{
    char path[PATH_MAX];

    if (revoked == home_is_revoked(home))
        return 0;
    if (revoked)
        return files_write(home->path, "revoked", bytes_of("", 0));
    snprintf(path, sizeof path, "%s/revoked", home->path);
    return unlink(path) != 0 && errno != ENOENT ? FAULT(FAULT_IO, "cannot remove %s: %s", path, strerror(errno)) : 0;
}

bool home_is_revoked(const struct home *home)
{
    return files_exist(home->path, "revoked");
}

static int read_key(struct home *home, const char *name, EVP_PKEY **key)
{
    SCOPED_BUFFER pem = { 0 };
    int result = files_read(home->path, name, &pem);

    if (result != 0)
        return result;
    result = key_read(key, bytes_of(buffer_data(&pem), buffer_size(&pem)));
    OPENSSL_cleanse(pem.bytes, pem.capacity);
    return result;
}

int home_key(struct home *home, EVP_PKEY **key)
{
    int result = read_key(home, "key.pem", key);

    return result == FILES_NONE ? FAULT(FAULT_MISSING, "%s/key.pem is missing: enrol again with a new code", home->path)
                                : result;
}

int home_next_key(struct home *home, const char *passphrase, EVP_PKEY **key)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    SCOPED_BUFFER pem;
    int result = read_key(home, "key-next.pem", &made);

    buffer_init(&pem, FILE_BYTES_MAX);
    if (result == 0 && !passphrase) {
        *key = TAKE(&made);
        return 0;
    }
    if (result == FILES_NONE)
        result = key_make(&made);
    if (result == 0)
        result = key_write(made, passphrase, &pem);
    if (result == 0)
        result = files_write(home->path, "key-next.pem", bytes_of(buffer_data(&pem), buffer_size(&pem)));
    if (pem.bytes)
        OPENSSL_cleanse(pem.bytes, pem.capacity);
    if (result == 0)
        *key = TAKE(&made);
    return result;
}

int home_drop_next_key(struct home *home)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/key-next.pem", home->path);
    if (unlink(path) != 0 && errno != ENOENT)
        return FAULT(FAULT_IO, "cannot remove %s: %s", path, strerror(errno));
    return 0;
}

static int write_buffer(struct home *home, const char *name, const struct buffer *content)
{
    return files_write(home->path, name, bytes_of(buffer_data(content), buffer_size(content)));
}

/* A key that waits for an enrolment must not be taken for the one that is being renewed. */
static int forget_other_key(struct home *home, EVP_PKEY *key)
{
    SCOPED_BUFFER leaf = { 0 };
    int result = files_read(home->path, "certificate.pem", &leaf);

    if (result != 0)
        return result < 0 ? result : 0;
    return key_has_certificate(key, bytes_of(buffer_data(&leaf), buffer_size(&leaf))) ? home_drop_next_key(home) : 0;
}

int home_store_certificate(struct home *home, EVP_PKEY *key, const Ci__Certificate *certificate,
                           struct identity *identity)
{
    SCOPED_BUFFER leaf, ca;
    struct identity before;
    uint64_t ca_ends_ms = 0;
    int known = home_identity(home, &before);

    buffer_init(&leaf, FILE_BYTES_MAX);
    buffer_init(&ca, FILE_BYTES_MAX);
    if (known < 0)
        return known;
    if (known == 0 && strcmp(before.person, certificate->person) != 0)
        return HOME_OTHER_PERSON;
    TRY(identity_set(identity, certificate->person, certificate->install, certificate->role, certificate->areas,
                     certificate->n_areas));
    TRY(key_certificate_pem(bytes_of(certificate->certificate.data, certificate->certificate.len), key, &leaf,
                            &identity->certificate_ends_ms));
    TRY(key_certificate_pem(bytes_of(certificate->ca.data, certificate->ca.len), NULL, &ca, &ca_ends_ms));
    TRY(forget_other_key(home, key));
    TRY(write_buffer(home, "ca.pem", &ca));
    TRY(home_remember(home, identity));
    TRY(write_buffer(home, "certificate-next.pem", &leaf)); /* from here on the new pair counts */
    return finish_change(home);
}
