// SPDX-License-Identifier: GPL-2.0-only
/*
 * The boot loader that nobody wants: for x86_64, with the old kexec_load(2), which lets user space say everything.
 *
 *	hostile make LIST BUFFER [EDIT...]
 *		make a hand-over buffer of a measurement list, spoil it, and print how many records it has
 *	hostile -l KERNEL --initrd=FILE --command-line=TEXT --list=BUFFER [--append=TEXT] [--addr=N]
 *		[--node=ADDR,SIZE]... [--node-len=N]
 *		load it next to a kernel, at any address, and tell the kernel of it, of something else, or of
 *		nothing that makes sense; kexec -e then goes there
 *
 * Edits, from left to right; only insert and seal bring the checksum up to date:
 *
 *	insert:RECORD:FILE	put the bytes of FILE in front of this record, as one record more
 *	WHERE=N  WHERE+N  WHERE-N  WHERE^N
 *				set the number there, or calculate with it
 *	cut:WHERE[+N]		end the buffer there
 *	zero			make all its bytes zero
 *	seal			calculate the checksum
 *
 * WHERE is version, checksum, size or count in the header, or pcr, digest, name_len, name, data_len or data of a
 * record, or file_len of one of template "ima", as in 3.name_len. Records are counted from zero. What is not a
 * number is taken for one of four bytes.
 */
#include <asm/bootparam.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/kexec.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE		4096UL
#define FILE_MAX	(1UL << 29)
#define NODES_MAX	4

/* Where things go. KASLR moves the kernel away from its place, nokaslr leaves it there. */
#define PARAMS_ADDR	0x03000000UL
#define KERNEL_ADDR	0x04000000UL
#define INITRD_ADDR	0x0a000000UL
#define LIST_ADDR	0x10000000UL

#define HEADER_AT	0x1f1
#define HEADER_MAGIC	0x53726448	/* HdrS */
#define ENTRY_64	0x200
#define LOADER_KEXEC	0xd0

struct blob {
	uint8_t *bytes;
	size_t size;
};

/* The page of parameters and what they point to */
struct params {
	struct boot_params zero_page __attribute__((aligned(4096)));
	char command_line[4096];
	struct node {
		struct setup_data head;
		struct ima_setup_data range;
	} __attribute__((packed)) nodes[NODES_MAX];
	uint8_t stub[32];
} __attribute__((aligned(4096)));

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	fputs("hostile: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		die("'%s' is not a number", text);
	return value;
}

/* The bytes of a file, and room for as many more */
static struct blob read_file(const char *name, size_t room)
{
	struct blob blob = { };
	ssize_t got;
	int fd = open(name, O_RDONLY);

	if (fd < 0)
		die("%s: %s", name, strerror(errno));
	/* securityfs tells no sizes, so read until there is no more. */
	do {
		blob.bytes = realloc(blob.bytes, blob.size + room + PAGE);
		if (!blob.bytes || blob.size > FILE_MAX)
			die("%s: too large", name);
		got = read(fd, blob.bytes + blob.size, PAGE);
		if (got < 0)
			die("%s: %s", name, strerror(errno));
		blob.size += got;
	} while (got);
	close(fd);
	return blob;
}

static void write_file(const char *name, const struct blob *blob)
{
	FILE *file = fopen(name, "w");

	if (!file || fwrite(blob->bytes, 1, blob->size, file) != blob->size || fclose(file))
		die("%s: %s", name, strerror(errno));
}

/* Making and spoiling a buffer */

/* The hand-over header, as it lies in memory */
struct handover {
	uint16_t version;
	uint16_t reserved;
	uint32_t checksum;
	uint64_t size;
	uint64_t count;
};

static uint32_t get32(const struct blob *blob, size_t at)
{
	uint32_t value;

	if (blob->size < sizeof(value) || at > blob->size - sizeof(value))
		die("the list ends inside a record");
	memcpy(&value, blob->bytes + at, sizeof(value));
	return value;
}

/* Where the parts of a record are; template "ima" has its data where others have data_len. */
struct record {
	size_t pcr, digest, name_len, name, data_len, data, file_len, end;
};

static struct record record_at(const struct blob *buffer, size_t at)
{
	struct record record = { .pcr = at, .digest = at + 4, .name_len = at + 24, .name = at + 28 };
	size_t name_len = get32(buffer, record.name_len);

	record.data_len = record.name + name_len;
	get32(buffer, record.data_len);
	if (name_len == 3 && !memcmp(buffer->bytes + record.name, "ima", 3)) {
		record.data = record.data_len;
		record.file_len = record.data + 20;
		record.end = record.file_len + 4 + get32(buffer, record.file_len);
	} else {
		record.data = record.data_len + 4;
		record.end = record.data + get32(buffer, record.data_len);
	}
	if (record.end > buffer->size)
		die("the list ends inside a record");
	return record;
}

static struct record find_record(const struct blob *buffer, uint64_t index)
{
	size_t at = sizeof(struct handover);

	while (index--)
		at = record_at(buffer, at).end;
	return record_at(buffer, at);
}

static uint64_t count_records(const struct blob *buffer)
{
	size_t at = sizeof(struct handover);
	uint64_t count = 0;

	while (at < buffer->size) {
		at = record_at(buffer, at).end;
		count++;
	}
	return count;
}

static uint32_t crc32(uint32_t crc, const uint8_t *bytes, size_t size)
{
	int bit;

	crc = ~crc;
	while (size--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void seal(struct blob *buffer)
{
	struct handover header;
	uint32_t crc;

	memcpy(&header, buffer->bytes, sizeof(header));
	header.checksum = 0;
	crc = crc32(0, buffer->bytes + sizeof(header), buffer->size - sizeof(header));
	header.checksum = crc32(crc, (uint8_t *)&header, sizeof(header));
	memcpy(buffer->bytes, &header, sizeof(header));
}

/* The header of a list that nobody has spoilt yet */
static void head(struct blob *buffer)
{
	struct handover header = { .version = 1, .size = buffer->size, .count = count_records(buffer) };

	memcpy(buffer->bytes, &header, sizeof(header));
	seal(buffer);
}

static void insert(struct blob *buffer, uint64_t index, const char *name)
{
	struct blob record = read_file(name, 0);
	size_t at = find_record(buffer, index).pcr;

	buffer->bytes = realloc(buffer->bytes, buffer->size + record.size);
	if (!buffer->bytes)
		die("no memory");
	memmove(buffer->bytes + at + record.size, buffer->bytes + at, buffer->size - at);
	memcpy(buffer->bytes + at, record.bytes, record.size);
	buffer->size += record.size;
	head(buffer);
}

/* The offset of a part of the buffer, and how many bytes a number has there */
static size_t locate(const struct blob *buffer, const char *where, size_t *width)
{
	static const struct {
		const char *name;
		size_t offset, width;
	} fields[] = {
		{ "version", offsetof(struct handover, version), 2 },
		{ "checksum", offsetof(struct handover, checksum), 4 },
		{ "size", offsetof(struct handover, size), 8 },
		{ "count", offsetof(struct handover, count), 8 },
	};
	struct record record;
	const char *part;
	char index[24];
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (strcmp(where, fields[i].name))
			continue;
		*width = fields[i].width;
		return fields[i].offset;
	}

	part = strchr(where, '.');
	if (!part || (size_t)(part - where) >= sizeof(index))
		die("no such place: '%s'", where);
	snprintf(index, sizeof(index), "%.*s", (int)(part - where), where);
	record = find_record(buffer, number(index));
	*width = 4;
#define PART(name) if (!strcmp(part + 1, #name)) return record.name
	PART(pcr);
	PART(digest);
	PART(name_len);
	PART(name);
	PART(data_len);
	PART(data);
	PART(file_len);
#undef PART
	die("no such place: '%s'", where);
}

static void calculate(struct blob *buffer, char *edit)
{
	char *op = strpbrk(edit, "=+-^"), sign;
	uint64_t value = 0, operand;
	size_t at, width;

	if (!op)
		die("no such edit: '%s'", edit);
	sign = *op;
	*op = '\0';
	operand = number(op + 1);
	at = locate(buffer, edit, &width);
	if (width > buffer->size || at > buffer->size - width)
		die("'%s' is not in the buffer any more", edit);
	memcpy(&value, buffer->bytes + at, width);
	switch (sign) {
	case '=':
		value = operand;
		break;
	case '+':
		value += operand;
		break;
	case '-':
		value -= operand;
		break;
	case '^':
		value ^= operand;
		break;
	}
	memcpy(buffer->bytes + at, &value, width);
}

static void cut(struct blob *buffer, char *where)
{
	char *plus = strchr(where, '+');
	size_t at, width;

	if (plus)
		*plus++ = '\0';
	at = locate(buffer, where, &width);
	if (plus)
		at += number(plus);
	if (at > buffer->size)
		die("nothing to cut at '%s'", where);
	buffer->size = at;
}

static void edit(struct blob *buffer, char *edit)
{
	char *file;

	if (!strncmp(edit, "insert:", 7)) {
		file = strchr(edit + 7, ':');
		if (!file)
			die("insert wants RECORD:FILE");
		*file++ = '\0';
		insert(buffer, number(edit + 7), file);
	} else if (!strncmp(edit, "cut:", 4)) {
		cut(buffer, edit + 4);
	} else if (!strcmp(edit, "zero")) {
		memset(buffer->bytes, 0, buffer->size);
	} else if (!strcmp(edit, "seal")) {
		seal(buffer);
	} else {
		calculate(buffer, edit);
	}
}

static int make(int argc, char **argv)
{
	struct blob buffer;
	uint64_t count;
	int i;

	if (argc < 4)
		die("usage: hostile make LIST BUFFER [EDIT...]");
	buffer = read_file(argv[2], sizeof(struct handover));
	memmove(buffer.bytes + sizeof(struct handover), buffer.bytes, buffer.size);
	buffer.size += sizeof(struct handover);
	head(&buffer);
	count = count_records(&buffer);
	for (i = 4; i < argc; i++) {
		edit(&buffer, argv[i]);
		count += !strncmp(argv[i], "insert:", 7);
	}
	write_file(argv[3], &buffer);
	printf("%llu\n", (unsigned long long)count);
	return 0;
}

/* Loading */

static void read_line(char *line, size_t size, unsigned int entry, const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/%s", entry, name);
	file = fopen(path, "r");
	if (!file || !fgets(line, size, file))
		die("%s: %s", path, strerror(errno));
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
}

/* The firmware's memory map. What is neither RAM nor ACPI's is reserved, whatever its name. */
static void fill_e820(struct boot_params *params)
{
	struct boot_e820_entry *entry = params->e820_table;
	char line[64];
	unsigned int i;

	for (i = 0; i < E820_MAX_ENTRIES_ZEROPAGE; i++, entry++) {
		snprintf(line, sizeof(line), "/sys/firmware/memmap/%u", i);
		if (access(line, F_OK))
			break;
		read_line(line, sizeof(line), i, "start");
		entry->addr = number(line);
		read_line(line, sizeof(line), i, "end");
		entry->size = number(line) - entry->addr + 1;
		read_line(line, sizeof(line), i, "type");
		entry->type = !strcmp(line, "System RAM") ? 1 : !strcmp(line, "ACPI Tables") ? 3 :
			      !strcmp(line, "ACPI Non-volatile Storage") ? 4 : 2;
	}
	if (!i)
		die("no memory map; this kernel needs CONFIG_FIRMWARE_MEMMAP");
	params->e820_entries = i;
}

/* The setup header of a bzImage, and the kernel behind its setup code */
static struct blob take_kernel(struct setup_header *header, const char *name)
{
	struct blob kernel = read_file(name, 0);
	size_t size, setup;

	if (kernel.size < HEADER_AT + sizeof(*header))
		die("%s is not a bzImage", name);
	memcpy(header, kernel.bytes + HEADER_AT, sizeof(*header));
	if (header->header != HEADER_MAGIC || header->version < 0x20c || !(header->xloadflags & XLF_KERNEL_64))
		die("%s is not a bzImage of a 64-bit kernel", name);
	/* The jump says how long the header is. */
	size = 0x202 + kernel.bytes[0x201] - HEADER_AT;
	if (size < sizeof(*header))
		memset((uint8_t *)header + size, 0, sizeof(*header) - size);
	setup = ((header->setup_sects ?: 4) + 1) * 512;
	if (setup + ENTRY_64 >= kernel.size)
		die("%s ends inside its setup code", name);
	kernel.bytes += setup;
	kernel.size -= setup;
	return kernel;
}

/* kexec enters with all memory mapped to itself and nothing else in the registers. */
static void write_stub(uint8_t *stub)
{
	const uint64_t params = PARAMS_ADDR, entry = KERNEL_ADDR + ENTRY_64;

	memcpy(stub, "\x48\xbe", 2);		/* movabs $params, %rsi */
	memcpy(stub + 2, &params, 8);
	memcpy(stub + 10, "\x48\xb8", 2);	/* movabs $entry, %rax */
	memcpy(stub + 12, &entry, 8);
	memcpy(stub + 20, "\xff\xe0", 2);	/* jmp *%rax */
}

static size_t pages(size_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

static struct ima_setup_data parse_node(char *text)
{
	char *size = strchr(text, ',');

	if (!size)
		die("--node wants ADDR,SIZE");
	*size++ = '\0';
	return (struct ima_setup_data){ .addr = number(text), .size = number(size) };
}

static void link_nodes(struct params *params, unsigned int count, uint32_t len)
{
	unsigned int i;

	while (count--) {
		params->nodes[count].head.type = SETUP_IMA;
		params->nodes[count].head.len = len;
		params->nodes[count].head.next = params->zero_page.hdr.setup_data;
		i = offsetof(struct params, nodes) + count * sizeof(struct node);
		params->zero_page.hdr.setup_data = PARAMS_ADDR + i;
	}
}

static int load(int argc, char **argv)
{
	static const struct option options[] = {
		{ "load", required_argument, NULL, 'l' },
		{ "initrd", required_argument, NULL, 'i' },
		{ "command-line", required_argument, NULL, 'c' },
		{ "append", required_argument, NULL, 'p' },
		{ "list", required_argument, NULL, 'b' },
		{ "addr", required_argument, NULL, 'a' },
		{ "node", required_argument, NULL, 'n' },
		{ "node-len", required_argument, NULL, 's' },
		{ }
	};
	static struct params params;
	const char *kernel_name = NULL, *initrd_name = NULL, *list_name = NULL, *command_line = "", *append = "";
	struct setup_header *header = &params.zero_page.hdr;
	struct kexec_segment segments[4];
	struct blob kernel, initrd, list;
	uint32_t node_len = sizeof(struct ima_setup_data);
	uint64_t addr = LIST_ADDR;
	unsigned int nodes = 0;
	size_t offset, size;
	int option;

	while ((option = getopt_long(argc, argv, "l:", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			kernel_name = optarg;
			break;
		case 'i':
			initrd_name = optarg;
			break;
		case 'c':
			command_line = optarg;
			break;
		case 'p':
			append = optarg;
			break;
		case 'b':
			list_name = optarg;
			break;
		case 'a':
			addr = number(optarg);
			break;
		case 'n':
			if (nodes == NODES_MAX)
				die("more than %d nodes", NODES_MAX);
			params.nodes[nodes++].range = parse_node(optarg);
			break;
		case 's':
			if (number(optarg) > UINT32_MAX)
				die("--node-len takes 32 bits");
			node_len = number(optarg);
			break;
		default:
			return 1;
		}
	}
	if (optind < argc || !kernel_name || !initrd_name || !list_name)
		die("give -l KERNEL, --initrd and --list, or make LIST BUFFER");

	kernel = take_kernel(header, kernel_name);
	initrd = read_file(initrd_name, 0);
	/* The list may begin inside a page, a segment may not. */
	offset = addr % PAGE;
	list = read_file(list_name, offset);
	if (!nodes)
		params.nodes[nodes++].range = (struct ima_setup_data){ .addr = addr, .size = list.size };
	memmove(list.bytes + offset, list.bytes, list.size);
	memset(list.bytes, 0, offset);

	size = snprintf(params.command_line, sizeof(params.command_line), "%s %s", command_line, append);
	if (size >= sizeof(params.command_line) || size > header->cmdline_size)
		die("the command line is too long");
	header->cmd_line_ptr = PARAMS_ADDR + offsetof(struct params, command_line);
	header->type_of_loader = LOADER_KEXEC;
	header->ramdisk_image = INITRD_ADDR;
	header->ramdisk_size = initrd.size;
	header->setup_data = 0;
	link_nodes(&params, nodes, node_len);
	fill_e820(&params.zero_page);
	write_stub(params.stub);

	segments[0] = (struct kexec_segment){ &params, sizeof(params), (void *)PARAMS_ADDR, sizeof(params) };
	segments[1] = (struct kexec_segment){ kernel.bytes, kernel.size, (void *)KERNEL_ADDR,
		pages(kernel.size > header->init_size ? kernel.size : header->init_size) };
	segments[2] = (struct kexec_segment){ initrd.bytes, initrd.size, (void *)INITRD_ADDR, pages(initrd.size) };
	segments[3] = (struct kexec_segment){ list.bytes, list.size + offset, (void *)(addr - offset),
		pages(list.size + offset) };
	if (syscall(SYS_kexec_load, PARAMS_ADDR + offsetof(struct params, stub), 4UL, segments, KEXEC_ARCH_DEFAULT))
		die("kexec_load: %s", strerror(errno));
	return 0;
}

int main(int argc, char **argv)
{
	return argc > 1 && !strcmp(argv[1], "make") ? make(argc, argv) : load(argc, argv);
}
