/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#define __init

/* Tests call what the kernel would. */
#define device_initcall(function)	\
	int call_##function(void);	\
	int call_##function(void)	\
	{				\
		return function();	\
	}

#endif /* _LINUX_INIT_H */
