/*
 * tells.h: what figures tell, by linear algebra: a combination of them tells about a set of municipalities alone only if
 * leaving these out lowers their rank. Slow and plain, to hold the cuts of overlaps.h against. For one test program each.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { MEMBERS_MAX = 24, ROWS_MAX = 16, PRIME = 1000003 };

/* A row a figure, a column a municipality. */
struct matrix {
    size_t rows, columns;
    long long of[ROWS_MAX][MEMBERS_MAX];
};

static long long inverse(long long value)
{
    long long result = 1;

    for (long power = PRIME - 2; power; power >>= 1, value = value * value % PRIME)
        if (power & 1)
            result = result * value % PRIME;
    return result;
}

static size_t rank_of(struct matrix matrix)
{
    size_t rank = 0;

    for (size_t column = 0; column < matrix.columns && rank < matrix.rows; column++) {
        size_t pivot = rank;

        while (pivot < matrix.rows && matrix.of[pivot][column] == 0)
            pivot++;
        if (pivot == matrix.rows)
            continue;
        for (size_t i = 0; i < matrix.columns; i++) {
            long long held = matrix.of[rank][i];

            matrix.of[rank][i] = matrix.of[pivot][i];
            matrix.of[pivot][i] = held;
        }
        for (size_t row = rank + 1; row < matrix.rows; row++) {
            long long factor = matrix.of[row][column] * inverse(matrix.of[rank][column]) % PRIME;

            for (size_t i = 0; i < matrix.columns; i++)
                matrix.of[row][i] = ((matrix.of[row][i] - factor * matrix.of[rank][i]) % PRIME + PRIME) % PRIME;
        }
        rank++;
    }
    return rank;
}

static bool tells_about(const struct matrix *matrix, size_t rank, const size_t *left_out, size_t count)
{
    struct matrix rest = *matrix;

    for (size_t row = 0; row < rest.rows; row++)
        for (size_t i = 0; i < count; i++)
            rest.of[row][left_out[i]] = 0;
    return rank_of(rest) < rank;
}

/* Sets that grow: from `from` on. */
static bool tells_about_few(const struct matrix *matrix, size_t rank, size_t least, size_t *set, size_t count,
                            size_t from)
{
    if (count > 0 && tells_about(matrix, rank, set, count))
        return true;
    if (count + 1 == least)
        return false;
    for (size_t next = from; next < matrix->columns; next++) {
        set[count] = next;
        if (tells_about_few(matrix, rank, least, set, count + 1, next + 1))
            return true;
    }
    return false;
}

/* Whether some set of fewer than `least` is told about. */
static inline bool tells_about_fewer(const struct matrix *matrix, size_t least)
{
    size_t set[MEMBERS_MAX];

    return tells_about_few(matrix, rank_of(*matrix), least, set, 0, 0);
}
