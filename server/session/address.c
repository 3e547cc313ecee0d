/*
 * address.c: text to number. Pure; any thread.
 */
#include "server/session/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/base/bytes.h"

uint64_t address_key(const char *address)
{
    const char *end = strrchr(address, ':');
    size_t size = end ? (size_t)(end - address) : strlen(address);
    char host[INET6_ADDRSTRLEN];
    uint8_t bytes[16];

    if (size > 1 && address[0] == '[' && address[size - 1] == ']') {
        address++;
        size -= 2;
    }
    if (size >= sizeof host)
        return 0;
    memcpy(host, address, size);
    host[size] = '\0';
    if (inet_pton(AF_INET, host, bytes) == 1)
        return get_u32(bytes);
    if (inet_pton(AF_INET6, host, bytes) != 1)
        return 0;
    if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)bytes))
        return get_u32(bytes + 12);
    return get_u64(bytes);
}
