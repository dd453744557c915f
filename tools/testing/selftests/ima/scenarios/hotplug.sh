# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# hotplug: memory is plugged in before a load, and plugged in and taken out between load and execute; for x86
default HOPS 2
default RECORDS 100
# More than there is room for in what the load has written to
default AFTER_LOAD 1000
default MEM 1G,slots=3,maxmem=4G

# host WORDS: have the host do something, and wait until it has.
host() {
	echo "$*" >&3
	read -r host_answer <&3
	[ "$host_answer" = ok ] || give_up "the host does not $*: $host_answer"
}

blocks() {
	find /sys/devices/system/memory -maxdepth 1 -name 'memory[0-9]*' | wc -l
}

# wait_blocks COMPARISON: until there are more of them than there were, or fewer
wait_blocks() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		! test "$(blocks)" "$1" "$blocks_before" || return 0
		sleep 1
	done
	give_up "memory does not come or go"
}

# plug NAME ADDRESS [STATE]
plug() {
	blocks_before=$(blocks)
	host plug "$1" "$2"
	wait_blocks -gt
	for block in /sys/devices/system/memory/memory*/state; do
		grep -qx online "$block" || echo "${3:-online}" >"$block"
	done
}

unplug() {
	blocks_before=$(blocks)
	host unplug "$1"
	wait_blocks -lt
}

# changed TAG WHAT: the image that is loaded cannot be used, and another can.
changed() {
	measure "$AFTER_LOAD" "$1"
	check "$2: kexec is refused" fails execute
	check "$2: kexec says why ($(cat "$OUT/execute"))" grep -q 'Stale file handle' "$OUT/execute"
	check "$2: the error is in kexec_state" [ "$(state last_error)" -eq -116 ]
	check "$2: measuring goes on" measures_on 10 "again-$1"
	check "$2: another load works" load
}

guest() {
	policy_files
	[ "$hop" -eq 0 ] || check "the list has arrived" logged_once 'ima: kexec: restored'
	measure_before
	hotplug_port=$(grep -lx vmtest.visit /sys/class/virtio-ports/*/name)
	hotplug_port=${hotplug_port%/name}
	exec 3<>"/dev/${hotplug_port##*/}"
	plug high 0x140000000
	check "the next kernel loads" load
	plug low 0x100000000
	changed low "memory came below other memory"
	plug movable 0x120000000 online_movable
	changed movable "memory came"
	unplug movable
	changed gone "memory went"
	check "the log says so each time" \
		[ "$(dmesg | grep -c 'ima: kexec: refused: .* could not be written: -116; load the image again')" -eq 3 ]
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

prepare() {
	open_monitor
}

# On the host: what the guest wants of the machine's memory, told to QEMU.
visit() {
	exec 3<>visit.in 4<>visit.out 5<>monitor.in
	cat monitor.out >monitor.log &
	while read -r visit_what visit_name visit_address <&4; do
		case $visit_what in
		plug)	printf 'object_add memory-backend-ram,id=mem-%s,size=256M\ndevice_add pc-dimm,id=%s,memdev=mem-%s,addr=%s\n' \
				"$visit_name" "$visit_name" "$visit_name" "$visit_address" >&5 ;;
		unplug)	printf 'device_del %s\n' "$visit_name" >&5 ;;
		esac
		echo ok >&3
	done
}

judge() {
	attest_hops
}
