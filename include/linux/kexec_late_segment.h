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
struct kimage;
struct page;

/**
 * struct kexec_late_segment - a range of the next kernel's memory, filled late
 * @image: the image it belongs to
 * @start: physical address it will have in the next kernel
 * @size: bytes reserved there
 * @backed: bytes from @start on that have source pages
 * @pfn_limit: the end of memory when the segment was reserved
 * @opened: whether @start has been entered into the image's list of entries
 * @sources: for each backed page, by index, a pointer to its kimage_entry_t in
 *	the image's list of entries
 * @parked: pages that lie where page index of this segment goes and that the
 *	page allocator returned while they were of no use; held only during a
 *	load or an execute
 *
 * All of it is protected by the kexec lock, and lives as long as the image.
 */
struct kexec_late_segment {
	struct kimage *image;
	unsigned long start;
	unsigned long size;
	unsigned long backed;
	unsigned long pfn_limit;
	bool opened;
	struct xarray sources;
	struct xarray parked;
};

#ifdef CONFIG_KEXEC_LATE_SEGMENT
int kexec_late_segment_reserve(struct kexec_late_segment *late,
			       struct kexec_buf *kbuf);
int kexec_late_segment_write(struct kexec_late_segment *late,
			     unsigned long pos, const void *bytes, size_t size);
void kexec_late_segment_settle(struct kexec_late_segment *late);
void kexec_late_segment_destroy(struct kexec_late_segment *late);
bool kexec_late_segment_covers(const struct kimage *image, unsigned long addr);
struct page *kexec_late_segment_trade(struct kimage *image, struct page *page,
				      gfp_t gfp_mask);
bool kexec_late_segment_too_new(const struct kimage *image,
				const struct page *page);
#else
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

static inline bool kexec_late_segment_too_new(const struct kimage *image,
					      const struct page *page)
{
	return false;
}
#endif

#endif /* _LINUX_KEXEC_LATE_SEGMENT_H */
