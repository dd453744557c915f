/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MEMBLOCK_H
#define _LINUX_MEMBLOCK_H

#include <linux/types.h>

unsigned long memblock_addrs_overlap(phys_addr_t base1, phys_addr_t size1,
				     phys_addr_t base2, phys_addr_t size2);
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);
phys_addr_t memblock_phys_mem_size(void);

#endif /* _LINUX_MEMBLOCK_H */
