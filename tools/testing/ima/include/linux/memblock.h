/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MEMBLOCK_H
#define _LINUX_MEMBLOCK_H

#include <linux/types.h>

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);
phys_addr_t memblock_phys_mem_size(void);

#endif /* _LINUX_MEMBLOCK_H */
