// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening a hand-over buffer: one pass over bytes that come from another
 * kernel, at an address from a boot loader. Pure like ima_record.c, and built
 * in user space with it.
 *
 * Nothing is copied and nothing is allocated: a list of a million records
 * costs one walk over its frames. Whatever the damage, the valid records
 * before it are kept. A verifier can do more with most of a list than with
 * none of it, and only a verifier can tell whether the list is the right one.
 */

#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "ima_history.h"
#include "ima_record.h"

/* What is looked at without a chance to reschedule: records, and bytes */
#define RECORDS_AT_ONCE	65536
#define BYTES_AT_ONCE	1048576

/*
 * The inherited records. Set once at init, before anything can read them. Only
 * staging takes any away, under its lock.
 */
struct ima_history ima_history;

/**
 * ima_history_checksum - add bytes to the checksum of a hand-over buffer
 * @checksum: checksum of the bytes so far, 0 to begin with
 * @bytes: the bytes to add
 * @size: how many there are
 *
 * This is the CRC-32 of zlib and Ethernet. It notices damage on the way, a
 * kernel that was placed on top of the list for example. It is no defence
 * against forgery: that is the verifier's work, who has a TPM quote.
 *
 * Context: any.
 * Return: the new checksum.
 */
u32 ima_history_checksum(u32 checksum, const void *bytes, size_t size)
{
	return ~crc32_le(~checksum, bytes, size);
}

/* The checksum of any number of bytes */
static u32 checksum_all(const u8 *bytes, size_t size)
{
	u32 checksum = 0;

	while (size) {
		size_t chunk = size < BYTES_AT_ONCE ? size : BYTES_AT_ONCE;

		checksum = ima_history_checksum(checksum, bytes, chunk);
		bytes += chunk;
		size -= chunk;
		cond_resched();
	}
	return checksum;
}

static enum ima_history_damage scan(struct ima_history *history,
				    const u8 *bytes, size_t size,
				    u64 most, bool canonical)
{
	struct ima_record record;
	u64 record_size;
	int ret;

	while (history->size < size && history->count < most) {
		ret = ima_record_decode(&record, &record_size,
					bytes + history->size,
					size - history->size, canonical);
		if (ret)
			return ret == -ENODATA ? IMA_HISTORY_TRUNCATED :
						 IMA_HISTORY_NAME;
		history->size += record_size;
		history->count++;
		if (ima_record_is_violation(&record))
			history->violations++;
		if (history->count % RECORDS_AT_ONCE == 0)
			cond_resched();
	}
	return IMA_HISTORY_INTACT;
}

/* The number of deleted records follows the others, if there is one. */
static bool checksum_differs(const struct ima_history *history,
			     const struct ima_handover *header, bool canonical)
{
	u32 checksum = history->checksum;
	struct ima_handover blank = *header;
	u8 wire[IMA_HANDOVER_SIZE];

	if (!header->checksum)
		return false;
	blank.checksum = 0;
	ima_handover_encode(wire, &blank, canonical);
	if (header->flags & IMA_HANDOVER_TRIMMED)
		checksum = ima_history_checksum(checksum,
						history->bytes + history->size,
						IMA_HANDOVER_DELETED_SIZE);
	checksum = ima_history_checksum(checksum, wire, sizeof(wire));
	return checksum != header->checksum;
}

/**
 * ima_history_open - check a hand-over buffer
 * @history: set to the valid records at the start of the buffer, in any case
 * @buffer: the buffer, of which no byte is trusted
 * @size: bytes in @buffer, of which the header may claim a part
 * @canonical: whether the list is in the canonical format
 *
 * The bytes are not copied: @history points into @buffer.
 *
 * Context: may sleep; takes time in proportion to the records in the buffer.
 * Return: the first damage found, IMA_HISTORY_INTACT if there is none.
 */
enum ima_history_damage ima_history_open(struct ima_history *history,
					 const u8 *buffer, size_t size,
					 bool canonical)
{
	struct ima_handover header;
	enum ima_history_damage damage;
	size_t room = size;
	bool oversize;

	*history = (struct ima_history) {
		.buffer = buffer,
		.buffer_size = size,
	};
	if (size < IMA_HANDOVER_SIZE)
		return IMA_HISTORY_NO_HEADER;
	ima_handover_decode(&header, buffer, canonical);
	if (header.version != IMA_HANDOVER_VERSION)
		return IMA_HISTORY_VERSION;
	if (header.buffer_size < IMA_HANDOVER_SIZE)
		return IMA_HISTORY_SIZE;
	history->flags = header.flags & IMA_HANDOVER_FLAGS;

	oversize = header.buffer_size > size;
	if (!oversize)
		size = header.buffer_size;
	history->bytes = buffer + IMA_HANDOVER_SIZE;
	/*
	 * The size says where the list ends. If it cannot be true the count has
	 * to, or what lay in the range before would pass for records.
	 */
	damage = scan(history, history->bytes, size - IMA_HANDOVER_SIZE,
		      oversize ? header.count : U64_MAX, canonical);
	history->checksum = checksum_all(history->bytes, history->size);
	if (oversize && history->count == header.count)
		return IMA_HISTORY_OVERSIZE;
	if (damage)
		return damage;
	if (history->count != header.count)
		return IMA_HISTORY_COUNT;
	if (header.flags & IMA_HANDOVER_TRIMMED) {
		if (ima_handover_end(&header) > room)
			return IMA_HISTORY_OVERSIZE;
		history->deleted =
			ima_handover_decode_deleted(history->bytes +
						    history->size, canonical);
	}
	if (checksum_differs(history, &header, canonical))
		return IMA_HISTORY_CHECKSUM;
	return IMA_HISTORY_INTACT;
}

/*
 * The checksum of what is left when bytes are taken away in front that have the
 * checksum @taken. CRC is linear: all that these bytes do to the checksum of the
 * whole is what @taken becomes while as many zeros pass as bytes are left. So
 * the bytes that stay are not looked at, and damage to them is not hidden.
 */
static u32 checksum_behind(u32 whole, u32 taken, size_t left)
{
	static const u8 zeros[512];

	while (left) {
		size_t chunk = left < sizeof(zeros) ? left : sizeof(zeros);

		taken = crc32_le(taken, zeros, chunk);
		left -= chunk;
		if (left % BYTES_AT_ONCE < sizeof(zeros))
			cond_resched();
	}
	return whole ^ taken;
}

/**
 * ima_history_trim - forget the first records
 * @history: records that were checked
 * @count: how many of them, at most as many as there are
 * @canonical: whether the list is in the canonical format
 *
 * Context: may sleep; takes time in proportion to the size of @history.
 */
void ima_history_trim(struct ima_history *history, u64 count, bool canonical)
{
	const u8 *bytes = history->bytes;
	struct ima_record record;
	u32 taken;
	u64 size;

	for (; count; count--) {
		/* Each frame was checked when the history was opened. */
		if (ima_record_decode(&record, &size, history->bytes,
				      history->size, canonical))
			break;
		if (ima_record_is_violation(&record))
			history->violations--;
		history->bytes += size;
		history->size -= size;
		history->count--;
	}
	taken = checksum_all(bytes, history->bytes - bytes);
	history->checksum = checksum_behind(history->checksum, taken,
					    history->size);
}

/**
 * ima_history_left - whole pages that ima_history_trim() has left
 * @history: the records that are still there
 * @from: where they began before
 * @page_size: bytes of a page, a power of two
 * @size: set to the bytes of these pages
 *
 * Pages that the buffer has to itself. Where it begins or ends in the middle of
 * one, the rest of that page may be in use: memblock gives memory out by bytes.
 * The page with the header goes with the first record, and the one in which the
 * last record ends with that.
 *
 * Context: any.
 * Return: address of the first page.
 */
unsigned long ima_history_left(const struct ima_history *history,
			       const u8 *from, unsigned long page_size,
			       unsigned long *size)
{
	const unsigned long buffer = (unsigned long)history->buffer;
	unsigned long start = (unsigned long)from;
	unsigned long end = (unsigned long)history->bytes;

	start = max(ALIGN_DOWN(start, page_size), ALIGN(buffer, page_size));
	if (!history->size)
		end = ALIGN(end, page_size);
	end = min(end, buffer + history->buffer_size);
	end = ALIGN_DOWN(end, page_size);
	*size = start < end ? end - start : 0;
	return start;
}

/**
 * ima_history_damage_text - say what is wrong with a hand-over buffer
 * @damage: what ima_history_open() found
 *
 * Context: any.
 * Return: words for a log line.
 */
const char *ima_history_damage_text(enum ima_history_damage damage)
{
	switch (damage) {
	case IMA_HISTORY_INTACT:
		return "intact";
	case IMA_HISTORY_NO_HEADER:
		return "too small for a header";
	case IMA_HISTORY_VERSION:
		return "unknown version";
	case IMA_HISTORY_SIZE:
		return "claims fewer bytes than its header has";
	case IMA_HISTORY_OVERSIZE:
		return "claims more bytes than it has";
	case IMA_HISTORY_TRUNCATED:
		return "next record is cut short";
	case IMA_HISTORY_NAME:
		return "next record has an empty or overlong template name";
	case IMA_HISTORY_COUNT:
		return "claims another number of records";
	case IMA_HISTORY_CHECKSUM:
		return "checksum differs";
	}
	return "damaged";
}
