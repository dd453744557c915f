# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# carry: each kernel measures RECORDS files, loads the next one, measures AFTER_LOAD more, and goes there
default HOPS 3
default RECORDS 2000
default AFTER_LOAD 1000

guest() {
	policy_files
	measure_before
	# The programs that look at the list are measured as well. Without AFTER_LOAD that has to come before the
	# load: what is left is a run that a kernel which cannot carry later records passes too.
	[ "$AFTER_LOAD" -gt 0 ] || snapshot
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

# kilobytes HOP: the memory that a kernel has.
kilobytes() {
	sed -n 's/MemTotal: *\([0-9]*\) kB/\1/p' "hop-$1/meminfo"
}

# What a kernel has less than the first one is what it keeps of the list: 1.05 times its bytes, and what differs from
# boot to boot with the place that the kernel and its page tables are at. A reservation that leaks is 32 MiB.
memory_explained() {
	local later=1 lost list
	while [ "$later" -lt "$HOPS" ]; do
		lost=$(($(kilobytes 0) - $(kilobytes "$later")))
		list=$(($(wc -c <"hop-$((later - 1))/list") / 1024))
		[ "$lost" -le $((list + list / 20 + 1024)) ] || return 1
		later=$((later + 1))
	done
}

judge() {
	attest_hops
	# Kernels of different versions need different memory for themselves.
	! same_kernel || [ ! -e "hop-$((HOPS - 1))/finished" ] ||
		check "what memory the later kernels lack is the list they inherited" memory_explained
}
