/*
 * verify.c: the view against one that is built anew beside it. Also beside a running server: the second view is brought
 * up to where the first one stands when it is looked at.
 */
#include <limits.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "server/ledger/ledger.h"
#include "server/ledger/questionnaires.h"
#include "server/ledger/releases.h"
#include "server/ledger/replay.h"
#include "server/ledger/tables.h"
#include "server/ledger/view_files.h"

enum { REPORTED_MAX = 20, REPORTED_KEY_BYTES = 64 };

struct verification {
    struct store *live, *fresh;
    struct questionnaires *questionnaires;
    void (*report)(void *context, const char *line);
    void *context;
    int differences, unsound;
};

static void differ(struct verification *verification, unsigned table, struct bytes key, const char *how)
{
    char hex[2 * REPORTED_KEY_BYTES + 1], line[2 * REPORTED_KEY_BYTES + 80];

    if (verification->differences < INT_MAX && verification->differences++ < REPORTED_MAX && verification->report) {
        hex_encode(hex, key.data, key.size < REPORTED_KEY_BYTES ? key.size : REPORTED_KEY_BYTES);
        snprintf(line, sizeof line, "%s %s: %s", ledger_tables[table], hex, how);
        verification->report(verification->context, line);
    }
}

static int key_order(const struct txn_cursor *a, bool has_a, const struct txn_cursor *b, bool has_b)
{
    size_t shorter = a->key.size < b->key.size ? a->key.size : b->key.size;
    int order;

    if (!has_a || !has_b)
        return has_a ? -1 : 1;
    order = memcmp(a->key.data, b->key.data, shorter);
    return order ? order : (a->key.size > b->key.size) - (a->key.size < b->key.size);
}

static void compare_table(struct verification *verification, struct txn *live, struct txn *fresh, unsigned table)
{
    struct txn_cursor a, b;
    bool has_a, has_b;

    txn_cursor_open(&a, live, table, bytes_of("", 0), bytes_of("", 0));
    txn_cursor_open(&b, fresh, table, bytes_of("", 0), bytes_of("", 0));
    has_a = txn_cursor_next(&a);
    has_b = txn_cursor_next(&b);
    while (has_a || has_b) {
        int order = key_order(&a, has_a, &b, has_b);

        if (order < 0)
            differ(verification, table, a.key, "is in the view and should not be");
        else if (order > 0)
            differ(verification, table, b.key, "is missing in the view");
        else if (!bytes_equal(a.value, b.value))
            differ(verification, table, a.key, "has another value in the view");
        has_a = order <= 0 ? txn_cursor_next(&a) : has_a;
        has_b = order >= 0 ? txn_cursor_next(&b) : has_b;
    }
    txn_cursor_close(&a);
    txn_cursor_close(&b);
}

static int compare(struct verification *verification, struct txn *live)
{
    struct txn fresh;

    TRY(txn_begin_read(&fresh, verification->fresh));
    for (unsigned table = 0; table < LEDGER_TABLES; table++)
        compare_table(verification, live, &fresh, table);
    txn_end(&fresh);
    TRY(fresh.fault);
    return live->fault;
}

static int build(struct verification *verification, const struct ledger_options *options, uint64_t until)
{
    char journal[PATH_MAX];
    struct replay replay = { .store = verification->fresh,
                             .questionnaires = verification->questionnaires,
                             .journal = journal,
                             .until = until,
                             .progress = options->progress,
                             .context = options->context };
    int result;

    snprintf(journal, sizeof journal, "%s/journal", options->path);
    result = replay_run(&replay);
    return result > 0 ? FAULT(FAULT_CORRUPT, "the journal changed while it was read") : result;
}

/* First the long part, with no snapshot held; then what came since. */
static int verify(struct verification *verification, const struct ledger_options *options)
{
    struct txn live;
    int result;

    TRY(build(verification, options, journal_head(options->journal).position));
    TRY(txn_begin_read(&live, verification->live));
    result = build(verification, options, ledger_head(&live).position);
    if (result == 0)
        result = compare(verification, &live);
    if (result == 0)
        result = release_check_all(&live, options->vault, verification->report, verification->context);
    txn_end(&live);
    verification->unsound = result > 0 ? result : 0;
    return result < 0 ? result : verification->differences;
}

int ledger_verify(const struct ledger_options *options, void (*report)(void *context, const char *line), void *context,
                  int *unsound)
{
    struct verification verification = { .report = report, .context = context };
    int result;

    TRY(view_files_remove(options->path, "view.verify"));
    result = questionnaires_new(&verification.questionnaires);
    if (result == 0)
        result = view_files_open(&verification.live, options->path, "view", options->map_bytes, true);
    if (result == 0)
        result = view_files_open(&verification.fresh, options->path, "view.verify", options->map_bytes, false);
    if (result == 0)
        result = verify(&verification, options);
    *unsound = verification.unsound;
    store_close(verification.live);
    store_close(verification.fresh);
    questionnaires_free(verification.questionnaires);
    if (result < 0) { /* on a full disk it is in the way */
        view_files_remove(options->path, "view.verify");
        return result;
    }
    TRY(view_files_remove(options->path, "view.verify"));
    return result;
}
