# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# noroom: an image too large for the list to go with it, and no memory where the list is best placed; for x86
default HOPS 2
default RECORDS 100
default AFTER_LOAD 100
default MEM 1500M
# Some memory is left below, as every kernel needs it, but none between 16 and 512 MiB.
APPEND="memmap=496M\$16M ima_kexec_reserve=plenty"

# Of two options the last one counts.
refuses_huge() {
	zeros_behind /tmp/huge 600M
	! load -s --initrd=/tmp/huge
}

guest() {
	policy_files
	check "a size that is none is said to be none" logged_once 'ima: kexec: ima_kexec_reserve=plenty is no size'
	[ "$hop" -eq 0 ] || check "the list has arrived" logged_once 'ima: kexec: restored'
	measure_before
	check "an image that leaves the list no room is refused" refuses_huge
	check "the log says why" logged_once 'ima: kexec: .* more than the half of memory that an image may take'
	check "the error is in kexec_state" is last_error -27
	check "nothing is loaded" is image_loaded 0
	check "the next kernel loads" load
	check "the log says that the list is not where it is safe from every kernel" \
		logged_once 'ima: kexec: no room for the measurement list below 512 MiB'
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
