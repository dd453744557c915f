# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# kho: kexec handover in each kernel: the list and memory that is handed over beside it arrive, each in a place of its own; for x86
default HOPS 4
default RECORDS 500
default AFTER_LOAD 500
APPEND='kho=on reserve_mem=4M:4096:vmtest'

KHO=/sys/kernel/debug/kho
SETUP_IMA=0x8

# The range of reserve_mem=: the first two properties of eight bytes in the tree that is handed over, in this machine's
# byte order.
handed_range() {
	od -An -v -tx1 "$KHO/out/sub_fdts/memblock" | tr -d ' \n' | awk '
		function next_number() {
			if (!match($0, /0000000300000008......../))
				exit 1
			digits = substr($0, RSTART + RLENGTH, 16)
			$0 = substr($0, RSTART + RLENGTH + 16)
			number = "0x"
			for (i = 15; i > 0; i -= 2)
				number = number substr(digits, i, 2)
			return number
		}
		{ start = next_number(); print start, next_number() }'
}

# The range in which the previous kernel left the list
list_range() {
	for node in /sys/kernel/boot_params/setup_data/*; do
		[ "$(cat "$node/type")" != "$SETUP_IMA" ] || od -An -v -tu8 "$node/data" | awk '{ print $1, $2 }'
	done
}

in_scratch() {
	exec 4<"$KHO/out/scratch_len"
	while read -r area_start && read -r area_size <&4; do
		if [ $(($1)) -ge $((area_start)) ] && [ $(($1 + $2)) -le $((area_start + area_size)) ]; then
			exec 4<&-
			return 0
		fi
	done <"$KHO/out/scratch_phys"
	exec 4<&-
	return 1
}

apart() {
	[ $(($1 + $2)) -le $(($3)) ] || [ $(($3 + $4)) -le $(($1)) ]
}

# Whole pages
handed_sum() {
	dd if=/dev/mem bs=4096 skip=$(($1 / 4096)) count=$(($2 / 4096)) 2>/dev/null | md5sum
}

guest() {
	policy_files
	check "kexec handover is on" grep -q . "$KHO/out/scratch_phys"
	paste "$KHO/out/scratch_phys" "$KHO/out/scratch_len" >"$OUT/scratch"
	handed=$(handed_range)
	[ "$handed" ] || give_up "no range for reserve_mem= in what is handed over"
	# shellcheck disable=SC2086 # two words each
	if [ "$hop" -eq 0 ]; then
		set -- $handed
		dd if=/dev/urandom of=/dev/mem bs=4096 seek=$(($1 / 4096)) count=$(($2 / 4096)) conv=notrunc 2>/dev/null
		handed_sum $handed >/vmtest/carry/handed
	else
		check "this kernel was handed something" logged_once 'KHO: found kexec handover data'
		check "the memory of reserve_mem= among it" logged_once "Revived memory reservation 'vmtest' from KHO"
		inherited=$(list_range)
		check "the list came in a scratch area ($inherited)" in_scratch $inherited
		check "and apart from what was handed over ($handed)" apart $inherited $handed
	fi
	# shellcheck disable=SC2086
	check "what was handed over is as it was" [ "$(handed_sum $handed)" = "$(cat /vmtest/carry/handed)" ]
	measure_before
	check "the next kernel loads" load
	[ "$hop" -eq 0 ] || note "stays: $(state image_kept) of $(state inherited_bytes) bytes"
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
