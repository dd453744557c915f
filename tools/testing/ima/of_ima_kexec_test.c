// SPDX-License-Identifier: GPL-2.0-only
/*
 * drivers/of/ima_kexec.c on device trees made here: what a boot can hardly
 * show, such as a tree without room.
 */

#include <kunit/test.h>
#include <stdarg.h>
#include <linux/errno.h>
#include <linux/ima_kexec.h>
#include <linux/libfdt.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/of_ima_kexec.h>
#include <linux/printk.h>
#include <linux/slab.h>

#define PROPERTY	"linux,ima-kexec-buffer"
#define TREE_SIZE	4096
#define RAM_START	0x40000000
#define RAM_SIZE	0x40000000
#define TREE_START	0x70000000

/* What the code under test is given and what it does */
static struct {
	phys_addr_t list_start;
	size_t list_size;
	char log[512];
	unsigned int lines;
	int error;
	u64 start, size, ram_size;
	bool is_ram, lost;
} kernel;

int no_memory;
void *initial_boot_params;
struct device_node *of_chosen;

bool ima_kexec_range(const struct kimage *image, phys_addr_t *start,
		     size_t *size)
{
	*start = kernel.list_start;
	*size = kernel.list_size;
	return kernel.list_size;
}

void ima_kexec_cannot_announce(const struct kimage *image, int error)
{
	kernel.error = error;
}

void ima_kexec_inherit(u64 start, u64 size, bool is_ram, u64 ram_size)
{
	kernel.start = start;
	kernel.size = size;
	kernel.is_ram = is_ram;
	kernel.ram_size = ram_size;
}

void ima_kexec_lost(void)
{
	kernel.lost = true;
}

unsigned long memblock_addrs_overlap(phys_addr_t base1, phys_addr_t size1,
				     phys_addr_t base2, phys_addr_t size2)
{
	return base1 < base2 + size2 && base2 < base1 + size1;
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	return base >= RAM_START && size <= RAM_SIZE &&
	       base - RAM_START <= RAM_SIZE - size;
}

phys_addr_t memblock_phys_mem_size(void)
{
	return RAM_SIZE;
}

struct property *of_find_property(const struct device_node *node,
				  const char *name, int *length)
{
	return NULL;
}

int of_remove_property(struct device_node *node, struct property *property)
{
	return 0;
}

void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(kernel.log, sizeof(kernel.log), format, args);
	va_end(args);
	kernel.lines++;
}

/* A tree with two other properties and two other reservations */
static void *make_tree(struct kunit *test, u32 address_cells, u32 size_cells)
{
	void *fdt = kunit_kzalloc(test, TREE_SIZE, GFP_KERNEL);
	int chosen;

	memset(&kernel, 0, sizeof(kernel));
	KUNIT_ASSERT_EQ(test, 0, fdt_create_empty_tree(fdt, TREE_SIZE));
	fdt_setprop_u32(fdt, 0, "#address-cells", address_cells);
	fdt_setprop_u32(fdt, 0, "#size-cells", size_cells);
	chosen = fdt_add_subnode(fdt, 0, "chosen");
	fdt_setprop_u64(fdt, chosen, "linux,initrd-start", 0x48000000);
	fdt_setprop_string(fdt, chosen, "bootargs", "quiet");
	fdt_add_mem_rsv(fdt, 0x48000000, 0x10000);
	fdt_add_mem_rsv(fdt, 0x50000000, 0x20000);
	return fdt;
}

static int chosen_of(const void *fdt)
{
	return fdt_path_offset(fdt, "/chosen");
}

static int setup(void *fdt, u64 start, size_t size)
{
	kernel.list_start = start;
	kernel.list_size = size;
	return of_ima_kexec_setup(NULL, fdt, chosen_of(fdt));
}

static unsigned int reservations_of(const void *fdt, u64 start, u64 size)
{
	u64 rsv_start, rsv_size;
	unsigned int found = 0;
	int i;

	for (i = 0; i < fdt_num_mem_rsv(fdt); i++) {
		fdt_get_mem_rsv(fdt, i, &rsv_start, &rsv_size);
		found += rsv_start == start && rsv_size == size;
	}
	return found;
}

/* The tree is sound, says nothing of another list, and lost nothing else. */
static void expect_tree(struct kunit *test, const void *fdt, u64 start,
			u64 size)
{
	u64 cells[2] = { cpu_to_fdt64(start), cpu_to_fdt64(size) };
	const void *property;
	int length;

	KUNIT_EXPECT_EQ(test, 0, fdt_check_full(fdt, TREE_SIZE));
	property = fdt_getprop(fdt, chosen_of(fdt), PROPERTY, &length);
	if (size) {
		KUNIT_ASSERT_EQ(test, (int)sizeof(cells), length);
		KUNIT_EXPECT_EQ(test, 0, memcmp(property, cells, length));
		KUNIT_EXPECT_EQ(test, 1, reservations_of(fdt, start, size));
	} else {
		KUNIT_EXPECT_TRUE(test, !property);
	}
	KUNIT_EXPECT_EQ(test, size ? 3 : 2, fdt_num_mem_rsv(fdt));
	KUNIT_EXPECT_EQ(test, 1, reservations_of(fdt, 0x48000000, 0x10000));
	KUNIT_EXPECT_EQ(test, 1, reservations_of(fdt, 0x50000000, 0x20000));
	KUNIT_EXPECT_TRUE(test, fdt_getprop(fdt, chosen_of(fdt),
					    "linux,initrd-start", NULL));
	KUNIT_EXPECT_TRUE(test, fdt_getprop(fdt, chosen_of(fdt), "bootargs",
					    NULL));
}

static void setup_replaces_old_list(struct kunit *test)
{
	void *fdt = make_tree(test, 2, 2);
	int hop;

	for (hop = 0; hop < 10; hop++) {
		u64 start = 0x60000000 + hop % 3 * 0x1000000;

		KUNIT_EXPECT_EQ(test, 0, setup(fdt, start, 0x10000 * (1 + hop)));
		expect_tree(test, fdt, start, 0x10000 * (1 + hop));
	}
	KUNIT_EXPECT_EQ(test, 0, setup(fdt, 0, 0));
	expect_tree(test, fdt, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, kernel.lines);
}

static void setup_removes_malformed_property(struct kunit *test)
{
	static const u8 zeros[20];
	unsigned int length;

	for (length = 0; length <= sizeof(zeros); length++) {
		void *fdt = make_tree(test, 2, 2);

		fdt_setprop(fdt, chosen_of(fdt), PROPERTY, zeros, length);
		KUNIT_EXPECT_EQ(test, 0, setup(fdt, 0, 0));
		expect_tree(test, fdt, 0, 0);
	}
}

/* Each number of bytes free, from none to enough */
static void setup_without_room(struct kunit *test)
{
	u8 *tree = make_tree(test, 2, 2);
	unsigned int room, refused = 0, done = 0;

	fdt_pack(tree);
	for (room = 0; room < 128; room++) {
		int size = fdt_totalsize(tree) + room;
		void *fdt = kunit_kmalloc(test, size, GFP_KERNEL);

		KUNIT_ASSERT_EQ(test, 0, fdt_open_into(tree, fdt, size));
		kernel.lines = 0;
		if (setup(fdt, 0x60000000, 0x10000)) {
			refused++;
			KUNIT_EXPECT_EQ(test, 1, kernel.lines);
			KUNIT_EXPECT_EQ(test, -ENOSPC, kernel.error);
		} else {
			done++;
			KUNIT_EXPECT_EQ(test, 0, kernel.lines);
			KUNIT_EXPECT_EQ(test, 0, fdt_pack(fdt));
			KUNIT_EXPECT_EQ(test, 1, reservations_of(fdt, 0x60000000,
								 0x10000));
			KUNIT_EXPECT_TRUE(test, fdt_getprop(fdt, chosen_of(fdt),
							    PROPERTY, NULL));
		}
	}
	KUNIT_EXPECT_TRUE(test, refused > 40);
	KUNIT_EXPECT_TRUE(test, done > 40);
}

static void setup_beyond_cells(struct kunit *test)
{
	void *fdt = make_tree(test, 1, 1);

	KUNIT_EXPECT_TRUE(test, setup(fdt, 0x100000000, 0x10000));
	KUNIT_EXPECT_EQ(test, 1, kernel.lines);
	KUNIT_EXPECT_EQ(test, 0, setup(fdt, 0xf0000000, 0x10000));
}

/**
 * struct early - a property that a kernel is booted with
 * @name: what is wrong or special
 * @address_cells: cells of an address in the root node
 * @size_cells: cells of a size
 * @cells: the property
 * @length: its length in bytes, -1 for no property
 * @reserved: the address and the size that are reserved
 * @complaint: a part of what is logged, NULL if nothing is
 * @start: what is found, if anything
 * @size: its size
 * @is_ram: whether it is RAM
 * @odd_cells: memory is set aside in other cells than the root's, which no kernel
 *	reserves
 */
struct early {
	const char *name;
	u32 address_cells, size_cells;
	u32 cells[5];
	int length;
	u64 reserved[2];
	const char *complaint;
	u64 start, size;
	bool is_ram, odd_cells;
};

static const struct early early[] = {
	{ "no property", 2, 2, { }, -1, { } },
	{ "two and two cells", 2, 2, { 0, 0x60000000, 0, 0x10000 }, 16,
	  { 0x60000000, 0x10000 }, NULL, 0x60000000, 0x10000, true },
	{ "one and one cell", 1, 1, { 0x60000000, 0x10000 }, 8,
	  { 0x60000000, 0x10000 }, NULL, 0x60000000, 0x10000, true },
	{ "two and one cell", 2, 1, { 1, 0x60000000, 0x10000 }, 12,
	  { 0x160000000, 0x10000 }, NULL, 0x160000000, 0x10000, false },
	/* A reservation of no bytes would be the end of the reservations. */
	{ "empty range", 2, 2, { 0, 0x60000000, 0, 0 }, 16,
	  { 0x60000000, 0 }, "no memory reservation" },
	{ "empty property", 2, 2, { }, 0, { }, "not an address and a size" },
	{ "three cells", 2, 2, { 0, 0x60000000, 0x10000 }, 12,
	  { 0x60000000, 0x10000 }, "not an address and a size" },
	{ "half a cell", 2, 2, { 0, 0x60000000, 0, 0x10000 }, 14,
	  { 0x60000000, 0x10000 }, "not an address and a size" },
	{ "five cells", 2, 2, { 0, 0x60000000, 0, 0x10000, 0 }, 20,
	  { 0x60000000, 0x10000 }, "not an address and a size" },
	{ "no address cells", 0, 2, { 0, 0x10000 }, 8,
	  { 0, 0x10000 }, "not an address and a size" },
	{ "too many cells", 9, 2, { 0, 0x60000000, 0, 0x10000 }, 16,
	  { 0x60000000, 0x10000 }, "not an address and a size" },
	{ "no reservation", 2, 2, { 0, 0x60000000, 0, 0x10000 }, 16,
	  { 0, 0x10000 }, "no memory reservation" },
	{ "up to the tree", 2, 2, { 0, 0x6fff0000, 0, 0x10000 }, 16,
	  { 0x6fff0000, 0x10000 }, NULL, 0x6fff0000, 0x10000, true },
	{ "from behind the tree", 2, 2, { 0, 0x70001000, 0, 0x10000 }, 16,
	  { 0x70001000, 0x10000 }, NULL, 0x70001000, 0x10000, true },
	{ "over the tree", 2, 2, { 0, 0x6fff0000, 0, 0x20000 }, 16,
	  { 0x6fff0000, 0x20000 }, "overlaps the device tree" },
	{ "in the tree", 2, 2, { 0, 0x70000800, 0, 0x100 }, 16,
	  { 0x70000800, 0x100 }, "overlaps the device tree" },
	{ "up to what is set aside", 2, 2, { 0, 0x67ff0000, 0, 0x10000 }, 16,
	  { 0x67ff0000, 0x10000 }, NULL, 0x67ff0000, 0x10000, true },
	{ "behind what is set aside", 2, 2, { 0, 0x68100000, 0, 0x10000 }, 16,
	  { 0x68100000, 0x10000 }, NULL, 0x68100000, 0x10000, true },
	{ "in what is set aside", 2, 2, { 0, 0x68080000, 0, 0x1000 }, 16,
	  { 0x68080000, 0x1000 }, "memory that is set aside" },
	{ "over what is set aside", 2, 2, { 0, 0x69ff0000, 0, 0x20000 }, 16,
	  { 0x69ff0000, 0x20000 }, "memory that is set aside" },
	{ "in what a disabled node sets aside", 2, 2, { 0, 0x69000000, 0, 0x10000 }, 16,
	  { 0x69000000, 0x10000 }, NULL, 0x69000000, 0x10000, true },
	{ "in what no kernel reserves", 2, 2, { 0, 0x68000000, 0, 0x1000 }, 16,
	  { 0x68000000, 0x1000 }, NULL, 0x68000000, 0x1000, true, true },
	{ "in the second range of a node", 2, 2, { 0, 0x6a000000, 0, 0x1000 }, 16,
	  { 0x6a000000, 0x1000 }, "memory that is set aside" },
	{ "over a property of the root node", 2, 2, { 0, 0x6bfff000, 0, 0x2000 }, 16,
	  { 0x6bfff000, 0x2000 }, "memory that is set aside" },
	{ "a reservation too short", 2, 2, { 0, 0x60000000, 0, 0x10000 }, 16,
	  { 0x60000000, 0xffff }, "no memory reservation" },
};

static void put_range(void *fdt, int node, const char *name, u32 start, u32 size)
{
	fdt_appendprop_u64(fdt, node, name, start);
	fdt_appendprop_u64(fdt, node, name, size);
}

/* Memory that a tree of two and two cells sets aside: three ranges in use */
static void set_aside(void *fdt, u32 cells)
{
	int parent = fdt_add_subnode(fdt, 0, "reserved-memory");
	int node;

	fdt_setprop_u32(fdt, parent, "#address-cells", cells);
	fdt_setprop_u32(fdt, parent, "#size-cells", 2);
	node = fdt_add_subnode(fdt, parent, "pool");
	fdt_setprop_u64(fdt, node, "size", 0x100000);
	node = fdt_add_subnode(fdt, parent, "off@69000000");
	fdt_setprop_string(fdt, node, "status", "disabled");
	put_range(fdt, node, "reg", 0x69000000, 0x100000);
	node = fdt_add_subnode(fdt, parent, "on@68000000");
	fdt_setprop_string(fdt, node, "status", "okay");
	put_range(fdt, node, "reg", 0x68000000, 0x100000);
	put_range(fdt, node, "reg", 0x6a000000, 0x100000);
	fdt_appendprop_u32(fdt, node, "reg", 0x6b000000);
	put_range(fdt, 0, "reserved-ranges", 0x6c000000, 0x100000);
}

static void describe_early(const struct early *early, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", early->name);
}

KUNIT_ARRAY_PARAM(early, early, describe_early);

static void early_finds_list(struct kunit *test)
{
	const struct early *early = test->param_value;
	void *fdt = make_tree(test, early->address_cells, early->size_cells);
	u32 cells[ARRAY_SIZE(early->cells)];
	int i;

	for (i = 0; i < ARRAY_SIZE(cells); i++)
		cells[i] = cpu_to_fdt32(early->cells[i]);
	if (early->length >= 0)
		fdt_setprop(fdt, chosen_of(fdt), PROPERTY, cells,
			    early->length);
	fdt_add_mem_rsv(fdt, early->reserved[0], early->reserved[1]);
	if (early->address_cells == 2 && early->size_cells == 2)
		set_aside(fdt, early->odd_cells ? 1 : 2);

	initial_boot_params = fdt;
	of_ima_kexec_early(TREE_START);
	KUNIT_EXPECT_EQ(test, early->complaint ? 1 : 0, kernel.lines);
	if (early->complaint)
		KUNIT_EXPECT_TRUE(test, strstr(kernel.log, early->complaint));
	KUNIT_EXPECT_EQ(test, !!early->complaint, kernel.lost);
	KUNIT_EXPECT_EQ(test, early->start, kernel.start);
	KUNIT_EXPECT_EQ(test, early->size, kernel.size);
	KUNIT_EXPECT_EQ(test, early->is_ram, kernel.is_ram);
	KUNIT_EXPECT_EQ(test, early->start ? RAM_SIZE : 0, kernel.ram_size);
}

/* What user space sees: a copy that has all but the list */
static void forget_hides_list(struct kunit *test)
{
	void *fdt = make_tree(test, 2, 2);
	void *copy;

	KUNIT_EXPECT_PTR_EQ(test, fdt, of_ima_kexec_forget(fdt));
	KUNIT_ASSERT_EQ(test, 0, setup(fdt, 0x60000000, 0x10000));
	copy = of_ima_kexec_forget(fdt);
	KUNIT_ASSERT_EQ(test, true, copy && copy != fdt);
	expect_tree(test, copy, 0, 0);
	expect_tree(test, fdt, 0x60000000, 0x10000);
	KUNIT_EXPECT_EQ(test, fdt_totalsize(fdt), fdt_totalsize(copy));
	kfree(copy);

	no_memory = 1;
	KUNIT_EXPECT_TRUE(test, !of_ima_kexec_forget(fdt));
	no_memory = 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(setup_replaces_old_list),
	KUNIT_CASE(setup_removes_malformed_property),
	KUNIT_CASE(setup_without_room),
	KUNIT_CASE(setup_beyond_cells),
	KUNIT_CASE(forget_hides_list),
	KUNIT_CASE_PARAM(early_finds_list, early_gen_params),
	{ }
};

static struct kunit_suite suite = {
	.name = "of_ima_kexec",
	.test_cases = cases,
};

kunit_test_suite(suite);
