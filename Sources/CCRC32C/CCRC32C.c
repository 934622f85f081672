#include "CCRC32C.h"

#include <string.h>

#if defined(__x86_64__)

#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC_WORD(crc, word) ((uint32_t)__builtin_ia32_crc32di((crc), (word)))
#define CRC_BYTE(crc, byte) __builtin_ia32_crc32qi((crc), (byte))

bool ccrc32c_is_available(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2");
}

#elif defined(__aarch64__) && defined(__LITTLE_ENDIAN__)

#define CRC_TARGET __attribute__((target("crc")))
#define CRC_WORD(crc, word) __builtin_arm_crc32cd((crc), (word))
#define CRC_BYTE(crc, byte) __builtin_arm_crc32cb((crc), (byte))

#if defined(__linux__)
#include <sys/auxv.h>

bool ccrc32c_is_available(void) {
  // HWCAP_CRC32
  return (getauxval(AT_HWCAP) & (1 << 7)) != 0;
}
#elif defined(__APPLE__)
bool ccrc32c_is_available(void) { return true; }
#else
bool ccrc32c_is_available(void) { return false; }
#endif

#endif

#ifdef CRC_TARGET

static inline uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

static inline uint32_t shifted(uint32_t crc, const uint32_t *shift) {
  return shift[crc & 0xFF] ^ shift[256 + ((crc >> 8) & 0xFF)] ^ shift[512 + ((crc >> 16) & 0xFF)] ^
         shift[768 + (crc >> 24)];
}

// The instruction takes three cycles and one can begin in each: three streams that do not depend on one another keep it
// busy. The first stream continues the checksum, the others begin with nothing, and shifting joins them.
CRC_TARGET uint32_t ccrc32c_update(uint32_t checksum, const uint8_t *bytes, size_t count, const uint32_t *shift) {
  uint32_t crc = ~checksum;
  while (count >= 3 * CCRC32C_STREAM) {
    uint32_t second = 0;
    uint32_t third = 0;
    for (size_t index = 0; index < CCRC32C_STREAM; index += 8) {
      crc = CRC_WORD(crc, word_at(bytes + index));
      second = CRC_WORD(second, word_at(bytes + CCRC32C_STREAM + index));
      third = CRC_WORD(third, word_at(bytes + 2 * CCRC32C_STREAM + index));
    }
    crc = shifted(shifted(crc, shift) ^ second, shift) ^ third;
    bytes += 3 * CCRC32C_STREAM;
    count -= 3 * CCRC32C_STREAM;
  }
  while (count >= 8) {
    crc = CRC_WORD(crc, word_at(bytes));
    bytes += 8;
    count -= 8;
  }
  while (count > 0) {
    crc = CRC_BYTE(crc, *bytes);
    bytes += 1;
    count -= 1;
  }
  return ~crc;
}

#else

bool ccrc32c_is_available(void) { return false; }

uint32_t ccrc32c_update(uint32_t checksum, const uint8_t *bytes, size_t count, const uint32_t *shift) {
  (void)bytes;
  (void)count;
  (void)shift;
  return checksum;
}

#endif
