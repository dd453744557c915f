# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# refused: more is measured after the load than there is room for; kexec is refused, and works after another load
# Before that an image is refused that is too large with the list, in a way that kexec -a takes for final.
default HOPS 2
default RECORDS 200
default AFTER_LOAD 2000
default RESERVE 64K
# EVENTS=yes has the load and the execute measured as well.
default EVENTS no
APPEND=ima_kexec_reserve=$RESERVE

too_large() {
	next_initramfs >/tmp/large
	zeros_behind /tmp/large "$(awk '/^MemTotal:/ { print int($2 / 2) }' /proc/meminfo)k"
	! load -a --initrd=/tmp/large >/tmp/kexec.log 2>&1 && grep -q 'kexec_file_load failed: File too large' /tmp/kexec.log
}

guest() {
	policy_files
	[ "$EVENTS" != yes ] || policy 'measure func=CRITICAL_DATA label=ima_kexec'
	if last_hop; then
		snapshot
		finish
	fi
	measure "$RECORDS" before
	check "an image that is too large with the list is refused, and kexec -a does not go on" too_large
	rm /tmp/large
	check "the error is in kexec_state" [ "$(state last_error)" -eq -27 ]
	check "nothing is loaded" [ "$(cat /sys/kernel/kexec_loaded)" -eq 0 ]
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	check "kexec is refused" fails execute
	check "kexec says why ($(cat "$OUT/execute"))" grep -q 'No space left on device' "$OUT/execute"
	check "one line in the log says what was refused" logged_once 'ima: kexec: refused: .*room'
	check "measuring goes on" measures_on 10
	check "it is refused again" fails execute
	check "another load works" load
	snapshot
	execute
	give_up "kexec was refused after the second load: $(cat "$OUT/execute")"
}

judge() {
	attest_hops
}
