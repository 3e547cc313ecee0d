/*
 * area.h: codes of areas and dossiers, size classes, and which records belong to whom. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "proto/model.pb-c.h"

enum { AREA_CODE_MAX = 40, SIZE_CLASSES = 5, AREA_PARENTS_MAX = 16 };

/* "GM" and four digits. */
bool area_is_municipality(const char *code);
/* NL, PVnn, RES-…, COROP-…: 2…AREA_CODE_MAX bytes of A–Z, 0–9 and '-'. */
bool area_code_is_valid(const char *code);
/* 0…4 for < 20k · 20–50k · 50–100k · 100–300k · > 300k, lower bound inclusive. */
unsigned area_size_class(uint32_t population);
/* "SC1"…"SC5". */
const char *area_size_class_code(unsigned size_class);
bool area_is_size_class(const char *code);
Ci__Text area_size_class_name(unsigned size_class);
/* 0, or AREA_INVALID with an English reason. */
enum area_outcome { AREA_INVALID = 1 };
int area_check(const Ci__Area *area, const char **reason);
