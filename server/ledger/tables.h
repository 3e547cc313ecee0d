/*
 * tables.h: the tables of the view. Another order, form or meaning is another LEDGER_LAYOUT: the view is then built anew.
 */
#pragma once

#include "server/benchmark/tables.h"

enum ledger_table {
    TABLE_META = BENCHMARK_TABLES, /* what there is one of: meta.c */
    TABLE_RECORD,                  /* dossier, key → packed Record */
    TABLE_FEED,                    /* dossier, position → key: the newest record of each key by its place */
    TABLE_ACCEPTED,                /* edit id, dossier → position, outcome: for ever */
    TABLE_NUMBER,                  /* install, incarnation → highest number, its edit id */
    TABLE_PLACE,                   /* position → first 16 bytes of the journal's hash there */
    TABLE_INVITATION,              /* hash of the code → until when, for whom, the key that used it */
    TABLE_LATE,                    /* dossier, position → packed Edit */
    TABLE_ROUND,                   /* round → state, disclosure rule, questionnaire */
    TABLE_RECEIPT,                 /* round, municipality → packed Receipt */
    LEDGER_TABLES,
};

enum { LEDGER_LAYOUT = 5 };

extern const char *const ledger_tables[LEDGER_TABLES];
