/*
 * questionnaire_yaml.h: a questionnaire from the YAML in which people write it. Any thread.
 *
 * Every mistake is reported, not only the first: unknown, missing, doubled keys, wrong types, numbers out of range, then
 * all that questionnaire_check finds, each with the line it stands on. Bounded: a file of QUESTIONNAIRE_YAML_BYTES_MAX,
 * YAML_DEPTH_MAX deep; anchors, aliases and tags are refused, so nothing expands.
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "proto/model.pb-c.h"

enum { QUESTIONNAIRE_YAML_BYTES_MAX = 1024 * 1024, QUESTIONNAIRE_YAML_ARENA = 16 * 1024 * 1024 };
enum questionnaire_yaml_outcome { QUESTIONNAIRE_YAML_INVALID = 1 };

/*
 * The message lives in the arena (QUESTIONNAIRE_YAML_ARENA is enough for any file). QUESTIONNAIRE_YAML_INVALID where a
 * mistake was reported: `expected` is a phrase to print behind "file:line: ". A file that cannot be read or is too large is a fault.
 */
int questionnaire_yaml_read(const char *path, struct arena *arena, Ci__Questionnaire **out,
                            void (*report)(void *context, const char *file, unsigned line, const char *expected),
                            void *context);
/* The same from memory; `file` is only the name in the reports. */
int questionnaire_yaml_parse(const char *file, struct bytes yaml, struct arena *arena, Ci__Questionnaire **out,
                             void (*report)(void *context, const char *file, unsigned line, const char *expected),
                             void *context);
