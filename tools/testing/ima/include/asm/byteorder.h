/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PRETEND_SWAPPED makes the canonical byte order another than the host's, as
 * it is on a big-endian host, so that both orders are exercised on any host.
 */
#ifndef _ASM_BYTEORDER_H
#define _ASM_BYTEORDER_H

#include <linux/types.h>

#if defined(PRETEND_SWAPPED) || __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define cpu_to_le16(x)	__builtin_bswap16(x)
#define cpu_to_le32(x)	__builtin_bswap32(x)
#define cpu_to_le64(x)	__builtin_bswap64(x)
#else
#define cpu_to_le16(x)	((u16)(x))
#define cpu_to_le32(x)	((u32)(x))
#define cpu_to_le64(x)	((u64)(x))
#endif

#define le16_to_cpu(x)	cpu_to_le16(x)
#define le32_to_cpu(x)	cpu_to_le32(x)
#define le64_to_cpu(x)	cpu_to_le64(x)

#endif /* _ASM_BYTEORDER_H */
