/*
 * play.c: a line, a deed. Values are numbers, carried in an answer's remark, so that equal numbers are equal values; questions
 * are the first ones of the sample. Knows nothing of what the model makes of it.
 */
#include "tests/sim/play.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "server/ledger/records.h"
#include "tests/sim/invariants.h"
#include "tests/sim/machine.h"
#include "tests/sim/schedule.h"
#include "tests/sim/values.h"

enum { COPIES_MAX = 24, LINE_BYTES = 80, QUESTIONS = 2, PLAY_ARENA = 4 * 1024 * 1024 };

/* No world draws the random numbers of the template, which were from seed 1: ids would come twice. */
static const unsigned long apart = 1ul << 32;

struct play {
    struct world *world; /* NULL: between two */
    char folder[80];
    struct image backups[COPIES_MAX], copies[COPIES_MAX];
    size_t backup_count, copy_count;
};

/* ---- deeds ---- */

static struct install *install_at(struct play *play, unsigned long index)
{
    CHECK(index < play->world->install_count && play->world->installs[index].is_alive);
    return &play->world->installs[index];
}

static void key_of(char *key, size_t size, unsigned long question)
{
    snprintf(key, size, "answer/2026/%s", question_at(values_questionnaire(), question)->id);
}

static void play_write(struct play *play, const unsigned long *numbers)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct install *install = install_at(play, numbers[0]);
    Ci__Answer answer = CI__ANSWER__INIT;
    Ci__AnswerValue value = CI__ANSWER_VALUE__INIT;
    char key[RECORD_KEY_MAX + 1];

    MUST(arena_new(&arena, PLAY_ARENA));
    value.of_case = CI__ANSWER_VALUE__OF_UNKNOWN;
    value.unknown = true;
    answer.value = &value;
    answer.remark = arena_format(arena, "%lu", numbers[2]);
    key_of(key, sizeof key, numbers[1]);
    install_write(play->world, install, install->town, key, codec_pack(&answer, arena), numbers[3] != 0,
                  install->person);
}

/* Whether the sync is cut before this message arrives. */
static bool is_cut(const char *until, const struct message *message)
{
    bool pulls = message->to_server && message->type == MESSAGE_PULL;
    bool pushes = message->to_server && (message->type == MESSAGE_OFFER_HISTORY || message->type == MESSAGE_PUSH);

    if (strcmp(until, "hello") == 0)
        return !message->to_server;
    if (strcmp(until, "healed") == 0)
        return pulls || pushes;
    if (strcmp(until, "sent") == 0)
        return pulls || (!message->to_server && message->type == MESSAGE_REPLY + MESSAGE_PUSH);
    return strcmp(until, "acknowledged") == 0 && pulls;
}

static void play_sync(struct play *play, unsigned long index, const char *until)
{
    struct world *world = play->world;
    struct install *install = install_at(play, index);

    install_begin(world, install);
    while (install->visit) {
        struct message *message = message_of(world, install->visit);

        CHECK(message != NULL);
        if (is_cut(until, message)) {
            message_free(message);
            network_cut(world, install->visit);
            return;
        }
        network_deliver(world, message);
    }
}

static void play_restore(struct play *play, unsigned long number)
{
    CHECK(number < play->backup_count);
    server_put_back(play->world, &play->backups[number]);
}

static void play_put(struct play *play, const unsigned long *numbers)
{
    struct install *install = install_at(play, numbers[0]);

    CHECK(numbers[1] < play->copy_count);
    install_put_image(play->world, install, &play->copies[numbers[1]]);
    chronicle_put_back(play->world, install);
}

/* ---- what stands ---- */

static unsigned long value_of(const Ci__Edit *edit, struct arena *arena)
{
    Ci__Answer *answer = NULL;

    CHECK(CODEC_UNPACK(ci__answer, bytes_from(edit->value), arena, &answer) == 0);
    return strtoul(answer->remark, NULL, 10);
}

static void print_record(const Ci__Record *record, unsigned long question, struct arena *arena)
{
    printf("key %lu %lu", question, value_of(record->standing, arena));
    for (size_t i = 0; i < record->n_rivals; i++)
        printf(" %lu", value_of(record->rivals[i], arena));
    printf("\n");
}

static void print_server(const struct world *world, struct arena *arena)
{
    struct txn txn;

    printf("server\n");
    MUST(txn_begin_read(&txn, ledger_store(world->server.ledger)));
    for (unsigned long question = 0; question < QUESTIONS; question++) {
        Ci__Record *record = NULL;
        char key[RECORD_KEY_MAX + 1];

        key_of(key, sizeof key, question);
        if (record_read(&txn, world->installs[0].town, key, arena, &record) == 0)
            print_record(record, question, arena);
    }
    txn_end(&txn);
}

static void print_install(const struct install *install, struct arena *arena)
{
    printf("install %zu\n", install->index);
    for (unsigned long question = 0; question < QUESTIONS; question++) {
        Ci__Record *record = NULL;
        char key[RECORD_KEY_MAX + 1];

        key_of(key, sizeof key, question);
        if (replica_record(install->replica, arena, install->town, key, &record) == 0)
            print_record(record, question, arena);
    }
}

/* The first three write, and the clones of them. */
static bool takes_part(const struct install *install)
{
    return install->is_alive && (install->index < 3 || install->index >= PEOPLE);
}

static void play_show(const struct play *play)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    const struct world *world = play->world;

    MUST(arena_new(&arena, PLAY_ARENA));
    print_server(world, arena);
    for (size_t i = 0; i < world->install_count; i++)
        if (takes_part(&world->installs[i]))
            print_install(&world->installs[i], arena);
}

static void play_end(struct play *play)
{
    struct world *world = play->world;

    play_show(play);
    world_close(world);
    free(world);
    play->world = NULL;
    while (play->backup_count > 0)
        image_done(&play->backups[--play->backup_count]);
    while (play->copy_count > 0)
        image_done(&play->copies[--play->copy_count]);
}

static void play_world(struct play *play, unsigned long seed)
{
    CHECK(!play->world);
    play->world = calloc(1, sizeof *play->world);
    CHECK(play->world != NULL);
    world_open(play->world, play->folder, seed + apart);
    printf("world %lu\n", seed);
}

/* ---- lines ---- */

static bool play_line(struct play *play, const char *line)
{
    unsigned long n[4] = { 0 };
    char word[20] = "", until[20] = "";

    if (sscanf(line, "sync %lu %19s", &n[0], until) == 2) {
        play_sync(play, n[0], until);
        return true;
    }
    if (sscanf(line, "%19s %lu %lu %lu %lu", word, &n[0], &n[1], &n[2], &n[3]) < 1)
        return false;
    if (strcmp(word, "world") == 0)
        play_world(play, n[0]);
    else if (strcmp(word, "write") == 0)
        play_write(play, n);
    else if (strcmp(word, "backup") == 0 && play->backup_count < COPIES_MAX)
        server_back_up(&play->world->server, &play->backups[play->backup_count++]);
    else if (strcmp(word, "restore") == 0)
        play_restore(play, n[0]);
    else if (strcmp(word, "copy") == 0 && play->copy_count < COPIES_MAX)
        install_take_image(install_at(play, n[0]), &play->copies[play->copy_count++]);
    else if (strcmp(word, "put") == 0)
        play_put(play, n);
    else if (strcmp(word, "clone") == 0)
        CHECK(install_clone(play->world, install_at(play, n[0])) != NULL);
    else if (strcmp(word, "destroy") == 0)
        install_destroy(play->world, install_at(play, n[0]));
    else if (strcmp(word, "show") == 0)
        play_show(play);
    else if (strcmp(word, "end") == 0)
        play_end(play);
    else
        return false;
    return true;
}

bool play_file(const char *file, const char *folder)
{
    static struct play play;
    char line[LINE_BYTES];
    FILE *lines = fopen(file, "re");
    bool sound = lines != NULL;

    snprintf(play.folder, sizeof play.folder, "%s", folder);
    while (sound && fgets(line, sizeof line, lines)) {
        machine_set_time(machine_time() + HOUR_MS / 60);
        sound = play_line(&play, line);
    }
    if (lines)
        fclose(lines);
    return sound && !play.world;
}
