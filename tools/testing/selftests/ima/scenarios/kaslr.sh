# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# kaslr: a list of 100 MB and more through many kernels, each at an address of its own choice
default HOPS 26
default RECORDS 27000
default AFTER_LOAD 20
default MEM 1500M
default TPM off
default TIMEOUT 1800
# It would be as large as the binary list, for each kernel again.
ASCII=off

guest() {
	policy_files
	grep 'Kernel code' /proc/iomem >"$OUT/address"
	note "kernel at$(cut -d - -f 1 "$OUT/address")"
	DIR=$(long_dir)
	[ "$hop" -gt 0 ] || measure "$RECORDS" before
	last_hop || check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	! last_hop || finish
	depart
}

judge() {
	local moved
	attest_hops
	moved=$(cat hop-*/address | sort -u | wc -l)
	check "$HOPS kernels were at $moved addresses" [ "$moved" -gt $((HOPS / 2)) ]
	# Gigabytes that nobody looks at again.
	rm -f hop-*/list
}
