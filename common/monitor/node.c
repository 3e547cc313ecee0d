/*
 * node.c: numbers and names of the score tree's nodes. The order is node.h's and is relied upon by what the server
 * stores. Pure; any thread.
 */
#include "common/monitor/node.h"

#include <stdio.h>

#include "common/base/check.h"

/* Where each group of nodes begins. */
struct layout {
    size_t levels, themes, focal_points, progress, progress_levels, progress_themes, questions, end;
};

static struct layout layout_of(const struct questionnaire *questionnaire)
{
    struct layout layout;

    layout.levels = 1;
    layout.themes = layout.levels + questionnaire->level_count;
    layout.focal_points = layout.themes + questionnaire->theme_count;
    layout.progress = layout.focal_points + questionnaire->focal_point_count;
    layout.progress_levels = layout.progress + 1;
    layout.progress_themes = layout.progress_levels + questionnaire->level_count;
    layout.questions = layout.progress_themes + questionnaire->theme_count;
    layout.end = layout.questions + questionnaire->question_count;
    return layout;
}

size_t node_count(const struct questionnaire *questionnaire)
{
    return layout_of(questionnaire).end;
}

size_t node_overall(void)
{
    return 0;
}

size_t node_level(const struct questionnaire *questionnaire, size_t level)
{
    return layout_of(questionnaire).levels + level;
}

size_t node_theme(const struct questionnaire *questionnaire, size_t theme)
{
    return layout_of(questionnaire).themes + theme;
}

size_t node_focal_point(const struct questionnaire *questionnaire, size_t focal_point)
{
    return layout_of(questionnaire).focal_points + focal_point;
}

size_t node_progress(const struct questionnaire *questionnaire)
{
    return layout_of(questionnaire).progress;
}

size_t node_question(const struct questionnaire *questionnaire, size_t question)
{
    return layout_of(questionnaire).questions + question;
}

/* A node's name in two parts, and what people read. */
struct description {
    const char *prefix, *id;
    const Ci__Text *text; /* NULL: one of the two that have no text in the questionnaire */
};

static struct description describe(const struct questionnaire *questionnaire, size_t node)
{
    const Ci__Questionnaire *message = questionnaire->message;
    struct layout at = layout_of(questionnaire);

    CHECK(node < at.end);
    if (node >= at.questions) {
        const Ci__Question *question = message->questions[node - at.questions];
        return (struct description){ "", question->id, question->text };
    }
    if (node == node_overall() || node == at.progress)
        return (struct description){ "", node == at.progress ? "progress" : "overall", NULL };
    if (node >= at.focal_points && node < at.progress) {
        const Ci__FocalPoint *focal_point = message->focal_points[node - at.focal_points];
        return (struct description){ "focal/", focal_point->id, focal_point->name };
    }
    const char *prefix = node > at.progress ? "progress/" : "";
    size_t base = node > at.progress ? at.progress_levels : at.levels;

    if (node - base < questionnaire->level_count) {
        const Ci__Level *level = message->levels[node - base];
        return (struct description){ prefix, level->id, level->name };
    }
    const Ci__Theme *theme = message->themes[node - base - questionnaire->level_count];
    return (struct description){ prefix, theme->id, theme->name };
}

char *node_name(const struct questionnaire *questionnaire, size_t node, char out[NODE_NAME_SIZE])
{
    struct description description = describe(questionnaire, node);

    snprintf(out, NODE_NAME_SIZE, "%s%s", description.prefix, description.id);
    return out;
}

/* A level or a theme, from the first of the group on; −1 where neither has the id. */
static int find_level_or_theme(const struct questionnaire *questionnaire, size_t first, const char *id)
{
    int level = questionnaire_level(questionnaire, id), theme = questionnaire_theme(questionnaire, id);

    if (level >= 0)
        return (int)first + level;
    return theme < 0 ? -1 : (int)(first + questionnaire->level_count) + theme;
}

int node_find(const struct questionnaire *questionnaire, const char *name)
{
    static const char focal[] = "focal/", progress[] = "progress/";
    struct layout at = layout_of(questionnaire);
    int found;

    if (strcmp(name, "overall") == 0)
        return (int)node_overall();
    if (strcmp(name, "progress") == 0)
        return (int)at.progress;
    if (strncmp(name, focal, strlen(focal)) == 0) {
        found = questionnaire_focal_point(questionnaire, name + strlen(focal));
        return found < 0 ? -1 : (int)at.focal_points + found;
    }
    if (strncmp(name, progress, strlen(progress)) == 0)
        return find_level_or_theme(questionnaire, at.progress_levels, name + strlen(progress));
    found = find_level_or_theme(questionnaire, at.levels, name);
    if (found >= 0)
        return found;
    found = questionnaire_question(questionnaire, name);
    return found < 0 ? -1 : (int)at.questions + found;
}

Ci__Text node_text(const struct questionnaire *questionnaire, size_t node)
{
    struct description description = describe(questionnaire, node);
    Ci__Text text = CI__TEXT__INIT;

    if (description.text)
        return *description.text;
    text.nl = (char *)(uintptr_t)(node == node_overall() ? "Totaal" : "Voortgang");
    text.en = (char *)(uintptr_t)(node == node_overall() ? "Overall" : "Progress");
    return text;
}
