/*
 * tables.h: the tables of the view that belong to the benchmark; the ledger's come after them.
 */
#pragma once

enum benchmark_table {
    TABLE_SHEET,  /* round, municipality → struct sheet, encoded */
    TABLE_MEMBER, /* municipality → the areas whose cells it counts in */
    BENCHMARK_TABLES,
};
