// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A PCR bank of the TPM, by the index that IMA has for it, and the template
 * digest that a record has in it.
 *
 * A record carries its SHA-1 digest and no other: that is the wire format. But
 * what is extended into a bank is a hash of the template data alone, which the
 * record has too, so that the digest of an inherited record can be computed for
 * any bank, whether or not this kernel knows its template, and however many
 * kernels ago it was measured.
 */

#include <linux/string.h>
#include <linux/tpm.h>

#include "ima.h"
#include "ima_bank.h"

/*
 * Template "ima" was hashed with the digest of the file as long as it was,
 * which the record does not tell, and a file name of fixed size.
 */
#define LEGACY_NAME_SIZE	(IMA_EVENT_NAME_LEN_MAX + 1)
#define LEGACY_HASHED_MAX	(IMA_RECORD_DIGEST_SIZE + LEGACY_NAME_SIZE)

/**
 * ima_bank_digest_size - size of a template digest
 * @bank: index of the bank, or ima_sha1_idx
 *
 * Context: any.
 * Return: bytes.
 */
u32 ima_bank_digest_size(int bank)
{
	/* There may be no such bank, and no TPM: then IMA has a slot of its own. */
	if (bank == ima_sha1_idx)
		return IMA_RECORD_DIGEST_SIZE;
	return ima_tpm_chip->allocated_banks[bank].digest_size;
}

static size_t legacy_hashed(u8 hashed[LEGACY_HASHED_MAX], u32 digest_size,
			    const struct ima_record *record)
{
	const u32 name = IMA_RECORD_DIGEST_SIZE + IMA_RECORD_LEN_SIZE;

	memset(hashed, 0, LEGACY_HASHED_MAX);
	memcpy(hashed, record->data, digest_size);
	memcpy(hashed + digest_size, record->data + name,
	       min_t(u32, record->data_len - name, IMA_EVENT_NAME_LEN_MAX));
	return digest_size + LEGACY_NAME_SIZE;
}

static int hash(u8 *digest, enum hash_algo algo, const void *data, size_t size)
{
	struct ima_max_digest_data max = { .hdr.algo = algo };
	struct ima_digest_data *hdr = (struct ima_digest_data *)&max.hdr;
	int ret = ima_calc_buffer_hash(data, size, hdr);

	if (!ret)
		memcpy(digest, hdr->digest, hash_digest_size[algo]);
	return ret;
}

static int hash_legacy(u8 *digest, enum hash_algo algo,
		       const struct ima_record *record)
{
	u8 hashed[LEGACY_HASHED_MAX];
	u8 sha1[IMA_RECORD_DIGEST_SIZE];
	size_t size;
	int ret;

	/* The SHA-1 digest that the record has tells whether it was an MD5. */
	size = legacy_hashed(hashed, MD5_DIGEST_SIZE, record);
	ret = hash(sha1, HASH_ALGO_SHA1, hashed, size);
	if (ret)
		return ret;
	if (memcmp(sha1, record->digest, sizeof(sha1)))
		size = legacy_hashed(hashed, IMA_RECORD_DIGEST_SIZE, record);
	return hash(digest, algo, hashed, size);
}

/**
 * ima_bank_digest - template digest of a record in any bank
 * @digest: set to it, with zeros behind
 * @bank: index of the bank, or ima_sha1_idx
 * @record: a record, as ima_record_decode() left it
 *
 * As for the measurements of this kernel, a bank whose algorithm the kernel
 * does not know, or had not when IMA was initialised, has the SHA-1, and the
 * digest of a violation is all zeros.
 *
 * Context: process context. May sleep.
 * Return: 0, or the error of the hash.
 */
int ima_bank_digest(u8 digest[IMA_BANK_DIGEST_MAX], int bank,
		    const struct ima_record *record)
{
	enum hash_algo algo = HASH_ALGO__LAST;

	memset(digest, 0, IMA_BANK_DIGEST_MAX);
	if (ima_record_is_violation(record))
		return 0;
	/* What there is now counts less than what there was when measuring began. */
	if (bank != ima_sha1_idx && ima_algo_array[bank].tfm)
		algo = ima_algo_array[bank].algo;
	if (algo == HASH_ALGO__LAST) {
		memcpy(digest, record->digest, IMA_RECORD_DIGEST_SIZE);
		return 0;
	}
	if (ima_record_is_legacy(record->name, record->name_len))
		return hash_legacy(digest, algo, record);
	return hash(digest, algo, record->data, record->data_len);
}

/**
 * ima_bank_emit_head - produce what precedes the data of a record
 * @head: as ima_record_encode_head() made it, with the SHA-1 template digest
 * @size: bytes of it
 * @bank: the bank whose digest is wanted
 * @digest: that digest
 * @sink: takes the pieces
 * @context: passed to @sink
 *
 * Context: any that @sink allows.
 * Return: 0, or the first non-zero return of @sink.
 */
int ima_bank_emit_head(const u8 *head, size_t size, int bank, const u8 *digest,
		       ima_entry_sink sink, void *context)
{
	const size_t rest = sizeof(u32) + IMA_RECORD_DIGEST_SIZE;
	int ret;

	if (bank == ima_sha1_idx)
		return sink(context, head, size);
	ret = sink(context, head, sizeof(u32));
	if (!ret)
		ret = sink(context, digest, ima_bank_digest_size(bank));
	if (!ret)
		ret = sink(context, head + rest, size - rest);
	return ret;
}
