/*
 * marks.c: records as they are stored, with the index of those that have rivals and the marks that hello names: the
 * records stored since the last complete pull.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

void record_store(struct txn *txn, struct arena *arena, const Ci__SealedRecord *sealed, const Ci__Record *record)
{
    struct key key = record_table_key(sealed->dossier, sealed->key);
    struct bytes packed = codec_pack(sealed, arena), place = codec_pack(record->place, arena);

    if (!packed.data || !place.data) {
        if (txn->fault == 0)
            txn->fault = FAULT(FAULT_MEMORY, "out of memory for a record");
        return;
    }
    txn_put(txn, TABLE_RECORD, key_bytes(&key), packed);
    txn_put(txn, TABLE_MARKED, key_bytes(&key), place);
    if (record->n_rivals > 0)
        txn_put(txn, TABLE_RIVALLED, key_bytes(&key), bytes_of("", 0));
    else
        txn_delete(txn, TABLE_RIVALLED, key_bytes(&key));
    word_arrived(txn, arena, sealed->dossier, sealed->key, record);
    history_note_heads(txn, arena, sealed->dossier, sealed->key, record);
    attention_settle_admitted(txn, arena, sealed->dossier, sealed->key, record);
}
