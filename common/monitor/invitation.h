/*
 * invitation.h: what an invitation may say, judged by the client before it is sent and by the server when it comes. Pure; any
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proto/model.pb-c.h"

/* A name, function or department: one line of at most DETAIL_BYTES_MAX that reads straight; may be empty. */
bool invitation_detail_fits(const char *text);
/* How many areas a role has: one municipality, some provinces or regions, or none. Not whether they are known. */
bool invitation_areas_fit(Ci__Role role, char *const *areas, size_t count);
