/*
 * ledger_world.h: a server without its loop, in a temporary folder: vault, journal and ledger, founded with an open round,
 * two provinces and twelve municipalities. Batches are committed as the writer does it.
 */
#pragma once

#include <stdio.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "server/ledger/decide.h"
#include "server/ledger/found.h"
#include "server/ledger/heal.h"
#include "server/ledger/invitations.h"
#include "server/ledger/records.h"
#include "tests/support/sample_questionnaire.h"

enum { WORLD_TOWNS = 12, WORLD_START_MS = 1000000 };

struct world {
    char path[64], journal_path[80];
    struct vault *vault;
    struct journal *journal;
    struct ledger *ledger;
    struct questionnaire *questionnaire;
    struct arena *arena; /* for the test's own messages */
    uint64_t now_ms;
    uint64_t numbers;
    struct txn txn;
    struct batch batch;
};

#define MUST(call)                                               \
    do {                                                         \
        int must_r_ = (call);                                    \
        if (must_r_ != 0)                                        \
            fprintf(stderr, "%s: %s\n", #call, fault_message()); \
        CHECK(must_r_ == 0);                                     \
    } while (0)

static inline struct ledger_options world_options(struct world *world)
{
    return (struct ledger_options){
        .path = world->path, .journal = world->journal, .vault = world->vault, .map_bytes = (size_t)1 << 30
    };
}

static inline void world_begin(struct world *world)
{
    MUST(txn_begin_write(&world->txn, ledger_store(world->ledger)));
    MUST(batch_init(&world->batch, world->ledger, &world->txn, world->now_ms += 1000));
}

static inline void world_commit(struct world *world)
{
    struct batch *batch = &world->batch;

    MUST(batch_flush(batch));
    if (batch->count > 0)
        MUST(journal_append(world->journal, batch->head.position - batch->count, batch->entries, batch->count));
    MUST(txn_commit(&world->txn));
    batch_publish(batch);
    batch_done(batch);
}

static inline char *world_town(struct world *world, int index)
{
    return arena_format(world->arena, "GM%04d", index + 1);
}

static inline Ci__Area *world_area(struct world *world, const char *code, Ci__Area__Kind kind, uint32_t population,
                                   size_t parents, const char *first, const char *second)
{
    Ci__Area *area = SAMPLE_NEW(world->arena, Ci__Area, ci__area);

    area->code = arena_string(world->arena, code);
    area->name = arena_format(world->arena, "name of %s", code);
    area->kind = kind;
    area->population = population;
    area->parents = sample_take(world->arena, 2 * sizeof(char *));
    area->parents[0] = arena_string(world->arena, first);
    area->parents[1] = arena_string(world->arena, second);
    area->n_parents = parents;
    return area;
}

static inline Ci__Round *world_round(struct world *world, Ci__Round__State state)
{
    Ci__Round *round = SAMPLE_NEW(world->arena, Ci__Round, ci__round);

    round->id = arena_string(world->arena, "2026");
    round->questionnaire = arena_string(world->arena, "sample/1");
    round->questionnaire_hash = bytes_to(bytes_of(world->questionnaire->hash, DIGEST_BYTES));
    round->state = state;
    return round;
}

static inline void world_found(struct world *world)
{
    Ci__Area *areas[3 + WORLD_TOWNS];
    struct founding founding = { .address = "localhost:7443",
                                 .areas = areas,
                                 .area_count = 3 + WORLD_TOWNS,
                                 .round = world_round(world, CI__ROUND__STATE__OPEN) };

    vault_ca_fingerprint(world->vault, founding.ca_fingerprint);
    areas[0] = world_area(world, "NL", CI__AREA__KIND__NATION, 0, 0, "", "");
    areas[1] = world_area(world, "PV25", CI__AREA__KIND__PROVINCE, 0, 1, "NL", "");
    areas[2] = world_area(world, "PV26", CI__AREA__KIND__PROVINCE, 0, 1, "NL", "");
    for (int i = 0; i < WORLD_TOWNS; i++)
        areas[3 + i] = world_area(world, world_town(world, i), CI__AREA__KIND__MUNICIPALITY, 15000u * (uint32_t)(i + 1),
                                  2, "NL", i < 6 ? "PV25" : "PV26");
    founding.questionnaire = codec_pack(sample_message(world->arena), world->arena);
    world_begin(world);
    MUST(ledger_found(&world->batch, &founding));
    world_commit(world);
}

static inline void world_open(struct world *world)
{
    struct ledger_options options;

    *world = (struct world){ .path = "/tmp/cimonitor-unit-XXXXXX", .now_ms = WORLD_START_MS };
    CHECK(mkdtemp(world->path) != NULL);
    snprintf(world->journal_path, sizeof world->journal_path, "%s/journal", world->path);
    char *vault = (char[80]){ 0 };
    snprintf(vault, 80, "%s/vault", world->path);
    MUST(arena_new(&world->arena, (size_t)256 << 20));
    world->questionnaire = sample_questionnaire();
    MUST(vault_create(vault, "localhost", world->now_ms));
    MUST(vault_open(&world->vault, vault, world->now_ms));
    MUST(journal_open(&world->journal, &(struct journal_options){ .path = world->journal_path, .create = true }));
    options = world_options(world);
    MUST(ledger_open(&world->ledger, &options));
    world_found(world);
}

/* What was counted as the answers came is what their sheets add up to. */
static inline void world_close_ledger(struct world *world)
{
    if (world->ledger)
        MUST(ledger_check_cells(world->ledger));
    world->ledger = ledger_close(world->ledger);
}

static inline void world_reopen(struct world *world)
{
    struct ledger_options options = world_options(world);

    world_close_ledger(world);
    MUST(ledger_open(&world->ledger, &options));
}

static inline void world_close(struct world *world)
{
    char command[96];

    world_close_ledger(world);
    journal_close(world->journal);
    vault_close(world->vault);
    questionnaire_free(world->questionnaire);
    arena_free(world->arena);
    snprintf(command, sizeof command, "rm -rf %s", world->path);
    CHECK(system(command) == 0);
}

/* Somebody with a role; `area` NULL: none. */
static inline struct principal world_person(Ci__Role role, const char *area)
{
    struct principal person = { .role = role, .area_count = area ? 1 : 0 };

    snprintf(person.person, sizeof person.person, "p%015x%x", 0, role);
    snprintf(person.install, sizeof person.install, "%031x%x", 0, role);
    snprintf(person.areas[0], sizeof person.areas[0], "%s", area ? area : "");
    return person;
}

static inline Ci__Edit *world_edit(struct world *world, const struct principal *author, const char *dossier,
                                   const char *key, struct bytes value)
{
    Ci__Edit *edit = SAMPLE_NEW(world->arena, Ci__Edit, ci__edit);
    uint8_t *id = sample_take(world->arena, ID_BYTES);

    id_new(id, world->now_ms);
    edit->id = bytes_to(bytes_of(id, ID_BYTES));
    edit->dossier = arena_string(world->arena, dossier);
    edit->key = arena_string(world->arena, key);
    edit->value = bytes_to(value);
    edit->author = arena_string(world->arena, author->person);
    if (strncmp(key, "answer/", 7) == 0)
        edit->questionnaire = bytes_to(bytes_of(world->questionnaire->hash, DIGEST_BYTES));
    return edit;
}

/* Says that the author saw this edit. */
static inline void world_base(struct world *world, Ci__Edit *edit, const Ci__Edit *base)
{
    uint8_t *digest = sample_take(world->arena, DIGEST_BYTES);

    digest_bytes(digest, base->value.data, base->value.len);
    edit->base_edit = base->id;
    edit->base_digest = bytes_to(bytes_of(digest, DIGEST_BYTES));
    edit->seen = sample_take(world->arena, 20 * sizeof *edit->seen);
    edit->seen[0] = base->id;
    edit->n_seen = 1;
}

static inline struct bytes world_level(struct world *world, uint32_t level)
{
    Ci__Answer *answer = SAMPLE_NEW(world->arena, Ci__Answer, ci__answer);

    answer->value = SAMPLE_NEW(world->arena, Ci__AnswerValue, ci__answer_value);
    answer->value->of_case = CI__ANSWER_VALUE__OF_LEVEL;
    answer->value->level = level;
    return codec_pack(answer, world->arena);
}

/* Decides, and adds in a batch of its own. */
static inline struct decision world_decide(struct world *world, const struct principal *author, const Ci__Edit *edit)
{
    static const uint8_t incarnation[ID_BYTES] = { 1 };
    struct sender sender = { .principal = author,
                             .incarnation = bytes_of(incarnation, ID_BYTES),
                             .number = ++world->numbers };
    struct decision decision = { 0 };

    world_begin(world);
    MUST(edit_decide(&world->txn, ledger_questionnaires(world->ledger), &sender, edit, world->arena, &decision));
    if (decision.verdict == DECIDED)
        MUST(batch_add(&world->batch, &decision.entry, NULL));
    world_commit(world);
    return decision;
}

/* The outcome, or the refusal's code + 100, or 99: cloned, 90 + outcome: known. */
static inline int world_push(struct world *world, const struct principal *author, const Ci__Edit *edit)
{
    struct decision decision = world_decide(world, author, edit);

    switch (decision.verdict) {
    case DECIDED: return (int)decision.outcome;
    case ALREADY_KNOWN: return 90 + (int)decision.outcome;
    case NOT_ALLOWED: return 100 + (int)decision.refusal.code;
    default: return 99;
    }
}

/* As history, after a loss; it is taken. */
static inline Ci__PushResult world_offer_past(struct world *world, const struct principal *author, Ci__Edit *edit,
                                              Ci__PastEdit__Fate fate)
{
    Ci__PastEdit past = CI__PAST_EDIT__INIT;
    Ci__PushResult result = CI__PUSH_RESULT__INIT;
    struct refusal refusal = { 0 };

    past.edit = edit;
    past.fate = fate;
    world_begin(world);
    CHECK(history_offer(&world->batch, author, &past, world->arena, &result, &refusal) == 0);
    world_commit(world);
    return result;
}

static inline void world_set_round(struct world *world, Ci__Round__State state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    struct txn txn;
    Ci__Record *record = NULL;
    Ci__Edit *edit =
        world_edit(world, &central, "NL", "round/2026", codec_pack(world_round(world, state), world->arena));

    MUST(txn_begin_read(&txn, ledger_store(world->ledger)));
    MUST(record_read(&txn, "NL", "round/2026", world->arena, &record));
    txn_end(&txn);
    world_base(world, edit, record->standing);
    CHECK(world_push(world, &central, edit) == CI__EDIT_ENTRY__OUTCOME__STANDS);
}

static inline char *world_dump(struct world *world, size_t *size)
{
    FILE *file = tmpfile();
    char *text;
    long length;

    CHECK(file != NULL);
    MUST(ledger_dump(world->ledger, fileno(file)));
    length = (fseek(file, 0, SEEK_END), ftell(file));
    rewind(file);
    text = malloc((size_t)length + 1);
    CHECK(text && fread(text, 1, (size_t)length, file) == (size_t)length);
    text[length] = '\0';
    *size = (size_t)length;
    fclose(file);
    return text;
}
