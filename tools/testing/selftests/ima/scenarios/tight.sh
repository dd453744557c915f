# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# tight: an image loads that takes less than half of memory, if not together with the room that the list would like
default HOPS 2
default RECORDS 20
default AFTER_LOAD 20
default MEM 512M
# Half of memory is 244 MiB, and a quarter the most that the list gets.
default INITRAMFS 140M
APPEND='ima_kexec_reserve=1G'

guest() {
	policy_files
	measure_before
	next_initramfs >/tmp/initramfs
	zeros_behind /tmp/initramfs "$INITRAMFS"
	check "the image loads" load
	check "and has the list" [ "$(state image_loaded)" -eq 1 ]
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
