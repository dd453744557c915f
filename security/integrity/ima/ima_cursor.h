/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place in the measurement list, which an open file keeps.
 */
#ifndef _IMA_CURSOR_H
#define _IMA_CURSOR_H

#include <linux/fs.h>
#include <linux/types.h>

#include "ima_record.h"
#include "ima_staging.h"

struct ima_queue_entry;

/**
 * struct ima_cursor - a record of the part of the list that a file shows
 * @staged: whether this is a file of the staged records
 * @bank: the bank whose template digests the file shows
 * @extra: bytes a record is longer in this file than with its SHA-1 digest
 * @generation: what the rest is of
 * @part: the part of the list
 * @index: number of the record, counted from 0
 * @start: offset of its first byte in the part, with SHA-1 digests
 * @size: its bytes there; 0 in front of the first record
 * @live: its queue entry, NULL in the history; @part.after if @size is 0
 */
struct ima_cursor {
	bool staged;
	int bank;
	u32 extra;
	u64 generation;
	struct ima_list_part part;
	u64 index;
	u64 start;
	u64 size;
	const struct ima_queue_entry *live;
};

void ima_cursor_init(struct ima_cursor *cursor, const struct inode *inode,
		     bool staged);
bool ima_cursor_is_stale(struct ima_cursor *cursor);
void ima_cursor_rewind(struct ima_cursor *cursor);
void ima_cursor_rewind_to_live(struct ima_cursor *cursor);
u64 ima_cursor_start(const struct ima_cursor *cursor);
u64 ima_cursor_end(const struct ima_cursor *cursor);
bool ima_cursor_step(struct ima_cursor *cursor);
bool ima_cursor_step_back(struct ima_cursor *cursor);
int ima_cursor_record(struct ima_record *record,
		      const struct ima_cursor *cursor);

#endif /* _IMA_CURSOR_H */
