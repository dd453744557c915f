# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# legacy: kexec_load (kexec -c) cannot carry the list; the log says so once, and the next kernel boots all the same
# kexec -a takes kexec_file_load where the kernel has it; scenario without has one that does not.
default HOPS 2
default RECORDS 100

guest() {
	policy_files
	if last_hop; then
		check "the next kernel starts with an empty list" [ "$(grep -c boot_aggregate "$IMA/ascii_runtime_measurements")" -eq 1 ]
		finish
	fi
	measure "$RECORDS" before
	check "the next kernel loads with kexec -a" load -a
	check "which has chosen the call that carries the list" carries
	check "the next kernel loads with kexec_load" load -c
	check "and again" load -c
	check "the list is not with that image" [ ! "$(grep '^image_records' "$IMA/kexec_state")" ]
	check "one line in the log says that the list is not carried" logged_once 'ima: kexec: kexec_load cannot carry'
	depart
}

carries() {
	grep -q '^image_loaded: 1' "$IMA/kexec_state"
}

judge() {
	:
}
