/*
 * score.c: scores from marks, in one pass over the questions, without memory or strings: the server runs it twice for
 * every answer that it applies. The rules are deploy/SCORING.md's and are named by their number. Pure; any thread.
 */
#include "common/monitor/score.h"

#include "common/base/check.h"

/* Rule 1: Σ score·weight / Σ weight, half up. Weights are at most 100 × EUROS_MAX, scores 10^4: below 2^63 with room. */
struct mean {
    uint64_t sum, weight;
};

static void mean_add(struct mean *mean, int score, uint64_t weight)
{
    if (score < 0)
        return;
    mean->sum += (uint64_t)score * weight;
    mean->weight += weight;
}

static int16_t mean_of(const struct mean *mean)
{
    if (mean->weight == 0)
        return SCORE_NONE;
    return (int16_t)((2 * mean->sum + mean->weight) / (2 * mean->weight));
}

/* What the pass over the questions gathers, for the status (0) and the progress (1) of each theme. */
struct tally {
    struct mean themes[2][THEMES_MAX];
    uint32_t not_applicable[2][THEMES_MAX], weight[2][THEMES_MAX];
    struct mean focal_points[FOCAL_POINTS_MAX];
    uint64_t counted, substantiated; /* weight of status questions in the scores, and of those with evidence */
};

/* Rules 3 and 4: n/a and unanswered leave numerator and denominator, unknown is 0. */
static int mark_score(const struct mark *mark)
{
    switch ((enum mark_state)mark->state) {
    case MARK_SCORED: return mark->score;
    case MARK_UNKNOWN: return 0;
    case MARK_NONE:
    case MARK_NOT_APPLICABLE:
    case MARK_UNSCORED: break;
    }
    return SCORE_NONE;
}

static void count_question(const struct mark *mark, struct scores *scores)
{
    switch ((enum mark_state)mark->state) {
    case MARK_SCORED: scores->answered++; break;
    case MARK_NOT_APPLICABLE: scores->not_applicable++; break;
    case MARK_UNKNOWN: scores->unknown++; break;
    case MARK_NONE:
    case MARK_UNSCORED: scores->unanswered++; break;
    }
}

static void tally_question(const struct questionnaire *questionnaire, size_t index, const struct mark *mark,
                           struct tally *tally)
{
    const Ci__Question *question = question_at(questionnaire, index);
    int facet = question_is_progress(question), theme = questionnaire->theme_of[index];
    int focal_point = questionnaire->focal_point_of[index], score = mark_score(mark);

    tally->weight[facet][theme] += question->weight;
    if (mark->state == MARK_NOT_APPLICABLE)
        tally->not_applicable[facet][theme] += question->weight;
    mean_add(&tally->themes[facet][theme], score, question->weight);
    if (facet != 0)
        return;
    if (focal_point >= 0)
        mean_add(&tally->focal_points[focal_point], score, question->weight);
    if (score >= 0)
        tally->counted += question->weight;
    if (score >= 0 && mark->substantiated)
        tally->substantiated += question->weight;
}

static void tally_questions(const struct questionnaire *questionnaire, const struct mark *marks, struct tally *tally,
                            struct scores *scores)
{
    size_t first = node_question(questionnaire, 0);

    for (size_t i = 0; i < questionnaire->question_count; i++) {
        scores->node[first + i] = SCORE_NONE;
        if (!questionnaire->scored[i])
            continue;
        scores->node[first + i] = (int16_t)mark_score(&marks[i]);
        count_question(&marks[i], scores);
        tally_question(questionnaire, i, &marks[i], tally);
    }
}

/* Rules 5 and 6: more than 40 % of the theme's weight not applicable is too little to say anything. */
static int16_t theme_score(const struct tally *tally, int facet, size_t theme)
{
    if (tally->not_applicable[facet][theme] * 100 > tally->weight[facet][theme] * 40)
        return SCORE_INSUFFICIENT;
    return mean_of(&tally->themes[facet][theme]);
}

/* Rule 13: within a level, the category themes share the weight that they have together by euros. */
struct spending {
    uint64_t euros[LEVELS_MAX], weight[LEVELS_MAX]; /* of the category themes of each level */
};

static struct spending spending_of(const struct questionnaire *questionnaire, const uint64_t *spend)
{
    struct spending spending = { 0 };

    for (size_t i = 0; spend && i < questionnaire->theme_count; i++) {
        if (!questionnaire->message->themes[i]->category)
            continue;
        CHECK(spend[i] <= EUROS_MAX);
        spending.euros[questionnaire->level_of[i]] += spend[i];
        spending.weight[questionnaire->level_of[i]] += questionnaire->message->themes[i]->weight_percent;
    }
    for (size_t level = 0; level < LEVELS_MAX; level++)
        CHECK(spending.euros[level] <= EUROS_MAX);
    return spending;
}

static uint64_t theme_weight(const struct questionnaire *questionnaire, size_t theme, const uint64_t *spend,
                             const struct spending *spending)
{
    const Ci__Theme *message = questionnaire->message->themes[theme];
    int level = questionnaire->level_of[theme];

    if (spending->euros[level] == 0)
        return message->weight_percent;
    if (message->category)
        return spending->weight[level] * spend[theme];
    return message->weight_percent * spending->euros[level];
}

/* Rules 7 to 9: levels from themes, the whole from levels; status and progress never mix. */
static void score_tree(const struct questionnaire *questionnaire, const struct tally *tally, int facet,
                       const uint64_t *spend, struct scores *scores)
{
    size_t whole = facet ? node_progress(questionnaire) : node_overall();
    size_t first_level = whole + 1, first_theme = first_level + questionnaire->level_count;
    struct spending spending = spending_of(questionnaire, spend);
    struct mean levels[LEVELS_MAX] = { 0 }, all = { 0 };

    for (size_t i = 0; i < questionnaire->theme_count; i++) {
        int16_t score = theme_score(tally, facet, i);

        scores->node[first_theme + i] = score;
        mean_add(&levels[questionnaire->level_of[i]], score, theme_weight(questionnaire, i, spend, &spending));
    }
    for (size_t i = 0; i < questionnaire->level_count; i++) {
        int16_t score = mean_of(&levels[i]);

        scores->node[first_level + i] = score;
        mean_add(&all, score, questionnaire->message->levels[i]->weight_percent);
    }
    scores->node[whole] = mean_of(&all);
}

uint8_t score_completeness(const struct questionnaire *questionnaire, size_t filled)
{
    if (questionnaire->scored_count == 0)
        return 0;
    return (uint8_t)(filled * 100 / questionnaire->scored_count);
}

void scores_compute(const struct questionnaire *questionnaire, const struct mark *marks, const uint64_t *spend,
                    struct scores *scores)
{
    struct tally tally = { 0 };
    size_t focal_points = node_focal_point(questionnaire, 0);

    *scores = (struct scores){ 0 };
    tally_questions(questionnaire, marks, &tally, scores);
    score_tree(questionnaire, &tally, 0, spend, scores);
    score_tree(questionnaire, &tally, 1, spend, scores);
    for (size_t i = 0; i < questionnaire->focal_point_count; i++) /* rule 10 */
        scores->node[focal_points + i] = mean_of(&tally.focal_points[i]);
    scores->completeness =
        score_completeness(questionnaire, (size_t)scores->answered + scores->not_applicable + scores->unknown);
    if (tally.counted > 0) /* rule 12 */
        scores->substantiated = (uint8_t)(tally.substantiated * 100 / tally.counted);
}

/* Keeps the list in order, the greatest gain first, equal ones as they came, and no longer than `most`. */
static size_t insert_gain(struct gain *gains, size_t count, size_t most, struct gain gain)
{
    size_t at = count;

    while (at > 0 && gains[at - 1].gain < gain.gain)
        at--;
    if (at == most)
        return count;
    count += count < most;
    for (size_t i = count - 1; i > at; i--)
        gains[i] = gains[i - 1];
    gains[at] = gain;
    return count;
}

/* Rule 14. */
size_t scores_gains(const struct questionnaire *questionnaire, const struct mark *marks, const uint64_t *spend,
                    const struct scores *scores, struct gain *gains, size_t most)
{
    struct mark raised[QUESTIONS_MAX];
    struct scores after;
    size_t count = 0;

    memcpy(raised, marks, questionnaire->question_count * sizeof *marks);
    for (size_t i = 0; i < questionnaire->question_count; i++) {
        if (!questionnaire->scored[i] || question_is_progress(question_at(questionnaire, i)) ||
            mark_score(&marks[i]) < 0)
            continue;
        raised[i] = (struct mark){ .state = MARK_SCORED, .score = SCORE_MAX };
        scores_compute(questionnaire, raised, spend, &after);
        raised[i] = marks[i];
        int gain = after.node[node_overall()] - scores->node[node_overall()];
        if (gain > 0)
            count = insert_gain(gains, count, most, (struct gain){ (uint16_t)i, (uint16_t)gain });
    }
    return count;
}
