/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernel/kexec_late_*.c and the functions taken from
 * kernel/kexec_core.c need of the kernel, in user space. It stands for all the
 * headers that the Makefile lists, but for those that tools/include has.
 *
 * Memory is small, and so are its pages: a case that fills all of it is over in
 * a moment, and a page of entries is full after 31 of them.
 */
#ifndef _SHIM_H
#define _SHIM_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/align.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>

#define PAGE_SHIFT		8
#define PAGE_SIZE		BIT(PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x)		ALIGN(x, PAGE_SIZE)
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)
#define NR_PAGES		256
#define SECTION_PAGES		8
#define NR_SECTIONS		(NR_PAGES / SECTION_PAGES)

#define WARN_ON_ONCE(x) \
	({ bool warn = (x); if (warn) warned("WARN_ON_ONCE(" #x ")"); warn; })

/**
 * broken - a rule does not hold: say so, and which case it was
 * @what: the rule
 */
void __noreturn broken(const char *what);

/**
 * warned - the code says that a rule is broken: fail unless it was broken for that
 * @what: the rule
 */
void warned(const char *what);

/* Pages: struct page @n of @pages lies at @n * PAGE_SIZE of @memory */

/**
 * struct page - what the kernel knows of a page
 * @lru: on one of the image's lists
 * @mapping: not used
 * @private: its order, while it is allocated
 * @reserved: not the page allocator's
 * @present: there is memory
 * @used: by the running kernel: not kexec's, and never free for it
 * @owned: the late segment's owner has had it since boot; never free
 * @taken: allocated by kexec
 */
struct page {
	struct list_head lru;
	void *mapping;
	unsigned long private;
	bool reserved;
	bool present;
	bool used;
	bool owned;
	bool taken;
};

extern struct page pages[NR_PAGES];
extern u8 *memory;
extern unsigned long max_pfn, high_pfn, source_limit;

static inline unsigned long page_to_pfn(const struct page *page)
{
	return page - pages;
}

static inline struct page *pfn_to_page(unsigned long pfn)
{
	if (pfn >= NR_PAGES)
		broken("there is no such page");
	return &pages[pfn];
}

static inline bool pfn_valid(unsigned long pfn)
{
	return pfn < NR_PAGES && pages[pfn].present;
}

static inline bool PageReserved(const struct page *page)
{
	return page->reserved;
}

static inline bool PageHighMem(const struct page *page)
{
	return page_to_pfn(page) >= high_pfn;
}

static inline void *kmap_local_page(struct page *page)
{
	return memory + page_to_pfn(page) * PAGE_SIZE;
}

/* What is not mapped for good has no address. */
static inline void *page_address(struct page *page)
{
	return PageHighMem(page) ? NULL : kmap_local_page(page);
}

static inline unsigned long virt_to_boot_phys(const void *p)
{
	return (const u8 *)p - memory;
}

static inline void *boot_phys_to_virt(unsigned long addr)
{
	return memory + addr;
}

#define PHYS_PFN(addr)		((addr) >> PAGE_SHIFT)
#define PFN_PHYS(pfn)		((pfn) << PAGE_SHIFT)
#define PAGE_ALIGNED(x)		IS_ALIGNED(x, PAGE_SIZE)
#define boot_phys_to_phys(addr)	(addr)
#define phys_to_boot_phys(addr)	(addr)
#define page_to_boot_pfn	page_to_pfn
#define boot_pfn_to_page	pfn_to_page
#define kunmap_local(p)		((void)(p))
#define set_page_private(page, n) ((page)->private = (n))
#define page_private(page)	((page)->private)
#define SetPageReserved(page)	((page)->reserved = true)
#define ClearPageReserved(page)	((page)->reserved = false)
#define clear_page(p)		memset(p, 0, PAGE_SIZE)
#define clear_highpage(page)	clear_page(kmap_local_page(page))
#define copy_highpage(to, from) \
	memcpy(kmap_local_page(to), kmap_local_page(from), PAGE_SIZE)
#define memcpy_to_page(page, offset, from, size) \
	memcpy(kmap_local_page(page) + (offset), from, size)

/* Memory that is plugged in and taken out, in sections */

/**
 * struct mem_section - what the kernel knows of a section
 * @early: it was there when this kernel was booted
 */
struct mem_section {
	bool early;
};

extern struct mem_section sections[NR_SECTIONS];

#define pfn_to_section_nr(pfn)		((pfn) / SECTION_PAGES)
#define section_nr_to_pfn(nr)		((nr) * SECTION_PAGES)
#define __nr_to_section(nr)		(&sections[nr])
#define early_section(section)		((section)->early)

#define MEM_GOING_ONLINE	1
#define MEM_ONLINE		2
#define MEM_OFFLINE		3
#define NOTIFY_OK		1

struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action,
			     void *data);
int hotplug_memory_notifier(notifier_fn_t fn, int priority);

#define __init
#define core_initcall(fn) \
	static void __attribute__((constructor)) at_start(void) { fn(); }

#define ATOMIC_INIT(n)		{ n }
#define atomic_read(v)		((v)->counter)
#define atomic_inc(v)		((v)->counter++)

/* Allocation, which fails now and then */

#undef GFP_KERNEL
#undef __GFP_HIGHMEM
#define __GFP_HIGHMEM		0x01
#define __GFP_ZERO		0x02
#define __GFP_RETRY_MAYFAIL	0x04
#define __GFP_NOWARN		0x08
#define GFP_KERNEL		0x10
#define GFP_HIGHUSER		(GFP_KERNEL | __GFP_HIGHMEM)

bool fails(void);
struct page *alloc_pages(unsigned int gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);

#define kzalloc(size, gfp)	calloc(1, size)
#define kzalloc_obj(object)	calloc(1, sizeof(object))
#define kfree(p)		free(p)

#define current			0
#define fatal_signal_pending(task) fatal_signal()
#define cond_resched()		do { } while (0)
bool fatal_signal(void);

/* An xarray: what it holds for one index after the other */

struct xarray {
	struct {
		void *entry;
		bool reserved;
	} *slots;
};

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry,
	       unsigned int gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
int xa_reserve(struct xarray *xa, unsigned long index, unsigned int gfp);
void xa_release(struct xarray *xa, unsigned long index);
void xa_destroy(struct xarray *xa);

void *xa_find(struct xarray *xa, unsigned long *index);

#define xa_init(xa)	((xa)->slots = NULL)
#define xa_err(entry)	PTR_ERR_OR_ZERO(entry)
#define xa_for_each(xa, index, entry) \
	for (index = 0; (entry = xa_find(xa, &index)); index++)

/* kexec */

typedef unsigned long kimage_entry_t;
#define IND_DESTINATION		0x1
#define IND_INDIRECTION		0x2
#define IND_DONE		0x4
#define IND_SOURCE		0x8

#define KEXEC_TYPE_DEFAULT		0
#define KEXEC_TYPE_CRASH		1
#define KEXEC_SOURCE_MEMORY_LIMIT	source_limit
#define KEXEC_CONTROL_MEMORY_LIMIT	source_limit
#define KEXEC_CONTROL_MEMORY_GFP	GFP_KERNEL
#define KEXEC_SEGMENT_MAX		16

struct kexec_segment {
	void *buf;
	void *kbuf;
	size_t bufsz;
	unsigned long mem;
	size_t memsz;
};

struct kimage {
	kimage_entry_t head;
	kimage_entry_t *entry;
	kimage_entry_t *last_entry;
	unsigned long control_page;
	unsigned long nr_segments;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	struct page *segment_cma[KEXEC_SEGMENT_MAX];
	struct list_head control_pages;
	struct list_head dest_pages;
	struct list_head unusable_pages;
	unsigned int type;
	bool file_mode;
	bool preserve_context;
	void *vmcoreinfo_data_copy;
	struct kexec_late_segment *late_segment;
};

#define KEXEC_BUF_MEM_UNKNOWN		0

struct kexec_buf {
	struct kimage *image;
	void *buffer;
	unsigned long bufsz;
	unsigned long mem;
	unsigned long memsz;
	unsigned long buf_min;
	unsigned long buf_max;
	bool top_down;
};

int kexec_add_buffer(struct kexec_buf *kbuf);
int arch_kexec_locate_mem_hole(struct kexec_buf *kbuf);

#define arch_kexec_post_alloc_pages(p, count, gfp)	((void)(p))
#define arch_kexec_pre_free_pages(p, count)		((void)(p))
#define dma_release_from_contiguous(dev, page, count)	((void)(count))
#define crash_update_vmcoreinfo_safecopy(p)		do { } while (0)
#define vunmap(p)					((void)(p))
#define machine_kexec_cleanup(image)			do { } while (0)
unsigned long copy_from_user(void *to, const void *from, unsigned long n);

/* For kernel/kexec_internal.h only */
struct resource;
int atomic_cmpxchg_acquire(atomic_t *v, int old, int new);
bool atomic_try_cmpxchg_acquire(atomic_t *v, int *old, int new);
void atomic_set_release(atomic_t *v, int i);

#endif /* _SHIM_H */
