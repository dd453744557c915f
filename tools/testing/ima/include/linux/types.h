/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's types, for the files of the kernel that are built here */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;

typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef u32 __be32;

typedef u64 phys_addr_t;

#define __force

#endif /* _LINUX_TYPES_H */
