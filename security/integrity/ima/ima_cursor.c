// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A place in the measurement list: the history, then the live list, without a
 * seam.
 *
 * Neither part ever changes, the live list only grows at its end, and what
 * staging takes away in front it takes between two reads and not during one.
 * So an open file keeps a cursor from one read to the next, instead of
 * counting its way from the start of the list for each, and reading the whole
 * list takes time in proportion to its length whatever the size of the pieces.
 *
 * All functions here want the list locked (ima_list_lock()), and that nobody
 * else uses the cursor.
 */

#include <linux/errno.h>
#include <linux/list.h>

#include "ima_bank.h"
#include "ima_cursor.h"
#include "ima_entry.h"
#include "ima_history.h"

/**
 * ima_cursor_rewind - go to the start of the list
 * @cursor: the cursor
 *
 * In front of the first record, so that the next step is onto it.
 *
 * Context: list locked.
 */
void ima_cursor_rewind(struct ima_cursor *cursor)
{
	cursor->index = 0;
	cursor->start = 0;
	cursor->size = 0;
	cursor->live = cursor->part.after;
}

/**
 * ima_cursor_rewind_to_live - go in front of the first record of the live list
 * @cursor: the cursor
 *
 * Context: list locked.
 */
void ima_cursor_rewind_to_live(struct ima_cursor *cursor)
{
	ima_cursor_rewind(cursor);
	if (cursor->part.history) {
		cursor->index = ima_history.count;
		cursor->start = ima_history.size;
	}
}

/**
 * ima_cursor_init - begin with a file
 * @cursor: the cursor, which has to be rewound before it is used
 * @inode: the file's
 * @staged: whether this is a file of the staged records
 *
 * Context: list locked.
 */
void ima_cursor_init(struct ima_cursor *cursor, const struct inode *inode,
		     bool staged)
{
	cursor->staged = staged;
	cursor->bank = (unsigned long)inode->i_private;
	cursor->extra = ima_bank_digest_size(cursor->bank) -
			IMA_RECORD_DIGEST_SIZE;
	cursor->generation = ima_list_generation();
	cursor->part = ima_list_part(staged);
}

/**
 * ima_cursor_is_stale - ask whether the cursor's place is gone
 * @cursor: the cursor
 *
 * Context: list locked.
 * Return: true if the cursor has to be rewound.
 */
bool ima_cursor_is_stale(struct ima_cursor *cursor)
{
	if (cursor->generation == ima_list_generation())
		return false;
	cursor->generation = ima_list_generation();
	cursor->part = ima_list_part(cursor->staged);
	return true;
}

/**
 * ima_cursor_start - where the record begins in the file
 * @cursor: the cursor
 *
 * Context: list locked.
 * Return: offset in bytes.
 */
u64 ima_cursor_start(const struct ima_cursor *cursor)
{
	return cursor->start + cursor->index * cursor->extra;
}

/**
 * ima_cursor_end - where the record ends in the file
 * @cursor: the cursor
 *
 * Context: list locked.
 * Return: offset in bytes; that of the start in front of the first record.
 */
u64 ima_cursor_end(const struct ima_cursor *cursor)
{
	u64 start = ima_cursor_start(cursor);

	return cursor->size ? start + cursor->size + cursor->extra : start;
}

static void enter(struct ima_cursor *cursor, u64 size,
		  const struct ima_queue_entry *live)
{
	if (cursor->size)
		cursor->index++;
	cursor->start += cursor->size;
	cursor->size = size;
	cursor->live = live;
}

/**
 * ima_cursor_step - go to the next record
 * @cursor: the cursor
 *
 * Context: list locked.
 * Return: false, and unmoved, if there is none (yet).
 */
bool ima_cursor_step(struct ima_cursor *cursor)
{
	u64 end = cursor->start + cursor->size;
	const struct ima_queue_entry *live;

	if (cursor->part.history && end < ima_history.size) {
		struct ima_record record;
		u64 size;

		/* Each frame was checked when the history was opened. */
		if (WARN_ON_ONCE(ima_record_decode(&record, &size,
						   ima_history.bytes + end,
						   ima_history.size - end,
						   ima_canonical_fmt)))
			return false;
		enter(cursor, size, NULL);
		return true;
	}
	if (!cursor->part.live ||
	    (cursor->part.last && cursor->live == cursor->part.last))
		return false;
	live = ima_entry_next(cursor->live);
	if (!live)
		return false;
	enter(cursor, ima_entry_size(live->entry), live);
	return true;
}

/**
 * ima_cursor_step_back - go to the previous record of the live list
 * @cursor: a cursor on a record of the live list
 *
 * Entries are linked to their predecessor before they are published, so the way
 * back is as safe as the way forth.
 *
 * Context: list locked.
 * Return: false, and unmoved, if there is none.
 */
bool ima_cursor_step_back(struct ima_cursor *cursor)
{
	const struct list_head *node = cursor->live->later.prev;

	if (node == &ima_measurements ||
	    (cursor->part.after && node == &cursor->part.after->later))
		return false;
	cursor->live = list_entry(node, struct ima_queue_entry, later);
	cursor->size = ima_entry_size(cursor->live->entry);
	cursor->start -= cursor->size;
	cursor->index--;
	return true;
}

/**
 * ima_cursor_record - decode a record of the history
 * @record: set to the record
 * @cursor: a cursor on one
 *
 * Context: list locked, and for as long as @record is used.
 * Return: 0, or -EIO.
 */
int ima_cursor_record(struct ima_record *record,
		      const struct ima_cursor *cursor)
{
	u64 size;

	if (WARN_ON_ONCE(ima_record_decode(record, &size,
					   ima_history.bytes + cursor->start,
					   ima_history.size - cursor->start,
					   ima_canonical_fmt)))
		return -EIO;
	return 0;
}
