# shellcheck shell=dash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
# carry: each kernel measures RECORDS files, loads the next one, measures AFTER_LOAD more, and goes there
default HOPS 3
default RECORDS 2000
default AFTER_LOAD 1000

guest() {
	policy_files
	measure "$RECORDS" before
	if last_hop; then
		snapshot
		finish
	fi
	# The programs that look at the list are measured as well. Without AFTER_LOAD that has to come before the
	# load: what is left is a run that a kernel which cannot carry later records passes too.
	[ "$AFTER_LOAD" -gt 0 ] || snapshot
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

judge() {
	attest_hops
}
