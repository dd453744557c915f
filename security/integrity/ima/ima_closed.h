/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the measurement list takes records, and what becomes of those who
 * need one when it does not.
 */
#ifndef _IMA_CLOSED_H
#define _IMA_CLOSED_H

#include <linux/types.h>

void ima_list_close(void);
void ima_list_reopen(void);
void ima_list_suspend(void);
int ima_list_may_add(void);
bool ima_list_closed(void);
bool ima_list_refuses(int error);

#endif /* _IMA_CLOSED_H */
