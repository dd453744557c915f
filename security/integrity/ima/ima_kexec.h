/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handing the measurement list over to the next kernel: what the rest of IMA
 * needs to know of it.
 */
#ifndef _IMA_KEXEC_H
#define _IMA_KEXEC_H

#include <linux/types.h>

struct dentry;

#ifdef CONFIG_IMA_KEXEC
struct dentry *ima_kexec_state_create(struct dentry *ima_dir);
#else
static inline struct dentry *ima_kexec_state_create(struct dentry *ima_dir)
{
	return NULL;
}
#endif

#endif /* _IMA_KEXEC_H */
