// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ascii_runtime_measurements and ascii_runtime_measurements_<algo> in
 * securityfs.
 */

#include <linux/seq_file.h>
#include <linux/string_helpers.h>

#include "ima_bank.h"
#include "ima_cursor.h"
#include "ima_entry.h"
#include "ima_list.h"
#include "ima_staging.h"
#include "ima_template_lib.h"

/*
 * What a field prints depends on what it holds. This kernel's own fields are
 * well-formed. Those of the history come from outside: a string must end
 * within its field and a digest must have its "algo:" and NUL in front, or
 * printing it would read beyond.
 */
static bool printable(const struct ima_template_field *field,
		      const struct ima_field_data *data)
{
	if (field->field_show == ima_show_template_string)
		return memchr(data->data, '\0', data->len);
	if (field->field_show == ima_show_template_digest_ng ||
	    field->field_show == ima_show_template_digest_ngv2) {
		const u8 *nul = memchr(data->data, '\0', data->len);

		return nul && nul > data->data && nul[-1] == ':';
	}
	return true;
}

/**
 * struct template_fields - a record's data, taken apart
 * @desc: the fields of the template
 * @data: their content
 * @count: how many there are
 */
struct template_fields {
	const struct ima_template_field *desc[IMA_TEMPLATE_NUM_FIELDS_MAX];
	struct ima_field_data data[IMA_TEMPLATE_NUM_FIELDS_MAX];
	int count;
};

/* Look up the fields of a template by its name or format string */
static bool find_fields(struct template_fields *fields,
			const struct ima_record *record)
{
	char format[IMA_RECORD_NAME_MAX + 1];
	const struct ima_template_desc *desc;
	const char *id = format;
	char *rest = format;

	memcpy(format, record->name, record->name_len);
	format[record->name_len] = '\0';
	desc = lookup_template_desc(format);
	if (desc && strscpy(format, desc->fmt, sizeof(format)) < 0)
		return false;

	while ((id = strsep(&rest, "|"))) {
		if (fields->count == IMA_TEMPLATE_NUM_FIELDS_MAX)
			return false;
		fields->desc[fields->count] = lookup_template_field(id);
		if (!fields->desc[fields->count])
			return false;
		fields->count++;
	}
	return true;
}

/* Cut the data into the fields; false if it is not what the template says */
static bool cut_fields(struct template_fields *fields,
		       const struct ima_record *record)
{
	const u8 *data = record->data;
	u32 left = record->data_len;
	int i;

	for (i = 0; i < fields->count; i++) {
		u32 len;

		if (left < IMA_RECORD_LEN_SIZE)
			return false;
		len = ima_record_decode_len(data, ima_canonical_fmt);
		data += IMA_RECORD_LEN_SIZE;
		left -= IMA_RECORD_LEN_SIZE;
		if (len > left)
			return false;
		fields->data[i].data = (u8 *)data;
		fields->data[i].len = len;
		if (len && !printable(fields->desc[i], &fields->data[i]))
			return false;
		data += len;
		left -= len;
	}
	return !left;
}

static void show_head(struct seq_file *m, const struct ima_record *record,
		      const u8 *digest, int bank)
{
	seq_printf(m, "%2d ", record->pcr);
	ima_print_digest(m, (u8 *)digest, ima_bank_digest_size(bank));
	seq_putc(m, ' ');
	/* An inherited name is not to break the line. */
	seq_escape_mem(m, record->name, record->name_len,
		       ESCAPE_OCTAL | ESCAPE_NP, NULL);
}

static void show_fields(struct seq_file *m,
			const struct ima_template_field **desc,
			struct ima_field_data *data, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		seq_putc(m, ' ');
		if (data[i].len)
			desc[i]->field_show(m, IMA_SHOW_ASCII, &data[i]);
	}
}

/* The file name of template "ima" lies in the record without a NUL. */
static void show_legacy(struct seq_file *m, const struct ima_record *record)
{
	const u32 filename = IMA_RECORD_DIGEST_SIZE + IMA_RECORD_LEN_SIZE;

	seq_putc(m, ' ');
	ima_print_digest(m, (u8 *)record->data, IMA_RECORD_DIGEST_SIZE);
	seq_putc(m, ' ');
	seq_escape_mem(m, record->data + filename,
		       strnlen(record->data + filename,
			       record->data_len - filename),
		       ESCAPE_OCTAL, "\n");
}

/* A template that this kernel does not know, or data that does not fit it */
static void show_opaque(struct seq_file *m, const struct ima_record *record)
{
	seq_putc(m, ' ');
	ima_print_digest(m, (u8 *)record->data, record->data_len);
}

static int show_inherited(struct seq_file *m,
			  const struct ima_cursor *cursor)
{
	struct template_fields fields = { };
	u8 digest[IMA_BANK_DIGEST_MAX];
	struct ima_record record;
	int ret;

	ret = ima_cursor_record(&record, cursor);
	if (!ret)
		ret = ima_bank_digest(digest, cursor->bank, &record);
	if (ret)
		return ret;
	show_head(m, &record, digest, cursor->bank);
	if (ima_record_is_legacy(record.name, record.name_len))
		show_legacy(m, &record);
	else if (find_fields(&fields, &record) && cut_fields(&fields, &record))
		show_fields(m, fields.desc, fields.data, fields.count);
	else
		show_opaque(m, &record);
	seq_putc(m, '\n');
	return 0;
}

static int show_live(struct seq_file *m, struct ima_template_entry *entry,
		     int bank)
{
	const char *name = ima_entry_name(entry);
	const struct ima_record record = {
		.pcr = entry->pcr,
		.name = name,
		.name_len = strlen(name),
	};

	show_head(m, &record, entry->digests[bank].digest, bank);
	show_fields(m, entry->template_desc->fields, entry->template_data,
		    entry->template_desc->num_fields);
	seq_putc(m, '\n');
	return 0;
}

static int ascii_show(struct seq_file *m, void *v)
{
	const struct ima_cursor *cursor = v;

	if (cursor->live)
		return show_live(m, cursor->live->entry, cursor->bank);
	return show_inherited(m, cursor);
}

static void *ascii_start(struct seq_file *m, loff_t *pos)
{
	struct ima_cursor *cursor = m->private;

	ima_list_lock();
	if (ima_cursor_is_stale(cursor) || *pos < cursor->index)
		ima_cursor_rewind(cursor);
	while (!cursor->size || cursor->index < *pos)
		if (!ima_cursor_step(cursor))
			return NULL;
	return cursor;
}

/*
 * At the end of the list the cursor stays on the last record, and a later
 * ascii_start() steps on to what has been added since.
 */
static void *ascii_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct ima_cursor *cursor = v;

	++*pos;
	return ima_cursor_step(cursor) ? cursor : NULL;
}

static void ascii_stop(struct seq_file *m, void *v)
{
	ima_list_unlock();
}

static const struct seq_operations ascii_seq_ops = {
	.start = ascii_start,
	.next = ascii_next,
	.stop = ascii_stop,
	.show = ascii_show,
};

static int open_ascii(struct inode *inode, struct file *file, bool staged)
{
	struct ima_cursor *cursor;
	int ret;

	ret = ima_staging_open(file);
	if (ret)
		return ret;
	/* seq_file's own lock protects the cursor. */
	cursor = __seq_open_private(file, &ascii_seq_ops, sizeof(*cursor));
	if (!cursor) {
		ima_staging_release(file);
		return -ENOMEM;
	}
	ima_list_lock();
	ima_cursor_init(cursor, inode, staged);
	ima_cursor_rewind(cursor);
	ima_list_unlock();
	return 0;
}

static int ascii_open(struct inode *inode, struct file *file)
{
	return open_ascii(inode, file, false);
}

static int ascii_release(struct inode *inode, struct file *file)
{
	seq_release_private(inode, file);
	ima_staging_release(file);
	return 0;
}

const struct file_operations ima_list_ascii_ops = {
	.open = ascii_open,
	.read = seq_read,
	.write = ima_staging_write,
	.llseek = seq_lseek,
	.release = ascii_release,
};

#ifdef CONFIG_IMA_STAGING
/* The same of the staged records */

static int ascii_open_staged(struct inode *inode, struct file *file)
{
	return open_ascii(inode, file, true);
}

const struct file_operations ima_list_staged_ascii_ops = {
	.open = ascii_open_staged,
	.read = seq_read,
	.write = ima_staging_write_staged,
	.llseek = seq_lseek,
	.release = ascii_release,
};
#endif /* CONFIG_IMA_STAGING */
