// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Receiving the measurement list of the previous kernel.
 *
 * The records stay where the previous kernel put them and become the history.
 * They are not turned into entries: nothing looks them up, nothing extends
 * them again, and above all they must not suppress a new measurement of the
 * same file, which this kernel has yet to extend. So all that is needed is
 * their bytes.
 */

#include <linux/ima_kexec.h>
#include <linux/init.h>
#include <linux/initrd.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

#include <asm/early_ioremap.h>
#include <asm/sections.h>

#include "ima.h"
#include "ima_history.h"
#include "ima_record.h"
#include "ima_restore.h"

/**
 * struct inherited - where the previous kernel left its list
 * @start: physical address
 * @size: bytes reserved there, of which the list may use a part; 0 if there is
 *	no list
 * @lost: there is one that this kernel could not take
 */
struct inherited {
	phys_addr_t start;
	size_t size;
	bool lost;
};

/* Set in early boot */
static struct inherited inherited __initdata;

/* What this kernel was booted with: itself, its initrd and all the rest */
static bool __init is_taken(u64 start, u64 size)
{
	if (memblock_addrs_overlap(start, size, __pa_symbol(_text),
				   _end - _text))
		return true;
	if (IS_ENABLED(CONFIG_BLK_DEV_INITRD) &&
	    memblock_addrs_overlap(start, size, phys_initrd_start,
				   phys_initrd_size))
		return true;
	return memblock_is_region_reserved(start, size);
}

/* The reason why the range cannot be a list, or NULL */
static const char * __init check_range(u64 start, u64 size, bool is_ram,
				       u64 ram_size)
{
	u64 end;

	if (inherited.size)
		return "is a second one";
	if (!size)
		return "is empty";
	if (check_add_overflow(start, size, &end))
		return "wraps around";
	if (!is_ram)
		return "is not all RAM";
	/* kexec never uses more than half of memory for an image. */
	if (size > ram_size / 2)
		return "is larger than kexec allows";
	if (is_taken(start, size))
		return "overlaps this kernel, its initrd or its boot data";
	return NULL;
}

/**
 * ima_kexec_lost - there is a list of the previous kernel that cannot be found
 *
 * For an architecture that has said so in the log. If no other is found, what
 * this kernel hands on is marked as incomplete.
 *
 * Context: early boot.
 */
void __init ima_kexec_lost(void)
{
	inherited.lost = true;
}

/**
 * ima_kexec_inherit - reserve the list of the previous kernel
 * @start: physical address of the range that the boot protocol gives
 * @size: bytes of it
 * @is_ram: whether all of it is RAM, mem= aside
 * @ram_size: bytes of RAM in all
 *
 * Nothing here is trusted. What cannot be a list is not touched, so that the
 * worst a wrong range does is one line in the log and, if it is the only one, a
 * list that is marked as incomplete.
 *
 * Context: early boot, with nothing reserved but what this kernel was booted
 * with, and before memory is allocated.
 */
void __init ima_kexec_inherit(u64 start, u64 size, bool is_ram, u64 ram_size)
{
	const char *reason = check_range(start, size, is_ram, ram_size);

	if (!reason && memblock_reserve(start, size))
		reason = "cannot be reserved";
	if (reason) {
		pr_err("kexec: measurement list at %#llx, %#llx bytes, %s\n",
		       start, size, reason);
		ima_kexec_lost();
		return;
	}
	inherited.start = start;
	inherited.size = size;
}

/*
 * The bytes of the range that the list takes, to the end of a page. All of it if
 * the header makes no sense, which is left to ima_restore().
 */
static size_t __init used_size(const u8 *wire, bool canonical)
{
	struct ima_handover header;

	ima_handover_decode(&header, wire, canonical);
	if (header.version != IMA_HANDOVER_VERSION ||
	    header.buffer_size < IMA_HANDOVER_SIZE ||
	    ima_handover_end(&header) > inherited.size)
		return inherited.size;
	return min_t(u64, inherited.size,
		     PAGE_ALIGN(inherited.start + ima_handover_end(&header)) -
			     inherited.start);
}

/**
 * ima_kexec_trim - give what the list leaves of its range back to memblock
 *
 * The previous kernel kept room for the list to grow. In early boot it takes
 * one call to give that back, later it takes one for each page. If the header
 * makes sense only with ima_canonical_fmt, which is not known yet, later it is.
 *
 * Only where nothing but ima_kexec_inherit() reserves the range: a memory
 * reservation in a device tree covers all of it as well.
 *
 * Context: early boot, after ima_kexec_inherit(), when early_memremap() works
 * and before memory is allocated.
 */
void __init ima_kexec_trim(void)
{
	size_t used;
	u8 *wire;

	if (inherited.size < IMA_HANDOVER_SIZE)
		return;
	wire = early_memremap(inherited.start, IMA_HANDOVER_SIZE);
	if (!wire)
		return;
	used = used_size(wire, false);
	early_memunmap(wire, IMA_HANDOVER_SIZE);
	if (used == inherited.size)
		return;
	memblock_phys_free(inherited.start + used, inherited.size - used);
	inherited.size = used;
}

static int __init count_mapped(unsigned long pfn, unsigned long count, void *sum)
{
	*(unsigned long *)sum += count;
	return 0;
}

/* False if any of it is memory that this kernel was told not to use (mem=). */
static bool __init is_mapped(const struct inherited *range)
{
	unsigned long first = PFN_DOWN(range->start);
	unsigned long count = PFN_UP(range->start + range->size) - first;
	unsigned long mapped = 0;

	walk_system_ram_range(first, count, &mapped, count_mapped);
	return mapped == count;
}

/* Give back the whole pages from @start up to @end */
static void __init release(phys_addr_t start, phys_addr_t end)
{
	start = PAGE_ALIGN(start);
	end = ALIGN_DOWN(end, PAGE_SIZE);
	if (start >= end)
		return;
	ima_release_memory(start, end - start);
}

/*
 * Where ima_kexec_trim() could not: before the initramfs is unpacked, which may
 * need that memory.
 */
static int __init trim_mapped(void)
{
	size_t used;

	if (inherited.size < IMA_HANDOVER_SIZE || !is_mapped(&inherited))
		return 0;
	used = used_size(phys_to_virt(inherited.start), ima_canonical_fmt);
	release(inherited.start + used, inherited.start + inherited.size);
	inherited.size = used;
	return 0;
}
core_initcall(trim_mapped);

/* Memory that is mapped and reserved: use it where it lies. */
static enum ima_history_damage __init
open_in_place(struct ima_history *history, const struct inherited *range)
{
	const u8 *buffer = phys_to_virt(range->start);
	phys_addr_t used = range->start;
	enum ima_history_damage damage;

	damage = ima_history_open(history, buffer, range->size,
				  ima_canonical_fmt);
	if (history->count)
		used += IMA_HANDOVER_SIZE + history->size;
	release(used, range->start + range->size);
	return damage;
}

/*
 * Page by page, because memremap() takes memory that this kernel uses and
 * memory that it does not, but not a mixture.
 */
static int __init copy_range(u8 *to, phys_addr_t from, size_t size)
{
	while (size) {
		size_t chunk = min_t(size_t, size,
				     PAGE_SIZE - offset_in_page(from));
		void *page = memremap(from, chunk, MEMREMAP_WB);

		if (!page)
			return -ENOMEM;
		memcpy(to, page, chunk);
		memunmap(page);
		to += chunk;
		from += chunk;
		size -= chunk;
	}
	return 0;
}

/*
 * Memory that this kernel was told to leave alone. It is memory all the same,
 * and the previous kernel put the list there before anybody knew better.
 */
static int __init open_copy(struct ima_history *history,
			    const struct inherited *range,
			    enum ima_history_damage *damage)
{
	u8 wire[IMA_HANDOVER_SIZE] = { };
	struct ima_handover header;
	u8 *copy;
	u64 size;
	int ret;

	ret = copy_range(wire, range->start,
			 min_t(size_t, range->size, sizeof(wire)));
	if (ret)
		return ret;
	ima_handover_decode(&header, wire, ima_canonical_fmt);
	size = clamp_t(u64, ima_handover_end(&header), 1, range->size);

	/* Without room for it there is a line in the log, not an oom panic. */
	copy = __vmalloc(size,
			 GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!copy)
		return -ENOMEM;
	ret = copy_range(copy, range->start, size);
	if (!ret)
		*damage = ima_history_open(history, copy, size,
					   ima_canonical_fmt);
	if (ret || !history->count)
		vfree(copy);
	return ret;
}

/**
 * ima_restore - take over the measurement list of the previous kernel
 *
 * Before the first measurement of this kernel, its boot_aggregate.
 *
 * Context: process context, at init. May sleep.
 */
void __init ima_restore(void)
{
	const struct inherited range = inherited;
	enum ima_history_damage damage;
	struct ima_history history;
	int ret = 0;

	if (!range.size) {
		/* It is not known in the next kernel unless that is told. */
		if (range.lost)
			ima_history.flags |= IMA_HANDOVER_INCOMPLETE;
		return;
	}
	/* ima_init() runs again with another hash if it fails after this. */
	inherited = (struct inherited) { };

	if (is_mapped(&range))
		damage = open_in_place(&history, &range);
	else
		ret = open_copy(&history, &range, &damage);
	if (ret) {
		pr_err("kexec: the measurement list of the previous kernel is lost: %d\n",
		       ret);
		ima_history.flags |= IMA_HANDOVER_INCOMPLETE;
		return;
	}
	if (damage)
		pr_err("kexec: the measurement list of the previous kernel is damaged: %s, keeping the first %llu records, %zu bytes\n",
		       ima_history_damage_text(damage), history.count,
		       history.size);
	else
		pr_info("kexec: restored %llu records, %zu bytes\n",
			history.count, history.size);

	if (damage)
		history.flags |= IMA_HANDOVER_INCOMPLETE;
	else if (history.flags & IMA_HANDOVER_INCOMPLETE)
		pr_warn("kexec: an earlier kernel did not hand over all records: the list does not match the TPM\n");
	if (history.flags & IMA_HANDOVER_UNSEEN)
		pr_warn("kexec: an earlier kernel had no TPM for some of the records: the list does not match the TPM\n");

	ima_history = history;
	ima_count_inherited(history.count, history.violations);
}
