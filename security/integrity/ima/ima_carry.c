// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An image's copy of the measurement list: the history, this kernel's records
 * and the header, on their way into a late segment.
 *
 * What has been written counts only when it is complete, so that a write can
 * fail at any time and be tried again.
 */

#include <linux/ima_kexec.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "ima_carry.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_staging.h"
#include "ima_unseen.h"

/* What there is of the live list behind an entry */
static struct ima_carry_rest rest_after(const struct ima_queue_entry *entry)
{
	struct ima_carry_rest rest = { };

	while ((entry = ima_entry_next(entry))) {
		rest.size += ima_entry_size(entry->entry);
		rest.count++;
	}
	return rest;
}

/**
 * ima_carry_refresh - forget what was written if it is not of this list any more
 * @carry: the carry
 *
 * Records that were deleted since are still in the copy, and @carry->last may be
 * one of them. It has to be written anew.
 *
 * Context: list locked.
 */
void ima_carry_refresh(struct ima_carry *carry)
{
	if (carry->generation == ima_list_generation())
		return;
	carry->generation = ima_list_generation();
	carry->written = 0;
	carry->count = 0;
	carry->checksum = 0;
	carry->last = NULL;
}

/**
 * ima_carry_history_place - where the header lies if the history stays where it is
 *
 * Context: list locked.
 * Return: a physical address, or 0 if it cannot: there is no history, or only a
 * copy that is mapped page by page.
 */
unsigned long ima_carry_history_place(void)
{
	if (!ima_history.size || is_vmalloc_addr(ima_history.bytes))
		return 0;
	return virt_to_boot_phys((void *)ima_history.bytes) -
	       IMA_HANDOVER_SIZE;
}

/**
 * ima_carry_stays - does the history stay where it is?
 * @carry: the carry
 *
 * Context: list locked.
 * Return: true if the segment is placed so that it does.
 */
bool ima_carry_stays(const struct ima_carry *carry)
{
	unsigned long place = ima_carry_history_place();

	return place && place == carry->segment.start + carry->offset;
}

/**
 * ima_carry_kept - bytes of what has been written that stay where they are
 * @carry: the carry
 *
 * Context: any.
 * Return: bytes.
 */
unsigned long ima_carry_kept(const struct ima_carry *carry)
{
	return carry->written ?
	       carry->segment.kept_end - carry->segment.kept_start : 0;
}

/**
 * ima_carry_prepare - get ready to write on
 * @carry: the carry
 *
 * What does not stay any more is copied.
 *
 * Context: list locked.
 */
void ima_carry_prepare(struct ima_carry *carry)
{
	ima_carry_refresh(carry);
	if (!carry->written && !ima_carry_stays(carry))
		kexec_late_segment_unkeep(&carry->segment);
}

/**
 * ima_carry_list_size - what the whole list takes
 *
 * Context: list locked.
 * Return: bytes, header included.
 */
u64 ima_carry_list_size(void)
{
	return IMA_HANDOVER_SIZE + ima_history.size + rest_after(NULL).size;
}

/**
 * ima_carry_pending - what is still to be written
 * @carry: the carry
 *
 * Context: list locked.
 * Return: bytes and records.
 */
struct ima_carry_rest ima_carry_pending(const struct ima_carry *carry)
{
	struct ima_carry_rest rest = rest_after(carry->last);

	if (!carry->written) {
		rest.size += IMA_HANDOVER_SIZE + ima_history.size;
		rest.count += ima_history.count;
	}
	return rest;
}

/**
 * ima_carry_deleted - records deleted since the last reset
 *
 * Context: list locked.
 * Return: their number.
 */
u64 ima_carry_deleted(void)
{
	return ima_history.deleted + ima_staging_deleted();
}

/* How far the header and the history reach into the segment */
static u64 history_end(const struct ima_carry *carry)
{
	return carry->offset + IMA_HANDOVER_SIZE + ima_history.size;
}

/* Write into the segment, at an offset from the header */
static int write_at(struct ima_carry *carry, u64 pos, const void *bytes,
		    size_t size)
{
	return kexec_late_segment_write(&carry->segment, carry->offset + pos,
					bytes, size);
}

/**
 * struct carry_write - records on their way into the segment
 * @carry: the carry
 * @pos: where the next bytes go, in bytes from the header
 * @checksum: checksum up to there
 * @count: records since the last commit
 * @last: the entry of the last of them
 *
 * They are gathered in the carry first: a record is made in a dozen small pieces.
 */
struct carry_write {
	struct ima_carry *carry;
	u64 pos;
	u32 checksum;
	u64 count;
	const struct ima_queue_entry *last;
};

static int flush(struct carry_write *write)
{
	struct ima_carry *carry = write->carry;
	int ret;

	ret = write_at(carry, write->pos, carry->gathered, carry->fill);
	if (ret)
		return ret;
	write->pos += carry->fill;
	write->checksum = ima_history_checksum(write->checksum, carry->gathered,
					       carry->fill);
	carry->fill = 0;
	return 0;
}

/* An ima_entry_sink */
static int write_piece(void *context, const void *bytes, size_t size)
{
	struct carry_write *write = context;
	struct ima_carry *carry = write->carry;

	while (size) {
		size_t chunk = min(size, sizeof(carry->gathered) - carry->fill);
		int ret;

		memcpy(carry->gathered + carry->fill, bytes, chunk);
		carry->fill += chunk;
		bytes += chunk;
		size -= chunk;
		if (carry->fill < sizeof(carry->gathered))
			break;
		ret = flush(write);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * The number of deleted records goes behind the last one. Records that are
 * written have memory for it, or they could not be handed over.
 */
static int take_deleted(struct ima_carry *carry, u64 pos)
{
	static const u8 wire[IMA_HANDOVER_DELETED_SIZE];

	if (!ima_carry_deleted())
		return 0;
	return write_at(carry, pos, wire, sizeof(wire));
}

/*
 * Between two records. What has been written counts only from here on, so a
 * write that fails can be tried again.
 */
static int commit(struct carry_write *write)
{
	struct ima_carry *carry = write->carry;
	int ret = flush(write);

	if (ret || !write->count)
		return ret;
	ret = take_deleted(carry, write->pos);
	if (ret)
		return ret;
	carry->written = write->pos;
	carry->checksum = write->checksum;
	carry->count += write->count;
	carry->last = write->last;
	write->count = 0;
	return 0;
}

/*
 * What can stay are the whole pages of the history. What precedes them is copied
 * together with the header, what follows together with this kernel's records.
 */
static int write_history(struct ima_carry *carry)
{
	static const u8 header[IMA_HANDOVER_SIZE];
	const u64 start = carry->offset + sizeof(header);
	const u64 end = history_end(carry);
	u64 from = PAGE_ALIGN(start), to = ALIGN_DOWN(end, PAGE_SIZE);
	int ret;

	if (!ima_carry_stays(carry) || from >= to) {
		from = start;
		to = start;
	}

	/* The header is written last; its place is taken first. */
	ret = write_at(carry, 0, header, sizeof(header));
	if (!ret)
		ret = kexec_late_segment_write(&carry->segment, start,
					       ima_history.bytes, from - start);
	if (!ret && from != to)
		ret = kexec_late_segment_keep(&carry->segment, from, to - from);
	if (!ret)
		ret = kexec_late_segment_write(&carry->segment, to,
					       ima_history.bytes + (to - start),
					       end - to);
	if (!ret)
		ret = take_deleted(carry, end - carry->offset);
	if (ret)
		return ret;
	carry->written = end - carry->offset;
	carry->count = ima_history.count;
	/* Not computed again, or damage since would pass unnoticed. */
	carry->checksum = ima_history.checksum;
	return 0;
}

/* Append the records of this kernel up to @limit bytes in all */
static int append_live(struct carry_write *write, u64 limit)
{
	struct ima_carry *carry = write->carry;
	const struct ima_queue_entry *entry = carry->last;
	int ret;

	while ((entry = ima_entry_next(entry))) {
		if (write->pos + carry->fill + ima_entry_size(entry->entry) >
		    limit)
			return -ENOSPC;
		ret = ima_entry_emit(entry->entry, ima_sha1_idx, write_piece,
				     write);
		if (ret) {
			/* A part of a record is none. */
			carry->fill = 0;
			write->count = 0;
			return ret;
		}
		write->last = entry;
		write->count++;
		if (carry->fill < sizeof(carry->gathered) / 2)
			continue;
		ret = commit(write);
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/**
 * ima_carry_append - write what the carry lacks
 * @carry: the carry
 * @limit: bytes that the list may have in all, header included
 *
 * Context: process context, list locked. May sleep.
 * Return: 0, -ENOSPC if there is more than that, -ENOMEM, or -EINTR if the process
 * is being killed. What was written counts in any case.
 */
int ima_carry_append(struct ima_carry *carry, u64 limit)
{
	struct carry_write write = { .carry = carry };
	int ret, error;

	if (!carry->written) {
		if (IMA_HANDOVER_SIZE + ima_history.size > limit)
			return -ENOSPC;
		ret = write_history(carry);
		if (ret)
			return ret;
	}
	write.pos = carry->written;
	write.checksum = carry->checksum;
	carry->fill = 0;
	ret = append_live(&write, limit);
	error = commit(&write);
	return ret ?: error;
}

/* How many were deleted, behind the records; there is room for that. */
static int write_deleted(struct ima_carry *carry, u32 *checksum)
{
	u8 wire[IMA_HANDOVER_DELETED_SIZE];

	ima_handover_encode_deleted(wire, ima_carry_deleted(), ima_canonical_fmt);
	*checksum = ima_history_checksum(*checksum, wire, sizeof(wire));
	return write_at(carry, carry->written, wire, sizeof(wire));
}

/**
 * ima_carry_write_header - write the header, when the records are written
 * @carry: the carry
 * @complete: there are no records that were not written
 *
 * Context: process context, ima_extend_lock() held. May sleep.
 * Return: 0 or an error.
 */
int ima_carry_write_header(struct ima_carry *carry, bool complete)
{
	struct ima_handover header = {
		.version = IMA_HANDOVER_VERSION,
		.flags = ima_history.flags,
		/* Nothing is written if not even the history has room. */
		.buffer_size = carry->written ?: IMA_HANDOVER_SIZE,
		.count = carry->count,
	};
	u8 wire[IMA_HANDOVER_SIZE];
	u32 checksum = carry->checksum;
	int ret;

	/* Not behind a list of which not even the history has room. */
	if (carry->written && ima_carry_deleted()) {
		header.flags |= IMA_HANDOVER_TRIMMED;
		ret = write_deleted(carry, &checksum);
		if (ret)
			return ret;
	}
	if (!complete)
		header.flags |= IMA_HANDOVER_INCOMPLETE;
	if (ima_unseen_get().count)
		header.flags |= IMA_HANDOVER_UNSEEN;
	ima_handover_encode(wire, &header, ima_canonical_fmt);
	header.checksum = ima_history_checksum(checksum, wire, sizeof(wire));
	ima_handover_encode(wire, &header, ima_canonical_fmt);
	return write_at(carry, 0, wire, sizeof(wire));
}
