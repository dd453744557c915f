// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handing the IMA measurement list over through a flattened device tree.
 *
 * A property of /chosen has the address and the size of the list in cells of
 * the root node. A memory reservation of the same range makes the next kernel
 * leave the list alone even if that kernel knows nothing of it.
 *
 * It is always the flattened tree that counts: a kernel that is booted with
 * ACPI never unflattens it.
 */

#define pr_fmt(fmt) "ima: kexec: " fmt

#include <linux/errno.h>
#include <linux/ima_kexec.h>
#include <linux/init.h>
#include <linux/libfdt.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/of_ima_kexec.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#define PROPERTY "linux,ima-kexec-buffer"

/* -ENOENT if there is no property, -EINVAL if it is not an address and a size */
static int read_property(const void *fdt, int chosen, u64 *start, u64 *size)
{
	int address_cells = fdt_address_cells(fdt, 0);
	int size_cells = fdt_size_cells(fdt, 0);
	const __be32 *cells;
	int len;

	cells = fdt_getprop(fdt, chosen, PROPERTY, &len);
	if (!cells)
		return -ENOENT;
	if (address_cells < 0 || size_cells < 0 ||
	    len != (address_cells + size_cells) * sizeof(*cells))
		return -EINVAL;
	*start = of_read_number(cells, address_cells);
	*size = of_read_number(cells + address_cells, size_cells);
	return 0;
}

/* The index of the reservation of this very range, or -ENOENT */
static int find_reservation(const void *fdt, u64 start, u64 size)
{
	int count = fdt_num_mem_rsv(fdt);
	u64 rsv_start, rsv_size;
	int i;

	for (i = 0; i < count; i++) {
		if (!fdt_get_mem_rsv(fdt, i, &rsv_start, &rsv_size) &&
		    rsv_start == start && rsv_size == size)
			return i;
	}
	return -ENOENT;
}

/* Take the list that this kernel inherited out of the next kernel's tree */
static int forget_inherited(void *fdt, int chosen)
{
	u64 start, size;
	int ret, i;

	ret = read_property(fdt, chosen, &start, &size);
	if (ret == -ENOENT)
		return 0;
	if (!ret) {
		i = find_reservation(fdt, start, size);
		if (i >= 0)
			ret = fdt_del_mem_rsv(fdt, i);
		if (ret)
			return ret;
	}
	return fdt_delprop(fdt, chosen, PROPERTY);
}

/**
 * of_ima_kexec_setup - tell the next kernel where the list is
 * @image: the image being loaded
 * @fdt: its device tree, made from that of this kernel
 * @chosen: offset of the node /chosen in @fdt
 *
 * Context: process context, kexec lock held.
 * Return: 0 or an error of libfdt, which is in the log; the load must fail.
 */
int of_ima_kexec_setup(const struct kimage *image, void *fdt, int chosen)
{
	phys_addr_t start;
	size_t size;
	int ret;

	ret = forget_inherited(fdt, chosen);
	if (!ret && ima_kexec_range(image, &start, &size)) {
		ret = fdt_appendprop_addrrange(fdt, 0, chosen, PROPERTY, start,
					       size);
		if (!ret)
			ret = fdt_add_mem_rsv(fdt, start, size);
	}
	if (ret) {
		pr_err("cannot tell the next kernel where the measurement list is: device tree: %s\n",
		       fdt_strerror(ret));
		ima_kexec_cannot_announce(image, -ENOSPC);
	}
	return ret;
}

/* Whether a property, ranges in cells of the root node, has any of it */
static bool __init in_ranges(const void *fdt, int node, const char *name,
			     u64 start, u64 size)
{
	int address_cells = fdt_address_cells(fdt, 0);
	int size_cells = fdt_size_cells(fdt, 0);
	int left, cells = address_cells + size_cells;
	const __be32 *range;

	range = fdt_getprop(fdt, node, name, &left);
	if (!range || address_cells < 0 || size_cells < 0)
		return false;
	for (left /= sizeof(*range); left >= cells; left -= cells) {
		if (memblock_addrs_overlap(start, size,
					   of_read_number(range, address_cells),
					   of_read_number(range + address_cells,
							  size_cells)))
			return true;
		range += cells;
	}
	return false;
}

/*
 * Memory that the tree sets aside is not reserved by now. This carry-over leaves
 * it alone; an older one may have put the list into contiguous memory there, which
 * cannot be left to it. A disabled node sets nothing aside, and one with cells of
 * its own is not understood by any kernel.
 */
static bool __init is_set_aside(const void *fdt, u64 start, u64 size)
{
	int parent = fdt_path_offset(fdt, "/reserved-memory");
	const char *status;
	int node;

	if (in_ranges(fdt, 0, "reserved-ranges", start, size))
		return true;
	if (parent < 0 ||
	    fdt_address_cells(fdt, parent) != fdt_address_cells(fdt, 0) ||
	    fdt_size_cells(fdt, parent) != fdt_size_cells(fdt, 0))
		return false;
	fdt_for_each_subnode(node, fdt, parent) {
		status = fdt_getprop(fdt, node, "status", NULL);
		if (status && strcmp(status, "okay") && strcmp(status, "ok"))
			continue;
		if (in_ranges(fdt, node, "reg", start, size))
			return true;
	}
	return false;
}

/* The tree lies in RAM too, but not every architecture has it reserved by now. */
static bool __init overlaps_tree(u64 start, u64 size, phys_addr_t tree)
{
	return memblock_addrs_overlap(start, size, tree,
				      fdt_totalsize(initial_boot_params));
}

/**
 * of_ima_kexec_early - reserve the list of the previous kernel
 * @tree: physical address of the tree this kernel was booted with
 *
 * To be called when all RAM is known, before mem= takes some of it away, and
 * before memory is allocated or reserved for anything but what this kernel was
 * booted with. A region for a crash kernel can be reserved elsewhere or not at
 * all, the list is where it is.
 *
 * Context: early boot.
 */
void __init of_ima_kexec_early(phys_addr_t tree)
{
	const void *fdt = initial_boot_params;
	const char *reason = NULL;
	u64 start, size;
	int ret;

	ret = read_property(fdt, fdt_path_offset(fdt, "/chosen"), &start,
			    &size);
	if (ret == -ENOENT)
		return;
	if (ret)
		pr_err("/chosen/" PROPERTY " is not an address and a size\n");
	else if (find_reservation(fdt, start, size) < 0)
		reason = "has no memory reservation";
	else if (is_set_aside(fdt, start, size))
		reason = "overlaps memory that is set aside";
	else if (overlaps_tree(start, size, tree))
		reason = "overlaps the device tree";
	if (reason)
		pr_err("measurement list at %#llx, %#llx bytes, %s\n", start,
		       size, reason);
	if (ret || reason)
		ima_kexec_lost();
	else
		ima_kexec_inherit(start, size,
				  memblock_is_region_memory(start, size),
				  memblock_phys_mem_size());
}

/**
 * of_ima_kexec_forget - the tree this kernel was booted with, without the list
 * @fdt: that tree
 *
 * It is what /sys/firmware/fdt shows. For kexec_load(2), kexec-tools makes the
 * next kernel's tree from that where it can. The list there will not do: it
 * lacks what this kernel measures, and a kernel that takes it over finds
 * nothing wrong with it.
 *
 * @fdt stays as it is, for it may be mapped read-only.
 *
 * Context: process context, at init. May sleep.
 * Return: @fdt if it has no list, a copy without the list, or NULL if there is
 * no memory for that; then it must not be shown.
 */
void * __init of_ima_kexec_forget(void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	void *copy;

	if (!fdt_getprop(fdt, chosen, PROPERTY, NULL))
		return fdt;
	copy = kmemdup(fdt, fdt_totalsize(fdt), GFP_KERNEL);
	if (copy && forget_inherited(copy, chosen)) {
		kfree(copy);
		copy = NULL;
	}
	return copy;
}

/*
 * The same for the tree in /proc, from which kexec-tools makes the next
 * kernel's where there is no other.
 */
static int __init hide_inherited(void)
{
	struct property *property = of_find_property(of_chosen, PROPERTY, NULL);

	return property ? of_remove_property(of_chosen, property) : 0;
}
device_initcall(hide_inherited);
