/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PCR bank of the TPM, by the index that IMA has for it, and the template
 * digest that a record has in it.
 */
#ifndef _IMA_BANK_H
#define _IMA_BANK_H

#include <linux/tpm.h>

#include "ima_entry.h"
#include "ima_record.h"

/* The longest digest of any bank */
#define IMA_BANK_DIGEST_MAX	sizeof_field(struct tpm_digest, digest)

u32 ima_bank_digest_size(int bank);
int ima_bank_digest(u8 digest[IMA_BANK_DIGEST_MAX], int bank,
		    const struct ima_record *record);
int ima_bank_emit_head(const u8 *head, size_t size, int bank, const u8 *digest,
		       ima_entry_sink sink, void *context);

#endif /* _IMA_BANK_H */
