// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages of a late segment: how they are written until the image is
 * executed, and which of them can stay where they are.
 *
 * Source pages are added to the end of the image's list of entries as the
 * segment is written, and what has been written stays valid whether or not a
 * later write fails.
 *
 * The rule of kexec_core.c holds for these pages too: a source page is either
 * its own destination or no destination at all. The page allocator is free to
 * return pages out of the reserved range, and because the range is large it
 * may return many of them. Searching the image's lists for each, as is done
 * for ordinary segments, would take time in the square of the range. Pages in
 * the range are indexed by where they lie instead, and either become their own
 * source or are given back once the write is over.
 *
 * Pages that lie where they belong already can be kept: they get no entry at
 * all. That is safe because
 *
 *  - relocation writes to no page that is not listed as a destination, and
 *    destinations are checked against the ranges of all segments. These pages
 *    are in the range of this one, which is all that may list them;
 *  - pages that hold entries, source pages and control pages, the relocation
 *    code and its page tables among them, come from the page allocator or from
 *    the memory of a crash kernel. These pages are reserved and in use, so that
 *    neither the one nor the other can give them out, memory cannot be
 *    unplugged under them, and hibernation saves and restores them;
 *  - the running kernel does not write to them, the owner promises that. What
 *    it read of them may be in caches, but nothing that memory lacks: if an
 *    earlier kexec wrote them, relocation has cleaned the caches where the next
 *    kernel starts with them off (arm64), and on the other architectures caches
 *    are coherent at all times;
 *  - if memory is encrypted with a key that the next kernel does not use at
 *    once, no page can be handed over in place, nor by a copy: the owner does
 *    not reserve a segment then.
 */

#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/list.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>

#include "kexec_internal.h"

/*
 * The segment must be complete or the reboot fails, so try hard; but a reboot
 * that can be refused is no reason to kill processes.
 */
#define GFP_MAYFAIL	(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)
#define GFP_SOURCE	(GFP_HIGHUSER | GFP_MAYFAIL)

static unsigned long page_addr(struct page *page)
{
	return page_to_boot_pfn(page) << PAGE_SHIFT;
}

static bool is_kept(const struct kexec_late_segment *late, unsigned long pos)
{
	return pos >= late->kept_start && pos < late->kept_end;
}

static struct page *entry_page(kimage_entry_t entry)
{
	return boot_pfn_to_page(entry >> PAGE_SHIFT);
}

/**
 * kexec_late_segment_reserve_at - reserve a range with memory that may be kept
 * @late: the segment, zeroed by the caller
 * @ops: what its owner does
 * @kbuf: as for kexec_late_segment_reserve(); the range must be in its bounds
 * @start: physical address that the range is to have, at a page
 * @owned: bytes from @start on, whole pages and less than the range has, that
 *	were handed over to the owner of the segment when this kernel booted
 *
 * Not all architectures let a segment go where this kernel uses memory, and
 * they need not know whose memory that is: what an earlier kexec placed here
 * can be placed here again. It is enough that what lies behind is free for kexec.
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: as kexec_late_segment_reserve(), -EADDRNOTAVAIL if the range is out of
 * bounds or not free, -EINVAL if there are other segments already.
 */
int kexec_late_segment_reserve_at(struct kexec_late_segment *late,
				  const struct kexec_late_ops *ops,
				  struct kexec_buf *kbuf, unsigned long start,
				  unsigned long owned)
{
	struct kexec_buf whole = *kbuf, behind;
	unsigned long last;
	int ret;

	whole.buffer = NULL;
	whole.bufsz = 0;
	whole.memsz = PAGE_ALIGN(whole.memsz);
	if (WARN_ON_ONCE(!PAGE_ALIGNED(start | owned) || owned >= whole.memsz))
		return -EINVAL;
	/* What follows does not look for an overlap with another segment. */
	if (whole.image->nr_segments)
		return -EINVAL;
	if (check_add_overflow(start, whole.memsz - 1, &last) ||
	    start < whole.buf_min || last > whole.buf_max)
		return -EADDRNOTAVAIL;

	whole.buf_min = start;
	whole.buf_max = last;
	whole.top_down = false;
	ret = kexec_late_segment_reserve(late, ops, &whole);
	if (ret) {
		behind = whole;
		behind.buf_min = start + owned;
		behind.memsz -= owned;
		ret = arch_kexec_locate_mem_hole(&behind);
		if (ret)
			return ret;
		whole.mem = start;
		ret = kexec_late_segment_reserve(late, ops, &whole);
	}
	if (!ret)
		*kbuf = whole;
	return ret;
}

/**
 * kexec_late_segment_trade - find a use for a page in a late segment's range
 * @image: the image
 * @page: a page for which kexec_late_segment_covers() is true
 * @gfp_mask: what it was allocated with
 *
 * If the place where @page lies has a source page already, @page takes over
 * its content and its role, which frees a page that is no destination. If
 * not, @page waits to become its own source.
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: a page that is no destination and that @gfp_mask allows, or NULL if
 * there is none and another has to be allocated.
 */
struct page *kexec_late_segment_trade(struct kimage *image, struct page *page,
				      gfp_t gfp_mask)
{
	struct kexec_late_segment *late = image->late_segment;
	unsigned long index = (page_addr(page) - late->start) >> PAGE_SHIFT;
	kimage_entry_t *entry = xa_load(&late->sources, index);
	struct page *old;

	/* The page allocator cannot have a page that is in use. */
	WARN_ON_ONCE(is_kept(late, index << PAGE_SHIFT));
	if (!entry) {
		if (xa_err(xa_store(&late->parked, index, page, GFP_MAYFAIL)))
			list_add(&page->lru, &image->unusable_pages);
		return NULL;
	}
	old = entry_page(*entry);
	copy_highpage(page, old);
	*entry = page_addr(page) | IND_SOURCE;
	if (!(gfp_mask & __GFP_HIGHMEM) && PageHighMem(old)) {
		list_add(&old->lru, &image->unusable_pages);
		return NULL;
	}
	return old;
}

/* The end marker goes, so that entries can be added. settle() sets it again. */
static void reopen(struct kimage *image)
{
	if (*image->entry & IND_DONE)
		*image->entry = 0;
}

/*
 * Give the next page of the segment a source page, cleared. It may have one from
 * before pages in front of it were given up with kexec_late_segment_unkeep().
 */
static int back_page(struct kexec_late_segment *late)
{
	unsigned long dest = late->start + late->backed;
	unsigned long index = late->backed >> PAGE_SHIFT;
	struct kimage *image = late->image;
	struct page *page;
	int ret;

	if (xa_load(&late->sources, index)) {
		late->backed += PAGE_SIZE;
		return 0;
	}
	if (late->next != dest) {
		reopen(image);
		ret = kimage_add_entry(image, dest | IND_DESTINATION,
				       GFP_MAYFAIL);
		if (ret)
			return ret;
		late->next = dest;
	}

	/*
	 * A place that is only reserved reads as NULL, so that a page that lies
	 * at this very place is parked if the allocator returns it, and is the
	 * first choice below.
	 */
	ret = xa_reserve(&late->sources, index, GFP_MAYFAIL);
	if (ret)
		return ret;
	page = xa_erase(&late->parked, index);
	if (!page)
		page = kimage_alloc_page(image, GFP_SOURCE, dest);
	if (!page) {
		ret = fatal_signal_pending(current) ? -EINTR : -ENOMEM;
		goto release;
	}
	clear_highpage(page);
	reopen(image);
	ret = kimage_add_entry(image, page_addr(page) | IND_SOURCE,
			       GFP_MAYFAIL);
	if (ret) {
		list_add(&page->lru, &image->unusable_pages);
		goto release;
	}
	/*
	 * Entries stay where they are once they are added, and the place is
	 * reserved: this allocates nothing and cannot fail.
	 */
	xa_store(&late->sources, index, image->entry - 1, GFP_KERNEL);
	late->backed += PAGE_SIZE;
	late->next = dest + PAGE_SIZE;
	return 0;

release:
	xa_release(&late->sources, index);
	return ret;
}

/**
 * kexec_late_segment_write - write into a late segment
 * @late: the segment
 * @pos: offset to write at, at most in the page behind what was written up to
 *	before; what is left out of that page is zeros
 * @bytes: what to write
 * @size: how many bytes
 *
 * Not before the other segments are loaded. A call of
 * kexec_late_segment_settle() must follow the last of a run of writes.
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0, -ENOSPC if the reserved range ends before, -ENOMEM, -EINTR if the
 * process is being killed, or -EINVAL if a page to write to is kept. After an
 * error any part of the bytes may have been written; they can be written again.
 * -ESTALE if the machine has other memory than when the segment was reserved: the
 * image must not be executed, and this does not change any more.
 */
int kexec_late_segment_write(struct kexec_late_segment *late,
			     unsigned long pos, const void *bytes, size_t size)
{
	if (WARN_ON_ONCE(ALIGN_DOWN(pos, PAGE_SIZE) > late->backed))
		return -EINVAL;
	if (pos > late->size || size > late->size - pos)
		return -ENOSPC;

	while (size) {
		size_t chunk = min_t(size_t, size,
				     PAGE_SIZE - offset_in_page(pos));
		kimage_entry_t *entry;

		if (pos >= late->backed) {
			int ret;

			ret = back_page(late);
			if (ret)
				return ret;
			cond_resched();
		}
		if (WARN_ON_ONCE(is_kept(late, pos)))
			return -EINVAL;
		entry = xa_load(&late->sources, pos >> PAGE_SHIFT);
		memcpy_to_page(entry_page(*entry), offset_in_page(pos), bytes,
			       chunk);
		bytes += chunk;
		pos += chunk;
		size -= chunk;
	}
	/* Not before: what was plugged in last may be a source page by now. */
	return kexec_late_segment_is_stale(late) ? -ESTALE : 0;
}

/* Nobody is given a page that is reserved, neither now nor by unplugging it. */
static bool is_in_use(const struct kexec_late_segment *late, unsigned long pos)
{
	unsigned long pfn = PHYS_PFN(boot_phys_to_phys(late->start + pos));

	return pfn_valid(pfn) && PageReserved(pfn_to_page(pfn));
}

static bool may_keep(const struct kexec_late_segment *late, unsigned long pos,
		     unsigned long size)
{
	unsigned long end;

	if (late->image->type != KEXEC_TYPE_DEFAULT ||
	    late->image->preserve_context)
		return false;
	if (!size || !PAGE_ALIGNED(pos | size) ||
	    check_add_overflow(pos, size, &end) || end > late->size)
		return false;
	if (!IS_ENABLED(CONFIG_DEBUG_VM))
		return is_in_use(late, pos) && is_in_use(late, end - PAGE_SIZE);
	for (; pos < end; pos += PAGE_SIZE)
		if (!is_in_use(late, pos))
			return false;
	return true;
}

/**
 * kexec_late_segment_keep - leave pages where they are
 * @late: the segment
 * @pos: offset of the first page, what was written up to before
 * @size: bytes, whole pages
 *
 * Instead of writing: the pages of this kernel at the very addresses where these
 * pages of the segment go have the content already. The caller owns them, they
 * were reserved when this kernel booted, and neither changes nor frees them as
 * long as they are kept. They cannot be written to, and there are no other pages
 * of this segment that are kept. To keep the same pages again changes nothing.
 *
 * Context: process context, kexec lock held.
 * Return: 0, or -EINVAL if one of these rules is broken, with a warning.
 */
int kexec_late_segment_keep(struct kexec_late_segment *late, unsigned long pos,
			    unsigned long size)
{
	if (late->kept_start != late->kept_end && late->kept_start == pos &&
	    late->kept_end == pos + size)
		return 0;
	if (WARN_ON_ONCE(late->kept_start != late->kept_end ||
			 pos != late->backed || !may_keep(late, pos, size)))
		return -EINVAL;
	late->kept_start = pos;
	late->kept_end = pos + size;
	late->backed = pos + size;
	return 0;
}

/**
 * kexec_late_segment_unkeep - keep no pages any more
 * @late: the segment
 *
 * The pages are the caller's again. From the first of them on the segment has to
 * be written anew before the image is executed.
 *
 * Context: process context, kexec lock held.
 */
void kexec_late_segment_unkeep(struct kexec_late_segment *late)
{
	if (late->kept_start == late->kept_end)
		return;
	late->backed = late->kept_start;
	late->kept_start = 0;
	late->kept_end = 0;
}

/**
 * kexec_late_segment_settle - end a run of writes
 * @late: the segment
 *
 * Marks the end of the image's entries and gives back the pages that turned
 * out to be of no use, so that between load and execute the segment holds no
 * more memory than has been written to it.
 *
 * Context: process context, kexec lock held. May sleep.
 */
void kexec_late_segment_settle(struct kexec_late_segment *late)
{
	struct kimage *image = late->image;
	struct page *page;
	unsigned long index;

	reopen(image);
	kimage_terminate(image);
	xa_for_each(&late->parked, index, page)
		list_add(&page->lru, &image->unusable_pages);
	xa_destroy(&late->parked);
	kimage_free_page_list(&image->unusable_pages);
}
