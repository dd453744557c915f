// SPDX-License-Identifier: GPL-2.0-only
/*
 * A model of kexec's late segment: the kernel's own code on a memory of some
 * hundred small pages, with everything against it that can be.
 *
 * Each case places segments, loads them, writes the late one in pieces, writes
 * some of it again, and after each run of writes does what the relocation code
 * of an architecture does: it walks the image's entries and copies. Then memory
 * has to hold what was written. In some cases the owner of the late segment has
 * pages there already, which are kept, and given up later on. The page allocator
 * returns pages in ascending, descending or random order, out of destinations
 * first if it can; it and the xarray fail now and then; the running kernel takes
 * and returns pages meanwhile. Nothing may be lost in the end.
 *
 * Some memory was plugged in before: the segment may not lie there. Some is
 * plugged in or taken out later, also in the middle of a write: from there on no
 * write may succeed, and the image is not relocated any more.
 *
 *	late_segment CASES FIRST	run so many cases, from that number on
 *
 * A case is its number: late_segment 1 N runs case N again.
 */

#include <stdarg.h>
#include <stdio.h>
#include <sanitizer/asan_interface.h>

#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include "kexec_internal.h"

enum order { ASCENDING, DESCENDING, RANDOM, NR_ORDERS };

/**
 * struct seen - what the cases came to, so that one sees what was tried
 * @replays: images that were relocated and compared
 * @own: pages of a late segment that were their own source
 * @traded: pages in its range that took over a role
 * @parked: pages in its range that were put aside
 * @failures: writes that failed for want of memory or by a signal
 * @full: writes that did not fit
 * @kept: images relocated with pages that were kept
 * @unkept: segments that kept pages no more and were written anew
 * @refused: pages that must not be kept, or be written to
 * @loads: images whose ordinary segments could not be loaded
 * @moved: segments that had to go elsewhere than to memory plugged in before
 * @stale: writes that failed because memory was plugged in or taken out
 */
static struct seen {
	unsigned long replays, own, traded, parked, failures, full, kept;
	unsigned long unkept, refused, loads, moved, stale;
} seen;

static unsigned long long number;	/* of the case */
static u64 random_state;

struct page pages[NR_PAGES];
struct mem_section sections[NR_SECTIONS];
u8 *memory;
unsigned long max_pfn, high_pfn, source_limit;

static enum order order;
static bool spiteful;		/* destinations first */
static unsigned int fail_one_in;	/* never, if it is 0 */

static struct kimage *image;
static struct kexec_late_segment late;

/* What the late segment should hold. A failed write leaves bytes unknown. */
static u8 want[NR_PAGES * PAGE_SIZE];
static bool unknown[NR_PAGES * PAGE_SIZE];
static unsigned long written;
static bool writing;

/* Pages at its start that its owner has. Does the search for memory mind them? */
static unsigned long owned;
static bool minds_reserved;

/* Whom to tell of memory, and whether there was anything to tell since the load */
static notifier_fn_t tell_of_memory;
static bool changed, coming_online;

static bool warning_wanted, warning_given;

void broken(const char *what)
{
	printf("case %llu: %s\n", number, what);
	exit(1);
}

void warned(const char *what)
{
	if (!warning_wanted)
		broken(what);
	warning_given = true;
}

static void require(bool holds, const char *what)
{
	if (!holds)
		broken(what);
}

/* splitmix64 */
static u64 random_u64(void)
{
	u64 z = random_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static unsigned long below(unsigned long n)
{
	return random_u64() % n;
}

static bool one_in(unsigned int n)
{
	return below(n) == 0;
}

static void fill(void *p, size_t size)
{
	u8 *bytes = p;

	while (size--)
		*bytes++ = random_u64();
}

/* The kernel that is running */

bool fails(void)
{
	return fail_one_in && one_in(fail_one_in);
}

bool fatal_signal(void)
{
	return fail_one_in && one_in(4 * fail_one_in);
}

static void *place(unsigned long pfn)
{
	return memory + pfn * PAGE_SIZE;
}

static bool is_free(unsigned long pfn)
{
	return pages[pfn].present && !pages[pfn].used && !pages[pfn].owned &&
	       !pages[pfn].taken;
}

static bool in_segment(const struct kexec_segment *segment, unsigned long addr)
{
	return addr >= segment->mem && addr < segment->mem + segment->memsz;
}

static struct kexec_segment *segment_of(unsigned long addr)
{
	for (unsigned long i = 0; i < image->nr_segments; i++)
		if (in_segment(&image->segment[i], addr))
			return &image->segment[i];
	return NULL;
}

int hotplug_memory_notifier(notifier_fn_t fn, int priority)
{
	tell_of_memory = fn;
	return 0;
}

static void plug_memory(void)
{
	if (max_pfn == NR_PAGES)
		return;
	tell_of_memory(NULL, MEM_GOING_ONLINE, NULL);
	changed = true;
	for (; max_pfn < NR_PAGES; max_pfn++)
		pages[max_pfn].present = true;
	coming_online = true;
}

/* The last section, if nobody uses it */
static void take_memory_out(void)
{
	unsigned long start = max_pfn - SECTION_PAGES;

	for (unsigned long pfn = start; pfn < max_pfn; pfn++)
		if (!is_free(pfn))
			return;
	for (; max_pfn > start; max_pfn--)
		pages[max_pfn - 1].present = false;
	tell_of_memory(NULL, MEM_OFFLINE, NULL);
	changed = true;
}

static void change_memory(void)
{
	if (one_in(2))
		plug_memory();
	else
		take_memory_out();
}

static bool suits(unsigned long pfn, unsigned int gfp, unsigned long count)
{
	for (unsigned long i = pfn; i < pfn + count; i++)
		if (!is_free(i) || (!(gfp & __GFP_HIGHMEM) && i >= high_pfn))
			return false;
	return true;
}

struct page *alloc_pages(unsigned int gfp, unsigned int page_order)
{
	unsigned long count = 1UL << page_order, start = below(NR_PAGES);
	unsigned long step = below(NR_PAGES) | 1;
	unsigned long best = NR_PAGES;

	require(!writing || (gfp & __GFP_RETRY_MAYFAIL),
		"a late segment would have processes killed");
	if (fails())
		return NULL;
	if (writing && one_in(2000))
		change_memory();
	for (unsigned long i = 0; i < NR_PAGES; i++) {
		unsigned long pfn = order == ASCENDING ? i :
				    order == DESCENDING ? NR_PAGES - 1 - i :
				    (start + i * step) % NR_PAGES;

		if (pfn % count || !suits(pfn, gfp, count))
			continue;
		if (!spiteful || segment_of(pfn * PAGE_SIZE)) {
			best = pfn;
			break;
		}
		if (best == NR_PAGES)
			best = pfn;
	}
	if (best == NR_PAGES)
		return NULL;
	ASAN_UNPOISON_MEMORY_REGION(place(best), count * PAGE_SIZE);
	fill(place(best), count * PAGE_SIZE);
	for (unsigned long i = best; i < best + count; i++)
		pages[i].taken = true;
	return &pages[best];
}

void __free_pages(struct page *page, unsigned int page_order)
{
	unsigned long pfn = page_to_pfn(page), count = 1UL << page_order;

	for (unsigned long i = pfn; i < pfn + count; i++) {
		require(pages[i].taken, "a page is freed that is not allocated");
		require(!pages[i].reserved, "a page is freed that is reserved");
		pages[i].taken = false;
	}
	ASAN_POISON_MEMORY_REGION(place(pfn), count * PAGE_SIZE);
}

static unsigned long held(void)
{
	unsigned long count = 0;

	for (unsigned long i = 0; i < NR_PAGES; i++)
		count += pages[i].taken;
	return count;
}

/* Meanwhile it goes on, takes and returns pages, and is done with new ones. */
static void run_kernel(void)
{
	if (coming_online)
		tell_of_memory(NULL, MEM_ONLINE, NULL);
	coming_online = false;
	for (unsigned long i = below(NR_PAGES / 4); i; i--) {
		struct page *page = &pages[below(NR_PAGES)];

		if (page->present && !page->taken && !page->owned &&
		    page_to_pfn(page))
			page->used = !page->used;
	}
}

unsigned long copy_from_user(void *to, const void *from, unsigned long n)
{
	broken("an image comes from user space");
}

/* The xarray */

static void *slot_or_null(struct xarray *xa, unsigned long index)
{
	require(index < NR_PAGES, "an index is out of the segment");
	return xa->slots ? &xa->slots[index] : NULL;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	return slot_or_null(xa, index) ? xa->slots[index].entry : NULL;
}

int xa_reserve(struct xarray *xa, unsigned long index, unsigned int gfp)
{
	if (slot_or_null(xa, index) && xa->slots[index].reserved)
		return 0;
	if (fails())
		return -ENOMEM;
	if (!xa->slots)
		xa->slots = calloc(NR_PAGES, sizeof(*xa->slots));
	xa->slots[index].reserved = true;
	return 0;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry,
	       unsigned int gfp)
{
	int ret = xa_reserve(xa, index, gfp);
	void *old;

	if (ret)
		return ERR_PTR(ret);
	old = xa->slots[index].entry;
	xa->slots[index].entry = entry;
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old = xa_load(xa, index);

	if (xa->slots)
		memset(&xa->slots[index], 0, sizeof(xa->slots[index]));
	return old;
}

void xa_release(struct xarray *xa, unsigned long index)
{
	if (!xa_load(xa, index))
		xa_erase(xa, index);
}

void *xa_find(struct xarray *xa, unsigned long *index)
{
	void *entry = NULL;

	for (; *index < NR_PAGES; ++*index) {
		entry = xa_load(xa, *index);
		if (entry)
			break;
	}
	return entry;
}

void xa_destroy(struct xarray *xa)
{
	free(xa->slots);
	xa->slots = NULL;
}

/* kexec core, and what stands between it and the segment */

static struct page *count_trade(struct kimage *image, struct page *page,
				gfp_t gfp_mask)
{
	struct page *got = kexec_late_segment_trade(image, page, gfp_mask);

	if (got)
		seen.traded++;
	else
		seen.parked++;
	return got;
}

#define kexec_late_segment_trade count_trade
#include "kexec_core.inc"
#undef kexec_late_segment_trade

/* It takes a segment, and in newer kernels the index of one. */
static int load_segment(int i)
{
	int (*by_index)(struct kimage *image, int i) =
		(void *)kimage_load_normal_segment;
	int (*by_segment)(struct kimage *image, struct kexec_segment *segment) =
		(void *)kimage_load_normal_segment;

	if (__builtin_types_compatible_p(typeof(kimage_load_normal_segment),
					 typeof(*by_index)))
		return by_index(image, i);
	return by_segment(image, &image->segment[i]);
}

/* One search looks at what is memory, the other at what is free of it as well. */
static bool hole_at(unsigned long start, unsigned long size)
{
	for (unsigned long pfn = start >> PAGE_SHIFT;
	     pfn < (start + size) >> PAGE_SHIFT; pfn++)
		if (!pages[pfn].present || segment_of(pfn * PAGE_SIZE) ||
		    (minds_reserved && pages[pfn].reserved))
			return false;
	return true;
}

int arch_kexec_locate_mem_hole(struct kexec_buf *kbuf)
{
	unsigned long start;

	if (kbuf->mem)
		return 0;
	for (unsigned long i = 0; i < NR_PAGES; i++) {
		start = (kbuf->top_down ? NR_PAGES - 1 - i : i) * PAGE_SIZE;
		if (start >= kbuf->buf_min &&
		    start + kbuf->memsz - 1 <= kbuf->buf_max &&
		    hole_at(start, kbuf->memsz)) {
			kbuf->mem = start;
			return 0;
		}
	}
	return -EADDRNOTAVAIL;
}

int kexec_add_buffer(struct kexec_buf *kbuf)
{
	struct kexec_segment *segment;
	int ret = arch_kexec_locate_mem_hole(kbuf);

	if (ret)
		return ret;
	segment = &kbuf->image->segment[kbuf->image->nr_segments++];
	*segment = (struct kexec_segment) {
		.kbuf = kbuf->buffer,
		.bufsz = kbuf->bufsz,
		.mem = kbuf->mem,
		.memsz = kbuf->memsz,
	};
	return 0;
}

/* Somewhere in memory, unless something is there already */
static bool find_place(struct kexec_buf *kbuf, unsigned long most)
{
	unsigned long first = 1 + below(max_pfn - 1);
	unsigned long end = min(first + 1 + below(most), max_pfn);

	for (unsigned long pfn = first; pfn < end; pfn++)
		if (segment_of(pfn * PAGE_SIZE))
			return false;
	*kbuf = (struct kexec_buf) {
		.image = image,
		.mem = first * PAGE_SIZE,
		.memsz = (end - first) * PAGE_SIZE,
		.buf_max = max_pfn * PAGE_SIZE - 1,
	};
	return true;
}

static const struct kexec_late_ops ops = {
	.forget = kexec_late_segment_destroy,
};

/* What the owner of the segment was handed over when this kernel booted */
static void own(unsigned long pfn, unsigned long count)
{
	ASAN_UNPOISON_MEMORY_REGION(place(pfn), count * PAGE_SIZE);
	fill(place(pfn), count * PAGE_SIZE);
	for (; count; count--, pfn++) {
		pages[pfn].owned = true;
		pages[pfn].reserved = true;
	}
}

static void disown(unsigned long pfn, unsigned long count)
{
	ASAN_POISON_MEMORY_REGION(place(pfn), count * PAGE_SIZE);
	for (; count; count--, pfn++) {
		pages[pfn].owned = false;
		pages[pfn].reserved = false;
	}
}

/* Not where something else is in the way */
static void reserve_where_nothing_is(struct kexec_buf kbuf, unsigned long start)
{
	const unsigned long behind = start + owned * PAGE_SIZE;
	struct kexec_buf out = kbuf, plugged = kbuf;

	struct mem_section *section =
		&sections[(behind >> PAGE_SHIFT) / SECTION_PAGES];

	pages[behind >> PAGE_SHIFT].present = false;
	require(kexec_late_segment_reserve_at(&late, &ops, &kbuf, start,
					      owned * PAGE_SIZE) ==
		-EADDRNOTAVAIL, "a segment lies where there is no memory");
	pages[behind >> PAGE_SHIFT].present = true;
	section->early = false;
	require(kexec_late_segment_reserve_at(&late, &ops, &plugged, start,
					      owned * PAGE_SIZE) ==
		-EADDRNOTAVAIL, "a segment grows into what was plugged in");
	section->early = true;
	out.buf_max = start + out.memsz - 2;
	require(kexec_late_segment_reserve_at(&late, &ops, &out, start,
					      owned * PAGE_SIZE) ==
		-EADDRNOTAVAIL, "a segment is out of its bounds");
	require(!image->nr_segments && !image->late_segment,
		"a segment that is none");
}

/* Is all of it memory that this kernel was booted with? */
static bool is_early(unsigned long start, unsigned long size)
{
	for (unsigned long pfn = start >> PAGE_SHIFT;
	     pfn < (start + size) >> PAGE_SHIFT; pfn++)
		if (!sections[pfn / SECTION_PAGES].early)
			return false;
	return true;
}

static bool early_hole(unsigned long size)
{
	for (unsigned long start = 0; start + size <= NR_PAGES * PAGE_SIZE;
	     start += PAGE_SIZE)
		if (is_early(start, size) && hole_at(start, size))
			return true;
	return false;
}

/* What was plugged in is no place, and whatever else there is has to be found. */
static void reserve_elsewhere(struct kexec_buf kbuf)
{
	struct kexec_buf here = kbuf;

	require(kexec_late_segment_reserve(&late, &ops, &here) ==
		-EADDRNOTAVAIL, "a segment lies in what was plugged in");
	require(!image->nr_segments && !image->late_segment,
		"a segment that is none");
	for (;;) {
		struct kexec_buf search = kbuf;

		search.mem = 0;
		search.top_down = one_in(2);
		if (!kexec_late_segment_reserve(&late, &ops, &search))
			break;
		require(!early_hole(kbuf.memsz), "a place is not found");
		kbuf.memsz = PAGE_SIZE;
	}
	require(is_early(late.start, late.size),
		"a segment lies in what was plugged in");
	seen.moved++;
}

static void reserve_late(void)
{
	struct kexec_buf kbuf;
	unsigned long start;

	require(find_place(&kbuf, NR_PAGES / 2), "the first place is taken");
	start = kbuf.mem;
	if (!is_early(start, kbuf.memsz)) {
		reserve_elsewhere(kbuf);
		return;
	}
	if (kbuf.memsz > PAGE_SIZE && one_in(2)) {
		owned = 1 + below((kbuf.memsz >> PAGE_SHIFT) - 1);
		own(start >> PAGE_SHIFT, owned);
		kbuf.mem = 0;
		reserve_where_nothing_is(kbuf, start);
		require(!kexec_late_segment_reserve_at(&late, &ops, &kbuf,
						       start,
						       owned * PAGE_SIZE),
			"no late segment where its owner has memory");
	} else {
		require(!kexec_late_segment_reserve(&late, &ops, &kbuf),
			"no late segment");
	}
	require(late.start == start, "the late segment is somewhere else");
}

static void add_segments(void)
{
	struct kexec_buf kbuf;

	reserve_late();

	for (unsigned long i = below(5); i; i--) {
		if (!find_place(&kbuf, NR_PAGES / 8))
			continue;
		kbuf.bufsz = below(kbuf.memsz + 1);
		kbuf.buffer = malloc(kbuf.bufsz);
		fill(kbuf.buffer, kbuf.bufsz);
		kexec_add_buffer(&kbuf);
	}
}

static bool load_segments(void)
{
	for (unsigned long i = below(4); i; i--)
		if (!kimage_alloc_normal_control_pages(image, below(3)))
			return false;
	for (unsigned long i = 0; i < image->nr_segments; i++) {
		if (kexec_late_segment_covers(image, image->segment[i].mem))
			continue;
		if (load_segment(i))
			return false;
	}
	kimage_terminate(image);
	return true;
}

/* What relocation does, on a copy of memory, with the rules it relies on */

static u8 next_memory[NR_PAGES * PAGE_SIZE];

static void copy_page_as_relocation(unsigned long dest, unsigned long src,
				    bool *filled)
{
	require(segment_of(dest), "a page is copied to where no segment is");
	require(!filled[dest >> PAGE_SHIFT], "a page is filled twice");
	require(dest < late.start + late.kept_start ||
		dest >= late.start + late.kept_end,
		"a page that is kept is copied to");
	require(pages[src >> PAGE_SHIFT].taken, "a source page is not ours");
	require(dest == src || !segment_of(src),
		"a source page is another page's destination");
	filled[dest >> PAGE_SHIFT] = true;
	if (dest == src && segment_of(dest)->mem == late.start)
		seen.own++;
	memmove(next_memory + dest, next_memory + src, PAGE_SIZE);
}

static void relocate(bool *filled)
{
	kimage_entry_t entry = image->head;
	unsigned long dest = 0, at = 0;

	for (;;) {
		unsigned long addr = entry & PAGE_MASK;

		if (entry & IND_DESTINATION) {
			dest = addr;
		} else if (entry & IND_INDIRECTION) {
			require(!segment_of(addr), "entries in a destination");
			at = addr;
		} else if (entry & IND_DONE) {
			return;
		} else if (entry & IND_SOURCE) {
			copy_page_as_relocation(dest, addr, filled);
			dest += PAGE_SIZE;
		} else {
			broken("an entry is none");
		}
		/* The entries themselves are read from memory as it is by now. */
		memcpy(&entry, next_memory + at, sizeof(entry));
		at += sizeof(entry);
	}
}

static void compare_segment(const struct kexec_segment *segment)
{
	const u8 *got = next_memory + segment->mem;

	require(!segment->bufsz || !memcmp(got, segment->kbuf, segment->bufsz),
		"a segment is not what was loaded");
	for (size_t i = segment->bufsz; i < segment->memsz; i++)
		require(!got[i], "a segment does not end in zeros");
}

static void compare_late(const bool *filled)
{
	const u8 *got = next_memory + late.start;

	require(PAGE_ALIGN(written) <= late.backed &&
		late.backed <= late.size, "what was written is not backed");
	for (unsigned long i = 0; i < late.backed; i++) {
		require(unknown[i] || got[i] == want[i],
			"the late segment is not what was written");
		require(filled[(late.start + i) >> PAGE_SHIFT] ||
			(i >= late.kept_start && i < late.kept_end),
			"a page that was written has no source");
	}
	seen.kept += late.kept_start != late.kept_end;
}

static void replay(void)
{
	static u8 before[NR_PAGES * PAGE_SIZE];
	bool filled[NR_PAGES] = { };
	struct page *page;

	ASAN_UNPOISON_MEMORY_REGION(memory, NR_PAGES * PAGE_SIZE);
	memcpy(next_memory, memory, sizeof(next_memory));
	memcpy(before, memory, sizeof(before));
	for (unsigned long i = 0; i < NR_PAGES; i++)
		if (!pages[i].taken && !pages[i].owned)
			ASAN_POISON_MEMORY_REGION(place(i), PAGE_SIZE);

	relocate(filled);
	for (unsigned long i = 0; i < image->nr_segments; i++) {
		if (image->segment[i].mem == late.start)
			compare_late(filled);
		else
			compare_segment(&image->segment[i]);
	}
	list_for_each_entry(page, &image->control_pages, lru) {
		unsigned long addr = page_to_pfn(page) * PAGE_SIZE;

		require(!memcmp(next_memory + addr, before + addr,
				PAGE_SIZE << page_private(page)),
			"a control page was written to");
	}
	seen.replays++;
}

/* Between runs of writes an image holds what it needs and no more. */
static void check_held(void)
{
	unsigned long needed = 0;
	kimage_entry_t *ptr, entry;
	struct page *page;

	require(list_empty(&image->unusable_pages), "unusable pages are kept");
	for (unsigned long i = 0; i < NR_PAGES; i++)
		require(!xa_load(&late.parked, i), "a parked page is kept");
	for_each_kimage_entry(image, ptr, entry)
		needed += !!(entry & (IND_SOURCE | IND_INDIRECTION));
	list_for_each_entry(page, &image->control_pages, lru)
		needed += 1UL << page_private(page);
	list_for_each_entry(page, &image->dest_pages, lru)
		needed++;
	require(held() == needed, "an image holds pages that it does not need");
}

/* Write something, at the end or over what there is */

static void write_at(unsigned long pos, size_t size)
{
	u8 *bytes = malloc(size);
	unsigned int rate = fail_one_in;
	int ret;

	fill(bytes, size);
	writing = true;
	ret = kexec_late_segment_write(&late, pos, bytes, size);
	if (size > late.size - pos) {
		require(ret == -ENOSPC, "more fits than was reserved");
		seen.full++;
		goto out;
	}
	for (int tries = 0; ret && ret != -ESTALE; tries++) {
		require(ret == -ENOMEM || (ret == -EINTR && rate),
			"a write fails for no reason");
		seen.failures++;
		memset(unknown + pos, true, size);
		if (tries == 2)
			goto out;
		/* At last there is nothing but real want of memory. */
		if (tries)
			fail_one_in = 0;
		ret = kexec_late_segment_write(&late, pos, bytes, size);
		fail_one_in = rate;
	}
	require((ret == -ESTALE) == changed,
		"whether memory has changed is not known");
	if (ret) {
		seen.stale++;
		memset(unknown + pos, true, size);
		goto out;
	}
	memcpy(want + pos, bytes, size);
	memset(unknown + pos, false, size);
	written = max(written, pos + size);
out:
	writing = false;
	free(bytes);
}

static void write_something(void)
{
	unsigned long pos = one_in(3) ? below(written + 1) : written;
	size_t size = below((one_in(4) ? 16 : 2) * PAGE_SIZE);

	if (pos < late.kept_end && late.kept_start < pos + size)
		pos = written;

	/* Past the end only now and then, or little else would be tried. */
	if (size > late.size - pos && !one_in(8))
		size = below(late.size - pos + 1);
	write_at(pos, size);
}

/* Keep what must not be kept: pages @pos to @pos + @size, for that reason */
static void keep_badly(unsigned long pos, unsigned long size, const char *what)
{
	warning_wanted = true;
	warning_given = false;
	require(kexec_late_segment_keep(&late, pos, size) == -EINVAL, what);
	require(warning_given, what);
	warning_wanted = false;
	seen.refused++;
}

static void break_rules(unsigned long pos, unsigned long size)
{
	struct page *page = &pages[(late.start + pos) >> PAGE_SHIFT];

	keep_badly(pos, 0, "no page is kept");
	keep_badly(pos, size - 1, "a part of a page is kept");
	keep_badly(pos, late.size + PAGE_SIZE - pos,
		   "more is kept than there is");
	keep_badly(pos, -PAGE_SIZE, "what wraps around is kept");
	if (pos)
		keep_badly(pos - PAGE_SIZE, size, "what was written is kept");
	page->reserved = false;
	keep_badly(pos, size, "a page is kept that can be free");
	page->reserved = true;
	image->type = KEXEC_TYPE_CRASH;
	keep_badly(pos, size, "pages are kept for a crash kernel");
	image->type = KEXEC_TYPE_DEFAULT;
	image->preserve_context = true;
	keep_badly(pos, size, "pages are kept for a kernel to return to");
	image->preserve_context = false;
}

static void write_kept(unsigned long pos)
{
	const u8 byte = 0;

	warning_wanted = true;
	warning_given = false;
	require(kexec_late_segment_write(&late, pos, &byte, 1) == -EINVAL,
		"a page that is kept is written to");
	require(warning_given, "writing to a page that is kept is no error");
	warning_wanted = false;
	seen.refused++;
}

/* Some of the pages that the owner has, behind something that it has written */
static void keep_something(void)
{
	unsigned long pos = below(owned) * PAGE_SIZE;
	unsigned long size = (1 + below(owned - pos / PAGE_SIZE)) * PAGE_SIZE;

	if (pos)
		write_at(0, pos);
	/* It is up to the caller to give up if that fails. */
	if (late.backed != pos)
		return;
	if (one_in(4))
		break_rules(pos, size);
	require(!kexec_late_segment_keep(&late, pos, size),
		"pages cannot be kept");
	if (one_in(4)) {
		require(!kexec_late_segment_keep(&late, pos, size),
			"pages cannot be kept again");
		keep_badly(pos + size, size, "other pages are kept as well");
		write_kept(pos + below(size));
	}
	memcpy(want + pos, memory + late.start + pos, size);
	memset(unknown + pos, false, size);
	written = pos + size;
}

/* The owner gives its pages up. False if there is no memory for a copy. */
static bool give_up(void)
{
	unsigned long pos = late.kept_start, old = late.kept_end, end = written;

	kexec_late_segment_unkeep(&late);
	disown(late.start >> PAGE_SHIFT, owned);
	owned = 0;
	if (pos == old)
		return true;
	require(late.backed == pos, "what is void still counts");
	if (one_in(2))
		run_kernel();
	write_at(pos, end - pos);
	seen.unkept++;
	return PAGE_ALIGN(end) <= late.backed;
}

static void write_segment(void)
{
	if (owned)
		keep_something();
	for (unsigned long i = below(12); i; i--) {
		if (owned && one_in(6) && !give_up())
			return;
		for (unsigned long j = below(6); j; j--)
			write_something();
		kexec_late_segment_settle(&late);
		check_held();
		if (!changed)
			replay();
		run_kernel();
		if (one_in(32))
			change_memory();
	}
	/* An image is freed in the middle of writing, too. */
	if (one_in(4))
		write_something();
}

/* One case */

static void start_machine(void)
{
	unsigned int used = below(60);
	bool late_plugs = one_in(2);

	max_pfn = NR_PAGES -
		  (one_in(2) ? below(NR_SECTIONS / 4) * SECTION_PAGES : 0);
	high_pfn = one_in(2) ? NR_PAGES : NR_PAGES / 4 + below(NR_PAGES / 2);
	source_limit = one_in(8) ? (max_pfn - 16) * PAGE_SIZE : ~0UL;
	order = below(NR_ORDERS);
	spiteful = one_in(2);
	fail_one_in = one_in(2) ? 0 : 4 + below(200);

	/* Page 0 is none: an entry of zero is the end. */
	for (unsigned long i = 0; i < NR_PAGES; i++)
		pages[i] = (struct page) {
			.present = i && i < max_pfn,
			.used = below(100) < used,
		};
	/* The first section is always there, so that there is some place. */
	for (unsigned long i = 0; i < NR_SECTIONS; i++)
		sections[i].early = !i || (i * SECTION_PAGES < max_pfn &&
					   !(late_plugs && one_in(16)));
	ASAN_POISON_MEMORY_REGION(memory, NR_PAGES * PAGE_SIZE);
	memset(&late, 0, sizeof(late));
	memset(want, 0, sizeof(want));
	memset(unknown, false, sizeof(unknown));
	written = 0;
	owned = 0;
	changed = false;
	coming_online = false;
	minds_reserved = one_in(2);
}

static void run_case(void)
{
	void *buffers[KEXEC_SEGMENT_MAX];
	unsigned long count, lost = 0;

	random_state = number;
	start_machine();
	image = do_kimage_alloc_init();
	image->file_mode = true;
	add_segments();
	count = image->nr_segments;
	for (unsigned long i = 0; i < count; i++)
		buffers[i] = image->segment[i].kbuf;

	if (load_segments()) {
		write_segment();
	} else {
		/*
		 * kimage_load_normal_segment() loses the page that it has no
		 * entry for. A late segment does not.
		 */
		lost = 1;
		seen.loads++;
	}
	kimage_free(image);
	require(held() <= lost, "pages are lost");
	for (unsigned long i = 0; i < count; i++)
		free(buffers[i]);
}

static bool all_seen(void)
{
	return seen.replays && seen.own && seen.traded && seen.parked &&
	       seen.failures && seen.full && seen.kept && seen.unkept &&
	       seen.refused && seen.loads && seen.moved && seen.stale;
}

int main(int argc, char **argv)
{
	unsigned long cases = 0;

	if (argc == 3)
		cases = strtoul(argv[1], NULL, 10);
	if (!cases) {
		fprintf(stderr, "usage: %s CASES FIRST\n", argv[0]);
		return 2;
	}
	memory = malloc(NR_PAGES * PAGE_SIZE);
	number = strtoull(argv[2], NULL, 10);
	for (unsigned long i = 0; i < cases; i++, number++)
		run_case();
	ASAN_UNPOISON_MEMORY_REGION(memory, NR_PAGES * PAGE_SIZE);
	free(memory);

	printf("%lu cases, %lu loads failed, %lu images relocated; ",
	       cases, seen.loads, seen.replays);
	printf("pages: %lu their own source, %lu traded, %lu parked; ",
	       seen.own, seen.traded, seen.parked);
	printf("writes: %lu failed, %lu did not fit, %lu were stale; ",
	       seen.failures, seen.full, seen.stale);
	printf("%lu segments not in what was plugged in; ", seen.moved);
	printf("pages kept: in %lu images, given up in %lu, refused %lu times\n",
	       seen.kept, seen.unkept, seen.refused);
	if (cases >= 1000 && !all_seen()) {
		printf("some of that was not tried\n");
		return 1;
	}
	return 0;
}
