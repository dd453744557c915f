// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Encoding, decoding and sizing of measurement records and of the hand-over
 * header. See ima_record.h for the layouts.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include "ima_record.h"

/* The one template whose records have no data_len */
static const char legacy_name[] = "ima";

/**
 * ima_record_is_legacy - does a template's record lack the data_len field?
 * @name: template name or format string, not NUL-terminated
 * @name_len: bytes in @name
 *
 * Context: any.
 * Return: true for template "ima" only.
 */
bool ima_record_is_legacy(const char *name, size_t name_len)
{
	return name_len == sizeof(legacy_name) - 1 &&
	       !memcmp(name, legacy_name, name_len);
}

/**
 * ima_record_is_violation - does the record stand for a violation?
 * @record: a decoded record
 *
 * IMA extends a violation into the PCR as all ones and shows its digest as
 * all zeros.
 *
 * Context: any.
 * Return: true if the digest is all zeros.
 */
bool ima_record_is_violation(const struct ima_record *record)
{
	static const u8 zeros[IMA_RECORD_DIGEST_SIZE];

	return !memcmp(record->digest, zeros, sizeof(zeros));
}

/**
 * ima_record_size - size of a record
 * @name_len: bytes in the template's name
 * @legacy: whether this is template "ima"
 * @data_len: bytes of template data
 *
 * Context: any.
 * Return: bytes the record takes in the list. Neither argument is large
 * enough for the sum to overflow.
 */
u64 ima_record_size(size_t name_len, bool legacy, u32 data_len)
{
	return IMA_RECORD_FIXED_SIZE + (u64)name_len +
	       (legacy ? 0 : IMA_RECORD_LEN_SIZE) + data_len;
}

/**
 * ima_record_encode_len - encode a length
 * @out: where to
 * @len: the length
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 */
void ima_record_encode_len(u8 out[IMA_RECORD_LEN_SIZE], u32 len,
			   bool canonical)
{
	u32 wire = canonical ? (__force u32)cpu_to_le32(len) : len;

	memcpy(out, &wire, sizeof(wire));
}

/**
 * ima_record_decode_len - decode a length
 * @in: where from
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 * Return: the length.
 */
u32 ima_record_decode_len(const u8 in[IMA_RECORD_LEN_SIZE], bool canonical)
{
	u32 wire;

	memcpy(&wire, in, sizeof(wire));
	return canonical ? le32_to_cpu((__force __le32)wire) : wire;
}

/**
 * ima_record_encode_head - encode all of a record but its data
 * @head: where to
 * @record: the record; @record->data is not looked at, so that the caller
 *	can produce the data piece by piece
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 * Return: bytes written to @head, zero if the name is empty or too long.
 */
size_t ima_record_encode_head(u8 head[IMA_RECORD_HEAD_MAX],
			      const struct ima_record *record, bool canonical)
{
	u8 *out = head;

	if (!record->name_len || record->name_len > IMA_RECORD_NAME_MAX)
		return 0;

	ima_record_encode_len(out, record->pcr, canonical);
	out += sizeof(u32);
	memcpy(out, record->digest, IMA_RECORD_DIGEST_SIZE);
	out += IMA_RECORD_DIGEST_SIZE;
	ima_record_encode_len(out, record->name_len, canonical);
	out += IMA_RECORD_LEN_SIZE;
	memcpy(out, record->name, record->name_len);
	out += record->name_len;
	if (!ima_record_is_legacy(record->name, record->name_len)) {
		ima_record_encode_len(out, record->data_len, canonical);
		out += IMA_RECORD_LEN_SIZE;
	}
	return out - head;
}

/*
 * The data of template "ima" describes its own length: a digest, then a
 * file name behind a length. Zero if @size bytes do not hold that much.
 */
static u64 legacy_data_len(const u8 *data, size_t size, bool canonical)
{
	u64 len = IMA_RECORD_DIGEST_SIZE + IMA_RECORD_LEN_SIZE;

	if (size < len)
		return 0;
	len += ima_record_decode_len(data + IMA_RECORD_DIGEST_SIZE, canonical);
	return len <= size && len <= U32_MAX ? len : 0;
}

/**
 * ima_record_decode - decode the record at the start of some bytes
 * @record: filled in on success; its pointers point into @bytes
 * @record_size: bytes the record takes, set on success
 * @bytes: the bytes, of which none is trusted
 * @size: how many there are
 * @canonical: whether the list is in the canonical format
 *
 * Only the frame is checked. What the template makes of the data is nothing
 * to this function, so that a record of a template that this kernel has
 * never heard of is carried like any other.
 *
 * Context: any.
 * Return: 0, -ENODATA if the record is cut short, or -ENAMETOOLONG if its
 * template name is empty or longer than IMA_RECORD_NAME_MAX.
 */
int ima_record_decode(struct ima_record *record, u64 *record_size,
		      const u8 *bytes, size_t size, bool canonical)
{
	const u8 *in = bytes;
	bool legacy;

	if (size < IMA_RECORD_FIXED_SIZE)
		return -ENODATA;

	record->pcr = ima_record_decode_len(in, canonical);
	in += sizeof(u32);
	record->digest = in;
	in += IMA_RECORD_DIGEST_SIZE;
	record->name_len = ima_record_decode_len(in, canonical);
	in += IMA_RECORD_LEN_SIZE;
	size -= IMA_RECORD_FIXED_SIZE;

	if (!record->name_len || record->name_len > IMA_RECORD_NAME_MAX)
		return -ENAMETOOLONG;
	if (record->name_len > size)
		return -ENODATA;
	record->name = (const char *)in;
	in += record->name_len;
	size -= record->name_len;

	legacy = ima_record_is_legacy(record->name, record->name_len);
	if (legacy) {
		record->data_len = legacy_data_len(in, size, canonical);
		if (!record->data_len)
			return -ENODATA;
	} else {
		if (size < IMA_RECORD_LEN_SIZE)
			return -ENODATA;
		record->data_len = ima_record_decode_len(in, canonical);
		in += IMA_RECORD_LEN_SIZE;
		size -= IMA_RECORD_LEN_SIZE;
		if (record->data_len > size)
			return -ENODATA;
	}
	record->data = in;
	*record_size = ima_record_size(record->name_len, legacy,
				       record->data_len);
	return 0;
}

/**
 * ima_handover_encode - encode a hand-over header
 * @out: where to
 * @header: the header in host order
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 */
void ima_handover_encode(u8 out[IMA_HANDOVER_SIZE],
			 const struct ima_handover *header, bool canonical)
{
	struct ima_handover wire = *header;

	if (canonical) {
		wire.version = (__force u16)cpu_to_le16(header->version);
		wire.flags = (__force u16)cpu_to_le16(header->flags);
		wire.checksum = (__force u32)cpu_to_le32(header->checksum);
		wire.buffer_size = (__force u64)cpu_to_le64(header->buffer_size);
		wire.count = (__force u64)cpu_to_le64(header->count);
	}
	memcpy(out, &wire, sizeof(wire));
}

/**
 * ima_handover_decode - decode a hand-over header
 * @header: the header in host order; nothing in it is checked
 * @in: where from
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 */
void ima_handover_decode(struct ima_handover *header,
			 const u8 in[IMA_HANDOVER_SIZE], bool canonical)
{
	memcpy(header, in, sizeof(*header));
	if (canonical) {
		header->version = le16_to_cpu((__force __le16)header->version);
		header->flags = le16_to_cpu((__force __le16)header->flags);
		header->checksum = le32_to_cpu((__force __le32)header->checksum);
		header->buffer_size =
			le64_to_cpu((__force __le64)header->buffer_size);
		header->count = le64_to_cpu((__force __le64)header->count);
	}
}

/**
 * ima_handover_end - where the list ends
 * @header: the header in host order
 *
 * Context: any.
 * Return: bytes from the start of the header to the end of all that belongs to
 * the list; U64_MAX if the header claims even more.
 */
u64 ima_handover_end(const struct ima_handover *header)
{
	if (!(header->flags & IMA_HANDOVER_TRIMMED))
		return header->buffer_size;
	if (header->buffer_size > U64_MAX - IMA_HANDOVER_DELETED_SIZE)
		return U64_MAX;
	return header->buffer_size + IMA_HANDOVER_DELETED_SIZE;
}

/**
 * ima_handover_encode_deleted - encode the number of deleted records
 * @out: where to
 * @deleted: the number
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 */
void ima_handover_encode_deleted(u8 out[IMA_HANDOVER_DELETED_SIZE], u64 deleted,
				 bool canonical)
{
	u64 wire = canonical ? (__force u64)cpu_to_le64(deleted) : deleted;

	memcpy(out, &wire, sizeof(wire));
}

/**
 * ima_handover_decode_deleted - decode the number of deleted records
 * @in: where from
 * @canonical: whether the list is in the canonical format
 *
 * Context: any.
 * Return: the number.
 */
u64 ima_handover_decode_deleted(const u8 in[IMA_HANDOVER_DELETED_SIZE],
				bool canonical)
{
	u64 wire;

	memcpy(&wire, in, sizeof(wire));
	return canonical ? le64_to_cpu((__force __le64)wire) : wire;
}
