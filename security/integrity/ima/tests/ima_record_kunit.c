// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the record codec. tools/testing/ima runs the same file in
 * user space, under sanitizers and in the other byte order.
 */

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../ima_record.h"
#include "ima_wire.h"

/* What a test passes for @size where there is room for everything */
#define AMPLE	SIZE_MAX

/* Bytes in a block of their own, so that reading beyond them is noticed */
static u8 *exact_copy(struct kunit *test, const void *bytes, size_t size)
{
	u8 *copy = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	return memcpy(copy, bytes, size);
}

static struct ima_wire new_wire(struct kunit *test, bool canonical)
{
	struct ima_wire wire = {
		.bytes = kunit_kzalloc(test, IMA_WIRE_SAMPLE_MAX, GFP_KERNEL),
		.big = ima_wire_is_big(canonical),
	};

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, wire.bytes);
	return wire;
}

/* Typed in by hand from the format's description, in both byte orders */

#define DIGEST	"\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe1\xe2\xe3"

static const u8 vector_digest[] = DIGEST;

static const u8 ng_little[] =
	"\x0a\0\0\0" DIGEST "\x06\0\0\0ima-ng\x03\x01\0\0";
static const u8 ng_big[] =
	"\0\0\0\x0a" DIGEST "\0\0\0\x06ima-ng\0\0\x01\x03";

static const u8 legacy_little[] =
	"\x78\x56\x34\x12" DIGEST "\x03\0\0\0ima" DIGEST "\x05\0\0\0/init";
static const u8 legacy_big[] =
	"\x12\x34\x56\x78" DIGEST "\0\0\0\x03ima" DIGEST "\0\0\0\x05/init";

static const u8 header_little[] =
	"\x02\x01\0\0\x06\x05\x04\x03"
	"\x0e\x0d\x0c\x0b\x0a\x09\x08\x07\x16\x15\x14\x13\x12\x11\x10\x0f";
static const u8 header_big[] =
	"\x01\x02\0\0\x03\x04\x05\x06"
	"\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16";

/* Without the NUL that C adds to a string */
#define NG_SIZE		(sizeof(ng_little) - 1)
#define LEGACY_SIZE	(sizeof(legacy_little) - 1)

static void check_ng_vector(struct kunit *test, bool canonical)
{
	const u8 *vector = ima_wire_is_big(canonical) ? ng_big : ng_little;
	const struct ima_record record = {
		.pcr = 10,
		.digest = vector_digest,
		.name = "ima-ng",
		.name_len = 6,
		.data_len = 0x103,
	};
	u8 head[IMA_RECORD_HEAD_MAX];
	struct ima_record decoded;
	u64 size;

	KUNIT_ASSERT_EQ(test, NG_SIZE,
			ima_record_encode_head(head, &record, canonical));
	KUNIT_EXPECT_EQ(test, 0, memcmp(head, vector, NG_SIZE));

	KUNIT_ASSERT_EQ(test, 0,
			ima_record_decode(&decoded, &size, vector,
					  NG_SIZE + 0x103, canonical));
	KUNIT_EXPECT_EQ(test, 10, decoded.pcr);
	KUNIT_EXPECT_PTR_EQ(test, vector + 4, decoded.digest);
	KUNIT_EXPECT_PTR_EQ(test, (const char *)vector + 28, decoded.name);
	KUNIT_EXPECT_EQ(test, 6, decoded.name_len);
	KUNIT_EXPECT_PTR_EQ(test, vector + NG_SIZE, decoded.data);
	KUNIT_EXPECT_EQ(test, 0x103, decoded.data_len);
	KUNIT_EXPECT_EQ(test, NG_SIZE + 0x103, size);
}

static void check_legacy_vector(struct kunit *test, bool canonical)
{
	const u8 *vector = ima_wire_is_big(canonical) ? legacy_big :
							legacy_little;
	const struct ima_record record = {
		.pcr = 0x12345678,
		.digest = vector_digest,
		.name = "ima",
		.name_len = 3,
	};
	u8 head[IMA_RECORD_HEAD_MAX];
	struct ima_record decoded;
	u64 size;

	/* The data begins behind the name. */
	KUNIT_ASSERT_EQ(test, 31,
			ima_record_encode_head(head, &record, canonical));
	KUNIT_EXPECT_EQ(test, 0, memcmp(head, vector, 31));

	KUNIT_ASSERT_EQ(test, 0,
			ima_record_decode(&decoded, &size, vector,
					  LEGACY_SIZE, canonical));
	KUNIT_EXPECT_EQ(test, 0x12345678, decoded.pcr);
	KUNIT_EXPECT_EQ(test, 3, decoded.name_len);
	KUNIT_EXPECT_PTR_EQ(test, vector + 31, decoded.data);
	KUNIT_EXPECT_EQ(test, 29, decoded.data_len);
	KUNIT_EXPECT_EQ(test, LEGACY_SIZE, size);
}

static void check_header_vector(struct kunit *test, bool canonical)
{
	const u8 *vector = ima_wire_is_big(canonical) ? header_big :
							header_little;
	const struct ima_handover header = {
		.version = 0x102,
		.checksum = 0x03040506,
		.buffer_size = 0x0708090a0b0c0d0e,
		.count = 0x0f10111213141516,
	};
	struct ima_handover decoded;
	u8 out[IMA_HANDOVER_SIZE];

	ima_handover_encode(out, &header, canonical);
	KUNIT_EXPECT_EQ(test, 0, memcmp(out, vector, sizeof(out)));
	ima_handover_decode(&decoded, vector, canonical);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&decoded, &header, sizeof(header)));
}

static void record_vectors(struct kunit *test)
{
	int canonical;

	for (canonical = 0; canonical < 2; canonical++) {
		check_ng_vector(test, canonical);
		check_legacy_vector(test, canonical);
		check_header_vector(test, canonical);
	}
}

static void record_size(struct kunit *test)
{
	/* pcr, digest, name_len, then the name, data_len and the data */
	KUNIT_EXPECT_EQ(test, 28 + 6 + 4 + 100, ima_record_size(6, false, 100));
	KUNIT_EXPECT_EQ(test, 28 + 3 + 100, ima_record_size(3, true, 100));
	KUNIT_EXPECT_EQ(test, 28 + 1 + 4, ima_record_size(1, false, 0));
	KUNIT_EXPECT_EQ(test, 28 + 255 + 4 + 0xffffffffULL,
			ima_record_size(255, false, U32_MAX));
}

static void record_legacy_name(struct kunit *test)
{
	static const char * const others[] = {
		"im", "imA", "imaa", "ima-ng", "ima|", "IMA", "ama", "d|n",
	};
	int i;

	KUNIT_EXPECT_TRUE(test, ima_record_is_legacy("ima", 3));
	KUNIT_EXPECT_TRUE(test, ima_record_is_legacy("ima-ng", 3));
	KUNIT_EXPECT_FALSE(test, ima_record_is_legacy("ima", 0));
	KUNIT_EXPECT_FALSE(test, ima_record_is_legacy("ima", 2));
	/* A NUL does not end a name. */
	KUNIT_EXPECT_FALSE(test, ima_record_is_legacy("ima", 4));
	for (i = 0; i < ARRAY_SIZE(others); i++)
		KUNIT_EXPECT_FALSE_MSG(test,
				       ima_record_is_legacy(others[i],
							    strlen(others[i])),
				       "%s", others[i]);
}

static void record_violation(struct kunit *test)
{
	u8 *digest = kunit_kzalloc(test, IMA_RECORD_DIGEST_SIZE, GFP_KERNEL);
	const struct ima_record record = { .digest = digest };
	int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, digest);
	KUNIT_EXPECT_TRUE(test, ima_record_is_violation(&record));
	for (i = 0; i < IMA_RECORD_DIGEST_SIZE; i++) {
		digest[i] = 0x80;
		KUNIT_EXPECT_FALSE_MSG(test, ima_record_is_violation(&record),
				       "byte %d", i);
		digest[i] = 0;
	}
}

/* Each sample, in each byte order, is a test of its own. */

static void describe_sample(const struct ima_wire_sample *sample, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%.40s, %u bytes%s", sample->name,
		 sample->data_len, sample->violation ? ", violation" : "");
}

KUNIT_ARRAY_PARAM(sample, ima_wire_samples, describe_sample);

static struct ima_wire sample_of(struct kunit *test, bool canonical)
{
	const struct ima_wire_sample *sample = test->param_value;
	struct ima_wire wire = new_wire(test, canonical);

	ima_wire_put_sample(&wire, sample - ima_wire_samples);
	wire.bytes = exact_copy(test, wire.bytes, wire.size);
	return wire;
}

static void check_decode(struct kunit *test, bool canonical)
{
	const struct ima_wire_sample *sample = test->param_value;
	struct ima_wire wire = sample_of(test, canonical);
	struct ima_record record;
	u64 size;

	KUNIT_ASSERT_EQ(test, 0,
			ima_record_decode(&record, &size, wire.bytes,
					  wire.size, canonical));
	KUNIT_EXPECT_EQ(test, wire.size, size);
	KUNIT_EXPECT_EQ(test, sample->pcr, record.pcr);
	KUNIT_EXPECT_PTR_EQ(test, wire.bytes + 4, record.digest);
	KUNIT_EXPECT_EQ(test, strlen(sample->name), record.name_len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(sample->name, record.name,
					record.name_len));
	KUNIT_EXPECT_EQ(test, sample->data_len, record.data_len);
	KUNIT_EXPECT_PTR_EQ(test, wire.bytes + wire.size,
			    record.data + record.data_len);
	KUNIT_EXPECT_EQ(test, sample->violation,
			ima_record_is_violation(&record));
}

static void record_decode(struct kunit *test)
{
	check_decode(test, false);
	check_decode(test, true);
}

static void check_encode(struct kunit *test, bool canonical)
{
	const struct ima_wire_sample *sample = test->param_value;
	struct ima_wire wire = sample_of(test, canonical);
	const struct ima_record record = {
		.pcr = sample->pcr,
		.digest = wire.bytes + 4,
		.name = sample->name,
		.name_len = strlen(sample->name),
		.data_len = sample->data_len,
	};
	u8 *head = kunit_kmalloc(test, IMA_RECORD_HEAD_MAX, GFP_KERNEL);
	size_t head_size;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, head);
	head_size = ima_record_encode_head(head, &record, canonical);
	KUNIT_EXPECT_EQ(test, wire.size - sample->data_len, head_size);
	KUNIT_EXPECT_EQ(test, 0, memcmp(head, wire.bytes, head_size));
	KUNIT_EXPECT_EQ(test, wire.size,
			ima_record_size(record.name_len,
					!strcmp(sample->name, "ima"),
					sample->data_len));
}

static void record_encode(struct kunit *test)
{
	check_encode(test, false);
	check_encode(test, true);
}

static void check_cuts(struct kunit *test, bool canonical)
{
	struct ima_wire wire = sample_of(test, canonical);
	struct ima_record record;
	size_t cut;
	u64 size;

	for (cut = 0; cut < wire.size; cut++) {
		/* The cut bytes end where the block ends. */
		const u8 *bytes = exact_copy(test, wire.bytes, cut);

		KUNIT_EXPECT_EQ_MSG(test, -ENODATA,
				    ima_record_decode(&record, &size, bytes,
						      cut, canonical),
				    "cut at %zu", cut);
		kunit_kfree(test, bytes);
	}
}

static void record_cut(struct kunit *test)
{
	check_cuts(test, false);
	check_cuts(test, true);
}

static void record_trailing_bytes(struct kunit *test)
{
	struct ima_wire wire = new_wire(test, true);
	struct ima_record record;
	u64 size;

	ima_wire_put_sample(&wire, 0);
	memset(wire.bytes + wire.size, 0xff, 100);
	KUNIT_EXPECT_EQ(test, 0,
			ima_record_decode(&record, &size, wire.bytes,
					  wire.size + 100, true));
	KUNIT_EXPECT_EQ(test, wire.size, size);
}

static void record_unaligned(struct kunit *test)
{
	struct ima_wire wire = new_wire(test, true);
	struct ima_record record;
	size_t shift;
	u64 size;

	for (shift = 0; shift < 8; shift++) {
		wire.size = shift;
		ima_wire_put_sample(&wire, 1);
		KUNIT_EXPECT_EQ(test, 0,
				ima_record_decode(&record, &size,
						  wire.bytes + shift,
						  wire.size - shift, true));
		KUNIT_EXPECT_EQ(test, wire.size - shift, size);
	}
}

static void check_name_len(struct kunit *test, u32 name_len, int expected,
			   bool canonical)
{
	struct ima_wire wire = new_wire(test, canonical);
	const struct ima_record record = {
		.digest = vector_digest,
		.name = (const char *)wire.bytes + 28,
		.name_len = name_len,
	};
	u8 head[IMA_RECORD_HEAD_MAX];
	struct ima_record decoded;
	size_t head_size;
	u64 size;

	ima_wire_put_int(&wire, 10, 4);
	ima_wire_put(&wire, vector_digest, IMA_RECORD_DIGEST_SIZE);
	ima_wire_put_int(&wire, name_len, 4);
	wire.size += min_t(u32, name_len, 1000);
	ima_wire_put_int(&wire, 0, 4);
	KUNIT_EXPECT_EQ_MSG(test, expected,
			    ima_record_decode(&decoded, &size, wire.bytes,
					      wire.size, canonical),
			    "name_len %u", name_len);

	head_size = ima_record_encode_head(head, &record, canonical);
	KUNIT_EXPECT_EQ_MSG(test, expected ? 0 : wire.size, head_size,
			    "name_len %u", name_len);
}

static void record_name_len(struct kunit *test)
{
	static const struct {
		u32 len;
		int expected;
	} cases[] = {
		{ 0, -ENAMETOOLONG }, { 1, 0 }, { 254, 0 }, { 255, 0 },
		{ 256, -ENAMETOOLONG }, { 1000, -ENAMETOOLONG },
		{ S32_MAX, -ENAMETOOLONG }, { U32_MAX, -ENAMETOOLONG },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		check_name_len(test, cases[i].len, cases[i].expected, false);
		check_name_len(test, cases[i].len, cases[i].expected, true);
	}
}

/*
 * The record with this @name and this length field, of which @size bytes are
 * said to be there. The decoder reads no data, so none has to be.
 */
static int decode_claim(struct kunit *test, const char *name, u32 len,
			size_t size, struct ima_record *record,
			u64 *record_size)
{
	struct ima_wire wire = new_wire(test, true);
	const u8 *bytes;

	ima_wire_put_int(&wire, 10, 4);
	ima_wire_put(&wire, vector_digest, IMA_RECORD_DIGEST_SIZE);
	ima_wire_put_field(&wire, name, strlen(name));
	if (!strcmp(name, "ima"))
		ima_wire_put(&wire, vector_digest, IMA_RECORD_DIGEST_SIZE);
	ima_wire_put_int(&wire, len, 4);
	bytes = exact_copy(test, wire.bytes, wire.size);
	return ima_record_decode(record, record_size, bytes, size, true);
}

static void record_wild_lengths(struct kunit *test)
{
	static const u32 lens[] = { 1, 0x7fffffff, 0x80000000, 0xffffffe7,
				    0xffffffe8, 0xffffffff };
	struct ima_record record;
	u64 size;
	int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		KUNIT_EXPECT_EQ_MSG(test, -ENODATA,
				    decode_claim(test, "ima-ng", lens[i],
						 28 + 6 + 4, &record, &size),
				    "%#x", lens[i]);
		KUNIT_EXPECT_EQ_MSG(test, -ENODATA,
				    decode_claim(test, "ima", lens[i],
						 28 + 3 + 24, &record, &size),
				    "%#x", lens[i]);
	}
	KUNIT_EXPECT_EQ(test, 0, decode_claim(test, "ima-ng", 0, 28 + 6 + 4,
					      &record, &size));
	KUNIT_EXPECT_EQ(test, 0, decode_claim(test, "ima", 0, 28 + 3 + 24,
					      &record, &size));
}

static void record_largest(struct kunit *test)
{
	struct ima_record record;
	u64 size;
	u32 len;

	if (sizeof(size_t) < sizeof(u64))
		kunit_skip(test, "no memory is that large here");

	KUNIT_EXPECT_EQ(test, 0, decode_claim(test, "ima-ng", U32_MAX, AMPLE,
					      &record, &size));
	KUNIT_EXPECT_EQ(test, U32_MAX, record.data_len);
	KUNIT_EXPECT_EQ(test, 28 + 6 + 4 + 0xffffffffULL, size);
	KUNIT_EXPECT_EQ(test, 0, decode_claim(test, "ima-ng", U32_MAX, size,
					      &record, &size));
	KUNIT_EXPECT_EQ(test, -ENODATA,
			decode_claim(test, "ima-ng", U32_MAX, size - 1,
				     &record, &size));

	/* Digest, length and name together are the data of template "ima". */
	KUNIT_EXPECT_EQ(test, 0, decode_claim(test, "ima", U32_MAX - 24, AMPLE,
					      &record, &size));
	KUNIT_EXPECT_EQ(test, U32_MAX, record.data_len);
	KUNIT_EXPECT_EQ(test, 28 + 3 + 0xffffffffULL, size);
	for (len = U32_MAX - 23; len; len++)
		KUNIT_EXPECT_EQ_MSG(test, -ENODATA,
				    decode_claim(test, "ima", len, AMPLE,
						 &record, &size),
				    "%#x", len);
}

static struct kunit_case record_cases[] = {
	KUNIT_CASE(record_vectors),
	KUNIT_CASE(record_size),
	KUNIT_CASE(record_legacy_name),
	KUNIT_CASE(record_violation),
	KUNIT_CASE_PARAM(record_decode, sample_gen_params),
	KUNIT_CASE_PARAM(record_encode, sample_gen_params),
	KUNIT_CASE_PARAM(record_cut, sample_gen_params),
	KUNIT_CASE(record_trailing_bytes),
	KUNIT_CASE(record_unaligned),
	KUNIT_CASE(record_name_len),
	KUNIT_CASE(record_wild_lengths),
	KUNIT_CASE(record_largest),
	{ }
};

static struct kunit_suite record_suite = {
	.name = "ima_record",
	.test_cases = record_cases,
};

kunit_test_suite(record_suite);
