// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handing the IMA measurement list over through setup_data.
 *
 * A node of type SETUP_IMA gives the next kernel the address and the size of
 * the list. The next kernel runs twice before it gets to read that node: its
 * decompressor picks a random place for it in memory (KASLR) and unpacks it
 * there. Ours avoids the list. Others avoid the node, but not what it points
 * to, and may unpack themselves over the list.
 *
 * They never go below 512 MiB, though, nor below where they were loaded if
 * that is lower. So the list is placed as low as possible, and the kernel,
 * which bzImage64_load() places top down, above it.
 */

#define pr_fmt(fmt) "ima: kexec: " fmt

#include <linux/ima_kexec.h>
#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sizes.h>

#include <asm/e820/api.h>
#include <asm/ima_kexec.h>
#include <asm/page.h>
#include <asm/sections.h>
#include <asm/setup.h>

#ifdef CONFIG_IMA_KEXEC
/* Below this is ZONE_DMA, too small to keep a list in for good. */
#define PLACE_MIN	SZ_16M
/* From here on any decompressor may place the kernel. */
#define PLACE_MAX	SZ_512M

/**
 * arch_ima_kexec_place - place the list where no decompressor will
 * @kbuf: restricted to that range
 *
 * Context: process context, kexec lock held.
 */
void arch_ima_kexec_place(struct kexec_buf *kbuf)
{
	kbuf->buf_min = PLACE_MIN;
	kbuf->buf_max = PLACE_MAX - 1;
	kbuf->top_down = false;
}

/*
 * Is all of the range RAM in the table that the next kernel gets? That has
 * room for 128 entries, of more than which some firmware tells this kernel.
 */
static bool is_told(const struct boot_params *params, u64 start, u64 end)
{
	const struct boot_e820_entry *entry = params->e820_table;
	int i;

	/* They are in the order of their addresses. */
	for (i = 0; i < params->e820_entries && start < end; i++, entry++) {
		if (entry->type == E820_TYPE_RAM && entry->addr <= start)
			start = max(start, entry->addr + entry->size);
	}
	return start >= end;
}

/**
 * ima_kexec_setup_data - tell the next kernel where the list is
 * @image: the image being loaded
 * @params: its boot parameters, which have the memory table already, with
 *	IMA_KEXEC_SETUP_DATA_SIZE bytes at @offset
 * @params_load_addr: physical address that @params will have
 * @offset: bytes from @params to the node
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0, or -EADDRNOTAVAIL if the next kernel does not get to know the
 * memory that the list is in, which is in the log.
 */
int ima_kexec_setup_data(const struct kimage *image, struct boot_params *params,
			 unsigned long params_load_addr, unsigned int offset)
{
	struct setup_data *node = (void *)params + offset;
	struct ima_setup_data *range = (void *)node->data;
	phys_addr_t start;
	size_t size;

	if (!ima_kexec_range(image, &start, &size))
		return 0;
	if (!is_told(params, start, start + size)) {
		pr_err("measurement list at %#llx, %#llx bytes, would be in memory that the next kernel is not told of: %d\n",
		       (u64)start, (u64)size, -EADDRNOTAVAIL);
		ima_kexec_cannot_announce(image, -EADDRNOTAVAIL);
		return -EADDRNOTAVAIL;
	}
	if (start + size > PLACE_MAX)
		pr_warn("no room for the measurement list below 512 MiB: a next kernel whose KASLR does not avoid SETUP_IMA may destroy it\n");

	range->addr = start;
	range->size = size;
	node->type = SETUP_IMA;
	node->len = sizeof(*range);
	node->next = params->hdr.setup_data;
	params->hdr.setup_data = params_load_addr + offset;
	return 0;
}
#endif /* CONFIG_IMA_KEXEC */

static u64 __init ram_size(void)
{
	u64 size = 0;
	int i;

	for (i = 0; i < e820_table->nr_entries; i++)
		if (e820_table->entries[i].type == E820_TYPE_RAM)
			size += e820_table->entries[i].size;
	return size;
}

/* The EFI memory map lies in RAM too, but is reserved only later. */
static bool __init overlaps_efi_memmap(u64 start, u64 size)
{
	const struct efi_info *efi = &boot_params.efi_info;
	u64 map = efi->efi_memmap | (u64)efi->efi_memmap_hi << 32;

	return memblock_addrs_overlap(start, size, map, efi->efi_memmap_size);
}

/*
 * The real mode trampoline has to go below 1 MiB. The first 64 KiB are reserved
 * already; it needs less than as much again. A kernel with the older carry-over
 * places a short list there, at the end of low memory.
 */
static bool __init leaves_no_trampoline(u64 start, u64 end)
{
	return start < SZ_128K && end > SZ_512K;
}

static bool __init is_ram(u64 start, u64 end)
{
	return e820__mapped_all(start, end, E820_TYPE_RAM) &&
	       !leaves_no_trampoline(start, end) &&
	       !overlaps_efi_memmap(start, end - start);
}

/**
 * ima_kexec_early - find the list of the previous kernel
 * @pa_data: physical address of the SETUP_IMA node
 * @data_len: bytes of the node, its head included
 *
 * Context: early boot, before memory is allocated.
 */
void __init ima_kexec_early(u64 pa_data, u32 data_len)
{
	const size_t size = sizeof(struct setup_data) +
			    sizeof(struct ima_setup_data);
	struct ima_setup_data range;
	struct setup_data *node;

	if (data_len < size) {
		pr_err("the SETUP_IMA node is too short: %u bytes\n", data_len);
		ima_kexec_lost();
		return;
	}
	node = early_memremap(pa_data, size);
	if (!node) {
		pr_err("cannot map the SETUP_IMA node at %#llx\n", pa_data);
		ima_kexec_lost();
		return;
	}
	range = *(struct ima_setup_data *)node->data;
	early_memunmap(node, size);

	ima_kexec_inherit(range.addr, range.size,
			  is_ram(range.addr, range.addr + range.size),
			  ram_size());
	ima_kexec_trim();
}
