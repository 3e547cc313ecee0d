/*
 * passphrase.c: one line, without its end, from wherever it is to come. Main thread.
 */
#include "server/commands/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/base/file.h"

/* The first line of what the descriptor gives; a pipe gives it in pieces. */
static int read_line(int fd, const char *name, struct passphrase *out)
{
    ssize_t got;

    out->size = 0;
    while (out->size < sizeof out->text && !memchr(out->text, '\n', out->size)) {
        got = read(fd, out->text + out->size, sizeof out->text - out->size);
        if (got < 0 && errno != EINTR)
            return file_fault(name, "reading the passphrase");
        if (got == 0)
            break;
        out->size += got > 0 ? (size_t)got : 0;
    }
    const char *end = memchr(out->text, '\n', out->size);

    if (end)
        out->size = (size_t)(end - out->text);
    if (out->size > 0 && out->text[out->size - 1] == '\r')
        out->size--;
    if (out->size == 0)
        return FAULT(FAULT_INVALID, "there is no passphrase in %s", name);
    return 0;
}

static int from_file(const char *path, struct passphrase *out)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat found;

    if (fd < 0 && errno == ENOENT)
        return FAULT(FAULT_MISSING, "there is no file %s with the passphrase", path);
    if (fd < 0 || fstat(fd, &found) != 0)
        return file_fault(path, "opening");
    if (S_ISREG(found.st_mode) && (found.st_mode & 007))
        return FAULT(FAULT_INVALID, "everybody can read the passphrase in %s: chmod o= %s", path, path);
    return read_line(fd, path, out);
}

static int type(int terminal, const char *question, struct passphrase *out)
{
    struct termios shown, hidden;

    if (tcgetattr(terminal, &shown) != 0)
        return file_fault("/dev/tty", "asking for the passphrase");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(terminal, "%s", question);
    tcsetattr(terminal, TCSAFLUSH, &hidden);
    int result = read_line(terminal, "what was typed", out);

    tcsetattr(terminal, TCSAFLUSH, &shown);
    dprintf(terminal, "\n");
    return result;
}

static int from_terminal(bool is_new, struct passphrase *out)
{
    CLEANUP(fd_close) int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    CLEANUP(passphrase_wipe) struct passphrase again = { 0 };

    if (terminal < 0)
        return FAULT(FAULT_MISSING, "there is no terminal to ask for the passphrase: give --passphrase-file FILE or "
                                    "--passphrase-fd N");
    TRY(type(terminal,
             is_new ? "Passphrase for the vault's copy (keep it apart from the backup): " : "Passphrase: ", out));
    if (!is_new)
        return 0;
    TRY(type(terminal, "Again: ", &again));
    return again.size == out->size && memcmp(again.text, out->text, out->size) == 0
               ? 0
               : FAULT(FAULT_INVALID, "the two passphrases are not the same: try again");
}

int passphrase_get(const struct arguments *arguments, bool is_new, struct passphrase *passphrase)
{
    char name[32];

    if (arguments->passphrase_file)
        return from_file(arguments->passphrase_file, passphrase);
    if (!arguments->passphrase_fd)
        return from_terminal(is_new, passphrase);
    snprintf(name, sizeof name, "descriptor %s", arguments->passphrase_fd);
    return read_line((int)strtol(arguments->passphrase_fd, NULL, 10), name, passphrase);
}
