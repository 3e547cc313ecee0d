/*
 * pull.c: one page of a dossier: what is newer than the cursor, or of a snapshot.
 */
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/wire/codec.h"
#include "server/handlers/handlers.h"
#include "server/ledger/cursor.h"
#include "server/ledger/meta.h"
#include "server/ledger/restoring.h"

/* Where the page begins: a cursor from a lost history, or of another scope, begins a snapshot. */
static int begin(struct request *request, struct txn *txn, struct ledger *ledger, struct cursor *cursor)
{
    const Ci__Pull *pull = (const Ci__Pull *)request->message;
    uint8_t scope[SCOPE_BYTES];

    scope_digest(&request->principal, scope);
    *cursor = (struct cursor){ .snapshot = true };
    if (pull->cursor.len > 0 &&
        cursor_parse(ledger_vault(ledger), pull->dossier, bytes_from(pull->cursor), cursor) == CURSOR_FORGED)
        return request_refuse(request, ERROR_BAD_CURSOR, NULL, NULL);
    if (memcmp(cursor->scope, scope, SCOPE_BYTES) != 0 || !place_is_known(txn, cursor->position, cursor->hash))
        *cursor = (struct cursor){ .snapshot = true };
    memcpy(cursor->scope, scope, SCOPE_BYTES);
    return 0;
}

static int end(struct request *request, struct txn *txn, struct ledger *ledger, struct cursor *cursor,
               const struct feed_page *page, Ci__PullReply *reply)
{
    const Ci__Pull *pull = (const Ci__Pull *)request->message;
    uint8_t *printed = arena_alloc(request->arena, CURSOR_BYTES);

    if (!printed)
        return FAULT(FAULT_MEMORY, "out of memory for a page");
    cursor->position = ledger_head(txn).position;
    cursor->reached = page->complete ? cursor->position : page->reached;
    cursor->snapshot = cursor->snapshot && !page->complete;
    if (!place_find(txn, cursor->position, cursor->hash))
        return FAULT(FAULT_CORRUPT, "the view does not know its own head: rebuild it");
    cursor_print(ledger_vault(ledger), pull->dossier, cursor, printed);
    reply->cursor = bytes_to(bytes_of(printed, CURSOR_BYTES));
    return 0;
}

/* Who has pulled the last of its dossiers has healed and pushed before: a server that was restored counts it as back. */
static void note_synced(const struct request *request, struct ledger *ledger, uint64_t now_ms)
{
    const Ci__Pull *pull = (const Ci__Pull *)request->message;
    const struct principal *principal = &request->principal;
    const char *own = principal_municipality(principal);
    struct restoring_install install = { .central = principal->role == CI__ROLE__ROLE_CENTRAL };
    int result;

    if (strcmp(pull->dossier, own ? own : "NL") != 0)
        return;
    memcpy(install.install, principal->install, sizeof install.install);
    memcpy(install.person, principal->person, sizeof install.person);
    memcpy(install.area, principal->areas[0], sizeof install.area);
    result = restoring_note_synced(ledger_restoring(ledger), &install, now_ms);
    if (result < 0)
        log_fault(LOG_ERROR, "restoring.not_noted", result);
}

/* For finish_pull: when the last page was read. */
static int leave_time(struct request *request, struct txn *txn)
{
    uint64_t now_ms = meta_time(txn);

    request->work = arena_copy(request->arena, &now_ms, sizeof now_ms);
    return request->work ? txn->fault : FAULT(FAULT_MEMORY, "out of memory for a page");
}

int handle_pull(struct request *request, struct txn *txn, struct ledger *ledger)
{
    const Ci__Pull *pull = (const Ci__Pull *)request->message;
    Ci__PullReply *reply = arena_alloc(request->arena, sizeof *reply);
    struct feed_page page;
    struct cursor cursor;

    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for a page");
    if (!principal_reads(&request->principal, pull->dossier))
        return request_refuse(request, ERROR_NO_RIGHT, NULL, NULL);
    TRY(begin(request, txn, ledger, &cursor));
    if (request->error)
        return 0;
    ci__pull_reply__init(reply);
    reply->snapshot = cursor.snapshot;
    TRY(feed_read(txn, ledger_vault(ledger), &request->principal, pull->dossier, cursor.reached, request->arena,
                  &page));
    for (size_t i = 0; i < page.count; i++)
        record_seal(ledger_vault(ledger), page.items[i]->record, request->arena);
    reply->items = page.items;
    reply->n_items = page.count;
    reply->complete = page.complete;
    reply->remaining = page.remaining;
    TRY(end(request, txn, ledger, &cursor, &page, reply));
    request_reply(request, &reply->base, page.complete ? 0 : FRAME_MORE);
    return page.complete ? leave_time(request, txn) : txn->fault;
}

/* Noting it may wait for a disk, which no read transaction is held open for. */
int finish_pull(struct request *request, struct ledger *ledger)
{
    const uint64_t *now_ms = request->work;

    if (now_ms)
        note_synced(request, ledger, *now_ms);
    return 0;
}
