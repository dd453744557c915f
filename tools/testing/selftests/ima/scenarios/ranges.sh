# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# ranges: more ranges of memory than the next kernel is told of, with the list behind them: the load is refused; x86
# The third is loaded, or not.
HOPS=3
TPM=off
default RECORDS 20
default MEM 1500M

# range TYPE START END: one more of what kexec_load(2)'s user takes for the firmware's map
range() {
	mkdir "/tmp/memmap/$ranges" || return 1
	echo "$1" >"/tmp/memmap/$ranges/type"
	printf '0x%x\n' "$2" >"/tmp/memmap/$ranges/start"
	printf '0x%x\n' "$3" >"/tmp/memmap/$ranges/end"
	ranges=$((ranges + 1))
}

# The firmware's map, with 4 KiB of each 64 taken away from 512 MiB up. A kernel that is not made for NUMA knows 131
# ranges. With what is no memory left out, the last memory is the 129th of those of which it is told, and there is room
# for memmap=.
many_ranges() {
	ranges=0
	mkdir /tmp/memmap
	for entry in /sys/firmware/memmap/*; do
		start=$(($(cat "$entry/start"))) end=$(($(cat "$entry/end"))) type=$(cat "$entry/type")
		[ "$type" = 'System RAM' ] || [ "$start" -lt $((0xa0000)) ] || continue
		if [ "$type" = 'System RAM' ] && [ "$start" -le $((512 << 20)) ] && [ "$end" -gt $((544 << 20)) ]; then
			range "$type" "$start" $(((512 << 20) - 1))
			start=$((512 << 20))
			while [ "$ranges" -lt 128 ]; do
				range "$type" "$start" $((start + 0xefff))
				range Reserved $((start + 0xf000)) $((start + 0xffff))
				start=$((start + 0x10000))
			done
		fi
		range "$type" "$start" "$end"
	done
	mount --bind /tmp/memmap /sys/firmware/memmap
}

guest() {
	policy_files
	if [ "$hop" -eq 0 ]; then
		many_ranges
		# Nor is there room for the list where it is best placed.
		check "kexec_load tells of $ranges ranges" load -c "--command-line=$(
			sed "s/hop=0/hop=1/; s/\$/ memmap=496M\\\$16M/" /proc/cmdline)"
		snapshot
		depart
	fi
	check "this kernel has more than 128" [ -e /sys/firmware/memmap/128 ]
	measure "$RECORDS" before
	check "a load is refused" fails load -s
	check "the log says why" logged_once 'ima: kexec: .* would be in memory that the next kernel is not told of: -99'
	check "the error is in kexec_state" [ "$(state last_error)" -eq -99 ]
	check "kexec -a does not go on with kexec_load" fails load -a
	check "nothing is loaded" [ "$(cat /sys/kernel/kexec_loaded)" -eq 0 ]
	check "measuring goes on" measures_on 20
	snapshot
	finish
}

judge() {
	check "both kernels have a list" [ -s hop-0/list -a -s hop-1/list ]
}
