// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CRC-32 of IEEE 802.3 without its inversions, four bits at a time.
 */

#include <linux/crc32.h>

static const u32 table[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
	0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

/* The fuzzer learns nothing from watching it, and loses its time to that. */
__attribute__((no_sanitize("coverage")))
u32 crc32_le(u32 crc, const unsigned char *bytes, size_t size)
{
	while (size--) {
		crc ^= *bytes++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}
