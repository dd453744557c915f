// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * binary_runtime_measurements and binary_runtime_measurements_<algo> in
 * securityfs.
 *
 * These are no seq_files: their bytes are known without rendering anything,
 * those of the history even lie ready in one piece, and an offset can be found
 * without producing all that precedes it.
 */

#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "ima_bank.h"
#include "ima_cursor.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_list.h"
#include "ima_staging.h"

/*
 * Longest piece of the history that is copied to user space without looking
 * for signals and other work.
 */
#define COPY_MAX	SZ_1M

/*
 * The bytes of the history need no cursor, unless the digests in them have to
 * be replaced.
 */
static void rewind_binary(struct ima_cursor *cursor)
{
	if (cursor->extra)
		ima_cursor_rewind(cursor);
	else
		ima_cursor_rewind_to_live(cursor);
}

/* Like ima_entry_emit(), for a record of the history */
static int emit_inherited(const struct ima_cursor *cursor,
			  ima_entry_sink sink, void *context)
{
	u8 head[IMA_RECORD_HEAD_MAX];
	u8 digest[IMA_BANK_DIGEST_MAX];
	struct ima_record record;
	size_t head_size;
	int ret;

	ret = ima_cursor_record(&record, cursor);
	if (!ret)
		ret = ima_bank_digest(digest, cursor->bank, &record);
	if (ret)
		return ret;
	head_size = ima_record_encode_head(head, &record, ima_canonical_fmt);
	ret = ima_bank_emit_head(head, head_size, cursor->bank, digest, sink,
				 context);
	return ret ?: sink(context, record.data, record.data_len);
}

/**
 * struct binary_file - an open file of the binary list
 * @lock: protects @cursor from reads at the same time
 * @cursor: where the last read ended, in the live list
 */
struct binary_file {
	struct mutex lock;	/* protects cursor */
	struct ima_cursor cursor;
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
static bool seek(struct ima_cursor *cursor, u64 pos)
{
	while (cursor->live && cursor->size && pos < ima_cursor_start(cursor))
		if (!ima_cursor_step_back(cursor))
			break;
	/* The history is walked from its start: its frames say how long they are. */
	if (pos < ima_cursor_start(cursor))
		ima_cursor_rewind(cursor);
	while (pos >= ima_cursor_end(cursor))
		if (!ima_cursor_step(cursor))
			return false;
	return true;
}

/* Returns bytes copied, 0 at the end of the list, or an error if none were */
static ssize_t read_some(struct ima_cursor *cursor, char __user *to,
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
	window.skip = pos - ima_cursor_start(cursor);
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
	if (ima_cursor_is_stale(&binary->cursor))
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
	ima_cursor_init(&binary->cursor, inode, staged);
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
#endif /* CONFIG_IMA_STAGING */
