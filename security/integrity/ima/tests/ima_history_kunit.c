// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what a kernel makes of a hand-over buffer.
 * tools/testing/ima runs the same file in user space, under sanitizers and in
 * the other byte order.
 */

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../ima_history.h"
#include "../ima_record.h"
#include "ima_wire.h"

#define LIST_MAX	(IMA_WIRE_HEADER + 32768)

/**
 * struct list - a hand-over buffer made for a test
 * @wire: its bytes
 * @ends: where each record ends
 * @count: number of records
 * @violations: how many of them are violations
 * @canonical: its format
 */
struct list {
	struct ima_wire wire;
	size_t ends[IMA_WIRE_SAMPLES];
	u64 count;
	u64 violations;
	bool canonical;
};

static struct list *new_list(struct kunit *test, bool canonical)
{
	struct list *list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, list);
	list->wire.bytes = kunit_kzalloc(test, LIST_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, list->wire.bytes);
	list->wire.size = IMA_WIRE_HEADER;
	list->wire.big = ima_wire_is_big(canonical);
	list->canonical = canonical;
	return list;
}

static void add_sample(struct list *list, unsigned int sample)
{
	ima_wire_put_sample(&list->wire, sample);
	list->ends[list->count++] = list->wire.size;
	list->violations += ima_wire_samples[sample].violation;
}

/* The first @count samples */
static struct list *sample_list(struct kunit *test, unsigned int count,
				bool canonical)
{
	struct list *list = new_list(test, canonical);
	unsigned int i;

	for (i = 0; i < count; i++)
		add_sample(list, i);
	ima_wire_seal(&list->wire, count);
	return list;
}

/* A header that was not sealed: it has no checksum. */
static void put_header(struct list *list, u16 version, u64 buffer_size,
		       u64 count)
{
	struct ima_wire header = {
		.bytes = list->wire.bytes,
		.big = list->wire.big,
	};

	ima_wire_put_header(&header, version, 0, buffer_size, count);
}

/* Open a copy of the first @size bytes, which end where its block ends. */
static enum ima_history_damage open_exact(struct kunit *test,
					  const struct list *list, size_t size,
					  struct ima_history *history)
{
	u8 *copy = kunit_kmalloc(test, size, GFP_KERNEL);
	enum ima_history_damage damage;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, list->wire.bytes, size);
	damage = ima_history_open(history, copy, size, list->canonical);
	if (history->size)
		KUNIT_EXPECT_PTR_EQ(test, copy + IMA_WIRE_HEADER,
				    history->bytes);
	kunit_kfree(test, copy);
	return damage;
}

/* How many whole records lie in the first @size bytes, and where they end */
static u64 whole_records(const struct list *list, size_t size, size_t *end)
{
	u64 count = 0;

	*end = IMA_WIRE_HEADER;
	while (count < list->count && list->ends[count] <= size)
		*end = list->ends[count++];
	return count;
}

static void expect_records(struct kunit *test, const struct list *list,
			   const struct ima_history *history, u64 count)
{
	size_t end = count ? list->ends[count - 1] : IMA_WIRE_HEADER;

	KUNIT_EXPECT_EQ(test, count, history->count);
	KUNIT_EXPECT_EQ(test, end - IMA_WIRE_HEADER, history->size);
}

static void check_intact(struct kunit *test, unsigned int count, bool canonical)
{
	struct list *list = sample_list(test, count, canonical);
	struct ima_history history;

	KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
			open_exact(test, list, list->wire.size, &history));
	expect_records(test, list, &history, count);
	KUNIT_EXPECT_EQ(test, list->violations, history.violations);

	/* Stock kernels leave the checksum zero. */
	put_header(list, 1, list->wire.size, count);
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
			open_exact(test, list, list->wire.size, &history));
	expect_records(test, list, &history, count);
}

static void history_intact(struct kunit *test)
{
	unsigned int count;

	for (count = 0; count <= IMA_WIRE_SAMPLES; count++) {
		check_intact(test, count, false);
		check_intact(test, count, true);
	}
}

/* The records that this kernel makes nothing of are in the samples as well. */
static void history_each_sample_alone(struct kunit *test)
{
	struct ima_history history;
	unsigned int i;

	for (i = 0; i < IMA_WIRE_SAMPLES; i++) {
		struct list *list = new_list(test, true);

		add_sample(list, i);
		ima_wire_seal(&list->wire, 1);
		KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
				open_exact(test, list, list->wire.size,
					   &history));
		expect_records(test, list, &history, 1);
		KUNIT_EXPECT_EQ(test, ima_wire_samples[i].violation,
				history.violations);
	}
}

/* The list that the header variants are in front of */
#define THREE		3
#define THREE_SIZE	384

/* What the header says, and what becomes of the list */
struct header_case {
	const char *desc;
	u16 version;
	u64 buffer_size;
	u64 count;
	enum ima_history_damage damage;
	u64 kept;
};

static const struct header_case header_cases[] = {
	{ "as it is", 1, THREE_SIZE, THREE, IMA_HISTORY_INTACT, THREE },
	{ "version 0", 0, THREE_SIZE, THREE, IMA_HISTORY_VERSION },
	{ "version 2", 2, THREE_SIZE, THREE, IMA_HISTORY_VERSION },
	{ "version in the other byte order", 0x100, THREE_SIZE, THREE,
	  IMA_HISTORY_VERSION },
	{ "largest version", U16_MAX, THREE_SIZE, THREE, IMA_HISTORY_VERSION },
	{ "size 0", 1, 0, THREE, IMA_HISTORY_SIZE },
	{ "size 23", 1, 23, THREE, IMA_HISTORY_SIZE },
	{ "size 24", 1, 24, THREE, IMA_HISTORY_COUNT },
	{ "size 24, count 0", 1, 24, 0, IMA_HISTORY_INTACT },
	{ "size 25", 1, 25, THREE, IMA_HISTORY_TRUNCATED },
	{ "size 1 less", 1, THREE_SIZE - 1, THREE, IMA_HISTORY_TRUNCATED,
	  THREE - 1 },
	{ "size 1 more", 1, THREE_SIZE + 1, THREE, IMA_HISTORY_OVERSIZE,
	  THREE },
	{ "size 4 GiB more", 1, THREE_SIZE + (1ULL << 32), THREE,
	  IMA_HISTORY_OVERSIZE, THREE },
	{ "size 2^63", 1, 1ULL << 63, THREE, IMA_HISTORY_OVERSIZE, THREE },
	{ "largest size", 1, U64_MAX, THREE, IMA_HISTORY_OVERSIZE, THREE },
	{ "size and count 1 more", 1, THREE_SIZE + 1, THREE + 1,
	  IMA_HISTORY_COUNT, THREE },
	{ "count 0", 1, THREE_SIZE, 0, IMA_HISTORY_COUNT, THREE },
	{ "count 1 less", 1, THREE_SIZE, THREE - 1, IMA_HISTORY_COUNT, THREE },
	{ "count 1 more", 1, THREE_SIZE, THREE + 1, IMA_HISTORY_COUNT, THREE },
	{ "largest count", 1, THREE_SIZE, U64_MAX, IMA_HISTORY_COUNT, THREE },
};

static void describe_header(const struct header_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", c->desc);
}

KUNIT_ARRAY_PARAM(header, header_cases, describe_header);

static void check_header(struct kunit *test, bool canonical)
{
	const struct header_case *c = test->param_value;
	struct list *list = sample_list(test, THREE, canonical);
	struct ima_history history;

	KUNIT_ASSERT_EQ(test, THREE_SIZE, list->wire.size);
	put_header(list, c->version, c->buffer_size, c->count);
	KUNIT_EXPECT_EQ(test, c->damage,
			open_exact(test, list, THREE_SIZE, &history));
	expect_records(test, list, &history, c->kept);
}

static void history_header(struct kunit *test)
{
	check_header(test, false);
	check_header(test, true);
}

static void history_no_header(struct kunit *test)
{
	struct list *list = sample_list(test, 1, true);
	struct ima_history history;
	size_t size;

	for (size = 0; size < IMA_WIRE_HEADER; size++) {
		KUNIT_EXPECT_EQ_MSG(test, IMA_HISTORY_NO_HEADER,
				    open_exact(test, list, size, &history),
				    "%zu bytes", size);
		expect_records(test, list, &history, 0);
	}
}

/* What the flags say is kept, and a later version may have more of them. */
static void history_flags(struct kunit *test)
{
	struct list *list = sample_list(test, THREE, true);
	struct ima_history history;

	put_header(list, 1, list->wire.size, THREE);
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
			open_exact(test, list, list->wire.size, &history));
	KUNIT_EXPECT_EQ(test, 0, history.flags);
	/* All but the one for the number of deleted records, in both orders */
	list->wire.bytes[2] = 0xfb;
	list->wire.bytes[3] = 0xfb;
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
			open_exact(test, list, list->wire.size, &history));
	KUNIT_EXPECT_EQ(test, IMA_HANDOVER_FLAGS, history.flags);
}

/* The number of deleted records follows the others, if it is all there. */
static void history_trimmed(struct kunit *test)
{
	struct list *list = sample_list(test, THREE, true);
	struct ima_history history;

	put_header(list, 1, list->wire.size, THREE);
	list->wire.bytes[list->wire.big ? 3 : 2] = IMA_HANDOVER_TRIMMED;
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_OVERSIZE,
			open_exact(test, list, list->wire.size, &history));
	expect_records(test, list, &history, THREE);
	ima_wire_put_int(&list->wire, 0x123456789, 8);
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_OVERSIZE,
			open_exact(test, list, list->wire.size - 1, &history));
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
			open_exact(test, list, list->wire.size, &history));
	expect_records(test, list, &history, THREE);
	KUNIT_EXPECT_EQ(test, 0x123456789, history.deleted);
}

/* What is left has its own checksum, and damage to it does not become part of it. */
static void history_deleted(struct kunit *test)
{
	struct list *list = sample_list(test, IMA_WIRE_SAMPLES, false);
	struct ima_history history;
	u64 left = IMA_WIRE_SAMPLES;

	KUNIT_ASSERT_EQ(test, IMA_HISTORY_INTACT,
			ima_history_open(&history, list->wire.bytes,
					 list->wire.size, false));
	for (; left; left--) {
		KUNIT_EXPECT_EQ(test, left, history.count);
		KUNIT_EXPECT_EQ(test, history.checksum,
				ima_history_checksum(0, history.bytes,
						     history.size));
		ima_history_trim(&history, 1, false);
	}
	KUNIT_EXPECT_EQ(test, 0, history.count);
	KUNIT_EXPECT_EQ(test, 0, history.size);
	KUNIT_EXPECT_EQ(test, 0, history.checksum);
	KUNIT_EXPECT_EQ(test, 0, history.violations);

	ima_history_open(&history, list->wire.bytes, list->wire.size, false);
	list->wire.bytes[list->wire.size - 1] ^= 1;
	ima_history_trim(&history, IMA_WIRE_SAMPLES / 2, false);
	KUNIT_EXPECT_TRUE(test, history.checksum !=
				ima_history_checksum(0, history.bytes,
						     history.size));
	list->wire.bytes[list->wire.size - 1] ^= 1;
	KUNIT_EXPECT_EQ(test, history.checksum,
			ima_history_checksum(0, history.bytes, history.size));
}

/* Which pages of 4 KiB a trimmed buffer leaves: all that it has to itself. */
static const struct left {
	const char *what;
	unsigned long buffer;
	unsigned long buffer_size;
	unsigned long from;
	unsigned long bytes;
	unsigned long records;
	unsigned long start;
	unsigned long size;
} left[] = {
	{ "less than a page", 0x10000, 0x5000, 0x10028, 0x10fff, 1, 0x10000, 0 },
	{ "the page with the header", 0x10000, 0x5000, 0x10028, 0x11000, 1,
	  0x10000, 0x1000 },
	{ "not the page that it shares", 0x10010, 0x4ff0, 0x10038, 0x11800, 1,
	  0x11000, 0 },
	{ "but the one behind", 0x10010, 0x4ff0, 0x10038, 0x12000, 1,
	  0x11000, 0x1000 },
	{ "what is left in part stays", 0x10000, 0x5000, 0x11800, 0x13800, 1,
	  0x11000, 0x2000 },
	{ "the last page with the last record", 0x10000, 0x5000, 0x11800, 0x13800,
	  0, 0x11000, 0x3000 },
	{ "not if it shares that", 0x10000, 0x3900, 0x11800, 0x13800, 0,
	  0x11000, 0x2000 },
	{ "nor if that is all it has", 0x10010, 0xf00, 0x10038, 0x10f00, 0,
	  0x11000, 0 },
};

static void describe_left(const struct left *param, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", param->what);
}

KUNIT_ARRAY_PARAM(left, left, describe_left);

static void history_left(struct kunit *test)
{
	const struct left *param = test->param_value;
	struct ima_history history = {
		.bytes = (const u8 *)param->bytes,
		.size = param->records,
		.buffer = (const u8 *)param->buffer,
		.buffer_size = param->buffer_size,
	};
	unsigned long size;

	KUNIT_EXPECT_EQ(test, param->start,
			ima_history_left(&history, (const u8 *)param->from,
					 0x1000, &size));
	KUNIT_EXPECT_EQ(test, param->size, size);
}

static void expect_cut(struct kunit *test, const struct list *list, size_t cut,
		       const char *how)
{
	struct ima_history history;
	enum ima_history_damage damage;
	size_t end;
	u64 count = whole_records(list, cut, &end);

	damage = open_exact(test, list, cut, &history);
	expect_records(test, list, &history, count);
	KUNIT_EXPECT_EQ_MSG(test,
			    end == cut ? IMA_HISTORY_COUNT :
					 IMA_HISTORY_TRUNCATED,
			    damage, "%s at %zu", how, cut);
}

/* The list is cut at each byte, and the header does or does not know. */
static void check_cuts(struct kunit *test, bool canonical)
{
	struct list *list = sample_list(test, IMA_WIRE_SAMPLES, canonical);
	size_t cut;

	for (cut = IMA_WIRE_HEADER; cut < list->wire.size; cut++) {
		put_header(list, 1, list->wire.size, list->count);
		expect_cut(test, list, cut, "cut");
		put_header(list, 1, cut, list->count);
		expect_cut(test, list, cut, "shortened");
	}
}

static void history_cut(struct kunit *test)
{
	check_cuts(test, false);
	check_cuts(test, true);
}

/* Damage in a record costs this record and those behind it, no more. */
static void check_damaged_record(struct kunit *test, unsigned int victim,
				 unsigned int offset, u32 value,
				 enum ima_history_damage damage, bool canonical)
{
	struct list *list = sample_list(test, IMA_WIRE_SAMPLES, canonical);
	size_t start = victim ? list->ends[victim - 1] : IMA_WIRE_HEADER;
	struct ima_wire field = {
		.bytes = list->wire.bytes + start + offset,
		.big = list->wire.big,
	};
	struct ima_history history;

	ima_wire_put_int(&field, value, 4);
	KUNIT_EXPECT_EQ_MSG(test, damage,
			    open_exact(test, list, list->wire.size, &history),
			    "record %u, %#x at %u", victim, value, offset);
	expect_records(test, list, &history, victim);
}

static void check_damaged_records(struct kunit *test, bool canonical)
{
	static const u32 bad_names[] = { 0, 256, 0x10000, U32_MAX };
	static const u32 bad_sizes[] = { LIST_MAX, S32_MAX, U32_MAX };
	unsigned int victim, i;

	for (victim = 0; victim < IMA_WIRE_SAMPLES; victim++) {
		const char *name = ima_wire_samples[victim].name;
		unsigned int data_len = 28 + strlen(name);

		/* That of template "ima" is behind the digest. */
		if (!strcmp(name, "ima"))
			data_len += IMA_WIRE_DIGEST;
		for (i = 0; i < ARRAY_SIZE(bad_names); i++)
			check_damaged_record(test, victim, 24, bad_names[i],
					     IMA_HISTORY_NAME, canonical);
		for (i = 0; i < ARRAY_SIZE(bad_sizes); i++)
			check_damaged_record(test, victim, data_len,
					     bad_sizes[i],
					     IMA_HISTORY_TRUNCATED, canonical);
	}
}

static void history_damaged_record(struct kunit *test)
{
	check_damaged_records(test, false);
	check_damaged_records(test, true);
}

/* Nothing that a single bit does to a sealed list goes unnoticed. */
static void check_flipped_bits(struct kunit *test, bool canonical)
{
	struct list *list = sample_list(test, 6, canonical);
	size_t i, end;
	int bit;

	for (i = 0; i < list->wire.size; i++) {
		u64 before = whole_records(list, i, &end);

		for (bit = 0; bit < 8; bit++) {
			struct ima_history history;

			list->wire.bytes[i] ^= 1 << bit;
			KUNIT_EXPECT_NE_MSG(test, IMA_HISTORY_INTACT,
					    open_exact(test, list,
						       list->wire.size,
						       &history),
					    "byte %zu, bit %d", i, bit);
			KUNIT_EXPECT_GE_MSG(test, history.count, before,
					    "byte %zu, bit %d", i, bit);
			list->wire.bytes[i] ^= 1 << bit;
		}
	}
}

static void history_flipped_bits(struct kunit *test)
{
	check_flipped_bits(test, false);
	check_flipped_bits(test, true);
}

/* The rest of the room that was reserved is nothing to the list. */
static void history_slack(struct kunit *test)
{
	static const u8 fills[] = { 0, 0xff, 'i' };
	struct list *list = sample_list(test, THREE, true);
	struct ima_history history;
	int i;

	for (i = 0; i < ARRAY_SIZE(fills); i++) {
		memset(list->wire.bytes + list->wire.size, fills[i], 5000);
		KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
				open_exact(test, list, list->wire.size + 5000,
					   &history));
		expect_records(test, list, &history, THREE);
	}
}

/* A page of zeros is no list, and no run of records. */
static void history_zeros(struct kunit *test)
{
	struct list *list = new_list(test, true);
	struct ima_history history;

	KUNIT_EXPECT_EQ(test, IMA_HISTORY_VERSION,
			open_exact(test, list, 4096, &history));
	put_header(list, 1, 4096, 2);
	KUNIT_EXPECT_EQ(test, IMA_HISTORY_NAME,
			open_exact(test, list, 4096, &history));
	expect_records(test, list, &history, 0);
}

static void history_checksum(struct kunit *test)
{
	static const char check[] = "123456789";
	u32 sum;

	/* The check value that the catalogues of CRCs give for CRC-32 */
	KUNIT_EXPECT_EQ(test, 0xcbf43926, ima_history_checksum(0, check, 9));
	sum = ima_history_checksum(0, check, 4);
	KUNIT_EXPECT_EQ(test, 0xcbf43926,
			ima_history_checksum(sum, check + 4, 5));
	KUNIT_EXPECT_EQ(test, 0, ima_history_checksum(0, check, 0));
}

/* Lists of random samples in random order */
static void history_generated(struct kunit *test)
{
	u32 random = 1;
	int round;

	for (round = 0; round < 1000; round++) {
		struct list *list = new_list(test, ima_wire_random(&random) % 2);
		unsigned int count = ima_wire_random(&random) % 8;
		struct ima_history history;

		while (list->count < count)
			add_sample(list, ima_wire_random(&random) %
					 IMA_WIRE_SAMPLES);
		ima_wire_seal(&list->wire, count);
		KUNIT_EXPECT_EQ(test, IMA_HISTORY_INTACT,
				open_exact(test, list, list->wire.size,
					   &history));
		expect_records(test, list, &history, count);
		KUNIT_EXPECT_EQ(test, list->violations, history.violations);
		kunit_kfree(test, list->wire.bytes);
		kunit_kfree(test, list);
	}
}

static void history_damage_text(struct kunit *test)
{
	int i, j;

	for (i = IMA_HISTORY_INTACT; i <= IMA_HISTORY_CHECKSUM + 1; i++)
		for (j = IMA_HISTORY_INTACT; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, ima_history_damage_text(i),
					    ima_history_damage_text(j));
}

static struct kunit_case history_cases[] = {
	KUNIT_CASE(history_intact),
	KUNIT_CASE(history_each_sample_alone),
	KUNIT_CASE_PARAM(history_header, header_gen_params),
	KUNIT_CASE(history_no_header),
	KUNIT_CASE(history_flags),
	KUNIT_CASE(history_trimmed),
	KUNIT_CASE(history_deleted),
	KUNIT_CASE_PARAM(history_left, left_gen_params),
	KUNIT_CASE(history_cut),
	KUNIT_CASE(history_damaged_record),
	KUNIT_CASE(history_flipped_bits),
	KUNIT_CASE(history_slack),
	KUNIT_CASE(history_zeros),
	KUNIT_CASE(history_checksum),
	KUNIT_CASE(history_generated),
	KUNIT_CASE(history_damage_text),
	{ }
};

static struct kunit_suite history_suite = {
	.name = "ima_history",
	.test_cases = history_cases,
};

kunit_test_suite(history_suite);
