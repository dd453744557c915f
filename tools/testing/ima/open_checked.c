// SPDX-License-Identifier: GPL-2.0-only
/*
 * ima_history_open() with everything checked that is known of its result,
 * whatever the buffer: the same is worked out a second time, with the code
 * that the tests write their lists with.
 */

#include <linux/errno.h>

#include "fuzz.h"
#include "ima_record.h"
#include "tests/ima_wire.h"

/* Encoding what was decoded gives the same bytes. */
static void require_same_bytes(const u8 *bytes, u64 size, bool canonical)
{
	struct ima_record record;
	u8 head[IMA_RECORD_HEAD_MAX];
	u64 record_size;
	size_t head_size;

	require(!ima_record_decode(&record, &record_size, bytes, size,
				   canonical));
	require(record_size == size);
	head_size = ima_record_encode_head(head, &record, canonical);
	require(head_size + record.data_len == size);
	require(!memcmp(head, bytes, head_size));
	require(record.data == bytes + head_size);
}

/* A record of the history. Returns its size. */
static u64 require_record(const struct ima_history *history, u64 pos,
			  bool canonical, u64 *violations)
{
	static const u8 zeros[IMA_WIRE_DIGEST];
	const u8 *bytes = history->bytes + pos;
	u64 size;

	require(ima_wire_frame(bytes, history->size - pos,
			       ima_wire_is_big(canonical),
			       &size) == IMA_WIRE_RECORD);
	require_same_bytes(bytes, size, canonical);
	*violations += !memcmp(bytes + 4, zeros, sizeof(zeros));
	return size;
}

/* What is behind the history is no record, and the decoder says why. */
static enum ima_wire_frame require_no_record(const u8 *bytes, u64 size,
					     bool canonical)
{
	struct ima_record record;
	enum ima_wire_frame frame;
	u64 record_size;
	int ret;

	frame = ima_wire_frame(bytes, size, ima_wire_is_big(canonical),
			       &record_size);
	require(frame != IMA_WIRE_RECORD);
	ret = ima_record_decode(&record, &record_size, bytes, size, canonical);
	require(ret == (frame == IMA_WIRE_CUT ? -ENODATA : -ENAMETOOLONG));
	return frame;
}

/* What the header's checksum, if it has one, makes of @size bytes */
static enum ima_history_damage checksum_damage(const u8 *buffer, u64 size,
					       bool big)
{
	u32 checksum = ima_wire_get_int(buffer + 4, 4, big);
	u8 header[IMA_WIRE_HEADER];
	u32 sum;

	if (!checksum)
		return IMA_HISTORY_INTACT;
	memcpy(header, buffer, sizeof(header));
	memset(header + 4, 0, 4);
	sum = ima_history_checksum(0, buffer + IMA_WIRE_HEADER,
				   size - IMA_WIRE_HEADER);
	sum = ima_history_checksum(sum, header, sizeof(header));
	return sum == checksum ? IMA_HISTORY_INTACT : IMA_HISTORY_CHECKSUM;
}

/* What is wrong with a buffer whose header is in order */
static enum ima_history_damage
expected_damage(const struct ima_history *history, const u8 *buffer,
		size_t size, bool canonical)
{
	bool big = ima_wire_is_big(canonical);
	u64 claim = ima_wire_get_int(buffer + 8, 8, big);
	u64 count = ima_wire_get_int(buffer + 16, 8, big);
	u64 used = IMA_WIRE_HEADER + history->size;
	u64 end = claim < size ? claim : size;
	enum ima_wire_frame frame;

	require(used <= end);
	if (claim > size) {
		require(history->count <= count);
		if (history->count == count)
			return IMA_HISTORY_OVERSIZE;
	}
	if (used < end) {
		frame = require_no_record(buffer + used, end - used, canonical);
		return frame == IMA_WIRE_CUT ? IMA_HISTORY_TRUNCATED :
					       IMA_HISTORY_NAME;
	}
	if (history->count != count)
		return IMA_HISTORY_COUNT;
	if (ima_wire_get_int(buffer + 2, 2, big) & 4) {
		/* The number of deleted records is behind the others. */
		if (size - used < 8)
			return IMA_HISTORY_OVERSIZE;
		require(history->deleted ==
			ima_wire_get_int(buffer + used, 8, big));
		used += 8;
	} else {
		require(!history->deleted);
	}
	return checksum_damage(buffer, used, big);
}

/* What is wrong with the header alone; IMA_HISTORY_INTACT if nothing is */
static enum ima_history_damage header_damage(const u8 *buffer, size_t size,
					     bool big)
{
	if (size < IMA_WIRE_HEADER)
		return IMA_HISTORY_NO_HEADER;
	if (ima_wire_get_int(buffer, 2, big) != 1)
		return IMA_HISTORY_VERSION;
	if (ima_wire_get_int(buffer + 8, 8, big) < IMA_WIRE_HEADER)
		return IMA_HISTORY_SIZE;
	return IMA_HISTORY_INTACT;
}

enum ima_history_damage open_checked(struct ima_history *history,
				     const u8 *buffer, size_t size,
				     bool canonical)
{
	bool big = ima_wire_is_big(canonical);
	u64 pos = 0, count = 0, violations = 0;
	enum ima_history_damage damage, expected;

	damage = ima_history_open(history, buffer, size, canonical);
	require(*ima_history_damage_text(damage));

	expected = header_damage(buffer, size, big);
	if (expected) {
		require(damage == expected);
		require(!history->bytes && !history->size);
		require(!history->count && !history->violations);
		return damage;
	}
	require(history->bytes == buffer + IMA_WIRE_HEADER);
	require(history->size <= size - IMA_WIRE_HEADER);
	for (; pos < history->size; count++)
		pos += require_record(history, pos, canonical, &violations);
	require(count == history->count);
	require(violations == history->violations);
	expected = expected_damage(history, buffer, size, canonical);
	require(damage == expected);
	return damage;
}
