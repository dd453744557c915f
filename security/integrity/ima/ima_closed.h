/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the measurement list takes records, and what becomes of those who
 * need one when it does not.
 */
#ifndef _IMA_CLOSED_H
#define _IMA_CLOSED_H

#include <linux/errno.h>
#include <linux/types.h>

void ima_list_close(void);
void ima_list_reopen(void);
void ima_list_suspend(void);
int ima_list_may_add(void);
bool ima_list_closed(void);
bool ima_list_refuses(int error);

/**
 * ima_list_not_asked - an error of what precedes the making of a record
 * @error: the error, of reading the file for example
 *
 * For ima_list_refuses(): it has nothing to do with the list, even if it is the
 * one that a closed list has.
 *
 * Return: @error or, if that is -EBUSY, another.
 */
static inline int ima_list_not_asked(int error)
{
	return error == -EBUSY ? -EIO : error;
}

#endif /* _IMA_CLOSED_H */
