/*
 * history.c: own edits that no record heads any more, offered after a loss: their ids are accepted, what they say is in the
 * journal, and no record changes. What was late is late again, and counts again where its admission came before it.
 */
#include "common/base/fault.h"
#include "server/ledger/decide.h"
#include "server/ledger/heal.h"
#include "server/ledger/late.h"

/* No incarnation and no number: it was acknowledged under some that this history may not know. */
static struct sender sender_of(const struct principal *principal, Ci__PastEdit__Fate fate)
{
    struct sender sender = { .principal = principal };

    if (fate == CI__PAST_EDIT__FATE__LATE)
        sender.comes_as = COMES_LATE;
    else if (fate == CI__PAST_EDIT__FATE__SUPERSEDED)
        sender.comes_as = COMES_SUPERSEDED;
    return sender;
}

int history_offer(struct batch *batch, const struct principal *principal, const Ci__PastEdit *past,
                  struct arena *scratch, Ci__PushResult *result, struct refusal *refusal)
{
    const struct sender sender = sender_of(principal, past->fate);
    struct decision decision;

    TRY(edit_decide(batch->txn, batch->view.questionnaires, &sender, past->edit, scratch, &decision));
    if (decision.verdict == DECIDED) {
        TRY(batch_add_edit(batch, &decision.entry, decision.before));
    } else if (decision.verdict != ALREADY_KNOWN) {
        *refusal = decision.refusal;
        return REFUSED;
    }
    TRY(late_came(batch, past->edit, scratch, &decision.outcome));
    result->outcome = (Ci__PushResult__Outcome)decision.outcome;
    result->duplicate = decision.verdict == ALREADY_KNOWN;
    return 0;
}
