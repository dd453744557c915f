# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# crashkernel: the next kernel is told to reserve memory for a crash kernel where the list is: the list arrives
default HOPS 3
default RECORDS 200
default AFTER_LOAD 100
# OVER is where the list of the first kernel is put in 1 GiB.
default MEM 1G
case $(uname -m) in
x86_64)	 default OVER 128M@16M ;;
aarch64) default OVER 256M@1792M ;;
*)	 default OVER 256M@768M ;;
esac

reserved() {
	cat /sys/kernel/kexec_crash_size
}

guest() {
	policy_files
	measure "$RECORDS" before
	case $hop in
	1)	check "where the list is nothing is reserved for a crash kernel" [ "$(reserved)" -eq 0 ]
		check "which one line in the log says" \
			logged_once 'crashkernel reservation failed\|Failed to reserve memory for crashkernel' ;;
	2)	check "elsewhere it is" [ "$(reserved)" -gt 0 ] ;;
	esac
	[ "$hop" -eq 0 ] || check "the list has arrived" [ "$(state inherited_records)" -gt "$RECORDS" ]
	if last_hop; then
		snapshot
		finish
	fi
	if [ "$hop" -eq 0 ]; then region=$OVER; else region=128M; fi
	check "the next kernel loads, with crashkernel=$region" load -s "--command-line=$(
		sed "s/hop=[0-9]*/hop=$((hop + 1))/; s/ crashkernel=[^ ]*//; s/\$/ crashkernel=$region/" /proc/cmdline)"
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
