/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A measurement of this kernel, seen as a record.
 */
#ifndef _IMA_ENTRY_H
#define _IMA_ENTRY_H

#include "ima.h"
#include "ima_record.h"

/**
 * typedef ima_entry_sink - takes the bytes of a record, piece by piece
 * @context: what the caller of ima_entry_emit() passed
 * @bytes: the next bytes of the record
 * @size: how many
 *
 * Return: 0 to go on, anything else to stop.
 */
typedef int (*ima_entry_sink)(void *context, const void *bytes, size_t size);

const struct ima_queue_entry *
ima_entry_next(const struct ima_queue_entry *entry);
const char *ima_entry_name(const struct ima_template_entry *entry);
u64 ima_entry_size(const struct ima_template_entry *entry);
int ima_entry_emit(const struct ima_template_entry *entry, int bank,
		   ima_entry_sink sink, void *context);

#endif /* _IMA_ENTRY_H */
