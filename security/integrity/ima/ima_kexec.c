// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handing the measurement list over to the next kernel.
 *
 * At load the list is given a range of the next kernel's memory, larger than
 * it needs, and what there is of it is written there. At execute the records
 * that were added since are appended, so that the time this takes does not
 * depend on the length of the list.
 *
 * If it can be, the range is where the history lies already, which then stays
 * there, so that neither does the time or the memory that a load takes.
 *
 * A kexec carries every record that was extended into the TPM or does not take
 * place: a list that lacks a record is worth no more to a verifier than none.
 */

#include <linux/ima.h>
#include <linux/ima_kexec.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "ima_closed.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_kexec.h"
#include "ima_staging.h"
#include "ima_unseen.h"

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

/**
 * struct ima_carry - an image's copy of the list
 * @segment: where it goes
 * @offset: bytes from the start of the segment to the header
 * @room: bytes that the list may take, from the header on
 * @list: in carries
 * @planned: bytes the list took when the image was loaded, header included
 * @written: bytes written so far, header included
 * @count: records written so far
 * @checksum: checksum of the records written so far
 * @generation: of the list that they were written from
 * @last: the last entry written, NULL if none of the live list is
 * @announced: the architecture has asked where the list will be
 * @fill: bytes in @gathered
 * @gathered: records that are about to be written
 *
 * Belongs to the image, lives as long, and is protected by carry_lock. Writing
 * takes the kexec lock as well, which is taken first.
 */
struct ima_carry {
	struct kexec_late_segment segment;
	unsigned long offset;
	u64 room;
	struct list_head list;
	u64 planned;
	u64 written;
	u64 count;
	u32 checksum;
	u64 generation;
	const struct ima_queue_entry *last;
	bool announced;
	size_t fill;
	u8 gathered[SZ_2K];
};

static const struct kexec_late_ops carry_ops;
static DEFINE_MUTEX(carry_lock);

/* For the state file. Images that are being loaded or freed are in it too. */
static LIST_HEAD(carries);
static int last_error;

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

/* What to do about a list that cannot be handed over whole */
static enum {
	INCOMPLETE_DEFAULT,
	INCOMPLETE_REFUSED,
	INCOMPLETE_CARRIED,
} incomplete;

static int __init incomplete_setup(char *str)
{
	if (!strcmp(str, "require"))
		incomplete = INCOMPLETE_REFUSED;
	else if (!strcmp(str, "carry"))
		incomplete = INCOMPLETE_CARRIED;
	else
		pr_err("kexec: ima_kexec=%s is neither require nor carry, using the default\n",
		       str);
	return 1;
}
__setup("ima_kexec=", incomplete_setup);

/*
 * Without a TPM there is nothing that the list could fail to match, and a
 * refusal protects nothing. A process that is killed has not asked for less.
 */
static bool tolerable(int error)
{
	if (!error || error == -EINTR)
		return false;
	if (incomplete == INCOMPLETE_DEFAULT)
		return !ima_tpm_chip;
	return incomplete == INCOMPLETE_CARRIED;
}

static struct ima_carry *carry_of(struct kexec_late_segment *late)
{
	return container_of(late, struct ima_carry, segment);
}

/*
 * The carry of the image that would be executed. A pointer to an image that is
 * being freed is compared and not followed.
 */
static struct ima_carry *loaded(void)
{
	struct ima_carry *carry;

	lockdep_assert_held(&carry_lock);
	list_for_each_entry(carry, &carries, list)
		if (carry->segment.image == READ_ONCE(kexec_image))
			return carry;
	return NULL;
}

/**
 * struct live_rest - what there is of the live list behind an entry
 * @size: bytes
 * @count: records
 */
struct live_rest {
	u64 size;
	u64 count;
};

static struct live_rest rest_after(const struct ima_queue_entry *entry)
{
	struct live_rest rest = { };

	while ((entry = ima_entry_next(entry))) {
		rest.size += ima_entry_size(entry->entry);
		rest.count++;
	}
	return rest;
}

/*
 * Records that were deleted since are still in the copy, and @carry->last may be
 * one of them. It has to be written anew. Called with the list locked.
 */
static void refresh(struct ima_carry *carry)
{
	if (carry->generation == ima_list_generation())
		return;
	carry->generation = ima_list_generation();
	carry->written = 0;
	carry->count = 0;
	carry->checksum = 0;
	carry->last = NULL;
}

/*
 * Where the header lies if the history stays where it is, or 0 if it cannot:
 * there is none, or only a copy that is mapped page by page. Called with the list
 * locked.
 */
static unsigned long history_place(void)
{
	if (!ima_history.size || is_vmalloc_addr(ima_history.bytes))
		return 0;
	return virt_to_boot_phys((void *)ima_history.bytes) -
	       IMA_HANDOVER_SIZE;
}

/* Does the history stay where it is? Called with the list locked. */
static bool stays(const struct ima_carry *carry)
{
	unsigned long place = history_place();

	return place && place == carry->segment.start + carry->offset;
}

/* Bytes of what has been written that stay where they are */
static unsigned long kept(const struct ima_carry *carry)
{
	return carry->written ?
	       carry->segment.kept_end - carry->segment.kept_start : 0;
}

/* Before the list is written on: what does not stay any more is copied. */
static void prepare(struct ima_carry *carry)
{
	refresh(carry);
	if (!carry->written && !stays(carry))
		kexec_late_segment_unkeep(&carry->segment);
}

/* What the whole list takes, header included. Called with the list locked. */
static u64 list_size(void)
{
	return IMA_HANDOVER_SIZE + ima_history.size + rest_after(NULL).size;
}

/* What is still to be written. Called with the list locked. */
static struct live_rest pending(const struct ima_carry *carry)
{
	struct live_rest rest = rest_after(carry->last);

	if (!carry->written) {
		rest.size += IMA_HANDOVER_SIZE + ima_history.size;
		rest.count += ima_history.count;
	}
	return rest;
}

/* How far the header and the history reach into the segment */
static u64 history_end(const struct ima_carry *carry)
{
	return carry->offset + IMA_HANDOVER_SIZE + ima_history.size;
}

/* Write into the segment, at an offset from the header */
static int write_at(struct ima_carry *carry, u64 pos, const void *bytes,
		    size_t size)
{
	return kexec_late_segment_write(&carry->segment, carry->offset + pos,
					bytes, size);
}

/**
 * struct carry_write - records on their way into the segment
 * @carry: the carry
 * @pos: where the next bytes go, in bytes from the header
 * @checksum: checksum up to there
 * @count: records since the last commit
 * @last: the entry of the last of them
 *
 * They are gathered in the carry first: a record is made in a dozen small pieces.
 */
struct carry_write {
	struct ima_carry *carry;
	u64 pos;
	u32 checksum;
	u64 count;
	const struct ima_queue_entry *last;
};

static int flush(struct carry_write *write)
{
	struct ima_carry *carry = write->carry;
	int ret;

	ret = write_at(carry, write->pos, carry->gathered, carry->fill);
	if (ret)
		return ret;
	write->pos += carry->fill;
	write->checksum = ima_history_checksum(write->checksum, carry->gathered,
					       carry->fill);
	carry->fill = 0;
	return 0;
}

/* An ima_entry_sink */
static int write_piece(void *context, const void *bytes, size_t size)
{
	struct carry_write *write = context;
	struct ima_carry *carry = write->carry;

	while (size) {
		size_t chunk = min(size, sizeof(carry->gathered) - carry->fill);
		int ret;

		memcpy(carry->gathered + carry->fill, bytes, chunk);
		carry->fill += chunk;
		bytes += chunk;
		size -= chunk;
		if (carry->fill < sizeof(carry->gathered))
			break;
		ret = flush(write);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Between two records. What has been written counts only from here on, so a
 * write that fails can be tried again.
 */
static int commit(struct carry_write *write)
{
	struct ima_carry *carry = write->carry;
	int ret = flush(write);

	if (ret || !write->count)
		return ret;
	carry->written = write->pos;
	carry->checksum = write->checksum;
	carry->count += write->count;
	carry->last = write->last;
	write->count = 0;
	return 0;
}

/*
 * What can stay are the whole pages of the history. What precedes them is copied
 * together with the header, what follows together with this kernel's records.
 */
static int write_history(struct ima_carry *carry)
{
	static const u8 header[IMA_HANDOVER_SIZE];
	const u64 start = carry->offset + sizeof(header);
	const u64 end = history_end(carry);
	u64 from = PAGE_ALIGN(start), to = ALIGN_DOWN(end, PAGE_SIZE);
	int ret;

	if (!stays(carry) || from >= to) {
		from = start;
		to = start;
	}

	/* The header is written last; its place is taken first. */
	ret = write_at(carry, 0, header, sizeof(header));
	if (!ret)
		ret = kexec_late_segment_write(&carry->segment, start,
					       ima_history.bytes, from - start);
	if (!ret && from != to)
		ret = kexec_late_segment_keep(&carry->segment, from, to - from);
	if (!ret)
		ret = kexec_late_segment_write(&carry->segment, to,
					       ima_history.bytes + (to - start),
					       end - to);
	if (ret)
		return ret;
	carry->written = end - carry->offset;
	carry->count = ima_history.count;
	/* Not computed again, or damage since would pass unnoticed. */
	carry->checksum = ima_history.checksum;
	return 0;
}

/* Append the records of this kernel up to @limit bytes in all */
static int append_live(struct carry_write *write, u64 limit)
{
	struct ima_carry *carry = write->carry;
	const struct ima_queue_entry *entry = carry->last;
	int ret;

	while ((entry = ima_entry_next(entry))) {
		if (ima_entry_size(entry->entry) >
		    limit - write->pos - carry->fill)
			return -ENOSPC;
		ret = ima_entry_emit(entry->entry, ima_sha1_idx, write_piece,
				     write);
		if (ret) {
			/* A part of a record is none. */
			carry->fill = 0;
			write->count = 0;
			return ret;
		}
		write->last = entry;
		write->count++;
		if (carry->fill < sizeof(carry->gathered) / 2)
			continue;
		ret = commit(write);
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/*
 * Append what the carry lacks, up to @limit bytes in all. -ENOSPC if there is
 * more than that.
 */
static int append(struct ima_carry *carry, u64 limit)
{
	struct carry_write write = { .carry = carry };
	int ret, error;

	if (!carry->written) {
		if (IMA_HANDOVER_SIZE + ima_history.size > limit)
			return -ENOSPC;
		ret = write_history(carry);
		if (ret)
			return ret;
	}
	write.pos = carry->written;
	write.checksum = carry->checksum;
	carry->fill = 0;
	ret = append_live(&write, limit);
	error = commit(&write);
	return ret ?: error;
}

/* Records deleted since the last reset. Called with the list locked. */
static u64 deleted_records(void)
{
	return ima_history.deleted + ima_staging_deleted();
}

/* How many were deleted, behind the records; there is room for that. */
static int write_deleted(struct ima_carry *carry, u32 *checksum)
{
	u8 wire[IMA_HANDOVER_DELETED_SIZE];

	ima_handover_encode_deleted(wire, deleted_records(), ima_canonical_fmt);
	*checksum = ima_history_checksum(*checksum, wire, sizeof(wire));
	return write_at(carry, carry->written, wire, sizeof(wire));
}

/* Without @complete there are records that were not written. */
static int write_header(struct ima_carry *carry, bool complete)
{
	struct ima_handover header = {
		.version = IMA_HANDOVER_VERSION,
		.flags = ima_history.flags,
		/* Nothing is written if not even the history has room. */
		.buffer_size = carry->written ?: IMA_HANDOVER_SIZE,
		.count = carry->count,
	};
	u8 wire[IMA_HANDOVER_SIZE];
	u32 checksum = carry->checksum;
	int ret;

	/* Not behind a list of which not even the history has room. */
	if (carry->written && deleted_records()) {
		header.flags |= IMA_HANDOVER_TRIMMED;
		ret = write_deleted(carry, &checksum);
		if (ret)
			return ret;
	}
	if (!complete)
		header.flags |= IMA_HANDOVER_INCOMPLETE;
	if (ima_unseen_get().count)
		header.flags |= IMA_HANDOVER_UNSEEN;
	ima_handover_encode(wire, &header, ima_canonical_fmt);
	header.checksum = ima_history_checksum(checksum, wire, sizeof(wire));
	ima_handover_encode(wire, &header, ima_canonical_fmt);
	return write_at(carry, 0, wire, sizeof(wire));
}

/*
 * A kexec that is refused should leave the machine as it was, not without
 * memory. So see whether there is enough before taking any.
 */
static bool memory_suffices(const struct ima_carry *carry)
{
	u64 size = carry->offset + carry->written + pending(carry).size;
	u64 backed = carry->segment.backed;
	long available = max(si_mem_available(), 0L);

	return size <= backed ||
	       DIV_ROUND_UP_ULL(size - backed, PAGE_SIZE) <= available;
}

/*
 * Critical data that a verifier looks for between two boots: that an image was
 * loaded, and that it was to be executed. The names and the data are those that
 * Linux has had since 6.16. @size is that of the list before this record.
 */
static void measure_event(const char *name, const struct ima_carry *carry,
			  u64 size)
{
	char data[160];
	int len;

	len = scnprintf(data, sizeof(data),
			"kexec_segment_size=%lu;ima_binary_runtime_size=%llu;ima_runtime_measurements_count=%ld;",
			carry->segment.size, size, ima_records_count());
	ima_measure_critical_data("ima_kexec", name, data, len, false, NULL, 0);
}

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

/* Room to grow for a list of @planned bytes */
static u64 growth_for(u64 planned)
{
	return growth_behind(planned, growth_given ? growth_wanted :
				      max_t(u64, planned, GROWTH_MIN));
}

static void note_error(int error)
{
	mutex_lock(&carry_lock);
	last_error = error;
	mutex_unlock(&carry_lock);
}

/*
 * Tools take some errors of kexec_file_load(2) for "try kexec_load(2)", which
 * cannot carry the list. It is none of those that there is no place for it.
 */
static int no_place(int error)
{
	switch (error) {
	case -EINVAL:
	case -ENOEXEC:
	case -ENOSYS:
	case -EOPNOTSUPP:
		return -EADDRNOTAVAIL;
	}
	return error;
}

/* Where the history is, if @kbuf allows that */
static int reserve_here(struct ima_carry *carry, struct kexec_buf kbuf,
			unsigned long place, u64 room)
{
	unsigned long start = ALIGN_DOWN(place, PAGE_SIZE);
	u64 owned = PAGE_ALIGN(place - start + IMA_HANDOVER_SIZE +
			       ima_history.size);
	int ret;

	if (!place)
		return -ENOENT;
	/* At least one page is behind the history, or nothing is looked for. */
	kbuf.memsz = max(PAGE_ALIGN(place - start + room), owned + PAGE_SIZE);
	ret = kexec_late_segment_reserve_at(&carry->segment, &carry_ops, &kbuf,
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
			     u64 room, u64 growth)
{
	u64 spare = growth_behind(room, max_t(u64, growth, GROWTH_RETRY));
	int ret;

	kbuf.memsz = PAGE_ALIGN(room + (kbuf.top_down ? spare : 0));
	ret = kexec_late_segment_reserve(&carry->segment, &carry_ops, &kbuf);
	if (!ret || !kbuf.top_down)
		return ret;
	kbuf.memsz = PAGE_ALIGN(room);
	return kexec_late_segment_reserve(&carry->segment, &carry_ops, &kbuf);
}

/* Try one kind of place, with less and less room to grow */
static int try_place(struct ima_carry *carry, struct kimage *image,
		     unsigned long place, bool anywhere)
{
	u64 growth = growth_for(carry->planned);
	int ret;

	for (;; growth /= 2) {
		u64 room = carry->planned + IMA_HANDOVER_DELETED_SIZE + growth;
		struct kexec_buf kbuf = {
			.image = image,
			.mem = KEXEC_BUF_MEM_UNKNOWN,
			.buf_align = PAGE_SIZE,
			.buf_max = ULONG_MAX,
			.top_down = true,
		};

		if (!anywhere)
			arch_ima_kexec_place(&kbuf);
		ret = reserve_here(carry, kbuf, place, room);
		if (ret)
			ret = reserve_elsewhere(carry, kbuf, room, growth);
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

/*
 * Kexec allows no image of more than half of memory. What stays where it is
 * takes none.
 */
static int check_memory(const struct ima_carry *carry, const struct kimage *image)
{
	u64 files = (u64)image->kernel_buf_len + image->initrd_buf_len;
	u64 copied = carry->planned;

	ima_list_lock();
	if (stays(carry))
		copied -= min_t(u64, copied, ima_history.size);
	ima_list_unlock();
	if (carry->planned <= ram_size() / 2 && copied + files <= ram_size() / 2)
		return 0;
	pr_err("kexec: a measurement list of %llu bytes, a kernel and an initramfs are more than the half of memory that an image may take\n",
	       carry->planned);
	return -EFBIG;
}

/**
 * ima_kexec_reserve - give the list a range of the next kernel's memory
 * @image: an image being loaded, no segment of which is placed yet
 *
 * Context: process context, kexec lock held. May sleep.
 * Return: 0, also for a crash image, which carries nothing; -ENOMEM or another
 * error if there is no room for the list.
 */
int ima_kexec_reserve(struct kimage *image)
{
	struct ima_carry *carry;
	unsigned long place;
	int ret;

	if (image->type != KEXEC_TYPE_DEFAULT)
		return 0;

	carry = kzalloc(sizeof(*carry), GFP_KERNEL);
	if (!carry) {
		ret = -ENOMEM;
		pr_err("kexec: no memory to carry the measurement list: %d\n",
		       ret);
		goto fail;
	}
	ima_list_lock();
	carry->planned = list_size();
	carry->generation = ima_list_generation();
	place = history_place();
	ret = try_place(carry, image, place, false);
	if (ret)
		ret = try_place(carry, image, place, true);
	ima_list_unlock();
	if (ret) {
		ret = no_place(ret);
		pr_err("kexec: no room in the next kernel's memory for a measurement list of %llu bytes: %d\n",
		       carry->planned, ret);
		goto free;
	}
	mutex_lock(&carry_lock);
	list_add(&carry->list, &carries);
	mutex_unlock(&carry_lock);
	ret = check_memory(carry, image);
	if (ret)
		goto fail;
	measure_event("kexec_load", carry, carry->planned);
	pr_debug("kexec: reserved %lu bytes at %#lx for a list of %llu\n",
		 carry->segment.size, carry->segment.start, carry->planned);
	return 0;

free:
	kfree(carry);
fail:
	note_error(ret);
	return ret;
}

/**
 * ima_kexec_range - where the list will be in the next kernel's memory
 * @image: an image being loaded
 * @start: set to the physical address
 * @size: set to the bytes reserved
 *
 * For those who tell the next kernel: an image for which nobody has asked this
 * is not loaded.
 *
 * Context: kexec lock held.
 * Return: true if the image carries a list.
 */
bool ima_kexec_range(const struct kimage *image, phys_addr_t *start,
		     size_t *size)
{
	struct kexec_late_segment *late = image->late_segment;
	struct ima_carry *carry;

	if (!late)
		return false;
	carry = carry_of(late);
	carry->announced = true;
	*start = late->start + carry->offset;
	*size = late->size - carry->offset;
	return true;
}

/**
 * ima_kexec_cannot_announce - the next kernel cannot be told of the list
 * @image: an image being loaded
 * @error: what the load is to fail with
 *
 * For an architecture that has said so in the log and fails the load, with any
 * error.
 *
 * Context: process context, kexec lock held. May sleep.
 */
void ima_kexec_cannot_announce(const struct kimage *image, int error)
{
	if (!image->late_segment)
		return;
	image->late_segment->error = error;
	note_error(error);
}

/*
 * Write the list as it is now. Measuring goes on; records that are added
 * meanwhile are left to carry_complete().
 */
static int carry_load(struct kexec_late_segment *late)
{
	struct ima_carry *carry = carry_of(late);
	int ret;

	if (!carry->announced) {
		ret = -ENXIO;
		pr_err("kexec: this kernel cannot tell the next one where the measurement list is: %d\n",
		       ret);
		note_error(ret);
		return ret;
	}

	mutex_lock(&carry_lock);
	ima_list_lock();
	prepare(carry);
	ret = append(carry, carry->planned);
	ima_list_unlock();
	/* Records beyond what was planned came after the reservation. */
	if (ret == -ENOSPC)
		ret = 0;
	kexec_late_segment_settle(&carry->segment);
	if (ret) {
		last_error = ret;
		pr_err("kexec: cannot write the measurement list of %llu bytes: %d\n",
		       carry->planned, ret);
	} else {
		pr_info("kexec: loaded %llu records, %llu bytes, %lu of them in place, room for %llu\n",
			carry->count, carry->written - IMA_HANDOVER_SIZE,
			kept(carry), carry->room);
	}
	mutex_unlock(&carry_lock);
	return ret;
}

/*
 * Append the last records with none being added, and keep it that way. The list
 * may be left incomplete for a reason that is tolerable, which @reason is set to.
 */
static int complete_list(struct ima_carry *carry, u64 limit, int *reason)
{
	int ret;

	ima_extend_lock();
	ret = append(carry, limit);
	*reason = tolerable(ret) ? ret : 0;
	if (ret == *reason)
		ret = write_header(carry, !*reason);
	if (!ret)
		ima_list_close();
	ima_extend_unlock();
	return ret;
}

/*
 * Complete the list and close it. Most of what is missing is appended while
 * measuring goes on, so that those who want to measure wait for the shortest
 * time. If the list cannot be completed they have waited, and nothing else has
 * happened to them: -ENOSPC if the list has outgrown its room, -ENOMEM, or
 * -EINTR if the process is being killed.
 */
static int carry_complete(struct kexec_late_segment *late)
{
	struct ima_carry *carry = carry_of(late);
	struct live_rest rest;
	u64 size, limit;
	int reason = 0;
	int ret;

	/* A kexec that is refused leaves this without a boot_aggregate behind it. */
	ima_list_lock();
	refresh(carry);
	size = carry->written + pending(carry).size;
	ima_list_unlock();
	measure_event("kexec_execute", carry, size);

	mutex_lock(&carry_lock);
	ima_list_lock();
	prepare(carry);
	limit = carry->room - IMA_HANDOVER_DELETED_SIZE;
	ret = memory_suffices(carry) ? append(carry, limit) : -ENOMEM;
	if (tolerable(ret)) {
		/* Fill what has memory, and take no more. */
		limit = max_t(u64, carry->segment.backed,
			      PAGE_ALIGN(carry->offset + IMA_HANDOVER_SIZE +
					 IMA_HANDOVER_DELETED_SIZE));
		limit = min(limit - carry->offset, carry->room) -
			IMA_HANDOVER_DELETED_SIZE;
		ret = 0;
	}
	if (!ret)
		ret = complete_list(carry, limit, &reason);
	kexec_late_segment_settle(&carry->segment);
	last_error = ret ?: reason;
	rest = pending(carry);
	if (ret) {
		pr_err("kexec: refused: the last %llu records, %llu bytes, %s: %d; load the image again\n",
		       rest.count, rest.size,
		       ret == -ENOSPC ? "do not fit into the room reserved" :
					"could not be written", ret);
	} else {
		if (reason)
			pr_warn("kexec: not handing over the last %llu records, %llu bytes, for which there is no room: %d\n",
				rest.count, rest.size, reason);
		pr_info("kexec: handing over %llu records, %llu bytes\n",
			carry->count, max_t(u64, carry->written,
					    IMA_HANDOVER_SIZE) -
				      IMA_HANDOVER_SIZE);
	}
	ima_list_unlock();
	mutex_unlock(&carry_lock);
	return ret;
}

/* Measure again: what is added from here on is appended the next time. */
static void carry_resume(struct kexec_late_segment *late)
{
	ima_extend_lock();
	ima_list_reopen();
	ima_extend_unlock();
	pr_info("kexec: given up, measuring goes on\n");
}

static void carry_forget(struct kexec_late_segment *late)
{
	struct ima_carry *carry = carry_of(late);

	mutex_lock(&carry_lock);
	list_del(&carry->list);
	mutex_unlock(&carry_lock);
	kexec_late_segment_destroy(late);
	kfree(carry);
}

static const struct kexec_late_ops carry_ops = {
	.load = carry_load,
	.complete = carry_complete,
	.resume = carry_resume,
	.forget = carry_forget,
};

/**
 * ima_kexec_not_carried - say that an image will not carry the list
 *
 * For an image loaded with kexec_load(2), whose segments user space has placed
 * and described to the next kernel already.
 *
 * Context: any.
 */
void ima_kexec_not_carried(void)
{
	if (ima_records_count())
		pr_warn_once("kexec: kexec_load cannot carry the measurement list, the next kernel will not match the TPM; use kexec_file_load (kexec -s)\n");
}

/* The state file: one "name: value" a line, sizes in bytes */

static int state_show(struct seq_file *m, void *v)
{
	struct ima_unseen unseen;
	struct ima_carry *carry;
	struct live_rest rest;

	ima_extend_lock();
	unseen = ima_unseen_get();
	ima_extend_unlock();

	mutex_lock(&carry_lock);
	ima_list_lock();
	seq_printf(m, "inherited_records: %llu\n", ima_history.count);
	seq_printf(m, "inherited_bytes: %zu\n", ima_history.size);
	seq_printf(m, "inherited_violations: %llu\n", ima_history.violations);
	seq_printf(m, "inherited_incomplete: %d\n",
		   !!(ima_history.flags & IMA_HANDOVER_INCOMPLETE));
	seq_printf(m, "inherited_unextended: %d\n",
		   !!(ima_history.flags & IMA_HANDOVER_UNSEEN));
	seq_printf(m, "unextended_records: %llu\n", unseen.count);
	seq_printf(m, "unextended_from: %llu\n", unseen.first);
	seq_printf(m, "deleted_records: %llu\n", deleted_records());
	carry = loaded();
	seq_printf(m, "image_loaded: %d\n", !!carry);
	if (carry) {
		refresh(carry);
		rest = pending(carry);
		seq_printf(m, "image_room: %llu\n", carry->room);
		seq_printf(m, "image_written: %llu\n", carry->written);
		seq_printf(m, "image_kept: %lu\n", kept(carry));
		seq_printf(m, "image_records: %llu\n", carry->count);
		seq_printf(m, "pending_bytes: %llu\n", rest.size);
		seq_printf(m, "pending_records: %llu\n", rest.count);
	}
	seq_printf(m, "last_error: %d\n", last_error);
	ima_list_unlock();
	mutex_unlock(&carry_lock);
	return 0;
}

static int state_open(struct inode *inode, struct file *file)
{
	return single_open(file, state_show, NULL);
}

static const struct file_operations state_ops = {
	.open = state_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * ima_kexec_state_create - create the state file in securityfs
 * @ima_dir: IMA's directory
 *
 * Context: process context, at init. May sleep.
 * Return: the file's dentry, or an error pointer.
 */
struct dentry * __init ima_kexec_state_create(struct dentry *ima_dir)
{
	return securityfs_create_file("kexec_state", 0440, ima_dir, NULL,
				      &state_ops);
}
