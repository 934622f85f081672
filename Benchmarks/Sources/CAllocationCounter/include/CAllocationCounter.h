#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// How many blocks of memory the process has asked for, on all threads; 0 for ever where they cannot be counted.
///
/// Linking this module replaces the allocation functions of the C library, for Swift's runtime too, by ones that count
/// and then do the same. It needs glibc.
uint64_t allocation_count(void);

/// Whether allocations are counted here.
int allocations_are_counted(void);

#endif
