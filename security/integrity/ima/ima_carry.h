/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An image's copy of the measurement list.
 */
#ifndef _IMA_CARRY_H
#define _IMA_CARRY_H

#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/types.h>

struct ima_queue_entry;

/**
 * struct ima_carry - an image's copy of the list
 * @segment: where it goes
 * @offset: bytes from the start of the segment to the header
 * @room: bytes that the list may take, from the header on
 * @list: in carries
 * @planned: bytes the list took when the image was loaded, header included
 * @written: bytes written so far, header included
 * @count: records written so far
 * @checksum: checksum of the records written so far
 * @generation: of the list that they were written from
 * @last: the last entry written, NULL if none of the live list is
 * @announced: the architecture has asked where the list will be
 * @fill: bytes in @gathered
 * @gathered: records that are about to be written
 *
 * Belongs to the image, lives as long, and is protected by carry_lock of
 * ima_kexec.c. Writing takes the kexec lock as well, which is taken first.
 */
struct ima_carry {
	struct kexec_late_segment segment;
	unsigned long offset;
	u64 room;
	struct list_head list;
	u64 planned;
	u64 written;
	u64 count;
	u32 checksum;
	u64 generation;
	const struct ima_queue_entry *last;
	bool announced;
	size_t fill;
	u8 gathered[SZ_2K];
};

/**
 * struct ima_carry_rest - what is still to be written
 * @size: bytes
 * @count: records
 */
struct ima_carry_rest {
	u64 size;
	u64 count;
};

void ima_carry_refresh(struct ima_carry *carry);
unsigned long ima_carry_history_place(void);
bool ima_carry_stays(const struct ima_carry *carry);
unsigned long ima_carry_kept(const struct ima_carry *carry);
void ima_carry_prepare(struct ima_carry *carry);
u64 ima_carry_list_size(void);
struct ima_carry_rest ima_carry_pending(const struct ima_carry *carry);
int ima_carry_append(struct ima_carry *carry, u64 limit);
u64 ima_carry_deleted(void);
int ima_carry_write_header(struct ima_carry *carry, bool complete);

int ima_carry_place(struct ima_carry *carry, struct kimage *image,
		    const struct kexec_late_ops *ops);
int ima_carry_check_memory(const struct ima_carry *carry,
			   const struct kimage *image);
bool ima_carry_has_memory(const struct ima_carry *carry);

#endif /* _IMA_CARRY_H */
