// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Staging: which part of the measurement list a file shows, and how its
 * beginning is deleted once user space has saved it. The requests, their errors
 * and who may open what are those of
 * Documentation/security/IMA-export-delete.rst.
 *
 * The list stays one sequence: the history, what is staged of the live list,
 * the rest. Staging moves a border and copies nothing, so a kexec carries the
 * list in its order without knowing what is staged. Records of the history are
 * deleted like others: its start moves, and the pages in front go back to the
 * system.
 *
 * Those who walk the list hold ima_list_sem for reading, those who stage or
 * delete hold it for writing. The path that measures never takes it: adding an
 * entry at the end disturbs neither. Where an entry is taken out,
 * ima_extend_lock(), which comes second, keeps new ones away for the few
 * instructions that this takes.
 */

#include <linux/capability.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "ima.h"
#include "ima_closed.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_staging.h"

/* The longest request: the largest unsigned long and a newline */
#define REQUEST_MAX	21

static DECLARE_RWSEM(ima_list_sem);

/*
 * What is staged: all of the history, and the live list up to @last, which may
 * be NULL. Protected by ima_list_sem.
 */
static struct {
	bool any;
	const struct ima_queue_entry *last;
} staged;

/* Counts stagings and deletions. Protected by ima_list_sem. */
static u64 generation;

/* Records deleted by this kernel. Protected by ima_list_sem. */
static u64 deleted;

/**
 * ima_list_lock - keep all records where they are
 *
 * New ones are still added at the end.
 *
 * Context: process context, before ima_extend_lock(). May sleep.
 */
void ima_list_lock(void)
{
	down_read(&ima_list_sem);
}

/**
 * ima_list_unlock - let records be staged and deleted again
 *
 * Context: after ima_list_lock().
 */
void ima_list_unlock(void)
{
	up_read(&ima_list_sem);
}

/**
 * ima_list_generation - tell whether anything was staged or deleted
 *
 * Who keeps a place in the list while it is not locked has to find it again
 * when this is another number.
 *
 * Context: list locked.
 * Return: a number that grows.
 */
u64 ima_list_generation(void)
{
	lockdep_assert_held(&ima_list_sem);
	return generation;
}

/**
 * ima_list_part - the part of the list that a file shows
 * @of_staged: whether it is a file of the staged records
 *
 * Context: list locked, and valid until it is unlocked.
 * Return: the part.
 */
struct ima_list_part ima_list_part(bool of_staged)
{
	lockdep_assert_held(&ima_list_sem);
	if (of_staged)
		return (struct ima_list_part) {
			.history = staged.any,
			.live = staged.last,
			.last = staged.last,
		};
	return (struct ima_list_part) {
		.history = !staged.any,
		.live = true,
		.after = staged.last,
	};
}

/**
 * ima_staging_deleted - number of records deleted by this kernel
 *
 * Context: list locked.
 * Return: the number.
 */
u64 ima_staging_deleted(void)
{
	lockdep_assert_held(&ima_list_sem);
	return deleted;
}

static bool is_empty(void)
{
	return !ima_history.count && list_empty(&ima_measurements);
}

static int stage(void)
{
	int ret = 0;

	down_write(&ima_list_sem);
	ima_extend_lock();
	if (staged.any) {
		ret = -EEXIST;
	} else if (is_empty()) {
		ret = -ENOENT;
	} else if (ima_list_may_add()) {
		ret = -EACCES;
	} else {
		staged.any = true;
		if (!list_empty(&ima_measurements))
			staged.last = list_last_entry(&ima_measurements,
						      struct ima_queue_entry,
						      later);
		atomic_long_set(&ima_num_records[BINARY_STAGED],
				atomic_long_xchg(&ima_num_records[BINARY], 0));
		generation++;
	}
	ima_extend_unlock();
	up_write(&ima_list_sem);
	return ret;
}

/* What the history has no more use for */
static void give_back(const u8 *from)
{
	unsigned long start, size;

	if (is_vmalloc_addr(from)) {
		/* A copy, which can only go as a whole */
		if (!ima_history.size)
			vfree(find_vm_area(from)->addr);
		return;
	}
	start = ima_history_left(&ima_history, from, PAGE_SIZE, &size);
	if (size)
		free_reserved_area((void *)start, (void *)(start + size), -1,
				   NULL);
}

/* Delete the first @count records of the history */
static void trim_history(u64 count)
{
	const u8 *from = ima_history.bytes;

	if (!count)
		return;
	ima_history_trim(&ima_history, count, ima_canonical_fmt);
	give_back(from);
}

/* Move the live entries behind @after, up to @last, which may be NULL, to @to */
static void take_out(struct list_head *to, const struct ima_queue_entry *after,
		     const struct ima_queue_entry *last)
{
	struct list_head *first;

	if (!last)
		return;
	first = after ? after->later.next : ima_measurements.next;
	list_bulk_move_tail(to, first, (struct list_head *)&last->later);
}

static int delete_staged(void)
{
	struct hlist_head *old_htable = NULL;
	LIST_HEAD(taken);
	int ret = 0;

	down_write(&ima_list_sem);
	ima_extend_lock();
	if (!staged.any)
		ret = -ENOENT;
	else if (ima_list_may_add())
		ret = -ESTALE;
	if (!ret && ima_flush_htable) {
		old_htable = ima_alloc_replace_htable();
		ret = PTR_ERR_OR_ZERO(old_htable);
	}
	if (!ret) {
		take_out(&taken, NULL, staged.last);
		deleted += atomic_long_xchg(&ima_num_records[BINARY_STAGED], 0);
		staged.any = false;
		staged.last = NULL;
		generation++;
	}
	ima_extend_unlock();
	if (!ret)
		trim_history(ima_history.count);
	up_write(&ima_list_sem);
	if (ret)
		return ret;

	if (ima_flush_htable) {
		synchronize_rcu();
		kfree(old_htable);
	}
	ima_queue_delete(&taken, ima_flush_htable);
	return 0;
}

/* The entry @count places behind @entry, or NULL if there are not so many */
static const struct ima_queue_entry *
entry_behind(const struct ima_queue_entry *entry, unsigned long count)
{
	do {
		entry = ima_entry_next(entry);
	} while (entry && --count);
	return entry;
}

/* Delete the first records of those that are not staged */
static int delete_first(unsigned long count)
{
	const struct ima_queue_entry *last = NULL;
	u64 inherited;
	LIST_HEAD(taken);
	int ret = 0;

	down_write(&ima_list_sem);
	inherited = staged.any ? 0 : min_t(u64, count, ima_history.count);
	if (count > inherited)
		last = entry_behind(staged.last, count - inherited);
	ima_extend_lock();
	if (count > inherited && !last) {
		ret = -ENOENT;
	} else if (ima_list_may_add()) {
		ret = -ESTALE;
	} else {
		take_out(&taken, staged.last, last);
		atomic_long_sub(count, &ima_num_records[BINARY]);
		deleted += count;
		generation++;
	}
	ima_extend_unlock();
	if (!ret)
		trim_history(inherited);
	up_write(&ima_list_sem);
	if (!ret)
		ima_queue_delete(&taken, false);
	return ret;
}

/* Who has which files open */

static DEFINE_MUTEX(users_lock);

/* Files open for reading, or, negative, for writing. Protected by users_lock. */
static long users;

/* Who has them open for writing. Protected by users_lock. */
static struct task_struct *writer;

static bool may_write(const struct file *file)
{
	return file->f_mode & FMODE_WRITE;
}

/**
 * ima_staging_open - open a file of the list
 * @file: the file
 *
 * Many may read or one may write, so that no list changes while it is read.
 * The one who writes may open more than one file for writing.
 *
 * Context: process context. May sleep.
 * Return: 0, -EPERM, -EBUSY, or -ENFILE.
 */
int ima_staging_open(const struct file *file)
{
	int ret = 0;

	if (may_write(file) && !capable(CAP_SYS_ADMIN))
		return -EPERM;

	mutex_lock(&users_lock);
	if (users == LONG_MAX || users == LONG_MIN) {
		ret = -ENFILE;
	} else if (!may_write(file)) {
		if (users < 0)
			ret = -EBUSY;
		else
			users++;
	} else if (users > 0 || (users < 0 && writer != current)) {
		ret = -EBUSY;
	} else {
		/* It may pass the file on and exit: nobody else is to be it. */
		if (!users)
			writer = get_task_struct(current);
		users--;
	}
	mutex_unlock(&users_lock);
	return ret;
}

/**
 * ima_staging_release - close a file of the list
 * @file: the file
 *
 * Context: process context. May sleep.
 */
void ima_staging_release(const struct file *file)
{
	mutex_lock(&users_lock);
	if (!may_write(file)) {
		users--;
	} else if (!++users) {
		put_task_struct(writer);
		writer = NULL;
	}
	mutex_unlock(&users_lock);
}

/* Requests. Returns bytes of the request, or an error. */

static ssize_t get_request(char request[REQUEST_MAX], const char __user *from,
			   size_t size)
{
	if (size < 2 || size > REQUEST_MAX)
		return -EINVAL;
	if (copy_from_user(request, from, size))
		return -EFAULT;
	if (request[size - 1] != '\n')
		return -EINVAL;
	request[size - 1] = '\0';
	return size;
}

/**
 * ima_staging_write - delete the first N records: the request is N
 * @file: a file of the list
 * @from: the request
 * @size: bytes of it
 * @pos: not used
 *
 * Context: process context. May sleep.
 * Return: @size, -EINVAL or -ERANGE for what is no request, -ENOENT if there
 * are not so many, -ESTALE if a kexec is carrying them already.
 */
ssize_t ima_staging_write(struct file *file, const char __user *from,
			  size_t size, loff_t *pos)
{
	char request[REQUEST_MAX];
	unsigned long count;
	ssize_t ret;

	ret = get_request(request, from, size);
	if (ret < 0)
		return ret;
	/* The hash table would have to be searched for each of them. */
	if (ima_flush_htable)
		return -EINVAL;
	ret = kstrtoul(request, 10, &count);
	if (ret)
		return ret;
	if (!count)
		return -EINVAL;
	ret = delete_first(count);
	return ret ?: size;
}

/**
 * ima_staging_write_staged - stage all records (A) or delete the staged ones (D)
 * @file: a file of the staged records
 * @from: the request
 * @size: bytes of it
 * @pos: not used
 *
 * Context: process context. May sleep.
 * Return: @size, -EINVAL for what is no request; A: -EEXIST if there are
 * staged records, -ENOENT if there are none to stage, -EACCES if a kexec is
 * carrying them already; D: -ENOENT if there are none, -ESTALE if a kexec is
 * carrying them already, -ENOMEM.
 */
ssize_t ima_staging_write_staged(struct file *file, const char __user *from,
				 size_t size, loff_t *pos)
{
	char request[REQUEST_MAX];
	ssize_t ret;

	ret = get_request(request, from, size);
	if (ret < 0)
		return ret;
	if (!strcmp(request, "A"))
		ret = stage();
	else if (!strcmp(request, "D"))
		ret = delete_staged();
	else
		return -EINVAL;
	return ret ?: size;
}
