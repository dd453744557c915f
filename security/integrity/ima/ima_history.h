/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records inherited from earlier kernels: one blob of bytes that was
 * checked once and never changes, but for records that are deleted in front.
 */
#ifndef _IMA_HISTORY_H
#define _IMA_HISTORY_H

#include <linux/types.h>

/**
 * struct ima_history - the inherited records
 * @bytes: the records one behind the other, each with a valid frame
 * @size: number of bytes
 * @checksum: their ima_history_checksum()
 * @count: number of records
 * @violations: how many of them are violations
 * @deleted: records that earlier kernels deleted in front of them
 * @flags: IMA_HANDOVER_INCOMPLETE and so on, as the kernel before had it
 * @buffer: the hand-over buffer that @bytes is part of
 * @buffer_size: bytes of it
 */
struct ima_history {
	const u8 *bytes;
	size_t size;
	u32 checksum;
	u64 count;
	u64 violations;
	u64 deleted;
	u16 flags;
	const u8 *buffer;
	size_t buffer_size;
};

/**
 * enum ima_history_damage - what is wrong with a hand-over buffer
 * @IMA_HISTORY_INTACT: nothing
 * @IMA_HISTORY_NO_HEADER: it is smaller than a header
 * @IMA_HISTORY_VERSION: its version is not one that this kernel knows
 * @IMA_HISTORY_SIZE: its header claims fewer bytes than the header has
 * @IMA_HISTORY_OVERSIZE: its header claims more bytes than the buffer has,
 *	but as many records as it counts are there
 * @IMA_HISTORY_TRUNCATED: a record is cut short
 * @IMA_HISTORY_NAME: a record's template name is empty or too long
 * @IMA_HISTORY_COUNT: it holds another number of records than it claims
 * @IMA_HISTORY_CHECKSUM: the checksum differs
 */
enum ima_history_damage {
	IMA_HISTORY_INTACT,
	IMA_HISTORY_NO_HEADER,
	IMA_HISTORY_VERSION,
	IMA_HISTORY_SIZE,
	IMA_HISTORY_OVERSIZE,
	IMA_HISTORY_TRUNCATED,
	IMA_HISTORY_NAME,
	IMA_HISTORY_COUNT,
	IMA_HISTORY_CHECKSUM,
};

extern struct ima_history ima_history;

enum ima_history_damage ima_history_open(struct ima_history *history,
					 const u8 *buffer, size_t size,
					 bool canonical);
void ima_history_trim(struct ima_history *history, u64 count, bool canonical);
unsigned long ima_history_left(const struct ima_history *history,
			       const u8 *from, unsigned long page_size,
			       unsigned long *size);
const char *ima_history_damage_text(enum ima_history_damage damage);
u32 ima_history_checksum(u32 checksum, const void *bytes, size_t size);

#endif /* _IMA_HISTORY_H */
