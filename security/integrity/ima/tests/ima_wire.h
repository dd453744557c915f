/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measurement lists for the tests, put together and taken apart byte by byte:
 * what the code under test does is compared with what this does, so this uses
 * none of it. Shared by the KUnit suites and the fuzzer.
 */
#ifndef _IMA_WIRE_H
#define _IMA_WIRE_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#define IMA_WIRE_DIGEST	20
#define IMA_WIRE_HEADER	24

/*
 * Whether integers are big-endian in a list. cpu_to_le16() tells whether the
 * canonical format is the host's; it is not on a big-endian host and wherever
 * the tests are built to pretend that.
 */
static inline bool ima_wire_is_big(bool canonical)
{
	const u16 one = 1;
	bool big = !*(const u8 *)&one;

	if (canonical && (__force u16)cpu_to_le16(1) != 1)
		big = !big;
	return big;
}

/**
 * struct ima_wire - bytes being written
 * @bytes: where to; the caller provides enough
 * @size: how many there are so far
 * @big: whether integers are written big-endian
 */
struct ima_wire {
	u8 *bytes;
	size_t size;
	bool big;
};

static inline void ima_wire_put(struct ima_wire *wire, const void *bytes,
				size_t size)
{
	memcpy(wire->bytes + wire->size, bytes, size);
	wire->size += size;
}

static inline void ima_wire_put_int(struct ima_wire *wire, u64 value,
				    unsigned int size)
{
	unsigned int i;

	for (i = 0; i < size; i++) {
		unsigned int byte = wire->big ? size - 1 - i : i;

		wire->bytes[wire->size++] = value >> (8 * byte);
	}
}

static inline u64 ima_wire_get_int(const u8 *bytes, unsigned int size, bool big)
{
	u64 value = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		value = value << 8 | bytes[big ? i : size - 1 - i];
	return value;
}

/* A field of template data: its length in front */
static inline void ima_wire_put_field(struct ima_wire *wire, const void *bytes,
				      size_t size)
{
	ima_wire_put_int(wire, size, 4);
	ima_wire_put(wire, bytes, size);
}

static inline void ima_wire_put_header(struct ima_wire *wire, u16 version,
				       u32 checksum, u64 buffer_size, u64 count)
{
	ima_wire_put_int(wire, version, 2);
	ima_wire_put_int(wire, 0, 2);
	ima_wire_put_int(wire, checksum, 4);
	ima_wire_put_int(wire, buffer_size, 8);
	ima_wire_put_int(wire, count, 8);
}

/* CRC-32 as in IEEE 802.3, bit by bit */
static inline u32 ima_wire_crc(u32 crc, const u8 *bytes, size_t size)
{
	int bit;

	for (crc = ~crc; size--; bytes++)
		for (crc ^= *bytes, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	return ~crc;
}

/*
 * Write the header into the IMA_WIRE_HEADER bytes in front of the records,
 * with the checksum that goes with both.
 */
static inline void ima_wire_seal(struct ima_wire *wire, u64 count)
{
	struct ima_wire header = { .bytes = wire->bytes, .big = wire->big };
	u32 crc = ima_wire_crc(0, wire->bytes + IMA_WIRE_HEADER,
			       wire->size - IMA_WIRE_HEADER);

	ima_wire_put_header(&header, 1, 0, wire->size, count);
	crc = ima_wire_crc(crc, header.bytes, header.size);
	header.size = 0;
	ima_wire_put_header(&header, 1, crc, wire->size, count);
}

/* What comes first among bytes that may be records */
enum ima_wire_frame {
	IMA_WIRE_RECORD,
	IMA_WIRE_CUT,
	IMA_WIRE_BAD_NAME,
};

/* Find the end of the record at the start of @size bytes. */
static inline enum ima_wire_frame ima_wire_frame(const u8 *bytes, u64 size,
						 bool big, u64 *record_size)
{
	u64 name_len, name_end, len_at;

	if (size < 28)
		return IMA_WIRE_CUT;
	name_len = ima_wire_get_int(bytes + 24, 4, big);
	if (name_len < 1 || name_len > 255)
		return IMA_WIRE_BAD_NAME;
	name_end = 28 + name_len;
	len_at = name_end;
	if (name_len == 3 && size >= name_end && !memcmp(bytes + 28, "ima", 3))
		len_at += IMA_WIRE_DIGEST;
	if (size < len_at + 4)
		return IMA_WIRE_CUT;
	*record_size = len_at + 4 + ima_wire_get_int(bytes + len_at, 4, big);
	return *record_size > size ? IMA_WIRE_CUT : IMA_WIRE_RECORD;
}

/**
 * struct ima_wire_sample - a record to test with
 * @name: its template
 * @pcr: its PCR
 * @data_len: bytes of template data
 * @violation: whether its digest is zero
 */
struct ima_wire_sample {
	const char *name;
	u32 pcr;
	u32 data_len;
	bool violation;
};

/* A third of the longest name */
#define IMA_WIRE_85X	\
	"the-name-of-a-template-is-its-format-and-may-be-as-long-as-fifteen-fields-of-sixteen|"

/* Every template of Linux 6.1, formats without a name, and the unheard-of */
static const struct ima_wire_sample ima_wire_samples[] = {
	{ "ima-ng", 10, 73 },
	{ "ima", 10, 24 + 14 },
	{ "ima-sig", 10, 141 },
	{ "ima-buf", 11, 212 },
	{ "ima-ng", 10, 61, true },
	{ "ima-modsig", 10, 500 },
	{ "ima-ngv2", 10, 77 },
	{ "ima-sigv2", 14, 145 },
	{ "evm-sig", 10, 190 },
	{ "ima", 10, 24 + 255, true },
	{ "d|n", 10, 44 },
	{ "d-ng|n-ng|sig|buf|iuid|igid|imode", 10, 160 },
	{ "ima", 10, 24 },
	{ "a", 0, 0 },
	{ "imb", 0xffffffff, 1 },
	{ "from-the-future", 23, 3000 },
	{ "ima-sigv2", 10, 117, true },
	{ IMA_WIRE_85X IMA_WIRE_85X IMA_WIRE_85X, 10, 31 },
};

#define IMA_WIRE_SAMPLES	ARRAY_SIZE(ima_wire_samples)

/* More than the longest of the samples takes */
#define IMA_WIRE_SAMPLE_MAX	4096

static inline void ima_wire_put_sample(struct ima_wire *wire, unsigned int i)
{
	const struct ima_wire_sample *sample = &ima_wire_samples[i];
	size_t name_len = strlen(sample->name);
	u8 digest[IMA_WIRE_DIGEST] = { };
	u32 n;

	/* The last byte alone tells this digest from that of a violation. */
	if (!sample->violation)
		digest[IMA_WIRE_DIGEST - 1] = i + 1;
	ima_wire_put_int(wire, sample->pcr, 4);
	ima_wire_put(wire, digest, sizeof(digest));
	ima_wire_put_field(wire, sample->name, name_len);
	if (!strcmp(sample->name, "ima")) {
		ima_wire_put(wire, digest, sizeof(digest));
		n = sizeof(digest) + 4;
		ima_wire_put_int(wire, sample->data_len - n, 4);
	} else {
		ima_wire_put_int(wire, sample->data_len, 4);
		n = 0;
	}
	for (; n < sample->data_len; n++)
		wire->bytes[wire->size++] = n * 7 + i;
}

/* Numbers that are the same in each run */
static inline u32 ima_wire_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

#endif /* _IMA_WIRE_H */
