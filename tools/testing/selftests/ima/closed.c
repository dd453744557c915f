// SPDX-License-Identifier: GPL-2.0-only
/*
 * Use what was never measured, in every way a policy can ask for.
 *
 *	closed control DIR	try each once and print what came of it
 *	closed wait DIR		wait for a kexec to close the list, then try until the machine is gone
 *	closed busy TPM		let the TPM make keys without end; its driver waits for that before it shuts down
 *
 * DIR/quiet has files on a filesystem that is not measured when it is read, so that they can be opened beforehand;
 * DIR/loud is measured. Results are "used", "refused" for EBUSY (ESTALE for what is to be deleted), "missing" for what
 * this kernel has not, or an errno.
 * After the wait they go to the kernel's log, which the host sees: nothing else is left to tell it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define IMA "/sys/kernel/security/ima/"
#define FIRMWARE "/sys/devices/virtual/misc/test_firmware/trigger_request"
#define PAGE 4096

static const char *dir;
/* How many records are to be deleted: more than there are, until that is tried in earnest */
static const char *deletion = "99999999\n";
static int library, module, keyring;
static void *mapping;
static char certificate[65536];
static ssize_t certificate_size;

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "closed: %s: %s\n", what, strerror(errno));
	exit(1);
}

static const char *path(const char *name)
{
	static char buffer[256];

	snprintf(buffer, sizeof(buffer), "%s/%s", dir, name);
	return buffer;
}

static int open_file(const char *name, int flags)
{
	int file = open(path(name), flags);

	if (file < 0)
		die(name);
	return file;
}

/* An errno, or 0: for a call that says -1 */
static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int try_open(const char *name, int flags)
{
	int file = open(name, flags);
	int error = outcome(file);

	if (file >= 0)
		close(file);
	return error;
}

/* The errno of execve(), or 0 with the exit status set; the child of vfork() shares our memory. */
static int run(const char *program, const char *argument, int *status)
{
	static volatile int error;
	pid_t child;

	error = 0;
	child = vfork();
	if (child < 0)
		die("vfork");
	if (!child) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 2);
		execl(program, program, argument, NULL);
		error = errno;
		_exit(127);
	}
	waitpid(child, status, 0);
	return error;
}

static int use_program(void)
{
	int status;

	return run(path("loud/program"), NULL, &status);
}

/* The shell is measured long since, and runs. What it is to read it does not get. */
static int use_script(void)
{
	char script[256];
	int status, error;

	snprintf(script, sizeof(script), "%s", path("loud/script"));
	error = run("/bin/sh", script, &status);
	if (error)
		return -error;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : try_open(script, O_RDONLY) ?: -1;
}

static int use_library(void)
{
	void *text = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, library, 0);

	if (text == MAP_FAILED)
		return errno;
	munmap(text, PAGE);
	return 0;
}

static int use_mapping(void)
{
	int error = outcome(mprotect(mapping, PAGE, PROT_READ | PROT_EXEC));

	mprotect(mapping, PAGE, PROT_READ);
	return error;
}

/* It is no module, which only a kernel that has read it knows. */
static int module_outcome(long result)
{
	int error = outcome(result);

	return error == ENOEXEC ? 0 : error;
}

static int use_module(void)
{
	return module_outcome(syscall(SYS_finit_module, module, "", 0));
}

static int use_module_buffer(void)
{
	return module_outcome(syscall(SYS_init_module, certificate, certificate_size, ""));
}

/* A call that has begun, and waits for the bytes of its module */
static struct {
	pthread_t caller;
	int faults;
	void *bytes;
	int error;
	int waits;
} begun;

static void *call_begun(void *unused)
{
	begun.error = module_outcome(syscall(SYS_init_module, begun.bytes, PAGE, ""));
	return unused;
}

static void begin(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffd_msg fault;

	begun.faults = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (begun.faults < 0 || use_module_buffer() == ENOSYS) {
		begun.error = ENOSYS;
		return;
	}
	begun.bytes = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (unsigned long)begun.bytes;
	range.range.len = PAGE;
	if (begun.bytes == MAP_FAILED || ioctl(begun.faults, UFFDIO_API, &api) ||
	    ioctl(begun.faults, UFFDIO_REGISTER, &range))
		die("userfaultfd");
	begun.waits = !pthread_create(&begun.caller, NULL, call_begun, NULL);
	if (!begun.waits || read(begun.faults, &fault, sizeof(fault)) != sizeof(fault))
		die("init_module");
}

/* What is not refused the first time has been used: there is no second one. */
static int use_module_begun(void)
{
	struct uffdio_copy copy = {
		.dst = (unsigned long)begun.bytes,
		.src = (unsigned long)certificate,
		.len = PAGE,
	};

	if (begun.waits) {
		if (ioctl(begun.faults, UFFDIO_COPY, &copy))
			return errno;
		pthread_join(begun.caller, NULL);
		begun.waits = 0;
	}
	return begun.error;
}

static int use_text(const char *name, const char *text)
{
	int file = open(name, O_WRONLY);
	int error;

	if (file < 0)
		return errno;
	error = outcome(write(file, text, strlen(text)));
	return outcome(close(file)) ?: error;
}

/* Whatever keeps the loader from reading the file, it says that there is none, and the reason is in the log. */
static int use_firmware(void)
{
	int error = use_text(FIRMWARE, "firmware");

	if (error != ENOENT)
		return error;
	return access(FIRMWARE, F_OK) ? ENOSYS : EBUSY;
}

static int use_policy(void)
{
	return use_text(IMA "policy", "dont_measure fsmagic=0x1\n");
}

/* The caller is told that it worked, and then the key is of no use. */
static int use_key(void)
{
	long key = syscall(SYS_add_key, "asymmetric", NULL, certificate, certificate_size, keyring);
	char text[256];

	if (key < 0)
		return errno;
	if (syscall(SYS_keyctl, KEYCTL_DESCRIBE, key, text, sizeof(text)) >= 0)
		return 0;
	return errno == EKEYREVOKED ? EBUSY : errno;
}

/* To write to what somebody reads is a violation, and to read what somebody writes. */
static int use_writer(void)
{
	return try_open(path("loud/read"), O_WRONLY);
}

static int use_reader(void)
{
	return try_open(path("loud/written"), O_RDONLY);
}

/*
 * Records that the next kernel has already. A kernel without staging does not know what is written.
 * Open for writing is one at a time, which has nothing to do with the list being closed.
 */
static int use_deletion(void)
{
	int error = use_text(IMA "binary_runtime_measurements", deletion);

	if (error == ENOENT)
		return 0;
	error = error == EBUSY ? EAGAIN : error;
	error = error == ESTALE ? EBUSY : error;
	return error == EINVAL ? ENOSYS : error;
}

/* What has a record needs none, and goes on working. */
static int use_measured(void)
{
	int status;

	return run("/bin/true", NULL, &status);
}

static const struct {
	const char *name;
	int (*use)(void);
} kinds[] = {
	{ "program", use_program },
	{ "library", use_library },
	{ "script", use_script },
	{ "mapping", use_mapping },
	{ "module", use_module },
	{ "module-buffer", use_module_buffer },
	{ "module-begun", use_module_begun },
	{ "firmware", use_firmware },
	{ "policy", use_policy },
	{ "key", use_key },
	{ "writer", use_writer },
	{ "reader", use_reader },
	{ "deletion", use_deletion },
	{ "measured", use_measured },
};

/* All that can be done before the list is closed is, so that each use is what its name says and nothing else. */
static void prepare(void)
{
	char byte;
	int file;

	library = open_file("quiet/library", O_RDONLY);
	module = open_file("quiet/module", O_RDONLY);
	mapping = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open_file("quiet/mapping", O_RDONLY), 0);
	if (mapping == MAP_FAILED)
		die("mmap");
	if (read(open_file("loud/read", O_RDONLY), &byte, 1) != 1)
		die("read");
	file = open_file("loud/written", O_RDONLY);
	close(file);
	open_file("loud/written", O_WRONLY);
	certificate_size = read(open_file("quiet/certificate", O_RDONLY), certificate, sizeof(certificate));
	keyring = syscall(SYS_add_key, "keyring", "_closed", NULL, 0, KEY_SPEC_PROCESS_KEYRING);
	if (certificate_size < 0 || keyring < 0)
		die("keyring");
	use_measured();
	begin();
}

/* One write, which is one line of the log. dprintf() seeks, which /dev/kmsg does not allow. */
static void __attribute__((format(printf, 2, 3))) say(int log, const char *format, ...)
{
	char line[128];
	va_list list;
	int size;

	va_start(list, format);
	size = vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	if (write(log, line, size) != size)
		die("cannot write what came of it");
}

/* Begun at another kind in each kernel, so that a short time is enough for all of them in several. */
static void round_of(int log, const char *prefix, size_t first)
{
	const size_t count = sizeof(kinds) / sizeof(kinds[0]);
	size_t n;

	for (n = 0; n < count; n++) {
		size_t i = (first + n) % count;
		int error = kinds[i].use();

		if (!error)
			say(log, "%s%s: used\n", prefix, kinds[i].name);
		else if (error == EBUSY)
			say(log, "%s%s: refused\n", prefix, kinds[i].name);
		else if (error == ENOSYS)
			say(log, "%s%s: missing\n", prefix, kinds[i].name);
		else
			say(log, "%s%s: errno %d\n", prefix, kinds[i].name, error);
	}
}

static void wait_for(int log, const char *text)
{
	char line[8192];

	lseek(log, 0, SEEK_END);
	say(log, "closed: ready\n");
	for (;;) {
		ssize_t size = read(log, line, sizeof(line) - 1);

		/* EPIPE: messages were overwritten before they were read. */
		if (size < 0 && errno != EPIPE)
			die("/dev/kmsg");
		if (size < 0)
			continue;
		line[size] = '\0';
		if (strstr(line, text))
			return;
	}
}

/*
 * TPM2_CreatePrimary of an RSA key of 3072 bits. tpm2_createprimary does the same, but half of the time it is busy
 * itself, and the TPM is not.
 */
static void __attribute__((noreturn)) keep_busy(const char *tpm)
{
	static const unsigned char create[] = {
		0x80, 0x02, 0, 0, 0, 67, 0, 0, 0x01, 0x31,		/* with a session, 67 bytes, CreatePrimary */
		0x40, 0, 0, 0x01,					/* the owner's hierarchy */
		0, 0, 0, 9, 0x40, 0, 0, 0x09, 0, 0, 0, 0, 0,		/* an empty password */
		0, 4, 0, 0, 0, 0,					/* nothing to seal */
		0, 26, 0, 0x01, 0, 0x0b, 0, 0x03, 0, 0x72, 0, 0,	/* RSA, SHA-256, a storage key, no policy */
		0, 0x06, 0, 128, 0, 0x43, 0, 0x10, 3072 >> 8, 0, 0, 0, 0, 0, 0, 0, /* AES-128-CFB, 3072 bits */
		0, 0, 0, 0, 0, 0,					/* no outside information, no PCRs */
	};
	unsigned char answer[4096];

	_Static_assert(sizeof(create) == 67, "the size is in the command");
	for (;;) {
		/* What it made goes when the file is closed. */
		int file = open(tpm, O_RDWR);

		if (file < 0 || write(file, create, sizeof(create)) < 0 || read(file, answer, sizeof(answer)) < 10)
			die(tpm);
		if (answer[6] | answer[7] | answer[8] | answer[9]) {
			fprintf(stderr, "closed: the TPM makes no key: %02x%02x\n", answer[8], answer[9]);
			exit(1);
		}
		close(file);
	}
}

int main(int argc, char **argv)
{
	const char *hop = getenv("hop");
	char prefix[32];
	int log;

	if (argc != 3 || (strcmp(argv[1], "control") && strcmp(argv[1], "wait") && strcmp(argv[1], "busy"))) {
		fputs("usage: closed control|wait DIR, or closed busy TPM\n", stderr);
		return 1;
	}
	if (!strcmp(argv[1], "busy"))
		keep_busy(argv[2]);
	dir = argv[2];
	if (!strcmp(argv[1], "control")) {
		prepare();
		round_of(STDOUT_FILENO, "", 0);
		return 0;
	}
	snprintf(prefix, sizeof(prefix), "closed: hop %s: ", hop ?: "?");
	log = open("/dev/kmsg", O_RDWR);
	if (log < 0)
		die("/dev/kmsg");
	prepare();
	wait_for(log, "handing over");
	deletion = "1\n";
	for (;;)
		round_of(log, prefix, hop ? 5 * atoi(hop) : 0);
}
