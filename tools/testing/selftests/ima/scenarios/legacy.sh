# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# legacy: kexec_load (kexec -c) cannot carry the list; the log says so once, and the next kernel boots all the same
default HOPS 2
default RECORDS 100

guest() {
	policy_files
	if last_hop; then
		check "the next kernel starts with an empty list" [ "$(grep -c boot_aggregate "$IMA/ascii_runtime_measurements")" -eq 1 ]
		finish
	fi
	measure "$RECORDS" before
	check "the next kernel loads with kexec_load" load -c
	check "and again" load -c
	check "one line in the log says that the list is not carried" logged_once 'ima: kexec: kexec_load cannot carry'
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

judge() {
	:
}
