/*
 * fuzz_questionnaire_yaml.c: any bytes as a questionnaire file: refused with a line and a word, or a questionnaire that
 * can be packed and published.
 */
#include "common/base/check.h"
#include "common/format/questionnaire_yaml.h"
#include "common/monitor/questionnaire.h"
#include "common/wire/codec.h"
#include "tests/fuzz/fuzz.h"

static void hear(void *context, const char *file, unsigned line, const char *expected)
{
    (void)context;
    (void)file;
    CHECK(line > 0 && *expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    Ci__Questionnaire *message;
    int made = arena_new(&arena, QUESTIONNAIRE_YAML_ARENA);

    CHECK(made == 0);
    if (questionnaire_yaml_parse("fuzz.yaml", bytes_of(data, size), arena, &message, hear, NULL) != 0)
        return 0;
    made = questionnaire_new(&questionnaire, codec_pack(message, arena), NULL, 0);
    CHECK(made == 0);
    return 0;
}
