/*
 * edits.h: an edit as people read it: what it is about, what it says, who wrote it and when. The same words in every
 * command, and the same names in --json.
 */
#pragma once

#include "client/commands/command.h"
#include "common/base/cleanup.h"
#include "common/monitor/record_key.h"

/* Keeps the questionnaire of the round that was read last, so that a list of edits reads it once. */
struct edit_reader {
    const struct command_context *context;
    char round[ROUND_ID_MAX + 1];
    struct questionnaire *questionnaire; /* of that round; NULL: it is not here */
};
struct edit_reader edit_reader_of(const struct command_context *context);
void edit_reader_end(struct edit_reader *reader);

/* What a key is about: "answer 2026 S1.1"; the key itself where there is no word for its kind. */
const char *edit_subject(const struct command_context *context, const char *key);
/* The question's text; NULL where the key is no answer's, or its questionnaire is not here. */
const char *edit_question(struct edit_reader *reader, const char *key);
/* The answer's index in its questionnaire, which is then in the reader; below 0: there is none. */
int edit_question_index(struct edit_reader *reader, const char *key);
/* NULL where it is no answer, or one that was taken back. */
Ci__Answer *edit_answer(const struct command_context *context, const Ci__Edit *edit);
/* What it says in one line. */
const char *edit_words(struct edit_reader *reader, const Ci__Edit *edit);
/* The same where the questionnaire is at hand; for edits of that question's answer. */
const char *edit_answer_words(const struct command_context *context, const struct questionnaire *questionnaire,
                              size_t question, const Ci__Edit *edit);
/* "Anna de Vries (inkoper, Inkoop)"; the role where function and department are not known. */
const char *edit_author(const struct command_context *context, const Ci__Edit *edit);
/* What comes beside the answer, a wrapped line each that begins with `before`: remark, evidence, note, working on. */
void edit_print_beside(const struct command_context *context, const Ci__Edit *edit, const char *before);
/* Lower-case hexadecimal, in the arena; empty for no id. */
const char *edit_id(const struct command_context *context, ProtobufCBinaryData id);
/* {"edit", "author", "name", "role", "function", "department", "written_ms", "written", "cleared", "words", …}. */
json_t *edit_json(struct edit_reader *reader, const Ci__Edit *edit);
