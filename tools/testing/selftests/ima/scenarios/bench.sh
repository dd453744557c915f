# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# bench: what carrying a list of RECORDS costs: at load, at execute, at boot, in memory and to read; no verdict
#
# Each hop but the last executes with another number of records measured since the load: the words of SINCE.
default RECORDS 10000
default SINCE '0 1000 10000'
# With OWN: what it costs to inherit RECORDS records and to have measured OWN, in each later kernel but the last
default OWN ''
if [ "$OWN" ]; then default HOPS 3; else HOPS=$(($(echo "$SINCE" | wc -w) + 1)); fi
default READ on
default MEM 4G
default TPM off
default TIMEOUT 7200
# TCG runs a "rep movsb" byte by byte: without erms the kernel copies in words.
APPEND='initcall_debug quiet nokaslr log_buf_len=4M clearcpuid=erms,fsrm'

# figure NAME VALUE
figure() {
	echo "$1 $2" >>"$OUT/figures"
}

# Microseconds. There is no such clock in the shell.
now() {
	echo | ts %.s | tr -d '. '
}

meminfo() {
	awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

# timed NAME COMMAND...: microseconds for one call, from as many calls as fill a tenth of a second.
timed() {
	timed_name=$1 timed_calls=0 timed_end=0
	shift
	timed_start=$(now)
	while [ "$timed_end" -lt $((timed_start + 100000)) ]; do
		"$@"
		timed_calls=$((timed_calls + 1))
		timed_end=$(now)
	done
	figure "$timed_name" $(((timed_end - timed_start) / timed_calls))
}

# read_file FILE SIZE: in pieces of SIZE
read_file() {
	dd if="$1" of=/dev/null bs="$2" 2>/dev/null
}

# What init_ima took, in microseconds: all but the restoring is the same in every kernel and hop. Where the LSM framework
# calls it, it is the only one that has much to do.
init_time() {
	dmesg | awk '/initcall (init_ima|security_initcall_late)/ { sub(/.* after /, ""); us += $1 } END { print us }'
}

# reading: what the programs take is in the time for an empty file, and a file in memory shows what copying takes.
reading() {
	cat "$IMA/binary_runtime_measurements" >/tmp/list
	: >/tmp/empty
	timed empty_us read_file /tmp/empty 4k
	timed copy_us read_file /tmp/list 1M
	timed copy_4k_us read_file /tmp/list 4k
	for view in binary ascii; do
		timed ${view}_us read_file "$IMA/${view}_runtime_measurements" 1M
		timed ${view}_4k_us read_file "$IMA/${view}_runtime_measurements" 4k
		note "$view list read"
	done
	rm /tmp/list
}

# load_alone PREFIX: the kernel without an initramfs, which would take most of the time.
load_alone() {
	kexec -u
	# What was removed before is freed in the background.
	sleep 3
	load_free=$(free_kb) load_start=$(now)
	kexec -s -l "/vmtest/$(sed -n 1p /vmtest/kernels)" --command-line=
	figure "$1_load_us" $(($(now) - load_start))
	figure "$1_held_kb" $((load_free - $(free_kb)))
	[ ! -e "$IMA/kexec_state" ] || figure "$1_kept" "$(state image_kept)"
	kexec -u
}

# measure_timed NAME N TAG: microseconds for each file
measure_timed() {
	measure_start=$(now)
	measure "$2" "$3"
	figure "$1" "$(awk -v t=$(($(now) - measure_start)) -v n="$2" 'BEGIN { print t / n }')"
}

# Before and after the records: what the same things cost without.
first_hop() {
	measure_timed unmeasured_us 2000 unmeasured
	policy_files
	# The programs that this takes are measured and in the page cache from here on.
	load
	load_alone short
	measure_timed measured_us "$RECORDS" before
	load_alone long
}

leave() {
	send
	# The log has the time between the two lines; vmtest.sh keeps it.
	echo 8 >/proc/sys/kernel/printk
	echo "<1>bench: execute $hop" >/dev/kmsg
	kexec -e -x
	give_up "kexec was refused"
}

# Twice, because the first load finds no page where it was before.
inheriting() {
	load
	[ "$hop" -ne 0 ] || load_alone short
	policy_files
	load
	if [ "$hop" -eq 0 ]; then
		[ "$RECORDS" -eq 0 ] || measure "$RECORDS" before
	else
		measure "$OWN" own
		load_alone first
		load_alone second
	fi
	load
	leave
}

guest() {
	figure init_us "$(init_time)"
	figure total_kb "$(meminfo MemTotal)"
	figure slab_kb "$(meminfo Slab)"
	figure inherited "$(($(count) - 1))"
	[ ! -e "$IMA/kexec_state" ] || sed -n 's/^inherited_bytes: /inherited_bytes /p' "$IMA/kexec_state" >>"$OUT/figures"
	! last_hop || finish
	[ ! "$OWN" ] || inheriting
	if [ "$hop" -eq 0 ]; then
		first_hop
	else
		[ "$hop$READ" != 1on ] || reading
		policy_files
	fi
	load
	figure loaded "$(count)"
	measure "$(echo "$SINCE" | cut -d ' ' -f $((hop + 1)))" after
	figure since $(($(count) - $(sed -n 's/^loaded //p' "$OUT/figures")))
	leave
}

# Microseconds from the request to the point where kexec tears the machine down.
judge() {
	tr -d '\r' <console.log |
		sed -n 's/^.*\[ *\([0-9.]*\)\] \(bench: execute\|kexec_core: Starting new kernel\)/\1 \2/p' |
		awk '/execute/ { start = $1; hop = $NF } /Starting/ { print "execute_us", ($1 - start) * 1e6 >>("hop-" hop "/figures") }'
	check "the figures are there" grep -q '^init_us [0-9]' "hop-$((HOPS - 1))/figures"
}
