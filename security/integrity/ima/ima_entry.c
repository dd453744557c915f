// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A measurement of this kernel, seen as a record: what securityfs shows and
 * what the next kernel inherits are the same bytes, because both come from
 * here.
 *
 * An entry does not change while it is in the list, and leaves it only if the
 * kernel has staging, which keeps away from those who hold ima_list_lock(). So
 * no function here takes a lock.
 */

#include <linux/list.h>
#include <linux/string.h>

#include "ima_bank.h"
#include "ima_entry.h"

/*
 * Template "ima" has no room for lengths other than that of the file name.
 * An MD5 digest, which is shorter than the format's 20 bytes, is filled up
 * with zeros: otherwise nobody could tell where the record ends.
 */
enum { LEGACY_DIGEST, LEGACY_FILENAME };

static u32 legacy_filename_len(const struct ima_template_entry *entry)
{
	const struct ima_field_data *field =
		&entry->template_data[LEGACY_FILENAME];

	return field->data ? strnlen(field->data, field->len) : 0;
}

/**
 * ima_entry_next - walk the live list
 * @entry: an entry of the list, or NULL to begin
 *
 * An entry is complete when it is linked, and the link is published with
 * release semantics. As none is freed while ima_list_lock() is held, following
 * the links takes no rcu_read_lock() and may sleep in between.
 *
 * Context: any.
 * Return: the next entry, NULL if there is none yet.
 */
const struct ima_queue_entry *
ima_entry_next(const struct ima_queue_entry *entry)
{
	const struct list_head *node = entry ? &entry->later :
					       &ima_measurements;

	node = READ_ONCE(node->next);
	if (node == &ima_measurements)
		return NULL;
	return list_entry(node, struct ima_queue_entry, later);
}

/**
 * ima_entry_name - name of an entry's template
 * @entry: the entry
 *
 * Context: any.
 * Return: the name, or the format string if the template has no name.
 */
const char *ima_entry_name(const struct ima_template_entry *entry)
{
	const struct ima_template_desc *desc = entry->template_desc;

	return desc->name[0] ? desc->name : desc->fmt;
}

/**
 * ima_entry_size - size of the record that an entry makes
 * @entry: the entry
 *
 * Context: any.
 * Return: bytes.
 */
u64 ima_entry_size(const struct ima_template_entry *entry)
{
	const char *name = ima_entry_name(entry);
	size_t name_len = strlen(name);

	if (ima_record_is_legacy(name, name_len))
		return ima_record_size(name_len, true,
				       IMA_RECORD_DIGEST_SIZE +
				       IMA_RECORD_LEN_SIZE +
				       legacy_filename_len(entry));
	return ima_record_size(name_len, false, entry->template_data_len);
}

static int emit_len(u32 len, ima_entry_sink sink, void *context)
{
	u8 wire[IMA_RECORD_LEN_SIZE];

	ima_record_encode_len(wire, len, ima_canonical_fmt);
	return sink(context, wire, sizeof(wire));
}

static int emit_legacy(const struct ima_template_entry *entry,
		       ima_entry_sink sink, void *context)
{
	const struct ima_field_data *field =
		&entry->template_data[LEGACY_DIGEST];
	u32 filename_len = legacy_filename_len(entry);
	u8 digest[IMA_RECORD_DIGEST_SIZE] = { };
	int ret;

	if (field->data)
		memcpy(digest, field->data,
		       min_t(u32, field->len, sizeof(digest)));
	ret = sink(context, digest, sizeof(digest));
	if (!ret)
		ret = emit_len(filename_len, sink, context);
	if (!ret && filename_len)
		ret = sink(context, entry->template_data[LEGACY_FILENAME].data,
			   filename_len);
	return ret;
}

/**
 * ima_entry_emit - produce the record that an entry makes
 * @entry: the entry
 * @bank: whose template digest, as an index of @entry->digests
 * @sink: called for each piece, in order; for the SHA-1 bank the pieces add
 *	up to ima_entry_size() bytes
 * @context: passed to @sink
 *
 * Context: any that @sink allows.
 * Return: 0, the first non-zero return of @sink, or -ENAMETOOLONG if the
 * template's name has no place in a record.
 */
int ima_entry_emit(const struct ima_template_entry *entry, int bank,
		   ima_entry_sink sink, void *context)
{
	const char *name = ima_entry_name(entry);
	const struct ima_record record = {
		.pcr = entry->pcr,
		.digest = entry->digests[ima_sha1_idx].digest,
		.name = name,
		.name_len = strlen(name),
		.data_len = entry->template_data_len,
	};
	u8 head[IMA_RECORD_HEAD_MAX];
	size_t head_size;
	int i, ret;

	head_size = ima_record_encode_head(head, &record, ima_canonical_fmt);
	if (!head_size)
		return -ENAMETOOLONG;
	ret = ima_bank_emit_head(head, head_size, bank,
				 entry->digests[bank].digest, sink, context);
	if (ret)
		return ret;
	if (ima_record_is_legacy(name, record.name_len))
		return emit_legacy(entry, sink, context);

	for (i = 0; i < entry->template_desc->num_fields; i++) {
		const struct ima_field_data *field = &entry->template_data[i];

		ret = emit_len(field->len, sink, context);
		if (!ret && field->len)
			ret = sink(context, field->data, field->len);
		if (ret)
			return ret;
	}
	return 0;
}
