// SPDX-License-Identifier: GPL-2.0-only
/*
 * A model of kexec's late segment: the kernel's own code on a memory of some
 * hundred small pages, with everything against it that can be.
 *
 * Each case places segments, loads them, writes the late one in pieces, writes
 * some of it again, and after each run of writes does what the relocation code
 * of an architecture does: it walks the image's entries and copies. Then memory
 * has to hold what was written. The page allocator returns pages in ascending,
 * descending or random order, out of destinations first if it can; it and the
 * xarray fail now and then; the running kernel takes and returns pages
 * meanwhile, and memory is plugged in. Nothing may be lost in the end.
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
 * @loads: images whose ordinary segments could not be loaded
 */
static struct seen {
	unsigned long replays, own, traded, parked, failures, full, loads;
} seen;

static unsigned long long number;	/* of the case */
static u64 random_state;

struct page pages[NR_PAGES];
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

void broken(const char *what)
{
	printf("case %llu: %s\n", number, what);
	exit(1);
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
	return pages[pfn].present && !pages[pfn].used && !pages[pfn].taken;
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

/* Meanwhile it goes on, and takes and returns pages of its own. */
static void run_kernel(void)
{
	for (unsigned long i = below(NR_PAGES / 4); i; i--) {
		struct page *page = &pages[below(NR_PAGES)];

		if (page->present && !page->taken && page_to_pfn(page))
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

int kexec_add_buffer(struct kexec_buf *kbuf)
{
	struct kexec_segment *segment =
		&kbuf->image->segment[kbuf->image->nr_segments++];

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
	};
	return true;
}

static const struct kexec_late_ops ops = {
	.forget = kexec_late_segment_destroy,
};

static void add_segments(void)
{
	struct kexec_buf kbuf;

	require(find_place(&kbuf, NR_PAGES / 2), "the first place is taken");
	require(!kexec_late_segment_reserve(&late, &ops, &kbuf),
		"no late segment");

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
	require(pages[src >> PAGE_SHIFT].taken, "a source page is not ours");
	require(dest == src || !segment_of(src),
		"a source page is another page's destination");
	require(src >> PAGE_SHIFT < late.pfn_limit,
		"a source page was plugged in later");
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
			require(addr >> PAGE_SHIFT < late.pfn_limit,
				"entries in a page that was plugged in later");
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
		require(filled[(late.start + i) >> PAGE_SHIFT],
			"a page that was written has no source");
	}
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
		if (!pages[i].taken)
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
	for (int tries = 0; ret; tries++) {
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

	/* Past the end only now and then, or little else would be tried. */
	if (size > late.size - pos && !one_in(8))
		size = below(late.size - pos + 1);
	write_at(pos, size);
}

static void plug_memory(void)
{
	for (; max_pfn < NR_PAGES; max_pfn++)
		pages[max_pfn].present = true;
}

static void write_segment(void)
{
	for (unsigned long i = below(12); i; i--) {
		for (unsigned long j = below(6); j; j--)
			write_something();
		kexec_late_segment_settle(&late);
		check_held();
		replay();
		run_kernel();
		if (one_in(16))
			plug_memory();
	}
	/* An image is freed in the middle of writing, too. */
	if (one_in(4))
		write_something();
}

/* One case */

static void start_machine(void)
{
	unsigned int used = below(60);

	max_pfn = NR_PAGES - (one_in(2) ? below(NR_PAGES / 4) : 0);
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
	ASAN_POISON_MEMORY_REGION(memory, NR_PAGES * PAGE_SIZE);
	memset(&late, 0, sizeof(late));
	memset(want, 0, sizeof(want));
	memset(unknown, false, sizeof(unknown));
	written = 0;
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
	       seen.failures && seen.full && seen.loads;
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
	printf("writes: %lu failed, %lu did not fit\n",
	       seen.failures, seen.full);
	if (cases >= 1000 && !all_seen()) {
		printf("some of that was not tried\n");
		return 1;
	}
	return 0;
}
