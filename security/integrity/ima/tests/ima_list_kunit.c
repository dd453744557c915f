// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the records that measurements make, and of the measurement
 * list as securityfs shows it.
 */

#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "../ima.h"
#include "../ima_history.h"

/*
 * The files under test are compiled a second time, over a history and a live
 * list of the tests' own, so that the running kernel's are left alone.
 */
static struct ima_history history;
static LIST_HEAD(live_list);

/* A TPM of which the tests set the bank that they look at */
static struct tpm_chip kunit_chip;
static struct tpm_chip *chip = &kunit_chip;

/* What IMA has allocated for each bank, as many as there are in a TPM and more */
static struct ima_algo_desc algo_array[16];

#define ima_history		history
#define ima_measurements	live_list
#define ima_entry_next		kunit_entry_next
#define ima_entry_name		kunit_entry_name
#define ima_entry_size		kunit_entry_size
#define ima_entry_emit		kunit_entry_emit
#define ima_bank_digest_size	kunit_bank_digest_size
#define ima_bank_digest		kunit_bank_digest
#define ima_bank_emit_head	kunit_bank_emit_head
#define ima_cursor_init		kunit_cursor_init
#define ima_cursor_is_stale	kunit_cursor_is_stale
#define ima_cursor_rewind	kunit_cursor_rewind
#define ima_cursor_rewind_to_live	kunit_cursor_rewind_to_live
#define ima_cursor_start	kunit_cursor_start
#define ima_cursor_end		kunit_cursor_end
#define ima_cursor_step		kunit_cursor_step
#define ima_cursor_step_back	kunit_cursor_step_back
#define ima_cursor_record	kunit_cursor_record
#define ima_list_binary_ops	kunit_list_binary_ops
#define ima_list_ascii_ops	kunit_list_ascii_ops
#define ima_list_staged_binary_ops	kunit_list_staged_binary_ops
#define ima_list_staged_ascii_ops	kunit_list_staged_ascii_ops
#define ima_tpm_chip		chip
#define ima_algo_array		algo_array
#include "../ima_bank.c"
#include "../ima_entry.c"
#include "../ima_cursor.c"
#include "../ima_list_binary.c"
#include "../ima_list_ascii.c"
#undef ima_history
#undef ima_measurements

#include "ima_wire.h"

#define USER_SIZE	SZ_4M
#define FIELDS_MAX	9

/**
 * struct fixture - what a test of this suite has
 * @mm: user memory for files to be read into
 * @user: USER_SIZE bytes of it
 * @canonical: what the kernel's format was before the test
 */
struct fixture {
	struct mm_struct *mm;
	unsigned long user;
	bool canonical;
};

struct field_case {
	const char *bytes;
	u32 len;
};

/**
 * struct entry_case - a measurement and what is shown of it
 * @name: the template's name, empty for a custom format
 * @fmt: the template's format
 * @fields: the template data
 * @ascii: how the fields look in the ASCII list
 * @violation: whether it is a violation
 */
struct entry_case {
	const char *name;
	const char *fmt;
	struct field_case fields[FIELDS_MAX];
	const char *ascii;
	bool violation;
};

#define FIELD(string)	{ string, sizeof(string) - 1 }
#define NONE		{ "", 0 }

#define D20		"ABCDEFGHIJKLMNOPQRST"
#define HEX20		"4142434445464748494a4b4c4d4e4f5051525354"
#define D32		D20 "UVWXYZ012345"
#define HEX32		HEX20 "55565758595a303132333435"
#define ZEROS20	\
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZEROS32	\
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define HEXZEROS32	\
	"0000000000000000000000000000000000000000000000000000000000000000"

#define EVM_SIG_FMT	\
	"d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode"

/* The integers read the same from either end. */
static const struct entry_case entry_cases[] = {
	{ "ima", "d|n", { FIELD(D20), FIELD("/bin/sh\0") },
	  " " HEX20 " /bin/sh" },
	{ "ima", "d|n", { FIELD(ZEROS20), FIELD("a\0") },
	  " 0000000000000000000000000000000000000000 a", true },
	{ "ima", "d|n", { FIELD(D20), FIELD("\0") }, " " HEX20 " " },
	{ "ima-ng", "d-ng|n-ng", { FIELD("sha256:\0" D32), FIELD("/init\0") },
	  " sha256:" HEX32 " /init" },
	{ "ima-ng", "d-ng|n-ng",
	  { FIELD("sha256:\0" ZEROS32), FIELD("/var/log/x\0") },
	  " sha256:" HEXZEROS32 " /var/log/x", true },
	{ "ima-sig", "d-ng|n-ng|sig",
	  { FIELD("sha1:\0" D20), FIELD("/usr/bin/a_b\0"),
	    FIELD("\x03\x02\x04\xff") },
	  " sha1:" HEX20 " /usr/bin/a_b 030204ff" },
	{ "ima-sig", "d-ng|n-ng|sig",
	  { FIELD("sha1:\0" D20), FIELD("/usr/bin/a_b\0"), NONE },
	  " sha1:" HEX20 " /usr/bin/a_b " },
	{ "ima-ngv2", "d-ngv2|n-ng",
	  { FIELD("verity:sha256:\0" D32), FIELD("/init\0") },
	  " verity:sha256:" HEX32 " /init" },
	{ "ima-sigv2", "d-ngv2|n-ng|sig",
	  { FIELD("ima:sha1:\0" D20), FIELD("/init\0"), FIELD("\x06") },
	  " ima:sha1:" HEX20 " /init 06" },
	{ "ima-buf", "d-ng|n-ng|buf",
	  { FIELD("sha256:\0" D32), FIELD("kexec-cmdline\0"),
	    FIELD("root=/dev/vda") },
	  " sha256:" HEX32 " kexec-cmdline 726f6f743d2f6465762f766461" },
	{ "ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig",
	  { FIELD("sha256:\0" D32), FIELD("a.ko\0"), NONE,
	    FIELD("sha1:\0" D20), FIELD("\x30\x82") },
	  " sha256:" HEX32 " a.ko  sha1:" HEX20 " 3082" },
	{ "ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig",
	  { FIELD("sha256:\0" D32), FIELD("a.ko\0"), NONE, NONE, NONE },
	  " sha256:" HEX32 " a.ko   " },
	{ "evm-sig", EVM_SIG_FMT,
	  { FIELD("sha1:\0" D20), FIELD("/init\0"), FIELD("\x05\x02"),
	    FIELD("security.ima\0"), FIELD("\x01\x01\x01\x01"),
	    FIELD("\x04"), FIELD("\x01\x01\x01\x01"),
	    FIELD("\x02\x02\x02\x02"), FIELD("\x81\x81") },
	  " sha1:" HEX20
	  " /init 0502 security.ima 01010101 04 16843009 33686018 33153" },
	{ "", "n-ng|d-ng", { FIELD("/init\0"), FIELD("md5:\0ABCDEFGHIJKLMNOP") },
	  " /init md5:4142434445464748494a4b4c4d4e4f50" },
	{ "", "d|n", { FIELD(D20), FIELD("/init\0") }, " " HEX20 " /init" },
	{ "", "iuid", { NONE }, " " },
};

static void describe_entry(const struct entry_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%.20s%.40s, %u bytes%s", c->name,
		 *c->name ? "" : c->fmt, c->fields[0].len + c->fields[1].len +
		 c->fields[2].len + c->fields[3].len,
		 c->violation ? ", violation" : "");
}

KUNIT_ARRAY_PARAM(entry, entry_cases, describe_entry);

static void *must_alloc(struct kunit *test, size_t size)
{
	void *bytes = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bytes);
	return bytes;
}

/* A measurement as ima_alloc_init_template() makes it of a file */

static struct ima_template_desc *new_desc(struct kunit *test, const char *name,
					  const char *fmt)
{
	struct ima_template_desc *desc = must_alloc(test, sizeof(*desc));
	char *ids = must_alloc(test, strlen(fmt) + 1);
	const char *id;

	desc->name = (char *)name;
	desc->fmt = (char *)fmt;
	desc->fields = must_alloc(test, FIELDS_MAX * sizeof(*desc->fields));
	strscpy(ids, fmt, strlen(fmt) + 1);
	while ((id = strsep(&ids, "|"))) {
		const struct ima_template_field *field;

		KUNIT_ASSERT_LT(test, desc->num_fields, FIELDS_MAX);
		field = lookup_template_field(id);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, field);
		desc->fields[desc->num_fields++] = field;
	}
	return desc;
}

static struct ima_template_entry *new_entry(struct kunit *test,
					    const struct entry_case *c)
{
	struct ima_template_desc *desc = new_desc(test, c->name, c->fmt);
	struct ima_template_entry *entry;
	int i;

	entry = must_alloc(test, struct_size(entry, template_data,
					     desc->num_fields));
	entry->pcr = CONFIG_IMA_MEASURE_PCR_IDX;
	/* And for the bank that set_bank() makes */
	entry->digests = must_alloc(test, (ima_sha1_idx + 2) *
					  sizeof(*entry->digests));
	if (!c->violation) {
		memcpy(entry->digests[ima_sha1_idx].digest, D20,
		       IMA_RECORD_DIGEST_SIZE);
		memcpy(entry->digests[ima_sha1_idx + 1].digest, D20,
		       IMA_RECORD_DIGEST_SIZE);
	}
	entry->template_desc = desc;
	for (i = 0; i < desc->num_fields; i++) {
		struct ima_field_data *field = &entry->template_data[i];

		field->len = c->fields[i].len;
		field->data = must_alloc(test, field->len);
		memcpy(field->data, c->fields[i].bytes, field->len);
		entry->template_data_len += sizeof(u32) + field->len;
	}
	return entry;
}

static void add_live(struct kunit *test, struct ima_template_entry *entry)
{
	struct ima_queue_entry *live = must_alloc(test, sizeof(*live));

	live->entry = entry;
	list_add_tail_rcu(&live->later, &live_list);
}

/* The same measurement as a record, not made with the code under test */
static void put_record_padded(struct ima_wire *wire, const struct entry_case *c,
			      const struct ima_template_entry *entry,
			      size_t padding)
{
	const char *name = *c->name ? c->name : c->fmt;
	u32 data_len = entry->template_data_len;
	int i;

	ima_wire_put_int(wire, CONFIG_IMA_MEASURE_PCR_IDX, 4);
	ima_wire_put(wire, c->violation ? ZEROS20 : D20, 20);
	ima_wire_put(wire, ZEROS32, padding);
	ima_wire_put_field(wire, name, strlen(name));
	if (!strcmp(name, "ima")) {
		/* The digest without a length, the name without its NUL */
		ima_wire_put(wire, c->fields[0].bytes, 20);
		ima_wire_put_field(wire, c->fields[1].bytes,
				   c->fields[1].len - 1);
		return;
	}
	ima_wire_put_int(wire, data_len, 4);
	for (i = 0; i < entry->template_desc->num_fields; i++)
		ima_wire_put_field(wire, c->fields[i].bytes, c->fields[i].len);
}

static void put_record(struct ima_wire *wire, const struct entry_case *c,
		       const struct ima_template_entry *entry)
{
	put_record_padded(wire, c, entry, 0);
}

/* Banks */

#define SHA1_OF_DATA	\
	"\x3b\x05\x63\x08\xb0\xbe\x05\xb4\x60\x7e\xf6\x5a\x24\xe0\x36\x17" \
	"\x6b\x76\x98\x9d"
#define SHA256_OF_DATA	\
	"\x7c\x8d\xcf\x7d\x1e\x44\x31\xc3\x74\xc6\xfb\xe1\xaf\x33\xdb\x67" \
	"\xaa\xb2\x3e\x49\x1a\x5d\x35\x79\x6c\xd7\xeb\xed\xde\xc6\x32\x2a"
#define LEGACY_NAME	"\7\0\0\0/bin/sh"

/**
 * struct bank_case - a record and its template digest in a bank
 * @what: what is special about it
 * @algo: the algorithm of the bank, HASH_ALGO__LAST if it is not known
 * @missing: there was no such hash when IMA was initialised
 * @digest: the SHA-1 that the record has
 * @name: name of the template
 * @data: the template data
 * @data_len: bytes of it
 * @expected: the digest in the bank, of 32 bytes
 */
struct bank_case {
	const char *what;
	u16 algo;
	bool missing;
	const char *digest;
	const char *name;
	const char *data;
	u32 data_len;
	const char *expected;
};

/* The digests are those of sha1sum and sha256sum. */
static const struct bank_case bank_cases[] = {
	{ "SHA-256", HASH_ALGO_SHA256, false, SHA1_OF_DATA, "ima-ng",
	  "bytes of fields\0", 16, SHA256_OF_DATA },
	{ "unknown template", HASH_ALGO_SHA256, false, SHA1_OF_DATA, "from 2040",
	  "bytes of fields\0", 16, SHA256_OF_DATA },
	{ "unknown algorithm", HASH_ALGO__LAST, true, SHA1_OF_DATA, "ima-ng",
	  "bytes of fields\0", 16, SHA1_OF_DATA "\0\0\0\0\0\0\0\0\0\0\0\0" },
	{ "missing algorithm", HASH_ALGO_SHA256, true, SHA1_OF_DATA, "ima-ng",
	  "bytes of fields\0", 16, SHA1_OF_DATA "\0\0\0\0\0\0\0\0\0\0\0\0" },
	{ "violation", HASH_ALGO_SHA256, false, ZEROS20, "ima-ng",
	  "bytes of fields\0", 16, ZEROS32 },
	{ "template ima, SHA-1 of the file", HASH_ALGO_SHA256, false,
	  "\xef\xa3\xfe\xf5\x45\xe7\x15\x47\x05\x6e\xee\xe6\x0e\x8c\xe4\xa2"
	  "\xd9\x95\x20\x7c", "ima", D20 LEGACY_NAME, 31,
	  "\x55\x05\xa9\x55\xc8\xe0\xfa\xd7\x90\xa3\x52\x29\x2a\xef\x09\xef"
	  "\xaf\x44\x81\xd9\xde\x36\x96\xc3\x2b\x53\x41\x4a\x27\x2a\xef\x2d" },
	{ "template ima, MD5 of the file", HASH_ALGO_SHA256, false,
	  "\x05\x23\x24\x7b\x6a\x39\x14\xbc\xab\xe0\xe4\xcb\x42\x8e\x7b\xcd"
	  "\xca\x64\x9d\xd3", "ima", "ABCDEFGHIJKLMNOP\0\0\0\0" LEGACY_NAME, 31,
	  "\xa7\x33\xd3\xa4\x26\xba\xce\xbd\x9a\x40\x1a\xa2\x05\x3c\xd2\xc5"
	  "\x91\xe5\x31\xde\xb2\xa8\xe9\xa9\x84\x89\x91\xb7\x06\x20\x53\xa1" },
};

static void describe_bank(const struct bank_case *c, char *desc)
{
	strscpy(desc, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bank, bank_cases, describe_bank);

/*
 * Make the bank behind IMA's SHA-1 one of @algo, and return its index. Nothing is
 * done with the hash but to look whether there is one.
 */
static int set_bank(u16 algo, bool missing)
{
	int bank = ima_sha1_idx + 1;

	kunit_chip.allocated_banks[bank] = (struct tpm_bank_info) {
		.crypto_id = algo,
		.digest_size = 32,
	};
	algo_array[bank] = (struct ima_algo_desc) {
		.tfm = missing ? NULL : (struct crypto_shash *)&kunit_chip,
		.algo = algo,
	};
	return bank;
}

static void bank_digest(struct kunit *test)
{
	const struct bank_case *c = test->param_value;
	struct ima_record record = {
		.digest = c->digest,
		.name = c->name,
		.name_len = strlen(c->name),
		.data = c->data,
		.data_len = c->data_len,
	};
	u8 digest[IMA_BANK_DIGEST_MAX];
	int bank = set_bank(c->algo, c->missing);

	KUNIT_EXPECT_EQ(test, ima_bank_digest_size(bank), 32);
	KUNIT_EXPECT_EQ(test, ima_bank_digest_size(ima_sha1_idx), 20);
	KUNIT_EXPECT_EQ(test, ima_bank_digest(digest, bank, &record), 0);
	KUNIT_EXPECT_EQ(test, memcmp(digest, c->expected, 32), 0);
	KUNIT_EXPECT_EQ(test, ima_bank_digest(digest, ima_sha1_idx, &record),
			0);
	KUNIT_EXPECT_EQ(test, memcmp(digest, c->digest, 20), 0);
}

/* Entries as records */

/**
 * struct taken - the pieces that a sink was given
 * @wire: their bytes
 * @pieces: how many there were
 * @refuse_at: number of the piece to refuse, negative for none
 * @answer: what to refuse it with
 */
struct taken {
	struct ima_wire wire;
	int pieces;
	int refuse_at;
	int answer;
};

static int take_piece(void *context, const void *bytes, size_t size)
{
	struct taken *taken = context;

	if (taken->pieces++ == taken->refuse_at)
		return taken->answer;
	ima_wire_put(&taken->wire, bytes, size);
	return 0;
}

static void check_emit(struct kunit *test, bool canonical)
{
	const struct entry_case *c = test->param_value;
	struct ima_template_entry *entry = new_entry(test, c);
	struct ima_wire expected = {
		.bytes = must_alloc(test, 1024),
		.big = ima_wire_is_big(canonical),
	};
	struct taken taken = {
		.wire.bytes = must_alloc(test, 1024),
		.refuse_at = -1,
	};
	size_t whole;
	int pieces;

	ima_canonical_fmt = canonical;
	put_record(&expected, c, entry);
	KUNIT_EXPECT_EQ(test, ima_entry_emit(entry, ima_sha1_idx, take_piece, &taken), 0);
	KUNIT_EXPECT_EQ(test, taken.wire.size, expected.size);
	KUNIT_EXPECT_EQ(test, memcmp(taken.wire.bytes, expected.bytes,
				     expected.size), 0);
	KUNIT_EXPECT_EQ(test, ima_entry_size(entry), expected.size);
	KUNIT_EXPECT_STREQ(test, ima_entry_name(entry),
			   *c->name ? c->name : c->fmt);

	/* What refuses a piece is given no other and its answer is returned. */
	whole = taken.wire.size;
	pieces = taken.pieces;
	for (taken.refuse_at = 0; taken.refuse_at < pieces; taken.refuse_at++) {
		taken.answer = taken.refuse_at % 2 ? 1 : -EFAULT;
		taken.wire.size = 0;
		taken.pieces = 0;
		KUNIT_EXPECT_EQ(test, ima_entry_emit(entry, ima_sha1_idx, take_piece, &taken),
				taken.answer);
		KUNIT_EXPECT_EQ(test, taken.pieces, taken.refuse_at + 1);
		KUNIT_EXPECT_LT(test, taken.wire.size, whole);
	}
}

static void entry_emit(struct kunit *test)
{
	check_emit(test, false);
	check_emit(test, true);
}

/* An MD5 digest is filled up to the 20 bytes that a reader expects. */
static void entry_md5(struct kunit *test)
{
	static const struct entry_case md5 = {
		"ima", "d|n", { FIELD("ABCDEFGHIJKLMNOP"), FIELD("/init\0") },
	};
	struct ima_template_entry *entry = new_entry(test, &md5);
	struct taken taken = {
		.wire.bytes = must_alloc(test, 1024),
		.refuse_at = -1,
	};
	struct ima_record record;
	u64 size;

	KUNIT_EXPECT_EQ(test, ima_entry_emit(entry, ima_sha1_idx, take_piece, &taken), 0);
	KUNIT_EXPECT_EQ(test, ima_entry_size(entry), taken.wire.size);
	KUNIT_ASSERT_EQ(test, ima_record_decode(&record, &size,
						taken.wire.bytes,
						taken.wire.size,
						ima_canonical_fmt), 0);
	KUNIT_EXPECT_EQ(test, size, taken.wire.size);
	KUNIT_EXPECT_EQ(test, memcmp(record.data, "ABCDEFGHIJKLMNOP\0\0\0\0",
				     20), 0);
}

/* Fields that could not be made are empty. */
static void entry_without_fields(struct kunit *test)
{
	static const struct entry_case empty = { "ima", "d|n" };
	struct ima_template_entry *entry = new_entry(test, &empty);
	struct taken taken = {
		.wire.bytes = must_alloc(test, 1024),
		.refuse_at = -1,
	};

	entry->template_data[0].data = NULL;
	entry->template_data[1].data = NULL;
	KUNIT_EXPECT_EQ(test, ima_entry_emit(entry, ima_sha1_idx, take_piece, &taken), 0);
	KUNIT_EXPECT_EQ(test, taken.wire.size, 28 + 3 + 24);
	KUNIT_EXPECT_EQ(test, ima_entry_size(entry), taken.wire.size);
}

static void entry_overlong_name(struct kunit *test)
{
	static const struct entry_case unnamed = { "", "iuid" };
	struct ima_template_entry *entry = new_entry(test, &unnamed);
	struct taken taken = { .refuse_at = -1 };
	char *fmt = must_alloc(test, 257);

	memset(fmt, 'n', 256);
	entry->template_desc->fmt = fmt;
	KUNIT_EXPECT_EQ(test, ima_entry_emit(entry, ima_sha1_idx, take_piece, &taken),
			-ENAMETOOLONG);
	KUNIT_EXPECT_EQ(test, taken.pieces, 0);
}

/* The files */

static struct file *open_bank(struct kunit *test,
			      const struct file_operations *ops, int bank)
{
	struct inode *inode = must_alloc(test, sizeof(*inode));
	struct file *file = must_alloc(test, sizeof(*file));

	inode->i_private = (void *)(uintptr_t)bank;
	spin_lock_init(&file->f_lock);
	file->f_inode = inode;
	file->f_op = ops;
	KUNIT_ASSERT_EQ(test, ops->open(inode, file), 0);
	return file;
}

static struct file *open_view(struct kunit *test,
			      const struct file_operations *ops)
{
	return open_bank(test, ops, ima_sha1_idx);
}

static void close_view(struct file *file)
{
	file->f_op->release(file->f_inode, file);
}

/* read(2), by way of user memory */
static ssize_t read_view(struct kunit *test, struct file *file, void *to,
			 size_t count, loff_t *pos)
{
	const struct fixture *fixture = test->priv;
	void __user *user = (void __user *)fixture->user;
	ssize_t ret;

	KUNIT_ASSERT_LE(test, count, USER_SIZE);
	ret = file->f_op->read(file, user, count, pos);
	if (ret > 0) {
		KUNIT_ASSERT_LE(test, ret, count);
		KUNIT_ASSERT_EQ(test, copy_from_user(to, user, ret), 0);
	}
	return ret;
}

/* The whole of a file in reads of @piece bytes. Returns its size. */
static size_t read_all(struct kunit *test, const struct file_operations *ops,
		       u8 *to, size_t room, size_t piece)
{
	struct file *file = open_view(test, ops);
	size_t size = 0;
	loff_t pos = 0;
	ssize_t ret;

	do {
		ret = read_view(test, file, to + size,
				min_t(size_t, piece, room - size), &pos);
		KUNIT_EXPECT_GE(test, ret, 0);
		if (ret > 0)
			size += ret;
	} while (ret > 0);
	KUNIT_EXPECT_EQ(test, pos, size);
	close_view(file);
	return size;
}

/* A list of which the first @inherited entry cases are in the history */
static struct ima_wire *make_list(struct kunit *test, int inherited)
{
	struct ima_wire *wire = must_alloc(test, sizeof(*wire));
	int i;

	wire->bytes = must_alloc(test, SZ_8K);
	wire->big = ima_wire_is_big(ima_canonical_fmt);
	for (i = 0; i < ARRAY_SIZE(entry_cases); i++) {
		struct ima_template_entry *entry =
			new_entry(test, &entry_cases[i]);

		put_record(wire, &entry_cases[i], entry);
		if (i < inherited) {
			history.size = wire->size;
			history.count = i + 1;
		} else {
			add_live(test, entry);
		}
	}
	history.bytes = wire->bytes;
	return wire;
}

static void reset_list(void)
{
	history = (struct ima_history) { };
	INIT_LIST_HEAD(&live_list);
}

/* Where the history ends shows in nothing, nor how the file is read. */
static void list_binary(struct kunit *test)
{
	static const size_t pieces[] = { 1, 3, 24, 100, PAGE_SIZE, USER_SIZE };
	u8 *bytes = must_alloc(test, SZ_8K);
	int inherited, i;

	for (inherited = 0; inherited <= ARRAY_SIZE(entry_cases); inherited++) {
		const struct ima_wire *wire = make_list(test, inherited);

		for (i = 0; i < ARRAY_SIZE(pieces); i++) {
			KUNIT_EXPECT_EQ(test, wire->size,
					read_all(test, &ima_list_binary_ops,
						 bytes, SZ_8K, pieces[i]));
			KUNIT_EXPECT_EQ(test, memcmp(bytes, wire->bytes,
						     wire->size), 0);
		}
		reset_list();
	}
}

/* pread(2) with one open file, forth and back */
static void check_pread(struct kunit *test, struct file *file,
			const struct ima_wire *wire, loff_t pos, size_t count)
{
	size_t expected = min_t(size_t, count, wire->size - pos);
	u8 bytes[64];
	loff_t end = pos;

	KUNIT_EXPECT_EQ(test, read_view(test, file, bytes, count, &end),
			expected);
	KUNIT_EXPECT_EQ(test, end, pos + expected);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, wire->bytes + pos, expected), 0);
}

static void list_binary_pread(struct kunit *test)
{
	const struct ima_wire *wire =
		make_list(test, ARRAY_SIZE(entry_cases) / 2);
	struct file *file = open_view(test, &ima_list_binary_ops);
	u32 random = 1;
	loff_t pos;
	int i;

	for (pos = 0; pos <= wire->size; pos++)
		check_pread(test, file, wire, pos, 40);
	for (pos = wire->size; pos >= 0; pos--)
		check_pread(test, file, wire, pos, 40);
	for (i = 0; i < 2000; i++)
		check_pread(test, file, wire,
			    ima_wire_random(&random) % wire->size,
			    ima_wire_random(&random) % 64);
	close_view(file);
}

/*
 * The file of a bank whose algorithm is unknown shows the SHA-1 with zeros
 * behind: the same list with longer records, at any offset.
 */
static void list_binary_bank(struct kunit *test)
{
	int bank = set_bank(HASH_ALGO__LAST, true);
	int inherited, i;

	for (inherited = 0; inherited <= ARRAY_SIZE(entry_cases);
	     inherited += 3) {
		struct ima_wire wire = {
			.bytes = must_alloc(test, SZ_8K),
			.big = ima_wire_is_big(ima_canonical_fmt),
		};
		struct file *file;
		loff_t pos;

		make_list(test, inherited);
		for (i = 0; i < ARRAY_SIZE(entry_cases); i++)
			put_record_padded(&wire, &entry_cases[i],
					  new_entry(test, &entry_cases[i]), 12);
		file = open_bank(test, &ima_list_binary_ops, bank);
		for (pos = 0; pos <= wire.size; pos++)
			check_pread(test, file, &wire, pos, 40);
		for (pos = wire.size; pos >= 0; pos--)
			check_pread(test, file, &wire, pos, 40);
		close_view(file);
		reset_list();
	}
}

static void list_binary_beyond_the_end(struct kunit *test)
{
	static const loff_t beyond[] = { 0, 1, SZ_1M, 1LL << 40 };
	const struct ima_wire *wire = make_list(test, 3);
	struct file *file = open_view(test, &ima_list_binary_ops);
	loff_t pos;
	u8 byte;
	int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		pos = wire->size + beyond[i];
		KUNIT_EXPECT_EQ(test, read_view(test, file, &byte, 1, &pos), 0);
		KUNIT_EXPECT_EQ(test, pos, wire->size + beyond[i]);
	}
	pos = LLONG_MAX;
	KUNIT_EXPECT_EQ(test, read_view(test, file, &byte, 1, &pos), 0);
	pos = -1;
	KUNIT_EXPECT_EQ(test, read_view(test, file, &byte, 1, &pos), -EINVAL);
	check_pread(test, file, wire, 0, 40);
	close_view(file);
}

static void list_binary_lseek(struct kunit *test)
{
	struct file *file = open_view(test, &ima_list_binary_ops);
	loff_t (*llseek)(struct file *file, loff_t offset, int whence) =
		file->f_op->llseek;

	KUNIT_EXPECT_EQ(test, llseek(file, 100, SEEK_SET), 100);
	KUNIT_EXPECT_EQ(test, llseek(file, 11, SEEK_CUR), 111);
	KUNIT_EXPECT_EQ(test, llseek(file, -200, SEEK_CUR), -EINVAL);
	KUNIT_EXPECT_EQ(test, llseek(file, 0, SEEK_END), -EINVAL);
	KUNIT_EXPECT_EQ(test, file->f_pos, 111);
	close_view(file);
}

/* The part that could be copied counts; nothing of it is an error. */
static void list_binary_fault(struct kunit *test)
{
	const struct fixture *fixture = test->priv;
	const struct ima_wire *wire = make_list(test, 3);
	void __user *end = (void __user *)fixture->user + USER_SIZE;
	struct file *file = open_view(test, &ima_list_binary_ops);
	loff_t in_live = history.size + 5;
	loff_t pos;

	pos = 0;
	KUNIT_EXPECT_EQ(test, file->f_op->read(file, end, 8, &pos), -EFAULT);
	pos = in_live;
	KUNIT_EXPECT_EQ(test, file->f_op->read(file, end, 8, &pos), -EFAULT);
	KUNIT_EXPECT_EQ(test, pos, in_live);

	/* Two whole pieces fit in front of the hole, and the third does not. */
	pos = history.size;
	KUNIT_EXPECT_GT(test, file->f_op->read(file, end - 100, wire->size,
					       &pos), 0);
	KUNIT_EXPECT_GT(test, pos, (loff_t)history.size);
	KUNIT_EXPECT_LE(test, pos, (loff_t)history.size + 100);
	close_view(file);
}

/* More than is copied in one go, with a live record behind it */
static void list_binary_long_history(struct kunit *test)
{
	const size_t size = 3 * SZ_1M / 2;
	struct ima_wire wire = { .big = ima_wire_is_big(ima_canonical_fmt) };
	struct ima_template_entry *entry;
	u8 *bytes = vmalloc(2 * USER_SIZE);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bytes);
	wire.bytes = bytes + USER_SIZE;
	for (history.count = 0; wire.size < size; history.count++)
		ima_wire_put_sample(&wire, history.count %
					   IMA_WIRE_SAMPLES);
	history.bytes = wire.bytes;
	history.size = wire.size;
	entry = new_entry(test, &entry_cases[0]);
	add_live(test, entry);
	put_record(&wire, &entry_cases[0], entry);

	KUNIT_EXPECT_EQ(test, wire.size,
			read_all(test, &ima_list_binary_ops, bytes, USER_SIZE,
				 USER_SIZE));
	KUNIT_EXPECT_EQ(test, memcmp(bytes, wire.bytes, wire.size), 0);
	vfree(bytes);
}

/* ASCII */

static int ascii_line(char *to, const struct entry_case *c)
{
	return sprintf(to, "%2d %s %s%s\n", CONFIG_IMA_MEASURE_PCR_IDX,
		       c->violation ? "0000000000000000000000000000000000000000" :
				      HEX20,
		       *c->name ? c->name : c->fmt, c->ascii);
}

/* A line is the same for a measurement of this kernel and an inherited one. */
static void list_ascii(struct kunit *test)
{
	static const size_t pieces[] = { 1, 7, 100, PAGE_SIZE, USER_SIZE };
	char *expected = must_alloc(test, SZ_8K);
	char *text = must_alloc(test, SZ_8K);
	int inherited, i, size = 0;

	for (i = 0; i < ARRAY_SIZE(entry_cases); i++)
		size += ascii_line(expected + size, &entry_cases[i]);
	for (inherited = 0; inherited <= ARRAY_SIZE(entry_cases); inherited++) {
		make_list(test, inherited);
		for (i = 0; i < ARRAY_SIZE(pieces); i++) {
			memset(text, 0, SZ_8K);
			KUNIT_EXPECT_EQ(test, size,
					read_all(test, &ima_list_ascii_ops,
						 text, SZ_8K, pieces[i]));
			KUNIT_EXPECT_STREQ(test, text, expected);
		}
		reset_list();
	}
}

static void list_ascii_lseek(struct kunit *test)
{
	char *expected = must_alloc(test, SZ_8K);
	char text[64];
	struct file *file;
	u32 random = 1;
	int i, size = 0;

	for (i = 0; i < ARRAY_SIZE(entry_cases); i++)
		size += ascii_line(expected + size, &entry_cases[i]);
	make_list(test, ARRAY_SIZE(entry_cases) / 2);
	file = open_view(test, &ima_list_ascii_ops);
	for (i = 0; i < 500; i++) {
		loff_t pos = ima_wire_random(&random) % (size - sizeof(text));

		KUNIT_ASSERT_EQ(test, file->f_op->llseek(file, pos, SEEK_SET),
				pos);
		KUNIT_EXPECT_GT(test, read_view(test, file, text,
						sizeof(text), &pos), 0);
		KUNIT_EXPECT_EQ(test, text[0], expected[file->f_pos]);
		KUNIT_EXPECT_EQ(test, memcmp(text, expected + file->f_pos,
					     pos - file->f_pos), 0);
	}
	close_view(file);
}

/* The digits of a record are more than a page. */
static void list_ascii_long_record(struct kunit *test)
{
	const u32 len = 3 * PAGE_SIZE;
	char *text = vmalloc(8 * PAGE_SIZE);
	struct entry_case c = { "ima-buf", "d-ng|n-ng|buf",
				{ FIELD("sha1:\0" D20), FIELD("x\0") } };
	char head[128];
	int head_size;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, text);
	c.fields[2].bytes = memset(must_alloc(test, len), 'z', len);
	c.fields[2].len = len;
	c.ascii = " sha1:" HEX20 " x ";
	head_size = ascii_line(head, &c) - 1;
	add_live(test, new_entry(test, &c));
	KUNIT_EXPECT_EQ(test, read_all(test, &ima_list_ascii_ops, text,
				       8 * PAGE_SIZE, 1000),
			head_size + 2 * len + 1);
	KUNIT_EXPECT_EQ(test, memcmp(text, head, head_size), 0);
	KUNIT_EXPECT_EQ(test, memcmp(text + head_size, "7a7a7a7a", 8), 0);
	KUNIT_EXPECT_EQ(test, text[head_size + 2 * len], '\n');
	vfree(text);
}

/**
 * struct odd_case - an inherited record that is not what its template says
 * @desc: in what way
 * @name: the template's name or format
 * @fields: fields, each behind its length
 * @tail: bytes behind them
 */
struct odd_case {
	const char *desc;
	const char *name;
	struct field_case fields[3];
	struct field_case tail;
};

static const struct odd_case odd_cases[] = {
	{ "unknown template", "from-the-future", { FIELD("\1\2"), FIELD("\3") } },
	{ "unknown field", "n-ng|from-the-future", { FIELD("x\0"), FIELD("y\0") } },
	{ "field without a name", "n-ng||n-ng", { FIELD("x\0"), NONE,
						 FIELD("y\0") } },
	{ "format without an end", "n-ng|", { FIELD("x\0") } },
	{ "too many fields",
	  "sig|sig|sig|sig|sig|sig|sig|sig|sig|sig|sig|sig|sig|sig|sig|sig" },
	{ "no data", "ima-ng" },
	{ "a field too few", "ima-ng", { FIELD("sha1:\0" D20) } },
	{ "half a length", "ima-ng", { FIELD("sha1:\0" D20) }, FIELD("\1\1") },
	{ "length beyond the end", "ima-ng", { FIELD("sha1:\0" D20) },
	  FIELD("\1\1\1\1x\0") },
	{ "largest length", "ima-ng", { FIELD("sha1:\0" D20) },
	  FIELD("\377\377\377\377x\0") },
	{ "bytes behind the fields", "ima-ng",
	  { FIELD("sha1:\0" D20), FIELD("x\0") }, FIELD("y") },
	{ "digest without NUL", "ima-ng", { FIELD("sha1:ABCD"), FIELD("x\0") } },
	{ "digest without colon", "ima-ng", { FIELD("sha1\0ABC"), FIELD("x\0") } },
	{ "digest without algorithm", "ima-ng", { FIELD("\0ABCD"), FIELD("x\0") } },
	{ "digest with one byte", "ima-ng", { FIELD(":"), FIELD("x\0") } },
	{ "v2 digest without NUL", "ima-ngv2", { FIELD("ima:sha1:ABCD"),
						 FIELD("x\0") } },
	{ "name without NUL", "ima-ng", { FIELD("sha1:\0" D20), FIELD("xyz") } },
	{ "old name without NUL", "d|n", { FIELD(D20), FIELD("xyz") } },
	{ "attributes without NUL", "xattrnames", { FIELD("security.ima") } },
};

static void describe_odd(const struct odd_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", c->desc);
}

KUNIT_ARRAY_PARAM(odd, odd_cases, describe_odd);

/* In a block of its own, so that reading beyond it is noticed */
static void set_history(struct kunit *test, const struct ima_wire *wire,
			u64 count)
{
	history.bytes = memcpy(must_alloc(test, wire->size), wire->bytes,
			       wire->size);
	history.size = wire->size;
	history.count = count;
}

/* It is shown in hex, and the records around it as ever. */
static void list_ascii_odd(struct kunit *test)
{
	const struct odd_case *c = test->param_value;
	const struct entry_case *neighbour = &entry_cases[3];
	struct ima_template_entry *entry = new_entry(test, neighbour);
	bool big = ima_wire_is_big(ima_canonical_fmt);
	struct ima_wire data = { must_alloc(test, 256), 0, big };
	struct ima_wire wire = { must_alloc(test, 1024), 0, big };
	char *expected = must_alloc(test, 2048);
	char *text = must_alloc(test, 2048);
	int i, size;

	for (i = 0; i < ARRAY_SIZE(c->fields) && c->fields[i].bytes; i++)
		ima_wire_put_field(&data, c->fields[i].bytes, c->fields[i].len);
	if (c->tail.bytes)
		ima_wire_put(&data, c->tail.bytes, c->tail.len);

	put_record(&wire, neighbour, entry);
	ima_wire_put_int(&wire, 10, 4);
	ima_wire_put(&wire, D20, 20);
	ima_wire_put_field(&wire, c->name, strlen(c->name));
	ima_wire_put_field(&wire, data.bytes, data.size);
	put_record(&wire, neighbour, entry);
	set_history(test, &wire, 3);

	size = ascii_line(expected, neighbour);
	size += sprintf(expected + size, "10 %s %s ", HEX20, c->name);
	for (i = 0; i < data.size; i++)
		size += sprintf(expected + size, "%02x", data.bytes[i]);
	size += sprintf(expected + size, "\n");
	size += ascii_line(expected + size, neighbour);

	KUNIT_EXPECT_EQ(test, read_all(test, &ima_list_ascii_ops, text, 2048,
				       2048), size);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

/* A name cannot pretend to be another line. */
static void list_ascii_escapes_names(struct kunit *test)
{
	static const char name[] = "x\n10 y\0\033";
	static const char expected[] =
		"10 " HEX20 " x\\01210 y\\000\\033 7a\n";
	struct ima_wire wire = {
		.bytes = must_alloc(test, 256),
		.big = ima_wire_is_big(ima_canonical_fmt),
	};
	char *text = must_alloc(test, 256);

	ima_wire_put_int(&wire, 10, 4);
	ima_wire_put(&wire, D20, 20);
	ima_wire_put_field(&wire, name, sizeof(name) - 1);
	ima_wire_put_field(&wire, "z", 1);
	set_history(test, &wire, 1);
	KUNIT_EXPECT_EQ(test, read_all(test, &ima_list_ascii_ops, text, 256,
				       256), sizeof(expected) - 1);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

/* Nor can a file's, and one without a newline is shown as it is. */
static void list_ascii_escapes_newlines(struct kunit *test)
{
	static const char names[][8] = { "a\nb", "c\\012d" };
	static const char expected[] =
		"10 " HEX20 " ima-ng sha1:" HEX20 " a\\012b\n"
		"10 " HEX20 " ima " HEX20 " a\\012b\n"
		"10 " HEX20 " ima-ng sha1:" HEX20 " c\\012d\n"
		"10 " HEX20 " ima " HEX20 " c\\012d\n";
	struct ima_wire wire = {
		.bytes = must_alloc(test, 1024),
		.big = ima_wire_is_big(ima_canonical_fmt),
	};
	char *text = must_alloc(test, 1024);
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		u8 bytes[64];
		struct ima_wire data = { .bytes = bytes, .big = wire.big };

		ima_wire_put_field(&data, "sha1:\0" D20, 26);
		ima_wire_put_field(&data, names[i], strlen(names[i]) + 1);
		ima_wire_put_int(&wire, 10, 4);
		ima_wire_put(&wire, D20, 20);
		ima_wire_put_field(&wire, "ima-ng", 6);
		ima_wire_put_field(&wire, data.bytes, data.size);
		ima_wire_put_int(&wire, 10, 4);
		ima_wire_put(&wire, D20, 20);
		ima_wire_put_field(&wire, "ima", 3);
		ima_wire_put(&wire, D20, 20);
		ima_wire_put_field(&wire, names[i], strlen(names[i]));
	}
	set_history(test, &wire, 2 * ARRAY_SIZE(names));
	KUNIT_EXPECT_EQ(test, read_all(test, &ima_list_ascii_ops, text, 1024,
				       1024), sizeof(expected) - 1);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

static void put_random_record(struct ima_wire *wire, u32 *random)
{
	static const char * const names[] = {
		"ima", "ima-ng", "ima-sig", "ima-buf", "ima-modsig", "evm-sig",
		"ima-ngv2", "d|n", "n-ng|iuid|xattrnames|imode", "?",
	};
	static const char * const values[] = {
		"", ":", "sha1:", "sha1:ABCD", "a:b:", "1234567", D20,
	};
	const char *name = names[ima_wire_random(random) % ARRAY_SIZE(names)];
	int fields = ima_wire_random(random) % 10;
	u8 bytes[10 * 32];
	struct ima_wire data = { .bytes = bytes, .big = wire->big };

	while (fields--) {
		const char *value = values[ima_wire_random(random) %
					   ARRAY_SIZE(values)];

		/* With its NUL or without */
		ima_wire_put_field(&data, value, strlen(value) +
						 ima_wire_random(random) % 2);
	}
	ima_wire_put_int(wire, 10, 4);
	ima_wire_put(wire, D20, 20);
	ima_wire_put_field(wire, name, strlen(name));
	if (!strcmp(name, "ima"))
		ima_wire_put(wire, D20, 20);
	ima_wire_put_field(wire, data.bytes, data.size);
}

/*
 * Any fields in any template: the record is shown somehow, and nothing is read
 * that is not there (for KASAN to say).
 */
static void list_ascii_random_data(struct kunit *test)
{
	char *text = must_alloc(test, SZ_4K);
	u32 random = 1;
	int round;

	for (round = 0; round < 5000; round++) {
		struct ima_wire wire = {
			.bytes = must_alloc(test, SZ_1K),
			.size = IMA_WIRE_HEADER,
			.big = ima_wire_is_big(ima_canonical_fmt),
		};
		u8 *exact;
		size_t size;

		put_random_record(&wire, &random);
		ima_wire_seal(&wire, 1);
		exact = must_alloc(test, wire.size);
		memcpy(exact, wire.bytes, wire.size);
		KUNIT_ASSERT_EQ(test, ima_history_open(&history, exact,
						       wire.size,
						       ima_canonical_fmt),
				IMA_HISTORY_INTACT);
		size = read_all(test, &ima_list_ascii_ops, text, SZ_4K, SZ_4K);
		KUNIT_ASSERT_GT(test, size, 0);
		KUNIT_EXPECT_EQ(test, text[size - 1], '\n');
		kunit_kfree(test, exact);
		kunit_kfree(test, wire.bytes);
	}
}

/* A reader at the end of the list sees what is added later. */

static void expect_more(struct kunit *test, struct file *file, loff_t *pos,
			const void *expected, size_t size)
{
	u8 bytes[256];

	KUNIT_ASSERT_LE(test, size, sizeof(bytes));
	KUNIT_EXPECT_EQ(test, read_view(test, file, bytes, sizeof(bytes), pos),
			size);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, expected, size), 0);
}

static void list_grows(struct kunit *test)
{
	struct file *binary = open_view(test, &ima_list_binary_ops);
	struct file *ascii = open_view(test, &ima_list_ascii_ops);
	loff_t binary_pos = 0, ascii_pos = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(entry_cases); i++) {
		const struct entry_case *c = &entry_cases[i];
		struct ima_template_entry *entry = new_entry(test, c);
		struct ima_wire wire = {
			.bytes = must_alloc(test, 1024),
			.big = ima_wire_is_big(ima_canonical_fmt),
		};
		char line[256];
		int size = ascii_line(line, c);

		expect_more(test, binary, &binary_pos, NULL, 0);
		expect_more(test, ascii, &ascii_pos, NULL, 0);
		put_record(&wire, c, entry);
		add_live(test, entry);
		expect_more(test, binary, &binary_pos, wire.bytes, wire.size);
		expect_more(test, ascii, &ascii_pos, line, size);
	}
	close_view(binary);
	close_view(ascii);
}

static int list_init(struct kunit *test)
{
	struct fixture *fixture = kunit_kzalloc(test, sizeof(*fixture),
						GFP_KERNEL);

	if (!fixture)
		return -ENOMEM;
	fixture->canonical = ima_canonical_fmt;
	test->priv = fixture;
	reset_list();

	/* A kernel thread has no user memory of its own. */
	fixture->mm = mm_alloc();
	if (!fixture->mm)
		return -ENOMEM;
	fixture->mm->task_size = TASK_SIZE;
	arch_pick_mmap_layout(fixture->mm, &current->signal->rlim[RLIMIT_STACK]);
	kthread_use_mm(fixture->mm);
	fixture->user = vm_mmap(NULL, 0, USER_SIZE + PAGE_SIZE,
				PROT_READ | PROT_WRITE,
				MAP_ANONYMOUS | MAP_PRIVATE, 0);
	if (IS_ERR_VALUE(fixture->user))
		return fixture->user;
	/* A hole behind it, for reads that fail half-way */
	return vm_munmap(fixture->user + USER_SIZE, PAGE_SIZE);
}

static void list_exit(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!fixture)
		return;
	reset_list();
	ima_canonical_fmt = fixture->canonical;
	/* After a failed assertion this is another thread than the test's. */
	if (fixture->mm && current->mm == fixture->mm) {
		kthread_unuse_mm(fixture->mm);
		mmput(fixture->mm);
	}
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE_PARAM(entry_emit, entry_gen_params),
	KUNIT_CASE_PARAM(bank_digest, bank_gen_params),
	KUNIT_CASE(entry_md5),
	KUNIT_CASE(entry_without_fields),
	KUNIT_CASE(entry_overlong_name),
	KUNIT_CASE(list_binary),
	KUNIT_CASE(list_binary_pread),
	KUNIT_CASE(list_binary_bank),
	KUNIT_CASE(list_binary_beyond_the_end),
	KUNIT_CASE(list_binary_lseek),
	KUNIT_CASE(list_binary_fault),
	KUNIT_CASE(list_binary_long_history),
	KUNIT_CASE(list_ascii),
	KUNIT_CASE(list_ascii_lseek),
	KUNIT_CASE(list_ascii_long_record),
	KUNIT_CASE_PARAM(list_ascii_odd, odd_gen_params),
	KUNIT_CASE(list_ascii_escapes_names),
	KUNIT_CASE(list_ascii_escapes_newlines),
	KUNIT_CASE(list_ascii_random_data),
	KUNIT_CASE(list_grows),
	{ }
};

static struct kunit_suite list_suite = {
	.name = "ima_list",
	.init = list_init,
	.exit = list_exit,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);
