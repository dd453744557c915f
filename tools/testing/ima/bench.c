// SPDX-License-Identifier: GPL-2.0-only
/*
 * What opening a hand-over buffer costs natively: for each number of records
 * given, nanoseconds a record to check it, what of that is the checksum, and to
 * copy the same bytes.
 *
 * The checksum is zlib's. The kernel's own is as fast or slower, depending on
 * its configuration.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include <linux/crc32.h>
#include "ima_history.h"
#include "ima_record.h"

#define RUNS	15

/* "ima-ng" with a SHA-256 and a name of 24 bytes: a usual record */
#define DATA_LEN	(4 + 40 + 4 + 25)

u32 crc32_le(u32 crc, const unsigned char *bytes, size_t size)
{
	return ~crc32_z(~crc, bytes, size);
}

static void *must(void *bytes)
{
	if (!bytes) {
		perror("bench");
		exit(1);
	}
	return bytes;
}

static u8 *put_record(u8 *out)
{
	static const u8 digest[IMA_RECORD_DIGEST_SIZE] = { 1 };
	const struct ima_record record = {
		.pcr = 10,
		.digest = digest,
		.name = "ima-ng",
		.name_len = 6,
		.data_len = DATA_LEN,
	};

	out += ima_record_encode_head(out, &record, false);
	memset(out, 'x', DATA_LEN);
	return out + DATA_LEN;
}

static void put_header(u8 *buffer, size_t size, u64 count)
{
	struct ima_handover header = {
		.version = IMA_HANDOVER_VERSION,
		.buffer_size = size,
		.count = count,
	};

	ima_handover_encode(buffer, &header, false);
	header.checksum = ima_history_checksum(0, buffer + IMA_HANDOVER_SIZE,
					       size - IMA_HANDOVER_SIZE);
	header.checksum = ima_history_checksum(header.checksum, buffer,
					       IMA_HANDOVER_SIZE);
	ima_handover_encode(buffer, &header, false);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	return *(const double *)a < *(const double *)b ? -1 : 1;
}

struct subject {
	const u8 *buffer;
	u8 *copy;
	size_t size;
	u64 count;
};

static void do_open(const struct subject *subject)
{
	struct ima_history history;

	if (ima_history_open(&history, subject->buffer, subject->size, false) ||
	    history.count != subject->count) {
		fprintf(stderr, "bench: the list is not intact\n");
		exit(1);
	}
}

static void do_checksum(const struct subject *subject)
{
	u32 checksum = ima_history_checksum(0, subject->buffer, subject->size);

	/* What nobody uses need not be computed. */
	asm volatile("" : : "r" (checksum));
}

static void do_copy(const struct subject *subject)
{
	memcpy(subject->copy, subject->buffer, subject->size);
	/* Whoever cannot see what becomes of a copy has to make it. */
	asm volatile("" : : "r" (subject->copy) : "memory");
}

/* The median, in nanoseconds a record */
static double timed(void (*work)(const struct subject *subject),
		    const struct subject *subject)
{
	double times[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		double start = now();

		work(subject);
		times[i] = now() - start;
	}
	qsort(times, RUNS, sizeof(*times), ascending);
	return times[RUNS / 2] / subject->count;
}

static void bench(u64 count)
{
	const size_t size = IMA_HANDOVER_SIZE +
			    count * ima_record_size(6, false, DATA_LEN);
	u8 *buffer = must(malloc(size));
	const struct subject subject = {
		.buffer = buffer,
		.copy = must(malloc(size)),
		.size = size,
		.count = count,
	};
	u8 *out = buffer + IMA_HANDOVER_SIZE;
	u64 i;

	for (i = 0; i < count; i++)
		out = put_record(out);
	memset(subject.copy, 0, size);
	put_header(buffer, size, count);
	printf("%llu %.1f %.1f %.1f\n", (unsigned long long)count,
	       timed(do_open, &subject), timed(do_checksum, &subject),
	       timed(do_copy, &subject));
	free(buffer);
	free(subject.copy);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		bench(strtoull(argv[i], NULL, 10));
	return 0;
}
