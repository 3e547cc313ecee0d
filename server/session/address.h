/*
 * address.h: where somebody comes from, as a number to count by. Pure; any thread.
 */
#pragma once

#include <stdint.h>

/*
 * Of "192.0.2.1:4711" or "[2001:db8::1]:4711": the IPv4 address, or the first 64 bits of an IPv6 one, since whoever has
 * one of those addresses has them all. 0: not an address.
 */
uint64_t address_key(const char *address);
