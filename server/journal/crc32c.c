/*
 * crc32c.c: CRC32C by SSE4.2 where the processor has it, else by a table. Pure; any thread.
 */
#include "server/journal/crc32c.h"

#include <pthread.h>
#include <string.h>

enum { POLYNOMIAL_REVERSED = 0x82f63b78 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint32_t table[256];

static void fill_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;

        for (int bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? (uint32_t)POLYNOMIAL_REVERSED : 0);
        table[i] = value;
    }
}

uint32_t crc32c_portable(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint32_t sum = UINT32_MAX;

    pthread_once(&once, fill_table);
    for (size_t i = 0; i < size; i++)
        sum = sum >> 8 ^ table[(sum ^ at[i]) & 0xff];
    return ~sum;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t crc32c_sse(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t sum = UINT32_MAX;

    for (; size >= 8; size -= 8, at += 8) {
        uint64_t eight;

        memcpy(&eight, at, sizeof eight);
        sum = __builtin_ia32_crc32di(sum, eight);
    }
    for (; size > 0; size--)
        sum = __builtin_ia32_crc32qi((uint32_t)sum, *at++);
    return ~(uint32_t)sum;
}
#endif

uint32_t crc32c(const void *bytes, size_t size)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("sse4.2"))
        return crc32c_sse(bytes, size);
#endif
    return crc32c_portable(bytes, size);
}
