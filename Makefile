# SPDX-License-Identifier: GPL-2.0-only
# A thin front for the scripts in overlay/: knobs given as VAR=value reach them through the environment.

help:		## show this text
	@echo 'make TARGET [VAR=value ...]'; echo
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 18
	@echo
	@echo 'ARCH=x86|powerpc|arm64|riscv  BASE=7.3|6.12|6.1  FLAVOUR=ours|stock  VARIANT=name (overlay/configs/variant-name)'
	@echo 'BUILD=build  JOBS=n'
	@echo 'run:   HOPS=3 RECORDS=2000 AFTER_LOAD=1000 MEM=size'
	@echo 'test:  TESTS="10-apply 20-checks" (default: all) TEST_JOBS=n  ARCHES="x86 powerpc arm64" for the test matrix'
	@echo '       BASES="6.12 6.1" for the test 73-bases'
	@echo 'apply: KDIR=kernel tree     fuzz: SECONDS=n     test configs: SEEDS=n     deb: CONFIG=.config (default: the running kernel'"'"'s)'
	@echo 'disk, try: FLAVOUR=stock (Debian'"'"'s own kernel package)  CONFIG=.config or VARIANT=disk (small; default: Debian'"'"'s)  try: MEM=2G SMP=2 APPEND="words" SECURE=y'
	@echo 'series-check: COMMITS=5-9 (default: all, 0 is the base)  ARCHES="arm64 powerpc" to compile for as well'
	@echo 'bench: SIZES="1000 10000 100000 300000" RUNS=3 CLOCK=instructions|host READ_MOST=300000'

run:		## boot, measure and kexec through several kernels, each attested by a verifier
	@overlay/run

test:		## all tests but the long ones, which CONTRIBUTING.md names
	@overlay/test

kernel:		## build the kernel
	@overlay/kernel build

kernel-image:	## print the path of the built kernel image
	@overlay/kernel image

guest:		## build the guest's initramfs
	@overlay/guest

apply:		## put the changes on a kernel tree of yours: KDIR=dir
	@overlay/apply "$(KDIR)"

series:		## make the git format-patch series
	@overlay/mkseries

series-check:	## build and boot each commit of the series, and see what it carries (long)
	@overlay/series-check

deb:		## build Debian packages of our kernel for this machine
	@overlay/deb "$(CONFIG)"

disk:		## make the disk of an installed Debian with our kernel, and print its path (as root; the kernel is Debian's configuration, long)
	@overlay/disk

try:		## boot that disk with UEFI and a TPM: a login on this terminal, and ssh
	@overlay/try

screens:	## record make run and make try as pictures of a terminal (as root, long)
	@overlay/screens

vectors:	## make the test vectors of the selftest anew
	@overlay/vectors

bench:		## measure ours against stock: figures, ratios and plots (long)
	@overlay/bench

fuzz:		## fuzz the record codec in user space
	@overlay/fuzz

clean:		## remove the build directory
	@overlay/clean

.PHONY: help run test kernel kernel-image guest apply series series-check deb disk try screens vectors bench fuzz clean
