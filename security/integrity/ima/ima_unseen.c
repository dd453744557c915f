// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records of this kernel that no TPM has seen.
 *
 * IMA goes on without a TPM, and after a TPM failed. On a machine that never had
 * one this is of no consequence. Where the kernel before had one, as when its
 * driver was not ready this time, the list will not match the TPM any more, in
 * no later kernel either, and somebody should be told why.
 */

#include <linux/printk.h>

#include "ima.h"
#include "ima_history.h"
#include "ima_unseen.h"

/* Protected by ima_extend_lock(). */
static struct ima_unseen unseen;

/**
 * ima_unseen_add - note a record that was not extended into a TPM
 * @number: its number in the whole list, from 1 on
 *
 * Context: ima_extend_lock() held.
 */
void ima_unseen_add(u64 number)
{
	ima_extend_assert_locked();
	if (unseen.count++)
		return;
	unseen.first = number;
	/* A machine without a TPM has no use for this line at each boot. */
	if (ima_tpm_chip || ima_history.count)
		pr_warn("kexec: record %llu was not extended into a TPM: from there on the list matches none\n",
			number);
}

/**
 * ima_unseen_get - which records were not extended into a TPM
 *
 * Context: ima_extend_lock() held.
 * Return: their number, and where they begin.
 */
struct ima_unseen ima_unseen_get(void)
{
	ima_extend_assert_locked();
	return unseen;
}
