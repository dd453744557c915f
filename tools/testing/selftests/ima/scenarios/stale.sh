# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# stale: kexec -s, then kexec -c, which carries no list: the third kernel takes over none, that of the first neither
HOPS=3
default RECORDS 50

guest() {
	policy_files
	measure "$RECORDS" before
	case $hop in
	0)	check "the next kernel loads" load -s ;;
	1)	check "the list has arrived" [ "$(state inherited_records)" -gt "$RECORDS" ]
		check "the next kernel loads with kexec_load" load -c ;;
	2)	check "nothing is inherited" [ "$(state inherited_records)" -eq 0 ]
		check "the log has no line about a list" [ "$(dmesg | grep -c 'ima: kexec')" -eq 0 ] ;;
	esac
	snapshot
	! last_hop || finish
	depart
}

unmatched() {
	! "$here/attest" hop-2 >unmatched.log 2>&1 && grep -q 'no match' unmatched.log
}

# A list that lacks what came before does not match the TPM.
judge() {
	attest_hops hop-0 hop-1
	check "the last list matches no PCR" unmatched
}
