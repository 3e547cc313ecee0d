/*
 * members.h: which areas a municipality counts in: those it lies in, and its size class. Reads on any thread, writes
 * on the writer's.
 */
#pragma once

#include "common/monitor/area.h"
#include "common/store/txn.h"

enum { MEMBER_AREAS_MAX = AREA_PARENTS_MAX + 1, MEMBER_NAME_SIZE = 101, MEMBER_DATE_SIZE = 11 };

struct member {
    char name[MEMBER_NAME_SIZE];
    char valid_from[MEMBER_DATE_SIZE], valid_to[MEMBER_DATE_SIZE];
    size_t area_count;
    char areas[MEMBER_AREAS_MAX][AREA_CODE_MAX + 1];
};

/* From a municipality's record that has passed area_check. */
void member_from_area(struct member *member, const Ci__Area *area);
/* False where there is no such municipality; the member is then empty. */
bool member_read(struct txn *txn, const char *municipality, struct member *member);
bool member_exists(struct txn *txn, const char *municipality);
void member_write(struct txn *txn, const char *municipality, const struct member *member);
bool member_lies_in(const struct member *member, const char *area);
bool member_same_areas(const struct member *a, const struct member *b);
/* On that day (YYYY-MM-DD). */
bool member_in_force(const struct member *member, const char *date);
/* How many municipalities are in force in the area on that day (YYYY-MM-DD). */
uint32_t members_in_force(struct txn *txn, const char *area, const char *date);
