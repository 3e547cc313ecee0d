/*
 * world.c: the template of all worlds, and one world made from it.
 */
#include "tests/sim/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "server/ledger/details.h"
#include "server/ledger/found.h"
#include "server/ledger/own_edits.h"
#include "tests/sim/machine.h"
#include "tests/support/sample_questionnaire.h"

enum { START_MS = 1800000000 };
static const uint64_t start_ms = 1000ull * START_MS;

/* Who there is; each has one install. */
static const struct person {
    Ci__Role role;
    const char *town;
} people[PEOPLE] = {
    { CI__ROLE__ROLE_LEAD, "GM0001" }, { CI__ROLE__ROLE_RESPONDENT, "GM0001" }, { CI__ROLE__ROLE_EXECUTIVE, "GM0001" },
    { CI__ROLE__ROLE_LEAD, "GM0002" }, { CI__ROLE__ROLE_RESPONDENT, "GM0002" }, { CI__ROLE__ROLE_EXECUTIVE, "GM0002" },
    { CI__ROLE__ROLE_CENTRAL, NULL },
};

static struct {
    struct vault *vault;
    struct image journal;
    uint8_t questionnaire[DIGEST_BYTES];
} made;

void tell(const struct world *world, const char *format, ...)
{
    va_list arguments;

    if (!world->says)
        return;
    va_start(arguments, format);
    printf("      ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

void must(int result, const char *what)
{
    if (result != 0)
        violated(13, "%s failed with %d: %s (%s)", what, result, fault_message(), fault_place());
}

/* ---- the template ---- */

static void name_person(size_t index, char person[18], char install[33], uint8_t fingerprint[DIGEST_BYTES])
{
    char text[32];

    snprintf(text, sizeof text, "install %zu", index);
    digest_bytes(fingerprint, text, strlen(text));
    hex_encode(install, fingerprint, ID_BYTES);
    snprintf(person, 18, "p%016zx", index + 1);
}

/* Who comes later is a respondent of the first municipality. */
static struct person person_at(size_t index)
{
    return index < PEOPLE ? people[index] : (struct person){ CI__ROLE__ROLE_RESPONDENT, people[0].town };
}

/* Of those that a world begins with: the vault is made once, and all worlds read it. */
static void add_name(struct batch *batch, size_t index, Ci__Person *person, const char *id, struct arena *arena)
{
    Ci__PersonDetails details = CI__PERSON_DETAILS__INIT;
    struct bytes closed;

    if (index >= PEOPLE)
        return;
    details.name = arena_format(arena, "person %zu", index);
    MUST(details_close(ledger_vault(batch->ledger), id, &details, arena, &closed));
    person->details = bytes_to(closed);
}

static int add_person(struct batch *batch, size_t index, struct arena *arena)
{
    Ci__Person person = CI__PERSON__INIT;
    Ci__Install install = CI__INSTALL__INIT;
    struct refusal refusal = { 0 };
    char id[18], install_id[33], *area = (char *)(uintptr_t)person_at(index).town;
    uint8_t fingerprint[DIGEST_BYTES];

    name_person(index, id, install_id, fingerprint);
    person.role = person_at(index).role;
    person.areas = &area;
    person.n_areas = area ? 1 : 0;
    person.state = CI__PERSON__STATE__ACTIVE;
    add_name(batch, index, &person, id, arena);
    install.person = id;
    install.fingerprint = bytes_to(bytes_of(fingerprint, DIGEST_BYTES));
    install.not_after_ms = CERTIFICATES_END_MS;
    CHECK(own_message_add(batch, "", arena_format(arena, "person/%s", id), &person, arena, &refusal) == 0);
    return own_message_add(batch, "", arena_format(arena, "install/%s", install_id), &install, arena, &refusal);
}

static Ci__Area *area_new(struct arena *arena, const char *code, Ci__Area__Kind kind, const char *first,
                          const char *second)
{
    Ci__Area *area = SAMPLE_NEW(arena, Ci__Area, ci__area);

    area->code = area->name = arena_string(arena, code);
    area->kind = kind;
    area->population = kind == CI__AREA__KIND__MUNICIPALITY ? 20000 : 0;
    area->parents = sample_take(arena, 2 * sizeof(char *));
    area->parents[0] = arena_string(arena, first);
    area->parents[1] = arena_string(arena, second);
    area->n_parents = (size_t)(first[0] != '\0') + (second[0] != '\0');
    return area;
}

static Ci__Round *round_new(struct arena *arena, const char *id, Ci__Round__State state)
{
    Ci__Round *round = SAMPLE_NEW(arena, Ci__Round, ci__round);

    round->id = arena_string(arena, id);
    round->questionnaire = arena_string(arena, "sample/1");
    round->questionnaire_hash = bytes_to(bytes_of(made.questionnaire, DIGEST_BYTES));
    round->state = state;
    return round;
}

static int found(struct batch *batch, struct arena *arena, void *context)
{
    Ci__Area *areas[] = { area_new(arena, "NL", CI__AREA__KIND__NATION, "", ""),
                          area_new(arena, "PV25", CI__AREA__KIND__PROVINCE, "NL", ""),
                          area_new(arena, "GM0001", CI__AREA__KIND__MUNICIPALITY, "NL", "PV25"),
                          area_new(arena, "GM0002", CI__AREA__KIND__MUNICIPALITY, "NL", "PV25") };
    struct founding founding = { .address = "localhost:7443", .areas = areas, .area_count = 4 };
    struct refusal refusal = { 0 };

    (void)context;
    founding.questionnaire = codec_pack(sample_message(arena), arena);
    founding.round = round_new(arena, "2026", CI__ROUND__STATE__OPEN);
    TRY(ledger_found(batch, &founding));
    CHECK(own_message_add(batch, "", "round/2027", round_new(arena, "2027", CI__ROUND__STATE__PLANNED), arena,
                          &refusal) == 0);
    for (size_t i = 0; i < PEOPLE; i++)
        TRY(add_person(batch, i, arena));
    return 0;
}

static void set_paths(struct server *server, const char *path)
{
    snprintf(server->path, sizeof server->path, "%s/server", path);
    snprintf(server->journal_path, sizeof server->journal_path, "%s/server/journal", path);
    snprintf(server->view_path, sizeof server->view_path, "%s/server/view", path);
    server->vault = made.vault;
    mkdir(path, 0700);
    mkdir(server->path, 0700);
}

void template_make(const char *path)
{
    static struct world world;
    struct questionnaire *questionnaire = sample_questionnaire();
    struct journal *journal = NULL;
    char vault[128];

    memcpy(made.questionnaire, questionnaire->hash, DIGEST_BYTES);
    questionnaire_free(questionnaire);
    machine_seed(1);
    machine_set_time(start_ms);
    snprintf(vault, sizeof vault, "%s/vault", path);
    MUST(vault_create(vault, "localhost", start_ms));
    MUST(vault_open(&made.vault, vault, start_ms));
    set_paths(&world.server, path);
    MUST(journal_open(&journal, &(struct journal_options){
                                    .path = world.server.journal_path, .create = true, .segment_bytes = 48 * 1024 }));
    journal_close(journal);
    server_open(&world.server);
    server_act(&world, found, NULL);
    server_close(&world.server);
    free(world.server.batch);
    image_add(&made.journal, world.server.journal_path, "segment-");
    folder_remove(world.server.path);
}

/* ---- a world ---- */

static void open_next_install(struct world *world)
{
    struct install *install = &world->installs[world->install_count];

    *install = (struct install){ .index = world->install_count++,
                                 .is_alive = true,
                                 .certificate_ends_ms = CERTIFICATES_END_MS };
    install->keeps_few = install->index % KEEPS_FEW_EVERY == 1;
    install->town = person_at(install->index).town;
    name_person(install->index, install->person, install->id, install->fingerprint);
    install_set_paths(install, world->path);
    memcpy(install->identity.person, install->person, sizeof install->person);
    install_open(world, install);
}

static int add_next_person(struct batch *batch, struct arena *arena, void *context)
{
    return add_person(batch, ((const struct world *)context)->install_count, arena);
}

struct install *world_join(struct world *world)
{
    if (world->install_count == INSTALLS_MAX)
        return NULL;
    server_act(world, add_next_person, world);
    chronicle_read(world);
    open_next_install(world);
    return &world->installs[world->install_count - 1];
}

void world_open(struct world *world, const char *path, uint64_t seed)
{
    folder_remove(path);
    snprintf(world->path, sizeof world->path, "%s", path);
    machine_seed(seed);
    machine_set_time(start_ms);
    set_paths(&world->server, path);
    image_put_as(&made.journal, world->server.journal_path, "segment-");
    server_open(&world->server);
    memcpy(world->chronicle.questionnaire, made.questionnaire, DIGEST_BYTES);
    while (world->install_count < PEOPLE)
        open_next_install(world);
    chronicle_read(world);
}

void world_close(struct world *world)
{
    network_cut_all(world);
    for (size_t i = 0; i < world->install_count; i++)
        install_close(&world->installs[i]);
    server_close(&world->server);
    free(world->server.batch);
    folder_remove(world->path);
}
