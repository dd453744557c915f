/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire formats of the measurement list: one record, and the header that
 * precedes the records when one kernel hands its list over to the next.
 *
 * This is the only place that knows either layout. It is pure: no lists, no
 * locks, no allocation and no I/O, so that user space builds the same file
 * for fuzzing.
 *
 * A record, as binary_runtime_measurements has always shown it::
 *
 *	u32 pcr | u8 digest[20] | u32 name_len | name | u32 data_len | data
 *
 * Template "ima" is older than the data_len field and lacks it. Its data is
 * a 20-byte digest, a u32 and as many bytes of file name.
 *
 * The hand-over header, version 1::
 *
 *	u16 version | u16 flags | u32 checksum | u64 buffer_size | u64 count
 *
 * Kernels before this format had flags and a checksum write zero for them and
 * do not read them. With IMA_HANDOVER_TRIMMED, a u64 follows the records, at
 * buffer_size: the number of records that were deleted from the list.
 *
 * Integers are little-endian in the canonical format (ima_canonical_fmt) and
 * in host order otherwise.
 */
#ifndef _IMA_RECORD_H
#define _IMA_RECORD_H

#include <linux/build_bug.h>
#include <linux/types.h>

#define IMA_RECORD_DIGEST_SIZE	20
#define IMA_RECORD_LEN_SIZE	sizeof(u32)

/* pcr, digest and name_len: what precedes the name */
#define IMA_RECORD_FIXED_SIZE \
	(sizeof(u32) + IMA_RECORD_DIGEST_SIZE + IMA_RECORD_LEN_SIZE)

/*
 * The longest format string the kernel can parse is 15 fields of 15
 * characters and the separators; verifiers have settled on 255 as well.
 * A longer or an empty name is damage. Refusing the empty one also keeps a
 * zeroed page from passing for a run of records.
 */
#define IMA_RECORD_NAME_MAX	255

/* Everything before the data of the record with the longest name */
#define IMA_RECORD_HEAD_MAX \
	(IMA_RECORD_FIXED_SIZE + IMA_RECORD_NAME_MAX + IMA_RECORD_LEN_SIZE)

/**
 * struct ima_record - one record, its parts pointing into the caller's bytes
 * @pcr: number of the PCR that the record was extended into
 * @digest: SHA-1 template digest of IMA_RECORD_DIGEST_SIZE bytes, all zero
 *	for a violation
 * @name: name of the template or its format string, not NUL-terminated
 * @name_len: bytes in @name, 1 to IMA_RECORD_NAME_MAX
 * @data: template data, the part behind data_len (or, for template "ima",
 *	behind the name); not used when encoding
 * @data_len: bytes in @data
 */
struct ima_record {
	u32 pcr;
	const u8 *digest;
	const char *name;
	u32 name_len;
	const u8 *data;
	u32 data_len;
};

bool ima_record_is_legacy(const char *name, size_t name_len);
bool ima_record_is_violation(const struct ima_record *record);
u64 ima_record_size(size_t name_len, bool legacy, u32 data_len);
size_t ima_record_encode_head(u8 head[IMA_RECORD_HEAD_MAX],
			      const struct ima_record *record, bool canonical);
void ima_record_encode_len(u8 out[IMA_RECORD_LEN_SIZE], u32 len,
			   bool canonical);
u32 ima_record_decode_len(const u8 in[IMA_RECORD_LEN_SIZE], bool canonical);
int ima_record_decode(struct ima_record *record, u64 *record_size,
		      const u8 *bytes, size_t size, bool canonical);

#define IMA_HANDOVER_VERSION	1

/* Flags, which a list keeps for good. Those not listed here mean nothing. */
#define IMA_HANDOVER_INCOMPLETE	0x1	/* records are missing */
#define IMA_HANDOVER_UNSEEN	0x2	/* no TPM has seen some of the records */
#define IMA_HANDOVER_TRIMMED	0x4	/* how many were deleted follows */
#define IMA_HANDOVER_FLAGS	(IMA_HANDOVER_INCOMPLETE | IMA_HANDOVER_UNSEEN)

#define IMA_HANDOVER_DELETED_SIZE	sizeof(u64)

/**
 * struct ima_handover - the hand-over header, as it lies in memory
 * @version: IMA_HANDOVER_VERSION
 * @flags: what a verifier should be told of the list, IMA_HANDOVER_INCOMPLETE
 *	and so on
 * @checksum: CRC-32 over the records, what follows them, and then over this
 *	header with zero in this place; zero where the sender has none
 * @buffer_size: bytes in use, this header included
 * @count: number of records
 */
struct ima_handover {
	u16 version;
	u16 flags;
	u32 checksum;
	u64 buffer_size;
	u64 count;
};

#define IMA_HANDOVER_SIZE	24
static_assert(sizeof(struct ima_handover) == IMA_HANDOVER_SIZE,
	      "the header goes over the wire as it lies in memory");

void ima_handover_encode(u8 out[IMA_HANDOVER_SIZE],
			 const struct ima_handover *header, bool canonical);
u64 ima_handover_end(const struct ima_handover *header);
void ima_handover_encode_deleted(u8 out[IMA_HANDOVER_DELETED_SIZE], u64 deleted,
				 bool canonical);
u64 ima_handover_decode_deleted(const u8 in[IMA_HANDOVER_DELETED_SIZE],
				bool canonical);
void ima_handover_decode(struct ima_handover *header,
			 const u8 in[IMA_HANDOVER_SIZE], bool canonical);

#endif /* _IMA_RECORD_H */
