// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kexec segment that is reserved when an image is loaded and filled until
 * the image is executed.
 *
 * All other segments have their content, and their source pages, at load. A
 * late segment has only a destination then: addresses that no other segment
 * and no control page will use. They cost the running kernel nothing, so they
 * can be generous. What is written to it, and the pages that takes, is in
 * kexec_late_pages.c.
 *
 * The purgatory's digest is computed at load and leaves a late segment out. So
 * does the limit of half of memory for an image: a reservation takes none.
 *
 * Kexec core knows that an image has such a segment, and when its owner has to
 * do something about it, but not who that is or what is in it.
 */

#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/list.h>
#include <linux/memory.h>
#include <linux/mmzone.h>
#include <linux/notifier.h>
#include <linux/pfn.h>

/* How often memory was plugged in or taken out */
static atomic_t memory_changes = ATOMIC_INIT(0);

/* Before the page allocator has what is plugged in */
static int note_change(struct notifier_block *nb, unsigned long action,
		       void *data)
{
	if (action == MEM_GOING_ONLINE || action == MEM_OFFLINE)
		atomic_inc(&memory_changes);
	return NOTIFY_OK;
}

static int __init watch_memory(void)
{
	return hotplug_memory_notifier(note_change, 0);
}
core_initcall(watch_memory);

#ifdef CONFIG_MEMORY_HOTPLUG
static unsigned long section_of(unsigned long addr)
{
	return pfn_to_section_nr(PHYS_PFN(boot_phys_to_phys(addr)));
}

static unsigned long section_start(unsigned long nr)
{
	return phys_to_boot_phys(PFN_PHYS(section_nr_to_pfn(nr)));
}

/*
 * Leave out a part of what a search for a place may look at, on account of the
 * place in @found, if that has memory which this kernel was not booted with: the
 * next one is not told of it. Return false if the place is good.
 */
static bool leave_out(struct kexec_buf *kbuf, const struct kexec_buf *found)
{
	unsigned long last = section_of(found->mem + found->memsz - 1);
	unsigned long nr = section_of(found->mem);

	while (nr <= last && early_section(__nr_to_section(nr)))
		nr++;
	if (nr > last)
		return false;
	if (kbuf->top_down)
		kbuf->buf_max = section_start(nr) - 1;
	else
		kbuf->buf_min = section_start(nr + 1);
	return true;
}
#else
static bool leave_out(struct kexec_buf *kbuf, const struct kexec_buf *found)
{
	return false;
}
#endif

/* Like kexec_add_buffer(), in memory that the next kernel knows of */
static int add_buffer(struct kexec_buf *kbuf)
{
	for (;;) {
		struct kexec_buf found = *kbuf;
		int ret = kexec_add_buffer(&found);

		if (ret)
			return ret;
		if (!leave_out(kbuf, &found)) {
			*kbuf = found;
			return 0;
		}
		/* It is the last one, and has no content. */
		kbuf->image->nr_segments--;
		if (kbuf->mem != KEXEC_BUF_MEM_UNKNOWN ||
		    kbuf->buf_min >= kbuf->buf_max)
			return -EADDRNOTAVAIL;
	}
}

/**
 * kexec_late_segment_reserve - reserve a range of the next kernel's memory
 * @late: the segment, zeroed by the caller
 * @ops: what its owner does
 * @kbuf: the image, the size (memsz, bytes) and where the range may lie; on
 *	success mem is its physical address
 *
 * To be called before the image's control pages are allocated, like
 * kexec_add_buffer(). The range has no memory that was plugged in since this
 * kernel was booted. Device trees and the firmware's maps, from which the next
 * kernel learns what memory there is, do not have it.
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0, and the image owns the segment until it calls forget() of @ops;
 * -EBUSY if the image has one; or -EADDRNOTAVAIL or another error of
 * kexec_add_buffer(), after which another @kbuf may be tried.
 */
int kexec_late_segment_reserve(struct kexec_late_segment *late,
			       const struct kexec_late_ops *ops,
			       struct kexec_buf *kbuf)
{
	int changes = atomic_read(&memory_changes);
	int ret;

	if (kbuf->image->late_segment)
		return -EBUSY;
	kbuf->buffer = NULL;
	kbuf->bufsz = 0;
	ret = add_buffer(kbuf);
	if (ret)
		return ret;

	late->ops = ops;
	late->image = kbuf->image;
	late->start = kbuf->mem;
	late->size = kbuf->memsz;
	late->memory_changes = changes;
	xa_init(&late->sources);
	xa_init(&late->parked);
	late->image->late_segment = late;
	return 0;
}

/**
 * kexec_late_segment_load - have the owner write what there is
 * @image: an image whose other segments are loaded and whose list of entries
 *	is terminated, before the architecture sees that list
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0, or why the load fails.
 */
int kexec_late_segment_load(struct kimage *image)
{
	struct kexec_late_segment *late = image->late_segment;

	return late ? late->ops->load(late) : 0;
}

/**
 * kexec_late_segment_complete - have the owner write the rest
 * @image: the image about to be executed, with nothing torn down yet
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0, or why the reboot must not take place.
 */
int kexec_late_segment_complete(struct kimage *image)
{
	struct kexec_late_segment *late = image->late_segment;
	int ret;

	if (!late)
		return 0;
	ret = late->ops->complete(late);
	late->completed = !ret;
	return ret;
}

/**
 * kexec_late_segment_resume - tell the owner that this kernel goes on
 * @image: an image that was about to be executed, or NULL
 *
 * Wherever the way from kexec_late_segment_complete() to the next kernel ends
 * in this one. Harmless if it has not begun.
 *
 * Context: process context, kexec lock held. May sleep.
 */
void kexec_late_segment_resume(struct kimage *image)
{
	struct kexec_late_segment *late = image ? image->late_segment : NULL;

	if (!late || !late->completed)
		return;
	late->completed = false;
	late->ops->resume(late);
}

/**
 * kexec_late_segment_forget - tell the owner that the image is going
 * @image: an image about to be freed, with its entries
 *
 * Context: process context; nobody else has the image. May sleep.
 */
void kexec_late_segment_forget(struct kimage *image)
{
	struct kexec_late_segment *late = image->late_segment;

	if (!late)
		return;
	image->late_segment = NULL;
	late->ops->forget(late);
}

/**
 * kexec_late_segment_error - the error that a load should return
 * @image: an image that could not be loaded
 * @error: what it failed with
 *
 * What goes wrong in the architecture's code with the segment comes back as
 * whatever that code says of all its errors. Tools take some of these for a
 * request to try kexec_load(2), which would lose what the segment is for.
 *
 * Context: kexec lock held.
 * Return: the segment's own error if there is one, else @error.
 */
int kexec_late_segment_error(const struct kimage *image, int error)
{
	const struct kexec_late_segment *late = image->late_segment;

	return late && late->error ? late->error : error;
}

/**
 * kexec_late_segment_covers - does a late segment of the image go there?
 * @image: the image
 * @addr: a physical address in the next kernel
 *
 * Context: kexec lock held.
 * Return: true if @addr lies in the image's late segment.
 */
bool kexec_late_segment_covers(const struct kimage *image, unsigned long addr)
{
	const struct kexec_late_segment *late = image->late_segment;

	return late && addr >= late->start && addr - late->start < late->size;
}

/**
 * kexec_late_segment_is_stale - has the memory of the machine changed?
 * @late: the segment
 *
 * What copies an image's pages to where they go has a mapping of the memory that
 * there was when the image was loaded. Pages of memory that was plugged in since
 * must not be used, nor can pages be copied to memory that was taken out.
 *
 * Context: any.
 * Return: true if memory was plugged in or taken out since the segment was
 * reserved.
 */
bool kexec_late_segment_is_stale(const struct kexec_late_segment *late)
{
	return atomic_read(&memory_changes) != late->memory_changes;
}

/**
 * kexec_late_segment_destroy - free what a late segment holds
 * @late: a segment that was reserved
 *
 * The source pages are the image's and go with it.
 *
 * Context: process context. May sleep.
 */
void kexec_late_segment_destroy(struct kexec_late_segment *late)
{
	struct page *page;
	unsigned long index;

	xa_for_each(&late->parked, index, page)
		list_add(&page->lru, &late->image->unusable_pages);
	xa_destroy(&late->parked);
	xa_destroy(&late->sources);
}
