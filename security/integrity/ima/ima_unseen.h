/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of this kernel that no TPM has seen.
 */
#ifndef _IMA_UNSEEN_H
#define _IMA_UNSEEN_H

#include <linux/types.h>

/**
 * struct ima_unseen - records that were not extended into a TPM
 * @count: how many
 * @first: number of the first of them in the whole list, from 1 on; 0 if there
 *	is none
 */
struct ima_unseen {
	u64 count;
	u64 first;
};

void ima_unseen_add(u64 number);
struct ima_unseen ima_unseen_get(void);

#endif /* _IMA_UNSEEN_H */
