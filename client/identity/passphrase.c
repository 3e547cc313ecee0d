/*
 * passphrase.c: asks at the terminal without showing what is typed; never at standard input, which may be a file.
 */
#include "client/identity/passphrase.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/format/language.h"

static int type(FILE *terminal, const char *question, char out[PASSPHRASE_SIZE])
{
    struct termios shown, hidden;

    if (tcgetattr(fileno(terminal), &shown) != 0)
        return FAULT(FAULT_IO, "the terminal cannot be asked for the passphrase: set CIMONITOR_PASSPHRASE");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH,
              &hidden); /* first: what is typed to the question must not be flushed, or shown */
    fputs(question, terminal);
    fflush(terminal);
    bool typed = fgets(out, PASSPHRASE_SIZE, terminal) != NULL;

    tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
    fputc('\n', terminal);
    if (!typed || !strchr(out, '\n'))
        return FAULT(FAULT_TYPED,
                     say(language_from_environment(), "er is geen wachtwoordzin getypt, of hij is langer dan %d bytes",
                         "no passphrase was typed, or it is longer than %d bytes"),
                     PASSPHRASE_SIZE - 2);
    out[strcspn(out, "\n")] = '\0';
    return *out ? 0
                : FAULT(FAULT_TYPED, "%s",
                        say(language_from_environment(), "de wachtwoordzin is leeg", "the passphrase is empty"));
}

static int type_at(FILE *terminal, char out[PASSPHRASE_SIZE], bool twice)
{
    enum language language = language_from_environment();
    char again[PASSPHRASE_SIZE];

    TRY(type(terminal, say(language, "Wachtwoordzin: ", "Passphrase: "), out));
    if (!twice)
        return 0;
    int result = type(terminal, say(language, "Nog eens: ", "Again: "), again);

    if (result == 0 && strcmp(out, again) != 0)
        result = FAULT(FAULT_TYPED, "%s",
                       say(language, "de twee wachtwoordzinnen zijn niet gelijk: probeer het opnieuw",
                           "the two passphrases are not the same: try again"));
    OPENSSL_cleanse(again, sizeof again);
    return result;
}

int passphrase_ask(char out[PASSPHRASE_SIZE], bool twice)
{
    const char *given = getenv("CIMONITOR_PASSPHRASE");

    if (given && *given) {
        if (strlen(given) >= PASSPHRASE_SIZE)
            return FAULT(FAULT_TYPED,
                         say(language_from_environment(), "CIMONITOR_PASSPHRASE is langer dan %d bytes",
                             "CIMONITOR_PASSPHRASE is longer than %d bytes"),
                         PASSPHRASE_SIZE - 1);
        memcpy(out, given, strlen(given) + 1);
        return 0;
    }
    FILE *terminal = fopen("/dev/tty", "r+e");

    if (!terminal)
        return FAULT(
            FAULT_TYPED, "%s",
            say(language_from_environment(),
                "de sleutel heeft een wachtwoordzin en er is geen terminal om hem te vragen: zet hem in "
                "CIMONITOR_PASSPHRASE",
                "the key is under a passphrase and there is no terminal to ask for it: set CIMONITOR_PASSPHRASE"));
    char room[BUFSIZ]; /* the stream's, so that what was typed can be wiped */

    setvbuf(terminal, room, _IOFBF, sizeof room);
    int result = type_at(terminal, out, twice);

    fclose(terminal);
    OPENSSL_cleanse(room, sizeof room);
    if (result < 0)
        OPENSSL_cleanse(out, PASSPHRASE_SIZE);
    return result;
}
