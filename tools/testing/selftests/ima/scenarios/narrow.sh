# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# narrow: the next kernel (--next) maps the first 32 GiB of memory only, and the list is there; arm64
default HOPS 2
default RECORDS 200
default AFTER_LOAD 100
default MEM 40G

# The guest has more memory than this machine may have, and uses little of it. The usual processor has no 16K pages.
prepare() {
	add_qemu -cpu max -object "memory-backend-ram,id=ram,size=$MEM,reserve=off" -machine memory-backend=ram
}

gibibytes() {
	awk '/^MemTotal:/ { print int($2 / 1048576) }' /proc/meminfo
}

guest() {
	policy_files
	measure "$RECORDS" before
	if last_hop; then
		check "this kernel has $(gibibytes) GiB of memory, no more than 32" [ "$(gibibytes)" -lt 32 ]
		snapshot
		finish
	fi
	check "this kernel has $(gibibytes) GiB of memory, more than 32" [ "$(gibibytes)" -gt 32 ]
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
