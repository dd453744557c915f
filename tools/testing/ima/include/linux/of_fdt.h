/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_OF_FDT_H
#define _LINUX_OF_FDT_H

extern void *initial_boot_params;

#endif /* _LINUX_OF_FDT_H */
