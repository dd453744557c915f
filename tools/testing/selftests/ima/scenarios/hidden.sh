# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# hidden: the command line (HIDE) keeps each later kernel from using the memory that the list is in
default HOPS 2
default RECORDS 200
default AFTER_LOAD 200
default HIDE mem=800M

guest() {
	policy_files
	measure "$RECORDS" before
	if last_hop; then
		snapshot
		finish
	fi
	check "the next kernel loads" load -s "--command-line=$(sed "s/hop=[0-9]*/hop=$((hop + 1)) $HIDE/" /proc/cmdline)"
	measure "$AFTER_LOAD" after
	snapshot
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

judge() {
	attest_hops
}
