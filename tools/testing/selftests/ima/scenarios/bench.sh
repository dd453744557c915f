# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# bench: what carrying a list of RECORDS costs: at load, at execute, at boot, in memory and to read; no verdict
default HOPS 2
default RECORDS 10000
default AFTER_LOAD 0
default MEM 4G
default TPM off
default TIMEOUT 900
APPEND='initcall_debug quiet log_buf_len=4M'

# figure NAME VALUE
figure() {
	echo "$1 $2" >>"$OUT/figures"
}

# The clock that starts with the kernel, in hundredths of a second.
now() {
	sed 's/\.\([0-9]*\) .*/\1/' /proc/uptime
}

meminfo() {
	awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

# timed NAME COMMAND...: milliseconds for one call, from as many calls as fill a second.
timed() {
	timed_name=$1 timed_calls=0
	shift
	timed_start=$(now)
	while [ $(($(now) - timed_start)) -lt 100 ]; do
		"$@"
		timed_calls=$((timed_calls + 1))
	done
	figure "$timed_name" "$(awk -v t=$(($(now) - timed_start)) -v n="$timed_calls" 'BEGIN { print t * 10 / n }')"
}

read_whole() {
	dd if="$IMA/$1" of=/dev/null bs=4M 2>/dev/null
}

read_pieces() {
	dd if="$IMA/$1" of=/dev/null bs=4k 2>/dev/null
}

# What init_ima took, in microseconds: all but the restoring is the same in every kernel and hop.
init_time() {
	dmesg | sed -n 's/.*initcall init_ima.* after \([0-9]*\) usecs.*/\1/p'
}

guest() {
	figure init_us "$(init_time)"
	figure total_kb "$(meminfo MemTotal)"
	figure slab_kb "$(meminfo Slab)"
	figure inherited "$(($(count) - 1))"
	if last_hop; then
		figure list_bytes "$(wc -c <"$IMA/binary_runtime_measurements")"
		timed binary_ms read_whole binary_runtime_measurements
		timed binary_4k_ms read_pieces binary_runtime_measurements
		timed ascii_ms read_whole ascii_runtime_measurements
		timed ascii_4k_ms read_pieces ascii_runtime_measurements
		finish
	fi

	policy_files
	bench_start=$(now)
	measure "$RECORDS" before
	figure add_us "$(awk -v t=$(($(now) - bench_start)) -v n="$RECORDS" 'BEGIN { print t * 10000 / n }')"
	# The first load makes the initramfs and brings what it reads into the page cache.
	load
	kexec -u
	sync
	bench_free=$(meminfo MemFree) bench_start=$(now)
	load
	figure load_ms $((($(now) - bench_start) * 10))
	figure held_kb $((bench_free - $(meminfo MemFree)))
	measure "$AFTER_LOAD" after
	figure list_bytes "$(wc -c <"$IMA/binary_runtime_measurements")"
	send
	# The log has the time between the two lines; vmtest.sh keeps it.
	echo 8 >/proc/sys/kernel/printk
	note "bench: execute"
	echo '<1>bench: execute' >/dev/kmsg
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

# Milliseconds from the request to the point where kexec tears the machine down.
judge() {
	tr -d '\r' <console.log | sed -n 's/^.*\[ *\([0-9.]*\)\] \(bench: execute\|kexec_core: Starting new kernel\).*/\1 \2/p' |
		awk '/execute/ { t = $1 } /Starting/ { print "execute_ms", ($1 - t) * 1000 }' >>hop-0/figures
	check "the figures are there" [ -s hop-1/figures ]
}
