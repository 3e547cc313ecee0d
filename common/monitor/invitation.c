/*
 * invitation.c: see invitation.h.
 */
#include "common/monitor/invitation.h"

#include <string.h>

#include "common/base/bytes.h"
#include "common/monitor/area.h"
#include "common/wire/limits.h"

bool invitation_detail_fits(const char *text)
{
    size_t size = strlen(text);

    return size <= DETAIL_BYTES_MAX && text_reads_straight(text, size) && !strpbrk(text, "\t\n");
}

/* A single municipality is its own people's. */
static bool areas_are_wider(char *const *areas, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (area_is_municipality(areas[i]))
            return false;
    return true;
}

bool invitation_areas_fit(Ci__Role role, char *const *areas, size_t count)
{
    switch (role) {
    case CI__ROLE__ROLE_RESPONDENT:
    case CI__ROLE__ROLE_LEAD:
    case CI__ROLE__ROLE_EXECUTIVE: return count == 1 && area_is_municipality(areas[0]);
    case CI__ROLE__ROLE_COORDINATOR: return count >= 1 && count <= PRINCIPAL_AREAS_MAX && areas_are_wider(areas, count);
    case CI__ROLE__ROLE_CENTRAL:
    case CI__ROLE__ROLE_AUDITOR: return count == 0;
    default: return false;
    }
}
