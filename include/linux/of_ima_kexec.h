/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handing the IMA measurement list over through a flattened device tree.
 */
#ifndef _LINUX_OF_IMA_KEXEC_H
#define _LINUX_OF_IMA_KEXEC_H

#include <linux/types.h>

struct kimage;

#ifdef CONFIG_OF_IMA_KEXEC
int of_ima_kexec_setup(const struct kimage *image, void *fdt, int chosen);
void of_ima_kexec_early(phys_addr_t tree);
void *of_ima_kexec_forget(void *fdt);
#else
static inline int of_ima_kexec_setup(const struct kimage *image, void *fdt,
				     int chosen)
{
	return 0;
}

static inline void of_ima_kexec_early(phys_addr_t tree) { }

static inline void *of_ima_kexec_forget(void *fdt)
{
	return fdt;
}
#endif

#endif /* _LINUX_OF_IMA_KEXEC_H */
