#ifndef CCRC32C_H
#define CCRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many bytes of a stream are taken before three streams are joined.
#define CCRC32C_STREAM 256

/// Whether this processor has an instruction for CRC-32C.
bool ccrc32c_is_available(void);

/// Continues a checksum with the processor's instruction. Call it only where that is available.
///
/// `shift` has 4 * 256 entries: entry 256 * k + b is the effect of byte k of a checksum, when it is b, of
/// CCRC32C_STREAM zero bytes that follow.
uint32_t ccrc32c_update(uint32_t checksum, const uint8_t *bytes, size_t count, const uint32_t *shift);

#endif
