// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The measurement list as securityfs shows it: the history, then the live
 * list, without a seam.
 *
 * Neither part ever changes, the live list only grows at its end, and what
 * staging takes away in front it takes between two reads and not during one.
 * So an open file keeps a cursor from one read to the next, instead of
 * counting its way from the start of the list for each, and reading the whole
 * list takes time in proportion to its length whatever the size of the pieces.
 *
 * The binary file is not a seq_file: its bytes are known without rendering
 * anything, those of the history even lie ready in one piece, and an offset
 * can be found without producing all that precedes it.
 */

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>
#include <linux/uaccess.h>

#include "ima_bank.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_list_seq.h"
#include "ima_staging.h"
#include "ima_template_lib.h"

/*
 * Longest piece of the history that is copied to user space without looking
 * for signals and other work.
 */
#define COPY_MAX	SZ_1M

/**
 * struct ima_list_cursor - a record of the part of the list that a file shows
 * @staged: whether this is a file of the staged records
 * @bank: the bank whose template digests the file shows
 * @extra: bytes a record is longer in this file than with its SHA-1 digest
 * @generation: what the rest is of
 * @part: the part of the list
 * @index: number of the record, counted from 0
 * @start: offset of its first byte in the part, with SHA-1 digests
 * @size: its bytes there; 0 in front of the first record
 * @live: its queue entry, NULL in the history; @part.after if @size is 0
 */
struct ima_list_cursor {
	bool staged;
	int bank;
	u32 extra;
	u64 generation;
	struct ima_list_part part;
	u64 index;
	u64 start;
	u64 size;
	const struct ima_queue_entry *live;
};

static void rewind_to_start(struct ima_list_cursor *cursor)
{
	cursor->index = 0;
	cursor->start = 0;
	cursor->size = 0;
	cursor->live = cursor->part.after;
}

/* In front of the first live record */
static void rewind_to_live(struct ima_list_cursor *cursor)
{
	rewind_to_start(cursor);
	if (cursor->part.history) {
		cursor->index = ima_history.count;
		cursor->start = ima_history.size;
	}
}

/*
 * The bytes of the history need no cursor, unless the digests in them have to
 * be replaced.
 */
static void rewind_binary(struct ima_list_cursor *cursor)
{
	if (cursor->extra)
		rewind_to_start(cursor);
	else
		rewind_to_live(cursor);
}

/* For an open file. The list is locked, as for all that follows. */
static void init_cursor(struct ima_list_cursor *cursor,
			const struct inode *inode, bool staged)
{
	cursor->staged = staged;
	cursor->bank = (unsigned long)inode->i_private;
	cursor->extra = ima_bank_digest_size(cursor->bank) -
			IMA_RECORD_DIGEST_SIZE;
	cursor->generation = ima_list_generation();
	cursor->part = ima_list_part(staged);
}

/* True if the place in the list is gone: the cursor needs to be rewound. */
static bool is_stale(struct ima_list_cursor *cursor)
{
	if (cursor->generation == ima_list_generation())
		return false;
	cursor->generation = ima_list_generation();
	cursor->part = ima_list_part(cursor->staged);
	return true;
}

/* Where the record begins in the file, and where it ends */
static u64 file_start(const struct ima_list_cursor *cursor)
{
	return cursor->start + cursor->index * cursor->extra;
}

static u64 file_end(const struct ima_list_cursor *cursor)
{
	return file_start(cursor) + (cursor->size ? cursor->size + cursor->extra : 0);
}

static void enter(struct ima_list_cursor *cursor, u64 size,
		  const struct ima_queue_entry *live)
{
	if (cursor->size)
		cursor->index++;
	cursor->start += cursor->size;
	cursor->size = size;
	cursor->live = live;
}

/* To the next record. False, and unmoved, if there is none (yet). */
static bool step(struct ima_list_cursor *cursor)
{
	u64 end = cursor->start + cursor->size;
	const struct ima_queue_entry *live;

	if (cursor->part.history && end < ima_history.size) {
		struct ima_record record;
		u64 size;

		/* Each frame was checked when the history was opened. */
		if (WARN_ON_ONCE(ima_record_decode(&record, &size,
						   ima_history.bytes + end,
						   ima_history.size - end,
						   ima_canonical_fmt)))
			return false;
		enter(cursor, size, NULL);
		return true;
	}
	if (!cursor->part.live ||
	    (cursor->part.last && cursor->live == cursor->part.last))
		return false;
	live = ima_entry_next(cursor->live);
	if (!live)
		return false;
	enter(cursor, ima_entry_size(live->entry), live);
	return true;
}

/*
 * To the previous record of the live list. Entries are linked to their
 * predecessor before they are published, so the way back is as safe as the way
 * forth.
 */
static bool step_back(struct ima_list_cursor *cursor)
{
	const struct list_head *node = cursor->live->later.prev;

	if (node == &ima_measurements ||
	    (cursor->part.after && node == &cursor->part.after->later))
		return false;
	cursor->live = list_entry(node, struct ima_queue_entry, later);
	cursor->size = ima_entry_size(cursor->live->entry);
	cursor->start -= cursor->size;
	cursor->index--;
	return true;
}

/* The record of the history that the cursor is on */
static int inherited_record(struct ima_record *record,
			    const struct ima_list_cursor *cursor)
{
	u64 size;

	if (WARN_ON_ONCE(ima_record_decode(record, &size,
					   ima_history.bytes + cursor->start,
					   ima_history.size - cursor->start,
					   ima_canonical_fmt)))
		return -EIO;
	return 0;
}

/* Like ima_entry_emit(), for a record of the history */
static int emit_inherited(const struct ima_list_cursor *cursor,
			  ima_entry_sink sink, void *context)
{
	u8 head[IMA_RECORD_HEAD_MAX];
	u8 digest[IMA_BANK_DIGEST_MAX];
	struct ima_record record;
	size_t head_size;
	int ret;

	ret = inherited_record(&record, cursor);
	if (!ret)
		ret = ima_bank_digest(digest, cursor->bank, &record);
	if (ret)
		return ret;
	head_size = ima_record_encode_head(head, &record, ima_canonical_fmt);
	ret = ima_bank_emit_head(head, head_size, cursor->bank, digest, sink,
				 context);
	return ret ?: sink(context, record.data, record.data_len);
}

/* binary_runtime_measurements and binary_runtime_measurements_<algo> */

/**
 * struct binary_file - an open file of the binary list
 * @lock: protects @cursor from reads at the same time
 * @cursor: where the last read ended, in the live list
 */
struct binary_file {
	struct mutex lock;	/* protects cursor */
	struct ima_list_cursor cursor;
};

/**
 * struct user_window - the part of a record that a read asks for
 * @to: where in user space the next byte goes
 * @skip: bytes of the record that still precede the part
 * @room: bytes that are still asked for
 */
struct user_window {
	char __user *to;
	u64 skip;
	size_t room;
};

/* An ima_entry_sink. Stops with 1 when nothing more is asked for. */
static int copy_window(void *context, const void *bytes, size_t size)
{
	struct user_window *window = context;

	if (window->skip >= size) {
		window->skip -= size;
		return 0;
	}
	bytes += window->skip;
	size = min_t(size_t, size - window->skip, window->room);
	window->skip = 0;
	if (copy_to_user(window->to, bytes, size))
		return -EFAULT;
	window->to += size;
	window->room -= size;
	return window->room ? 0 : 1;
}

/* Put the cursor on the record that holds byte @pos of the file */
static bool seek(struct ima_list_cursor *cursor, u64 pos)
{
	while (cursor->live && cursor->size && pos < file_start(cursor))
		if (!step_back(cursor))
			break;
	/* The history is walked from its start: its frames say how long they are. */
	if (pos < file_start(cursor))
		rewind_to_start(cursor);
	while (pos >= file_end(cursor))
		if (!step(cursor))
			return false;
	return true;
}

/* Returns bytes copied, 0 at the end of the list, or an error if none were */
static ssize_t read_some(struct ima_list_cursor *cursor, char __user *to,
			 size_t count, u64 pos)
{
	struct user_window window = { .to = to, .room = count };
	int ret;

	if (!cursor->extra && cursor->part.history && pos < ima_history.size) {
		count = min_t(u64, min_t(size_t, count, COPY_MAX),
			      ima_history.size - pos);
		if (copy_to_user(to, ima_history.bytes + pos, count))
			return -EFAULT;
		return count;
	}
	if (!seek(cursor, pos))
		return 0;
	window.skip = pos - file_start(cursor);
	if (cursor->live)
		ret = ima_entry_emit(cursor->live->entry, cursor->bank,
				     copy_window, &window);
	else
		ret = emit_inherited(cursor, copy_window, &window);
	if (ret < 0 && window.room == count)
		return ret;
	return count - window.room;
}

static ssize_t binary_read(struct file *file, char __user *to, size_t count,
			   loff_t *ppos)
{
	struct binary_file *binary = file->private_data;
	size_t done = 0;
	ssize_t ret = 0;

	if (*ppos < 0)
		return -EINVAL;
	if (mutex_lock_interruptible(&binary->lock))
		return -ERESTARTSYS;
	ima_list_lock();
	if (is_stale(&binary->cursor))
		rewind_binary(&binary->cursor);
	while (done < count) {
		ret = read_some(&binary->cursor, to + done, count - done,
				*ppos + done);
		if (ret <= 0)
			break;
		done += ret;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	ima_list_unlock();
	mutex_unlock(&binary->lock);
	*ppos += done;
	return done ? done : ret;
}

static int open_binary(struct inode *inode, struct file *file, bool staged)
{
	struct binary_file *binary;
	int ret;

	ret = ima_staging_open(file);
	if (ret)
		return ret;
	binary = kzalloc(sizeof(*binary), GFP_KERNEL);
	if (!binary) {
		ima_staging_release(file);
		return -ENOMEM;
	}
	mutex_init(&binary->lock);
	ima_list_lock();
	init_cursor(&binary->cursor, inode, staged);
	rewind_binary(&binary->cursor);
	ima_list_unlock();
	file->private_data = binary;
	return 0;
}

static int binary_open(struct inode *inode, struct file *file)
{
	return open_binary(inode, file, false);
}

static int binary_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	ima_staging_release(file);
	return 0;
}

const struct file_operations ima_list_binary_ops = {
	.open = binary_open,
	.read = binary_read,
	.write = ima_staging_write,
	.llseek = no_seek_end_llseek,
	.release = binary_release,
};

/* ascii_runtime_measurements */

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
	seq_write(m, record->data + filename,
		  strnlen(record->data + filename,
			  record->data_len - filename));
}

/* A template that this kernel does not know, or data that does not fit it */
static void show_opaque(struct seq_file *m, const struct ima_record *record)
{
	seq_putc(m, ' ');
	ima_print_digest(m, (u8 *)record->data, record->data_len);
}

static int show_inherited(struct seq_file *m,
			  const struct ima_list_cursor *cursor)
{
	struct template_fields fields = { };
	u8 digest[IMA_BANK_DIGEST_MAX];
	struct ima_record record;
	int ret;

	ret = inherited_record(&record, cursor);
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
	const struct ima_list_cursor *cursor = v;

	if (cursor->live)
		return show_live(m, cursor->live->entry, cursor->bank);
	return show_inherited(m, cursor);
}

static void *ascii_start(struct seq_file *m, loff_t *pos)
{
	struct ima_list_cursor *cursor = m->private;

	ima_list_lock();
	if (is_stale(cursor) || *pos < cursor->index)
		rewind_to_start(cursor);
	while (!cursor->size || cursor->index < *pos)
		if (!step(cursor))
			return NULL;
	return cursor;
}

/*
 * At the end of the list the cursor stays on the last record, and a later
 * ascii_start() steps on to what has been added since.
 */
static void *ascii_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct ima_list_cursor *cursor = v;

	++*pos;
	return step(cursor) ? cursor : NULL;
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
	struct ima_list_cursor *cursor;
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
	init_cursor(cursor, inode, staged);
	rewind_to_start(cursor);
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

static int binary_open_staged(struct inode *inode, struct file *file)
{
	return open_binary(inode, file, true);
}

const struct file_operations ima_list_staged_binary_ops = {
	.open = binary_open_staged,
	.read = binary_read,
	.write = ima_staging_write_staged,
	.llseek = no_seek_end_llseek,
	.release = binary_release,
};

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
