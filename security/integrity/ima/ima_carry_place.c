// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the measurement list goes in the next kernel's memory, and how much room
 * to grow it gets there.
 */

#include <linux/ima_kexec.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "ima_carry.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_staging.h"

/*
 * The list may double, or grow by this much, before it no longer fits. Both
 * are only addresses until they are needed.
 */
#define GROWTH_MIN	SZ_32M

/*
 * The whole reservation, the growth included, takes at most a quarter of
 * memory, because the kernel and its initramfs need room too. The list itself
 * is not subject to this, nor is the first GROWTH_RETRY of growth.
 */
#define GROWTH_SHARE	4

/* Below this it is better to look for another place than for less growth. */
#define GROWTH_RETRY	SZ_1M

/*
 * Where kexec may use only pieces of memory, such as the scratch areas of a
 * kexec handover, the kernel and its initramfs, which are placed after the list,
 * have to find room in the same pieces. With what reserve_elsewhere() adds the
 * growth is an eighth of the largest.
 */
#define GROWTH_PIECE	16

/* Room to grow in bytes, as the administrator wants it */
static unsigned long long growth_wanted;
static bool growth_given;

static int __init growth_setup(char *str)
{
	char *end;
	unsigned long long size = memparse(str, &end);

	if (end == str || *end) {
		pr_err("kexec: ima_kexec_reserve=%s is no size, using the default\n",
		       str);
		return 1;
	}
	growth_wanted = size;
	growth_given = true;
	return 1;
}
__setup("ima_kexec_reserve=", growth_setup);

static u64 ram_size(void)
{
	return (u64)totalram_pages() << PAGE_SHIFT;
}

/* How much of @growth there can be behind @size bytes, at most half of memory */
static u64 growth_behind(u64 size, u64 growth)
{
	u64 share = ram_size() / GROWTH_SHARE;
	u64 half = ram_size() / 2;
	u64 most = GROWTH_RETRY;

	if (size + GROWTH_RETRY < share)
		most = share - size;
	if (size + most > half)
		most = size < half ? half - size : 0;
	return min(growth, most);
}

/* A buffer of the list's, wherever there is room */
static struct kexec_buf anywhere(struct kimage *image, u64 size)
{
	return (struct kexec_buf) {
		.image = image,
		.mem = KEXEC_BUF_MEM_UNKNOWN,
		.memsz = PAGE_ALIGN(size),
		.buf_align = PAGE_SIZE,
		.buf_max = ULONG_MAX,
		.top_down = true,
	};
}

/* Whether an image without segments could have one of this size */
static bool has_piece(struct kimage *image, u64 size)
{
	struct kexec_buf kbuf = anywhere(image, size);

	return !arch_kexec_locate_mem_hole(&kbuf);
}

/* How much of @growth leaves room for the rest of the image */
static u64 growth_in_pieces(struct kimage *image, u64 growth)
{
	u64 share = ram_size() / GROWTH_SHARE;
	u64 piece = share;

	while (piece > GROWTH_RETRY && !has_piece(image, piece))
		piece /= 2;
	return piece == share ? growth : min(growth, piece / GROWTH_PIECE);
}

/* Room to grow for a list of @planned bytes */
static u64 growth_for(struct kimage *image, u64 planned)
{
	u64 growth = max_t(u64, planned, GROWTH_MIN);

	if (growth_given)
		return growth_behind(planned, growth_wanted);
	return growth_behind(planned, growth_in_pieces(image, growth));
}

/*
 * Tools take some errors of kexec_file_load(2) for "try kexec_load(2)", which
 * cannot carry the list. What an architecture says of a place that it does not
 * have must be none of those.
 */
static int no_place(int error)
{
	return error == -ENOMEM ? error : -EADDRNOTAVAIL;
}

/* Where the history is, if @kbuf allows that */
static int reserve_here(struct ima_carry *carry, struct kexec_buf kbuf,
			const struct kexec_late_ops *ops, unsigned long place,
			u64 room)
{
	unsigned long start = ALIGN_DOWN(place, PAGE_SIZE);
	u64 owned = PAGE_ALIGN(place - start + IMA_HANDOVER_SIZE +
			       ima_history.size);
	int ret;

	if (!place)
		return -ENOENT;
	/* At least one page is behind the history, or nothing is looked for. */
	kbuf.memsz = max(PAGE_ALIGN(place - start + room), owned + PAGE_SIZE);
	ret = kexec_late_segment_reserve_at(&carry->segment, ops, &kbuf,
					    start, owned);
	if (!ret)
		carry->offset = place - start;
	return ret;
}

/*
 * Anywhere in the bounds of @kbuf, so that the next kernels have as much room
 * again without another move if nothing can be expected behind it: as far up as
 * possible means up to the end of memory.
 */
static int reserve_elsewhere(struct ima_carry *carry, struct kexec_buf kbuf,
			     const struct kexec_late_ops *ops, u64 room,
			     u64 growth)
{
	u64 spare = growth_behind(room, max_t(u64, growth, GROWTH_RETRY));
	int ret;

	kbuf.memsz = PAGE_ALIGN(room + (kbuf.top_down ? spare : 0));
	ret = kexec_late_segment_reserve(&carry->segment, ops, &kbuf);
	if (!ret || !kbuf.top_down)
		return ret;
	kbuf.memsz = PAGE_ALIGN(room);
	return kexec_late_segment_reserve(&carry->segment, ops, &kbuf);
}

/*
 * Try where the architecture wants the list, or any place, with less and less
 * room to grow
 */
static int try_place(struct ima_carry *carry, struct kimage *image,
		     const struct kexec_late_ops *ops, unsigned long place,
		     u64 growth, bool best)
{
	int ret;

	for (;; growth /= 2) {
		u64 room = carry->planned + IMA_HANDOVER_DELETED_SIZE + growth;
		struct kexec_buf kbuf = anywhere(image, room);

		if (best)
			arch_ima_kexec_place(&kbuf);
		ret = reserve_here(carry, kbuf, ops, place, room);
		if (ret)
			ret = reserve_elsewhere(carry, kbuf, ops, room, growth);
		if (!ret) {
			carry->room = carry->segment.size - carry->offset;
			/* No more than was asked for, even if there is more. */
			if (growth_given)
				carry->room = min(carry->room, room);
		}
		if (!ret || growth < GROWTH_RETRY)
			return ret;
	}
}

/**
 * ima_carry_place - give a carry its place
 * @carry: the carry
 * @image: an image being loaded, no segment of which is placed yet
 * @ops: the segment's owner
 *
 * Where the history is, if that can be; else where the architecture wants it;
 * else anywhere.
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0 or an error, which is in the log.
 */
int ima_carry_place(struct ima_carry *carry, struct kimage *image,
		    const struct kexec_late_ops *ops)
{
	unsigned long place;
	u64 growth;
	int ret;

	ima_list_lock();
	carry->planned = ima_carry_list_size();
	carry->generation = ima_list_generation();
	place = ima_carry_history_place();
	growth = growth_for(image, carry->planned);
	ret = try_place(carry, image, ops, place, growth, true);
	if (ret)
		ret = try_place(carry, image, ops, place, growth, false);
	ima_list_unlock();
	if (!ret)
		return 0;
	ret = no_place(ret);
	pr_err("kexec: no room in the next kernel's memory for a measurement list of %llu bytes: %d\n",
	       carry->planned, ret);
	return ret;
}

/**
 * ima_carry_check_memory - is the image small enough?
 * @carry: a carry that has its place
 * @image: its image
 *
 * Kexec allows no image of more than half of memory. What stays where it is
 * takes none.
 *
 * Context: process context. May sleep.
 * Return: 0 or -EFBIG.
 */
int ima_carry_check_memory(const struct ima_carry *carry,
			   const struct kimage *image)
{
	u64 files = (u64)image->kernel_buf_len + image->initrd_buf_len;
	u64 copied = carry->planned;

	ima_list_lock();
	if (ima_carry_stays(carry))
		copied -= min_t(u64, copied, ima_history.size);
	ima_list_unlock();
	if (carry->planned <= ram_size() / 2 && copied + files <= ram_size() / 2)
		return 0;
	pr_err("kexec: a measurement list of %llu bytes, a kernel and an initramfs are more than the half of memory that an image may take\n",
	       carry->planned);
	return -EFBIG;
}

/**
 * ima_carry_has_memory - is there enough memory for what is to be written?
 * @carry: the carry
 *
 * A kexec that is refused should leave the machine as it was, not without
 * memory. So see whether there is enough before taking any.
 *
 * Context: list locked.
 * Return: true if there is.
 */
bool ima_carry_has_memory(const struct ima_carry *carry)
{
	u64 size = carry->offset + carry->written + ima_carry_pending(carry).size;
	u64 backed = carry->segment.backed;
	long available = max(si_mem_available(), 0L);

	return size <= backed ||
	       DIV_ROUND_UP_ULL(size - backed, PAGE_SIZE) <= available;
}
