/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_LIBFDT_H
#define _LINUX_LIBFDT_H

#include <libfdt.h>

/* The kernel's uint64_t is another type of the same size. */
#define fdt_get_mem_rsv(fdt, n, start, size)	\
	fdt_get_mem_rsv(fdt, n, (uint64_t *)(start), (uint64_t *)(size))

#endif /* _LINUX_LIBFDT_H */
