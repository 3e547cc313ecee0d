/*
 * proof.c: a journal opened to be read, a ledger on it, and the digest of its whole view. Needs no vault: what a view holds
 * of people is encrypted.
 */
#include "server/backup/proof.h"

#include "common/base/fault.h"
#include "common/base/file.h"

static int take_stock(struct proof *proof)
{
    struct journal_head head = journal_head(proof->journal);
    struct txn txn;

    TRY(txn_begin_read(&txn, ledger_store(proof->ledger)));
    proof->head = ledger_head(&txn);
    txn_end(&txn);
    if (proof->head.position != head.position || memcmp(proof->head.hash, head.hash, DIGEST_BYTES) != 0)
        return FAULT(FAULT_CORRUPT, "the view that was built ends elsewhere than its journal");
    return ledger_digest(proof->ledger, proof->view);
}

int proof_open(struct proof *proof, const char *folder, void (*progress)(void *context, uint64_t done, uint64_t all),
               void *context)
{
    CLEANUP(memory_free) char *journal = NULL;
    struct ledger_options options = { .path = folder, .progress = progress, .context = context };

    *proof = (struct proof){ 0 };
    TRY(file_path(&journal, folder, "journal"));
    TRY(journal_open(&proof->journal, &(struct journal_options){ .path = journal, .read_only = true }));
    options.journal = proof->journal;
    TRY(ledger_open(&proof->ledger, &options));
    return take_stock(proof);
}

void proof_close(struct proof *proof)
{
    proof->ledger = ledger_close(proof->ledger);
    proof->journal = journal_close(proof->journal);
}
