/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measurement list as securityfs shows it: the history, then the live
 * list.
 */
#ifndef _IMA_LIST_H
#define _IMA_LIST_H

#include <linux/fs.h>

extern const struct file_operations ima_list_binary_ops;
extern const struct file_operations ima_list_ascii_ops;

/* With CONFIG_IMA_STAGING */
extern const struct file_operations ima_list_staged_binary_ops;
extern const struct file_operations ima_list_staged_ascii_ops;

#endif /* _IMA_LIST_H */
