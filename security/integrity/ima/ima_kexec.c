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

#include <linux/cc_platform.h>
#include <linux/ima.h>
#include <linux/ima_kexec.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/kexec_late_segment.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "ima_carry.h"
#include "ima_closed.h"
#include "ima_entry.h"
#include "ima_history.h"
#include "ima_kexec.h"
#include "ima_staging.h"
#include "ima_unseen.h"

static const struct kexec_late_ops carry_ops;
static DEFINE_MUTEX(carry_lock);

/* For the state file. Images that are being loaded or freed are in it too. */
static LIST_HEAD(carries);
static int last_error;

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

static void note_error(int error)
{
	mutex_lock(&carry_lock);
	last_error = error;
	mutex_unlock(&carry_lock);
}

/*
 * With SME what is copied arrives in clear text, and the next kernel reads its
 * memory through a mapping that decrypts.
 */
static int check_encryption(void)
{
	int ret = -EPERM;

	if (!cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT))
		return 0;
	pr_err("kexec: memory is encrypted, the next kernel could not read the measurement list: %d\n",
	       ret);
	return ret;
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
	int ret;

	if (image->type != KEXEC_TYPE_DEFAULT)
		return 0;

	ret = check_encryption();
	if (ret && tolerable(ret)) {
		note_error(ret);
		return 0;
	}
	if (ret)
		goto fail;
	carry = kzalloc(sizeof(*carry), GFP_KERNEL);
	if (!carry) {
		ret = -ENOMEM;
		pr_err("kexec: no memory to carry the measurement list: %d\n",
		       ret);
		goto fail;
	}
	ret = ima_carry_place(carry, image, &carry_ops);
	if (ret)
		goto free;
	mutex_lock(&carry_lock);
	list_add(&carry->list, &carries);
	mutex_unlock(&carry_lock);
	ret = ima_carry_check_memory(carry, image);
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
	ima_carry_prepare(carry);
	ret = ima_carry_append(carry, carry->planned);
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
			ima_carry_kept(carry), carry->room);
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
	ret = ima_carry_append(carry, limit);
	*reason = tolerable(ret) ? ret : 0;
	if (ret == *reason)
		ret = ima_carry_write_header(carry, !*reason);
	if (!ret)
		ima_list_close();
	ima_extend_unlock();
	return ret;
}

/*
 * Complete the list and close it. Most of what is missing is appended while
 * measuring goes on, so that those who want to measure wait for the shortest
 * time. If the list cannot be completed they have waited, and nothing else has
 * happened to them: -ENOSPC if the list has outgrown its room, -ENOMEM, -ESTALE
 * if memory was plugged in or taken out since the load, or -EINTR if the process
 * is being killed.
 */
static int carry_complete(struct kexec_late_segment *late)
{
	struct ima_carry *carry = carry_of(late);
	struct ima_carry_rest rest;
	u64 size, limit;
	int reason = 0;
	int ret;

	/* A kexec that is refused leaves this without a boot_aggregate behind it. */
	mutex_lock(&carry_lock);
	ima_list_lock();
	ima_carry_refresh(carry);
	size = carry->written + ima_carry_pending(carry).size;
	ima_list_unlock();
	mutex_unlock(&carry_lock);
	measure_event("kexec_execute", carry, size);

	mutex_lock(&carry_lock);
	ima_list_lock();
	ima_carry_prepare(carry);
	limit = carry->room - IMA_HANDOVER_DELETED_SIZE;
	ret = ima_carry_has_memory(carry) ? ima_carry_append(carry, limit) :
					    -ENOMEM;
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
	rest = ima_carry_pending(carry);
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
	struct ima_carry_rest rest;

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
	seq_printf(m, "deleted_records: %llu\n", ima_carry_deleted());
	carry = loaded();
	seq_printf(m, "image_loaded: %d\n", !!carry);
	if (carry) {
		ima_carry_refresh(carry);
		rest = ima_carry_pending(carry);
		seq_printf(m, "image_room: %llu\n", carry->room);
		seq_printf(m, "image_written: %llu\n", carry->written);
		seq_printf(m, "image_kept: %lu\n", ima_carry_kept(carry));
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
