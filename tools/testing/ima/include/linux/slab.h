/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <stdlib.h>
#include <string.h>

#ifndef GFP_KERNEL
#define GFP_KERNEL	0
#endif

/* Set to let the next allocation fail */
extern int no_memory;

static inline void *kmemdup(const void *from, size_t size, int flags)
{
	void *to = no_memory ? NULL : malloc(size);

	return to ? memcpy(to, from, size) : NULL;
}

static inline void kfree(void *memory)
{
	free(memory);
}

#endif /* _LINUX_SLAB_H */
