// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds for fuzz_buffer: make_seeds DIR writes lists of the samples there, in
 * both byte orders, one for each template and one of all of them. Arguments
 * behind DIR are files with records from a real binary_runtime_measurements
 * (lists/ has excerpts); each gets a header.
 */

#include <stdio.h>
#include <stdlib.h>
#include <linux/types.h>

#include "tests/ima_wire.h"

static const char *dir;
static u8 bytes[1 << 16];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void save(const struct ima_wire *wire, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s-%s", dir, name,
		 wire->big ? "big" : "little");
	file = fopen(path, "wb");
	if (!file || fwrite(wire->bytes, 1, wire->size, file) != wire->size ||
	    fclose(file))
		fail(path);
}

static void save_samples(unsigned int first, unsigned int end,
			 const char *name, bool big)
{
	struct ima_wire wire = { .bytes = bytes, .size = IMA_WIRE_HEADER,
				 .big = big };
	unsigned int i;

	for (i = first; i < end; i++)
		ima_wire_put_sample(&wire, i);
	ima_wire_seal(&wire, end - first);
	save(&wire, name);
}

/* A real list; only as many of its records as make a quick test */
static void save_list(const char *path, int number)
{
	struct ima_wire wire = { .bytes = bytes, .size = IMA_WIRE_HEADER };
	size_t end, size = IMA_WIRE_HEADER;
	char name[16];
	u64 count = 0, record;
	FILE *file = fopen(path, "rb");

	if (!file)
		fail(path);
	end = size + fread(bytes + size, 1, 4096, file);
	fclose(file);
	while (ima_wire_frame(bytes + wire.size, end - wire.size, false,
			      &record) == IMA_WIRE_RECORD) {
		wire.size += record;
		count++;
	}
	ima_wire_seal(&wire, count);
	snprintf(name, sizeof(name), "real-%d", number);
	save(&wire, name);
}

int main(int argc, char **argv)
{
	unsigned int i, big;
	char name[16];

	if (argc < 2) {
		fprintf(stderr, "usage: %s DIR [LIST...]\n", argv[0]);
		return 1;
	}
	dir = argv[1];
	for (big = 0; big < 2; big++) {
		for (i = 0; i < IMA_WIRE_SAMPLES; i++) {
			snprintf(name, sizeof(name), "sample-%u", i);
			save_samples(i, i + 1, name, big);
		}
		save_samples(0, IMA_WIRE_SAMPLES, "samples", big);
	}
	for (i = 2; i < (unsigned int)argc; i++)
		save_list(argv[i], i - 1);
	return 0;
}
