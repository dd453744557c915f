# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# lockdown: a kernel that is locked down after an image was loaded executes it and carries the list, and loads no unsigned one
default HOPS 2
default RECORDS 50
default AFTER_LOAD 20

lock_down() {
	echo integrity >/sys/kernel/security/lockdown
	check "the kernel is locked down" grep -q '\[integrity\]' /sys/kernel/security/lockdown
}

# refused TEXT COMMAND...: it fails because it is not permitted.
refused() {
	refused_text=$1
	shift
	check "$refused_text is refused" fails "$@" >/tmp/said 2>&1
	check "because it is not permitted" grep -q 'Operation not permitted' /tmp/said
}

loaded() {
	[ "$(cat /sys/kernel/kexec_loaded)" -eq "$1" ] && [ "$(state image_loaded)" -eq "$1" ]
}

# The last kernel has none that follows it, and takes itself.
load_any() {
	(! last_hop || hop=$((hop - 1)); load "$@")
}

# An image without a signature, by each way there is
loads_none() {
	refused "a load with kexec_file_load" load_any -s
	refused "a load with kexec_load" load_any -c
	check "kexec -a finds no other way" fails load_any -a
}

guest() {
	policy_files
	measure "$RECORDS" before
	check "an image loads" load_any
	check "it carries the list" loaded 1
	lockdown_free=$(free_kb)
	lock_down
	refused "kexec -u, which is kexec_load," kexec -u
	check "the image is still loaded" loaded 1
	if last_hop; then
		check "kexec -s -u unloads it" kexec -s -u
		check "nothing is loaded any more" loaded 0
		note "free: $lockdown_free KiB loaded, $(free_kb) KiB unloaded"
		check "its memory is free again" [ "$(free_kb)" -gt $((lockdown_free + 4096)) ]
		loads_none
		check "nothing is loaded" loaded 0
		check "measuring goes on" measures_on 10
		snapshot
		finish
	fi
	loads_none
	check "what was loaded before is still loaded" loaded 1
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops
}
