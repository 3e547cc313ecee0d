/*
 * crc32c.h: the Castagnoli checksum of journal records. Any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *bytes, size_t size);
/* The same without the processor's help; for tests, and for processors that have none. */
uint32_t crc32c_portable(const void *bytes, size_t size);
