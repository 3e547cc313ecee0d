/*
 * init.c: `cimonitord init`: the folder, its CA, the journal's first entries, the first central code. Main thread.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/monitor/cell.h"
#include "server/commands/central.h"
#include "server/commands/command.h"
#include "server/commands/reference.h"
#include "server/commands/room.h"

#define REFERENCE_FOLDER "/usr/share/cimonitor/reference" /* of a package, and of an install under /usr */

enum { ARENA_BYTES = 32 * 1024 * 1024, DEFAULT_PORT = 7117 };

/* HOST, HOST:PORT or [IPV6]:PORT. */
static int take_name(const char *name, struct invitation_code *address)
{
    char with_port[INVITATION_ADDRESS_SIZE];
    bool bare = name[0] != '[' ? !strchr(name, ':') : name[strlen(name) - 1] == ']';

    if (snprintf(with_port, sizeof with_port, bare ? "%s:%d" : "%s", name, DEFAULT_PORT) >= (int)sizeof with_port ||
        invitation_address_parse(address, with_port) != 0)
        return FAULT(FAULT_INVALID,
                     "--name %s: wanted is HOST or HOST:PORT, as installs will find the server; an IPv6 "
                     "address stands in brackets",
                     name);
    return 0;
}

static int make_folder(const char *path)
{
    struct stat found;

    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return FAULT(FAULT_IO, "the folder %s cannot be made: %s", path, strerror(errno));
    if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode))
        return FAULT(FAULT_INVALID, "%s is not a folder. Give another with --data.", path);
    return 0;
}

/* A journal without entries: nothing was ever acknowledged from it. */
static bool is_unfinished(const char *path)
{
    CLEANUP(journal_close) struct journal *journal = NULL;

    return journal_open(&journal, &(struct journal_options){ .path = path, .read_only = true }) == 0 &&
           journal_head(journal).position == 0;
}

static int make_journal(struct data *data, const char *path)
{
    int result = journal_open(&data->journal, &(struct journal_options){ .path = data->journal_path, .create = true });

    if (result == JOURNAL_EXISTS && is_unfinished(data->journal_path))
        return FAULT(FAULT_STATE,
                     "%s was left by an init that did not finish. Take it away (rm -r %s) and run init again.", path,
                     path);
    if (result == JOURNAL_EXISTS)
        return FAULT(FAULT_STATE,
                     "%s is a server's folder already, and is left as it is. Serve it with: cimonitord serve "
                     "--data %s, or give another folder.",
                     path, path);
    return result;
}

/* The journal first: its lock keeps a second init out. Until its first entry is in it the folder is nobody's. */
static int make(struct data *data, const char *path, const char *host)
{
    TRY(make_folder(path));
    TRY(data_path(data->journal_path, path, "journal"));
    TRY(data_path(data->vault_path, path, "vault"));
    TRY(make_journal(data, path));
    TRY(vault_create(data->vault_path, host, clock_now_ms(&clock_system)));
    TRY(vault_open(&data->vault, data->vault_path, clock_now_ms(&clock_system)));
    data->options = (struct ledger_options){ .path = path, .journal = data->journal, .vault = data->vault };
    return data_open_ledger(data);
}

/* This year's round, open from the first day to the last. */
static void make_round(Ci__Round *round, Ci__Disclosure *disclosure, struct arena *arena)
{
    char today[DATE_SIZE];

    date_print(today, clock_now_ms(&clock_system));
    ci__round__init(round);
    ci__disclosure__init(disclosure);
    round->id = arena_format(arena, "%.4s", today);
    round->opens = arena_format(arena, "%.4s-01-01", today);
    round->closes = arena_format(arena, "%.4s-12-31", today);
    round->state = CI__ROUND__STATE__OPEN;
    disclosure->mean_from = DISCLOSURE_MEAN_FROM;
    disclosure->spread_from = DISCLOSURE_SPREAD_FROM;
    round->disclosure = disclosure;
}

static int found(struct data *data, const struct reference *reference, const char *address, struct arena *arena,
                 char code[INVITATION_CODE_SIZE], struct invited *invited)
{
    struct founding founding = { .address = address, .areas = reference->areas, .area_count = reference->area_count };
    Ci__Disclosure disclosure;
    Ci__Round round;

    random_bytes(founding.server, sizeof founding.server);
    vault_ca_fingerprint(data->vault, founding.ca_fingerprint);
    if (reference->questionnaire.size > 0) {
        make_round(&round, &disclosure, arena);
        founding.questionnaire = reference->questionnaire;
        founding.round = &round;
    }
    return central_invite(data, &founding, code, invited);
}

static void say_what_there_is(const struct arguments *arguments, const struct invitation_code *address,
                              const struct reference *reference)
{
    printf("%s is ready: installs will look for the server at %s. %zu areas%s.\n", arguments->data, address->address,
           reference->area_count, arguments->reference ? ", one questionnaire, a round for this year" : "");
    if (!arguments->reference)
        printf("Nobody can take part yet: municipalities, a questionnaire and a round are missing. They lie in %s "
               "where the program is installed, in deploy/reference of its source. To begin with them: take %s away "
               "(rm -r), and run init again with --reference and that folder.\n",
               REFERENCE_FOLDER, arguments->data);
}

static int init(const struct arguments *arguments, struct invited *invited, char code[INVITATION_CODE_SIZE])
{
    CLEANUP(data_close) struct data data = { 0 };
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct reference reference;
    struct invitation_code address;

    TRY(take_name(arguments->name ? arguments->name : "localhost", &address));
    TRY(arena_new(&arena, ARENA_BYTES));
    TRY(reference_read(arguments->reference, arena, &reference));
    TRY(make(&data, arguments->data, address.host));
    TRY(found(&data, &reference, address.address, arena, code, invited));
    if (!arguments->json)
        say_what_there_is(arguments, &address, &reference);
    room_warn(arguments->data);
    central_say(code, invited, arguments->json);
    return STATUS_DONE;
}

int run_init(const struct arguments *arguments)
{
    struct invited invited = { 0 };
    char code[INVITATION_CODE_SIZE] = "";
    int result;

    log_set_level(LOG_WARNING);
    result = init(arguments, &invited, code);
    explicit_bzero(&invited, sizeof invited);
    explicit_bzero(code, sizeof code);
    return result;
}
