/*
 * data.h: the server's folder, opened in the right order: vault, journal, ledger. Main thread.
 */
#pragma once

#include "server/ledger/ledger.h"

enum { PATH_SIZE = 4096 };

struct data {
    char journal_path[PATH_SIZE], vault_path[PATH_SIZE];
    struct vault *vault;
    struct journal *journal;
    struct ledger *ledger;
    struct ledger_options options; /* of the ledger, for those who open it themselves */
};

enum data_access {
    DATA_WRITE, /* takes the journal's lock: nobody else serves this folder meanwhile */
    DATA_ANEW,  /* the same, and the journal is taken as it is, also where it ends before it did (mark_position) */
    DATA_READ,  /* also beside a running server: then everything is only read, as it stands */
};

/* FAULT_MISSING with what to do where there is no such folder. Up to the journal; the ledger is data_open_ledger's. */
int data_open(struct data *data, const char *path, enum data_access access);
/* With progress on standard error where it takes more than a second. */
int data_open_ledger(struct data *data);
void data_close(struct data *data);
static inline void data_close_at(struct data *data)
{
    data_close(data);
}

/* HOST:PORT in the folder's genesis. */
int data_address(struct data *data, char *out, size_t size);
/* HOST alone, for the certificate. */
int data_host(struct data *data, char *out, size_t size);
/* DIR and the name in it, into PATH_SIZE bytes. */
int data_path(char out[PATH_SIZE], const char *path, const char *name);
