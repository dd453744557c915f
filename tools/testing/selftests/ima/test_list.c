// SPDX-License-Identifier: GPL-2.0-only
/*
 * The measurement list as securityfs shows it: do its binary and its ASCII form, its counters, and reads of any size at
 * any place agree with each other? This only reads and is safe on any machine, with any kernel.
 *
 * The list may grow while it is looked at, and looking at it may be what makes it grow. It never changes otherwise. So
 * what was read first is the beginning of what is read later, and a counter read in between has a value in between.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kselftest.h"

#define IMA "/sys/kernel/security/ima/"
#define BINARY IMA "binary_runtime_measurements"
#define ASCII IMA "ascii_runtime_measurements"
#define PCRS 24
#define DIGEST_SIZE 20
#define NAME_MAX_LEN 255

struct text {
	char *data;
	size_t size;
};

/* One record; the pointers are into the list. */
struct record {
	uint32_t pcr;
	const char *digest;
	const char *name;
	uint32_t name_len;
	const char *data;
	size_t data_len;
};

/* What is left of a list that is walked. ima_canonical_fmt makes it little-endian on machines that are not. */
struct walk {
	const char *at;
	const char *end;
	bool swapped;
};

static void result(bool good, const char *what)
{
	if (good)
		ksft_test_result_pass("%s\n", what);
	else
		ksft_test_result_fail("%s\n", what);
}

static int open_list(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		ksft_exit_fail_msg("%s: %s\n", path, strerror(errno));
	return fd;
}

static struct text read_whole(const char *path)
{
	struct text text = {};
	size_t room = 0;
	ssize_t got;
	int fd = open_list(path);

	do {
		if (room - text.size < 65536) {
			room = room * 2 + 1048576;
			text.data = realloc(text.data, room);
			if (!text.data)
				ksft_exit_fail_msg("no memory for %zu bytes of %s\n", room, path);
		}
		got = read(fd, text.data + text.size, room - text.size);
		if (got < 0)
			ksft_exit_fail_msg("%s: %s\n", path, strerror(errno));
		text.size += got;
	} while (got);
	close(fd);
	return text;
}

static unsigned long long read_number(const char *path)
{
	struct text text = read_whole(path);
	unsigned long long number = 0;
	char end;

	text.data[text.size] = '\0';
	if (sscanf(text.data, "%llu %c", &number, &end) != 1)
		ksft_exit_fail_msg("%s: no number: %s\n", path, text.data);
	free(text.data);
	return number;
}

static bool take(struct walk *walk, const char **part, size_t size)
{
	if ((size_t)(walk->end - walk->at) < size)
		return false;
	*part = walk->at;
	walk->at += size;
	return true;
}

static bool take_number(struct walk *walk, uint32_t *number)
{
	const char *part;

	if (!take(walk, &part, sizeof(*number)))
		return false;
	memcpy(number, part, sizeof(*number));
	if (walk->swapped)
		*number = le32toh(*number);
	return true;
}

/* Template ima has no length in front of its data, and a length in front of its second part. */
static bool take_data(struct walk *walk, struct record *record)
{
	const char *data = walk->at;
	uint32_t len;

	if (record->name_len != strlen("ima") || memcmp(record->name, "ima", record->name_len)) {
		record->data_len = take_number(walk, &len) ? len : SIZE_MAX;
		return take(walk, &record->data, record->data_len);
	}
	if (!take(walk, &record->data, DIGEST_SIZE) || !take_number(walk, &len) || !take(walk, &record->data, len))
		return false;
	record->data = data;
	record->data_len = walk->at - data;
	return true;
}

/* False at the end, where nothing is left, and in front of what is no record, where something is. */
static bool next_record(struct walk *walk, struct record *record)
{
	const char *before = walk->at;

	if (take_number(walk, &record->pcr) && record->pcr < PCRS && take(walk, &record->digest, DIGEST_SIZE) &&
	    take_number(walk, &record->name_len) && record->name_len && record->name_len <= NAME_MAX_LEN &&
	    take(walk, &record->name, record->name_len) && take_data(walk, record))
		return true;
	walk->at = before;
	return false;
}

static struct walk start(const struct text *list)
{
	struct walk walk = { list->data, list->data + list->size, false };
	uint32_t pcr;

	if (take_number(&walk, &pcr) && pcr >= PCRS)
		walk.swapped = true;
	walk.at = list->data;
	return walk;
}

static bool is_violation(const struct record *record)
{
	static const char zero[DIGEST_SIZE];

	return !memcmp(record->digest, zero, DIGEST_SIZE);
}

static bool is_boot_aggregate(const struct record *record)
{
	return memmem(record->data, record->data_len, "boot_aggregate", strlen("boot_aggregate"));
}

static size_t print_head(const struct record *record, char *line)
{
	char *at = line + sprintf(line, "%2u ", record->pcr);
	int i;

	for (i = 0; i < DIGEST_SIZE; i++)
		at += sprintf(at, "%02x", (unsigned char)record->digest[i]);
	at += sprintf(at, " %.*s", (int)record->name_len, record->name);
	return at - line;
}

static int count_line_breaks(const struct record *record)
{
	size_t i;
	int breaks = 0;

	for (i = 0; i < record->data_len; i++)
		breaks += record->data[i] == '\n';
	return breaks;
}

/* Each record has a line, which goes on behind a line break that is part of the record: file names may have some. */
static bool ascii_agrees(const struct text *list, const struct text *ascii)
{
	const char *line = ascii->data, *end = ascii->data + ascii->size;
	struct walk walk = start(list);
	struct record record;
	char head[64 + NAME_MAX_LEN];
	unsigned long index = 0;
	int breaks = 0;
	size_t len;

	while (next_record(&walk, &record)) {
		index++;
		len = print_head(&record, head);
		while ((size_t)(end - line) < len || memcmp(line, head, len)) {
			line = memchr(line, '\n', end - line);
			if (!breaks-- || !line) {
				ksft_print_msg("record %lu has no line: %s\n", index, head);
				return false;
			}
			line++;
		}
		line = memchr(line, '\n', end - line);
		if (!line) {
			ksft_print_msg("the line of record %lu has no end\n", index);
			return false;
		}
		line++;
		breaks = count_line_breaks(&record);
	}
	return true;
}

static bool same(const struct text *text, size_t at, const char *data, size_t size)
{
	if (size <= text->size - at && !memcmp(text->data + at, data, size))
		return true;
	ksft_print_msg("%zu bytes at %zu are not those of the whole read\n", size, at);
	return false;
}

/* As far as the whole read went, and not beyond most bytes: the smaller the pieces, the less is read. */
static bool pieces_agree(const char *path, const struct text *whole, size_t piece, size_t most)
{
	size_t size = whole->size < most ? whole->size : most, at = 0, part;
	char buffer[65536];
	bool good = true;
	ssize_t got;
	int fd = open_list(path);

	while (good && at < size) {
		part = size - at < piece ? size - at : piece;
		got = read(fd, buffer, part);
		good = got > 0 && (size_t)got <= part && same(whole, at, buffer, got);
		if (got <= 0)
			ksft_print_msg("read of %zu bytes at %zu: %s\n", part, at, got ? strerror(errno) : "the end");
		at += got;
	}
	close(fd);
	return good;
}

static bool all_pieces_agree(const char *path, const struct text *whole)
{
	return pieces_agree(path, whole, 1, 16384) && pieces_agree(path, whole, 7, 262144) &&
	       pieces_agree(path, whole, 4095, SIZE_MAX) && pieces_agree(path, whole, 4096, SIZE_MAX) &&
	       pieces_agree(path, whole, 65536, SIZE_MAX);
}

/* Places all over the list in an order that is the same each time. */
static size_t next_place(const struct text *whole)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return whole->size ? (state >> 16) % whole->size : 0;
}

static bool preads_agree(const char *path, const struct text *whole)
{
	int fd = open_list(path), i;
	char buffer[8192];
	bool good = true;
	size_t at, part;
	ssize_t got;

	for (i = 0; good && i < 64; i++) {
		at = next_place(whole);
		part = 1 + next_place(whole) % sizeof(buffer);
		if (part > whole->size - at)
			part = whole->size - at;
		got = pread(fd, buffer, part, at);
		good = got > 0 && same(whole, at, buffer, got);
		if (got <= 0)
			ksft_print_msg("pread of %zu bytes at %zu: %s\n", part, at, got ? strerror(errno) : "the end");
	}
	close(fd);
	return good;
}

/* Two readers of one file, each with a position of its own, that go back and forth. */
static bool seeks_agree(const char *path, const struct text *whole)
{
	int fds[] = { open_list(path), open_list(path) }, i, fd;
	char buffer[512];
	bool good = true;
	size_t at, part;
	ssize_t got;

	for (i = 0; good && i < 64; i++) {
		fd = fds[i % 2];
		if (i % 4 < 2) {
			at = i < 4 ? 0 : next_place(whole);
			good = lseek(fd, at, SEEK_SET) == (off_t)at;
		} else {
			at = lseek(fd, 0, SEEK_CUR);
			good = at <= whole->size;
		}
		part = whole->size - at < sizeof(buffer) ? whole->size - at : sizeof(buffer);
		got = good ? read(fd, buffer, part) : -1;
		good = good && (got > 0 || !part) && same(whole, at, buffer, got);
		if (!good)
			ksft_print_msg("seek %d, to %zu: read says %zd\n", i, at, got);
	}
	close(fds[0]);
	close(fds[1]);
	return good;
}

static unsigned long long count_violations(const struct text *list)
{
	unsigned long long violations = 0;
	struct walk walk = start(list);
	struct record record;

	while (next_record(&walk, &record))
		violations += is_violation(&record);
	return violations;
}

/* count was read before the list. */
static void test_records(const struct text *list, unsigned long long count)
{
	unsigned long long records = 0, boots = 0, counted, violations = count_violations(list), later;
	struct walk walk = start(list);
	struct record record;
	struct text again;
	bool starts = false;

	while (next_record(&walk, &record)) {
		if (!records++)
			starts = is_boot_aggregate(&record);
		boots += is_boot_aggregate(&record);
	}
	ksft_print_msg("%llu records, %llu violations, %llu boot_aggregates\n", records, violations, boots);
	result(records && walk.at == walk.end, "the binary list consists of whole records");
	result(starts, "it starts with a boot_aggregate");

	later = read_number(IMA "runtime_measurements_count");
	ksft_print_msg("counted: %llu before, %llu after\n", count, later);
	result(count <= records && records <= later, "it has as many records as the kernel counts");

	counted = read_number(IMA "violations");
	if (counted < violations && boots > 1 && access(IMA "kexec_state", F_OK)) {
		/* The carry-over before this one takes over the records and not their count. */
		ksft_test_result_skip("violations: this kernel does not count those it inherits\n");
		return;
	}
	again = read_whole(BINARY);
	later = count_violations(&again);
	free(again.data);
	ksft_print_msg("counted: %llu violations, there are %llu before, %llu after\n", counted, violations, later);
	result(violations <= counted && counted <= later, "it has as many violations as the kernel counts");
}

int main(void)
{
	unsigned long long count;
	struct text list, ascii;

	ksft_print_header();
	if (access(IMA, F_OK))
		ksft_exit_skip("no " IMA ": IMA is off or securityfs is not mounted\n");
	if (access(BINARY, R_OK))
		ksft_exit_skip("cannot read " BINARY ": run as root\n");
	ksft_set_plan(11);

	count = read_number(IMA "runtime_measurements_count");
	list = read_whole(BINARY);
	ascii = read_whole(ASCII);

	test_records(&list, count);
	result(ascii_agrees(&list, &ascii), "the ASCII list has the same records");
	result(all_pieces_agree(BINARY, &list), "the binary list reads the same in pieces");
	result(preads_agree(BINARY, &list), "the binary list reads the same with pread at any place");
	result(seeks_agree(BINARY, &list), "the binary list reads the same after lseek, by two readers");
	result(all_pieces_agree(ASCII, &ascii), "the ASCII list reads the same in pieces");
	result(preads_agree(ASCII, &ascii), "the ASCII list reads the same with pread at any place");
	result(seeks_agree(ASCII, &ascii), "the ASCII list reads the same after lseek, by two readers");
	free(list.data);
	free(ascii.data);
	ksft_finished();
}
