// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: lists that this kernel could have made. The input says which
 * records are in the list and then how it is damaged. As it was made it comes
 * back as it went in. Damaged it is noticed, and costs no record before the
 * damage.
 */

#include <linux/kernel.h>

#include "fuzz.h"
#include "ima_record.h"
#include "tests/ima_wire.h"

#define RECORDS_MAX	8
#define LIST_MAX	(IMA_HANDOVER_SIZE + RECORDS_MAX * 1024)

/**
 * struct input - what is left of the fuzzer's input
 * @bytes: the next byte
 * @size: how many there are
 */
struct input {
	const u8 *bytes;
	size_t size;
};

/**
 * struct list - a hand-over buffer
 * @bytes: the buffer
 * @size: bytes in use
 * @ends: where each record ends
 * @count: number of records
 * @violations: how many of them are violations
 * @canonical: its format
 */
struct list {
	u8 bytes[LIST_MAX];
	size_t size;
	size_t ends[RECORDS_MAX];
	u64 count;
	u64 violations;
	bool canonical;
};

/* Up to @size bytes; what the input lacks is zero. */
static void take(struct input *input, void *to, size_t size)
{
	size_t there = size < input->size ? size : input->size;

	memset(to, 0, size);
	if (there)
		memcpy(to, input->bytes, there);
	input->bytes += there;
	input->size -= there;
}

static u8 take_byte(struct input *input)
{
	u8 byte;

	take(input, &byte, sizeof(byte));
	return byte;
}

static u32 take_word(struct input *input)
{
	u32 word;

	take(input, &word, sizeof(word));
	return word;
}

/* A name that some kernel has, or any bytes */
static u32 take_name(struct input *input, char name[IMA_RECORD_NAME_MAX])
{
	u8 choice = take_byte(input) % (2 * IMA_WIRE_SAMPLES);
	const char *known;
	u32 name_len;

	if (choice < IMA_WIRE_SAMPLES) {
		known = ima_wire_samples[choice].name;
		name_len = strlen(known);
		memcpy(name, known, name_len);
	} else {
		name_len = 1 + take_byte(input) % IMA_RECORD_NAME_MAX;
		take(input, name, name_len);
	}
	return name_len;
}

/* The data of template "ima" is a digest, a length and a file name. */
static u32 take_data(struct input *input, bool legacy, bool canonical,
		     u8 data[512])
{
	u32 data_len = take_byte(input);
	u32 head = legacy ? IMA_RECORD_DIGEST_SIZE + IMA_RECORD_LEN_SIZE : 0;

	take(input, data, head + data_len);
	if (legacy)
		ima_record_encode_len(data + IMA_RECORD_DIGEST_SIZE, data_len,
				      canonical);
	return head + data_len;
}

static void add_record(struct list *list, struct input *input)
{
	u8 digest[IMA_RECORD_DIGEST_SIZE] = { }, data[512];
	char name[IMA_RECORD_NAME_MAX];
	struct ima_record record = { .digest = digest, .name = name };
	size_t start = list->size;
	bool legacy;

	record.pcr = take_word(input);
	/* Without a digest of its own it is a violation. */
	if (take_byte(input) % 4)
		take(input, digest, sizeof(digest));
	record.name_len = take_name(input, name);
	legacy = ima_record_is_legacy(name, record.name_len);
	record.data_len = take_data(input, legacy, list->canonical, data);

	list->size += ima_record_encode_head(list->bytes + start, &record,
					     list->canonical);
	memcpy(list->bytes + list->size, data, record.data_len);
	list->size += record.data_len;
	require(list->size - start == ima_record_size(record.name_len, legacy,
						      record.data_len));
	list->ends[list->count++] = list->size;
	list->violations += ima_record_is_violation(&record);
}

/* As ima_kexec.c does it: the checksum over the records, then the header */
static void seal(struct list *list)
{
	struct ima_handover header = {
		.version = IMA_HANDOVER_VERSION,
		.buffer_size = list->size,
		.count = list->count,
	};
	u32 checksum;

	checksum = ima_history_checksum(0, list->bytes + IMA_HANDOVER_SIZE,
					list->size - IMA_HANDOVER_SIZE);
	ima_handover_encode(list->bytes, &header, list->canonical);
	header.checksum = ima_history_checksum(checksum, list->bytes,
					       IMA_HANDOVER_SIZE);
	ima_handover_encode(list->bytes, &header, list->canonical);
}

static void make_list(struct list *list, struct input *input)
{
	u8 count = take_byte(input);

	list->size = IMA_HANDOVER_SIZE;
	list->count = 0;
	list->violations = 0;
	list->canonical = count & 0x80;
	count %= RECORDS_MAX + 1;
	while (list->count < count)
		add_record(list, input);
	seal(list);
}

/* Open a copy of @size bytes that end where its block ends. */
static enum ima_history_damage open_exact(struct ima_history *history,
					  const u8 *bytes, size_t size,
					  bool canonical)
{
	enum ima_history_damage damage;
	u8 *copy = malloc(size);

	require(copy);
	memcpy(copy, bytes, size);
	damage = open_checked(history, copy, size, canonical);
	if (history->size)
		require(!memcmp(history->bytes, bytes + IMA_HANDOVER_SIZE,
				history->size));
	free(copy);
	return damage;
}

static u64 records_before(const struct list *list, size_t pos)
{
	u64 count = 0;

	while (count < list->count && list->ends[count] <= pos)
		count++;
	return count;
}

/* An error of up to 4 bytes in a row: a CRC finds each of them. */
static void check_burst(struct list *list, struct input *input)
{
	size_t pos = take_word(input) % list->size;
	size_t end = pos + 1 + take_byte(input) % 4;
	enum ima_history_damage damage;
	struct ima_history history;
	bool changed = false;
	size_t i;

	if (end > list->size)
		end = list->size;
	for (i = pos; i < end; i++) {
		u8 flip = take_byte(input);

		list->bytes[i] ^= flip;
		changed |= flip;
	}
	damage = open_exact(&history, list->bytes, list->size, list->canonical);
	/* If the checksum itself is hit, it may say that there is none. */
	if (changed && (end <= 4 || pos >= 8))
		require(damage);
	if (pos >= IMA_HANDOVER_SIZE)
		require(history.count >= records_before(list, pos));
}

/* Bytes here and there, and more than a CRC can always find */
static void check_scattered(struct list *list, struct input *input)
{
	size_t first = list->size;
	struct ima_history history;

	while (input->size) {
		size_t pos = take_word(input) % list->size;

		list->bytes[pos] = take_byte(input);
		if (pos < first)
			first = pos;
	}
	open_exact(&history, list->bytes, list->size, list->canonical);
	if (first >= IMA_HANDOVER_SIZE)
		require(history.count >= records_before(list, first));
}

static void require_cut(const struct list *list, size_t size)
{
	u64 count = records_before(list, size);
	size_t end = count ? list->ends[count - 1] : IMA_HANDOVER_SIZE;
	enum ima_history_damage damage;
	struct ima_history history;

	damage = open_exact(&history, list->bytes, size, list->canonical);
	require(history.count == count);
	if (size < IMA_HANDOVER_SIZE)
		require(damage == IMA_HISTORY_NO_HEADER);
	else
		require(damage == (size == end ? IMA_HISTORY_COUNT :
						 IMA_HISTORY_TRUNCATED));
}

/* The list ends early, and then the header says so too. */
static void check_cut(struct list *list, struct input *input)
{
	struct ima_handover header;
	size_t size;

	if (!list->count)
		return;
	size = take_word(input) % list->size;
	require_cut(list, size);

	ima_handover_decode(&header, list->bytes, list->canonical);
	if (size >= IMA_HANDOVER_SIZE)
		header.buffer_size = size;
	ima_handover_encode(list->bytes, &header, list->canonical);
	require_cut(list, size);
}

static void require_intact(const struct list *list, size_t size)
{
	struct ima_history history;

	require(open_exact(&history, list->bytes, size, list->canonical) ==
		IMA_HISTORY_INTACT);
	require(history.size == list->size - IMA_HANDOVER_SIZE);
	require(history.count == list->count);
	require(history.violations == list->violations);
}

/* The list is in a larger reservation: whatever is behind it is not read. */
static void check_slack(struct list *list, struct input *input)
{
	size_t room = LIST_MAX - list->size;
	size_t slack = input->size < room ? input->size : room;

	take(input, list->bytes + list->size, slack);
	require_intact(list, list->size + slack);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size)
{
	static void (* const checks[])(struct list *list,
				       struct input *input) = {
		check_burst, check_scattered, check_cut, check_slack,
	};
	struct input input = { bytes, size };
	static struct list list;

	make_list(&list, &input);
	require_intact(&list, list.size);
	checks[take_byte(&input) % ARRAY_SIZE(checks)](&list, &input);
	return 0;
}
