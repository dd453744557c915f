/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Staging: which part of the measurement list a file shows, and how its
 * beginning is deleted once user space has saved it.
 *
 * The list is one sequence: the history, what is staged of the live list, the
 * rest. Staging only moves the border between the last two.
 */
#ifndef _IMA_STAGING_H
#define _IMA_STAGING_H

#include <linux/fs.h>
#include <linux/types.h>

struct ima_queue_entry;

/**
 * struct ima_list_part - the part of the list that a file shows
 * @history: whether it begins with the history
 * @live: whether it has entries of the live list
 * @after: the entry in front of the first one, NULL for the whole live list
 * @last: the last entry, NULL if new ones belong to the part
 */
struct ima_list_part {
	bool history;
	bool live;
	const struct ima_queue_entry *after;
	const struct ima_queue_entry *last;
};

#ifdef CONFIG_IMA_STAGING
void ima_list_lock(void);
void ima_list_unlock(void);
u64 ima_list_generation(void);
struct ima_list_part ima_list_part(bool staged);
u64 ima_staging_deleted(void);
int ima_staging_open(const struct file *file);
void ima_staging_release(const struct file *file);
ssize_t ima_staging_write(struct file *file, const char __user *from,
			  size_t size, loff_t *pos);
ssize_t ima_staging_write_staged(struct file *file, const char __user *from,
				 size_t size, loff_t *pos);
#else
/* Nothing ever leaves the list, so readers need no lock. */
static inline void ima_list_lock(void) { }
static inline void ima_list_unlock(void) { }

static inline u64 ima_list_generation(void)
{
	return 0;
}

static inline struct ima_list_part ima_list_part(bool staged)
{
	return (struct ima_list_part) { .history = true, .live = true };
}

static inline u64 ima_staging_deleted(void)
{
	return 0;
}

static inline int ima_staging_open(const struct file *file)
{
	return 0;
}

static inline void ima_staging_release(const struct file *file) { }

#define ima_staging_write	NULL
#endif /* CONFIG_IMA_STAGING */

#endif /* _IMA_STAGING_H */
