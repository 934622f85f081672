#ifndef C_HEAP_USAGE_H
#define C_HEAP_USAGE_H

#include <stddef.h>

/// Bytes that the C library's heap has handed out and not got back; 0 where it does not tell.
size_t heap_bytes_in_use(void);

#endif
