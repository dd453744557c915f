# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# unpack: the next kernel unpacks an initramfs for which it needs the memory that the list could have grown into
HOPS=2
default RECORDS 20
default AFTER_LOAD 20
# A quarter of memory is kept for the list to grow. If that is given back too late UNPACKED MiB are too many.
default MEM 512M
default UNPACKED 380
APPEND='ima_kexec_reserve=1G rootfstype=ramfs initramfs_async=0'

# Zeros that take no memory where they are packed
prepare() {
	truncate -s "${UNPACKED}M" unpacked
	echo unpacked | cpio -o -H newc 2>/dev/null | gzip >unpacked.cpio.gz || die "cpio or gzip fails"
	rm unpacked
	add_file unpacked.cpio.gz
}

guest() {
	if last_hop; then
		check "the initramfs is unpacked" [ "$(stat -c %s /unpacked)" -eq $((UNPACKED << 20)) ]
		check "without an error" [ "$(dmesg | grep -c 'Initramfs unpacking failed')" -eq 0 ]
		rm -f /unpacked
	fi
	policy_files
	measure_before
	next_initramfs >/tmp/initramfs
	cat /vmtest/unpacked.cpio.gz >>/tmp/initramfs
	check "the image loads" load
	check "with a quarter of memory for the list" [ "$(state image_room)" -gt $((100 << 20)) ]
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
