/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_OF_H
#define _LINUX_OF_H

#include <arpa/inet.h>
#include <linux/types.h>

struct device_node;
struct property;

static inline u64 of_read_number(const __be32 *cell, int size)
{
	u64 number = 0;

	while (size--)
		number = number << 32 | ntohl(*cell++);
	return number;
}

extern struct device_node *of_chosen;
struct property *of_find_property(const struct device_node *node,
				  const char *name, int *length);
int of_remove_property(struct device_node *node, struct property *property);

#endif /* _LINUX_OF_H */
