/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <stdio.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/types.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define ALIGN_DOWN(x, a)	((x) & ~((a) - 1))
#define ALIGN(x, a) ({			\
	typeof(a) _a = (a);		\
	ALIGN_DOWN((x) + _a - 1, _a);	\
})

#define min(x, y)		min_t(typeof(x), x, y)
#define max(x, y) ({			\
	typeof(x) _x = (x);		\
	typeof(x) _y = (y);		\
	_x > _y ? _x : _y;		\
})

#define min_t(type, x, y) ({		\
	type _x = (x);			\
	type _y = (y);			\
	_x < _y ? _x : _y;		\
})

#endif /* _LINUX_KERNEL_H */
