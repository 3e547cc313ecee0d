/*
 * ledger.h: the view: everything that is read, queried or counted, built from the journal's entries.
 *
 * Owns the LMDB store of the view, its tables, and the questionnaires in use. Opening brings the view up to the
 * journal's head; a view that is not trusted (other layout, other boot, ahead of the journal) is built anew. Reads on
 * any thread; writes through a batch (batch.h) on the writer's thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/clock.h"
#include "common/monitor/questionnaire.h"
#include "common/store/txn.h"
#include "server/journal/journal.h"
#include "server/vault/vault.h"

struct ledger;

struct ledger_options {
    const char *path;              /* the data folder: "view" in it is the ledger's, "journal" is read */
    const struct journal *journal; /* open for appending (or read only, for commands) */
    struct vault *vault;
    bool read_only;   /* beside a running server: the view as it stands, neither built nor marked */
    size_t map_bytes; /* 0: 64 GiB of address space */
    void (*progress)(void *context, uint64_t done, uint64_t all); /* entries replayed; may be NULL */
    void *context;
};

int ledger_open(struct ledger **out, const struct ledger_options *options);
/* Clean: checks the cells, syncs the store and leaves the mark that lets the next start trust it. */
struct ledger *ledger_close(struct ledger *ledger);
DEFINE_CLEANUP(struct ledger, ledger_close)

struct cells;
struct questionnaires;
struct store *ledger_store(struct ledger *ledger);
struct questionnaires *ledger_questionnaires(struct ledger *ledger);
struct cells *ledger_cells(struct ledger *ledger);
/*
 * Counts the sheets anew and compares with the cells in memory, while nobody writes. The number of (round, basis, area)
 * that differ, which is logged (benchmark.differs); 0: all is well. For a ledger that is not read_only.
 */
int ledger_check_cells(struct ledger *ledger);
struct vault *ledger_vault(struct ledger *ledger);
struct restoring;
/* Who has synced since this server was restored (restoring.h). */
struct restoring *ledger_restoring(struct ledger *ledger);
/* Are there names that no key of the vault opens, as far as was last looked (details.h)? Any thread. */
bool ledger_names_lost(const struct ledger *ledger);
void ledger_note_names_lost(struct ledger *ledger, bool lost);
/* How far the newest verified backup of this history reaches; 0: none. */
uint64_t ledger_backed_up(struct ledger *ledger, struct txn *txn);
/* Position and hash of the newest entry that is applied in this transaction's view. */
struct journal_head ledger_head(struct txn *txn);
/* The address of Genesis, copied into `out`. */
int ledger_address(struct txn *txn, char *out, size_t size);
uint64_t ledger_edit_count(struct txn *txn);

/*
 * The questionnaire that a round uses. Borrowed: a published version is kept for as long as the ledger is open. Outcome
 * LEDGER_NONE. Any thread.
 */
enum ledger_outcome { LEDGER_NONE = 1 };
int ledger_questionnaire(struct ledger *ledger, struct txn *txn, const char *round,
                         const struct questionnaire **questionnaire);

/*
 * Canonical dump: every table's keys and values as text in a fixed order, the same for the same journal, to the byte.
 * Derived tables are in it: so two dumps compare a view that grew with one that was built anew.
 */
int ledger_dump(struct ledger *ledger, int fd);
/* SHA-256 of the dump: what a view that is built from a copy of the journal must have. */
int ledger_digest(struct ledger *ledger, uint8_t out[DIGEST_BYTES]);

/* Throws the view away and builds it from the journal. The ledger must not be open. */
int ledger_rebuild(const struct ledger_options *options);
/*
 * Builds a second view beside, from the journal, and compares it with this one, table by table. Returns the number of
 * keys that differ (at most INT_MAX), or a fault; `report` names the first ones. `*unsound`: the number of releases whose
 * root or signature is not sound (releases.h). Works beside a running server.
 */
int ledger_verify(const struct ledger_options *options, void (*report)(void *context, const char *line), void *context,
                  int *unsound);
