// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load a kernel or leave for it, with something going wrong on the way.
 *
 *	fault [--nth=N] [--fail] [--kill=MICROSECONDS] [--hog=KIB] load KERNEL
 *	fault [--nth=N] [--fail] [--kill=MICROSECONDS] [--hog=KIB] execute
 *
 * --nth makes the Nth allocation of the call fail, --fail those that the filters in debugfs say for tasks that are to
 * fail (CONFIG_FAULT_INJECTION); --kill has the process killed while it is in the call; --hog takes all memory but
 * for so much before. Prints the errno of the call, 0 for none, and by how many allocations it fell short of the Nth.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The loaded image is not executed, so anything will do. */
static const char command_line[] = "fault";

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void kill_after(unsigned long microseconds)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec when = { };
	timer_t timer;

	when.it_value.tv_sec = microseconds / 1000000;
	when.it_value.tv_nsec = microseconds % 1000000 * 1000;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &when, NULL))
		die("timer");
}

/* A figure of /proc/meminfo, in KiB */
static long figure(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	return line ? atol(line + strlen(name)) : 0;
}

/*
 * What can be had without reclaim, in KiB. MemAvailable counts caches, and slabs whose objects KASAN keeps in
 * quarantine: to rely on those would bring the oom killer.
 */
static long to_be_had(void)
{
	char text[4096] = "";
	int file = open("/proc/meminfo", O_RDONLY);

	if (file < 0 || read(file, text, sizeof(text) - 1) < 0)
		die("/proc/meminfo");
	close(file);
	return figure(text, "MemAvailable:") - figure(text, "Active(file):") - figure(text, "Inactive(file):") -
	       figure(text, "SReclaimable:");
}

/* Every page is locked. All of it goes when the process ends. */
static void hog(long leave)
{
	const size_t step = 256 * 1024;

	while (to_be_had() > leave)
		if (mmap(NULL, step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) ==
		    MAP_FAILED)
			die("no memory to take");
}

static int open_knob(const char *name)
{
	int file = open(name, O_RDWR);

	if (file < 0)
		die("this kernel needs CONFIG_FAULT_INJECTION");
	return file;
}

static long call(int kernel)
{
	if (kernel < 0)
		return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	return syscall(SYS_kexec_file_load, kernel, -1, sizeof(command_line), command_line, KEXEC_FILE_NO_INITRAMFS);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "nth", required_argument, NULL, 'n' },
		{ "fail", no_argument, NULL, 'f' },
		{ "hog", required_argument, NULL, 'h' },
		{ "kill", required_argument, NULL, 'k' },
		{ }
	};
	const char *nth = NULL, *microseconds = NULL, *leave = NULL;
	int kernel = -1, nth_file = -1, fail_file = -1;
	char left[16] = "0\n";
	int error, option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'n':
			nth = optarg;
			break;
		case 'f':
			fail_file = open_knob("/proc/thread-self/make-it-fail");
			break;
		case 'h':
			leave = optarg;
			break;
		case 'k':
			microseconds = optarg;
			break;
		default:
			return 1;
		}
	}
	argv += optind;
	if (argc - optind == 2 && !strcmp(argv[0], "load")) {
		kernel = open(argv[1], O_RDONLY);
		if (kernel < 0)
			die(argv[1]);
	} else if (argc - optind != 1 || strcmp(argv[0], "execute")) {
		fputs("usage: fault [--nth=N] [--fail] [--kill=MICROSECONDS] [--hog=KIB] load KERNEL|execute\n", stderr);
		return 1;
	}
	if (nth)
		nth_file = open_knob("/proc/thread-self/fail-nth");
	/* No page fault is to take the allocation that is to fail. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
	if (leave)
		hog(atol(leave));
	if (microseconds)
		kill_after(strtoul(microseconds, NULL, 0));
	if (fail_file >= 0 && write(fail_file, "1", 1) < 0)
		die("make-it-fail");
	if (nth && write(nth_file, nth, strlen(nth)) < 0)
		die("fail-nth");
	error = call(kernel) ? errno : 0;
	if (nth && (pread(nth_file, left, sizeof(left) - 1, 0) < 0 || pwrite(nth_file, "0", 1, 0) < 0))
		die("fail-nth");
	if (fail_file >= 0 && pwrite(fail_file, "0", 1, 0) < 0)
		die("make-it-fail");
	printf("%d %s", error, left);
	return 0;
}
