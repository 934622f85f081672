#include "CHeapUsage.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

size_t heap_bytes_in_use(void) {
  struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}
#else
size_t heap_bytes_in_use(void) { return 0; }
#endif
