/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kexec segment that is reserved when an image is loaded and filled until
 * the image is executed.
 */
#ifndef _LINUX_KEXEC_LATE_SEGMENT_H
#define _LINUX_KEXEC_LATE_SEGMENT_H

#include <linux/types.h>
#include <linux/xarray.h>

struct kexec_buf;
struct kexec_late_segment;
struct kimage;
struct page;

/**
 * struct kexec_late_ops - what the owner of a late segment does
 * @load: write what there is by now. All other segments are loaded and the
 *	architecture has not seen the image's entries yet. An error fails the
 *	load.
 * @complete: write the rest; nothing has been torn down. An error vetoes the
 *	reboot, and then all goes on as if it had not been called.
 * @resume: the reboot was given up after @complete; it may be called again
 * @forget: the image is being freed, whether or not it was ever loaded or
 *	completed. To call kexec_late_segment_destroy() and to free the segment.
 *
 * All are called in process context and may sleep. The kexec lock is held, but
 * for @forget: nobody else has the image by then.
 */
struct kexec_late_ops {
	int (*load)(struct kexec_late_segment *late);
	int (*complete)(struct kexec_late_segment *late);
	void (*resume)(struct kexec_late_segment *late);
	void (*forget)(struct kexec_late_segment *late);
};

/**
 * struct kexec_late_segment - a range of the next kernel's memory, filled late
 * @ops: its owner's
 * @image: the image it belongs to
 * @start: physical address it will have in the next kernel
 * @size: bytes reserved there
 * @backed: bytes from @start on that have source pages or are kept
 * @kept_start: offset of the first page that is kept
 * @kept_end: offset behind the last page that is kept; none is if both are equal
 * @memory_changes: how often memory had been plugged in or taken out when the
 *	segment was reserved
 * @error: set by the owner if the image cannot be loaded on account of this
 *	segment; a load that fails then fails with this
 * @completed: the owner has completed it for a reboot that is under way
 * @next: physical address of the page behind the one that the image's last
 *	entry is for; 0 if that entry is for none of this segment
 * @sources: for each page that has a source page, by index, a pointer to its
 *	kimage_entry_t in the image's list of entries
 * @parked: pages that lie where page index of this segment goes and that the
 *	page allocator returned while they were of no use; held only during a
 *	load or an execute
 *
 * All of it is protected by the kexec lock, and lives as long as the image.
 */
struct kexec_late_segment {
	const struct kexec_late_ops *ops;
	struct kimage *image;
	unsigned long start;
	unsigned long size;
	unsigned long backed;
	unsigned long kept_start;
	unsigned long kept_end;
	unsigned long next;
	int memory_changes;
	int error;
	bool completed;
	struct xarray sources;
	struct xarray parked;
};

#ifdef CONFIG_KEXEC_LATE_SEGMENT
/* For its owner */
int kexec_late_segment_reserve(struct kexec_late_segment *late,
			       const struct kexec_late_ops *ops,
			       struct kexec_buf *kbuf);
int kexec_late_segment_reserve_at(struct kexec_late_segment *late,
				  const struct kexec_late_ops *ops,
				  struct kexec_buf *kbuf, unsigned long start,
				  unsigned long owned);
int kexec_late_segment_write(struct kexec_late_segment *late,
			     unsigned long pos, const void *bytes, size_t size);
int kexec_late_segment_keep(struct kexec_late_segment *late, unsigned long pos,
			    unsigned long size);
void kexec_late_segment_unkeep(struct kexec_late_segment *late);
void kexec_late_segment_settle(struct kexec_late_segment *late);
bool kexec_late_segment_is_stale(const struct kexec_late_segment *late);
void kexec_late_segment_destroy(struct kexec_late_segment *late);

/* For kexec core */
int kexec_late_segment_load(struct kimage *image);
int kexec_late_segment_complete(struct kimage *image);
void kexec_late_segment_resume(struct kimage *image);
void kexec_late_segment_forget(struct kimage *image);
int kexec_late_segment_error(const struct kimage *image, int error);
bool kexec_late_segment_covers(const struct kimage *image, unsigned long addr);
struct page *kexec_late_segment_trade(struct kimage *image, struct page *page,
				      gfp_t gfp_mask);
#else
static inline int kexec_late_segment_load(struct kimage *image)
{
	return 0;
}

static inline int kexec_late_segment_complete(struct kimage *image)
{
	return 0;
}

static inline void kexec_late_segment_resume(struct kimage *image) { }
static inline void kexec_late_segment_forget(struct kimage *image) { }

static inline int kexec_late_segment_error(const struct kimage *image,
					   int error)
{
	return error;
}

static inline bool kexec_late_segment_covers(const struct kimage *image,
					     unsigned long addr)
{
	return false;
}

static inline struct page *kexec_late_segment_trade(struct kimage *image,
						    struct page *page,
						    gfp_t gfp_mask)
{
	return NULL;
}
#endif

#endif /* _LINUX_KEXEC_LATE_SEGMENT_H */
