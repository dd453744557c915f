/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handing the IMA measurement list over through setup_data.
 */
#ifndef _ASM_X86_IMA_KEXEC_H
#define _ASM_X86_IMA_KEXEC_H

#include <linux/printk.h>
#include <linux/types.h>
#include <asm/bootparam.h>

struct kimage;

#ifdef CONFIG_IMA_KEXEC
/* Room for the list's node behind the boot parameters, in bytes */
#define IMA_KEXEC_SETUP_DATA_SIZE \
	(sizeof(struct setup_data) + sizeof(struct ima_setup_data))

int ima_kexec_setup_data(const struct kimage *image, struct boot_params *params,
			 unsigned long params_load_addr, unsigned int offset);
#else
#define IMA_KEXEC_SETUP_DATA_SIZE 0

static inline int ima_kexec_setup_data(const struct kimage *image,
				       struct boot_params *params,
				       unsigned long params_load_addr,
				       unsigned int offset)
{
	return 0;
}
#endif

#ifdef CONFIG_HAVE_IMA_KEXEC
void ima_kexec_early(u64 pa_data, u32 data_len);
#else
static inline void ima_kexec_early(u64 pa_data, u32 data_len)
{
	pr_warn("ima: kexec: this kernel cannot take over the measurement list of the previous kernel\n");
}
#endif

#endif /* _ASM_X86_IMA_KEXEC_H */
