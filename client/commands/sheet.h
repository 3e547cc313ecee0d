/*
 * sheet.h: what this home knows of its municipality's round: every question's answer, and the scores over them.
 *
 * An answer here is what this home has not sent yet, else what stands: so scores are there at once and offline, and after
 * a sync they are the same for everybody in the municipality, also while other answers stand beside it.
 */
#pragma once

#include "client/commands/command.h"
#include "common/monitor/record_key.h"
#include "common/monitor/score.h"

struct sheet {
    char municipality[DOSSIER_MAX + 1];
    Ci__Round *round;
    struct questionnaire *questionnaire;
    Ci__Edit *edits[QUESTIONS_MAX];     /* NULL: never answered */
    Ci__Answer *answers[QUESTIONS_MAX]; /* NULL: not answered, or taken back */
    bool unsent[QUESTIONS_MAX];
    Ci__Record *records[QUESTIONS_MAX]; /* what the server had at the last sync; NULL: nothing yet */
    bool rivalled[QUESTIONS_MAX];       /* other answers stand beside it, and nobody here has chosen yet */
    struct mark marks[QUESTIONS_MAX];
    uint64_t spend[THEMES_MAX]; /* euros, from the spend question */
    bool spend_known, by_spend; /* by_spend: scores are weighted with it */
    struct scores scores;
};

/*
 * 0 and a sheet, or an exit_status (> 0) that was already said: the role has no municipality, the round is not here.
 * A fault is below 0.
 */
int sheet_load(struct sheet **out, const struct command_context *context, const char *round, bool by_spend);
/* The round is not here. */
int sheet_refuse_round(const struct command_context *context);
struct sheet *sheet_free(struct sheet *sheet);
DEFINE_CLEANUP(struct sheet, sheet_free)

/* What was last said about the round's submission; NULL where nothing was. */
int sheet_submission(const struct command_context *context, const struct sheet *sheet, Ci__Submission **submission);
/* 0 where the theme is there, or NULL; else says so and returns EXIT_FAILED. */
int sheet_has_theme(const struct command_context *context, const struct sheet *sheet, const char *theme);
/* "answer/2026/S1.1", in the arena. */
char *sheet_key(const struct sheet *sheet, struct arena *arena, size_t question);
/* Whom the own questions address, from the person's function or role: "buyer" …; else says so and returns EXIT_FAILED. */
int sheet_own_audience(const struct command_context *context, const char **audience);
/* The audience's name for people; NULL: there is no such audience. */
const char *audience_name(const struct command_context *context, const char *audience);
/* Says which audiences there are and returns EXIT_FAILED. */
int audience_refuse(const struct command_context *context, const char *nl, const char *en);
/* The answer value's short form, or NULL. */
const char *sheet_value_short(const struct sheet *sheet, struct arena *arena, size_t question);
/* Questions where other answers stand beside what counts, and nobody here has chosen yet. */
size_t sheet_asking(const struct sheet *sheet);
/* A line for people with how many, and what counts until somebody chooses; nothing for none. */
void sheet_print_asking(const struct command_context *context, const struct sheet *sheet);
