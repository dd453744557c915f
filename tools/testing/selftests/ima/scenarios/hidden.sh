# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# hidden: the command line (HIDE) keeps each later kernel from using the memory that the list is in
default HOPS 2
default RECORDS 200
default AFTER_LOAD 200
# The list is placed from 16 MiB up on x86, from the end of memory down elsewhere.
# shellcheck disable=SC2016  # for default
case $(uname -m) in
x86_64)	default HIDE 'memmap=64M\$16M' ;;
*)	default HIDE mem=800M ;;
esac
# What is left is not enough for the list
default LOST ''

guest() {
	policy_files
	if [ "$LOST" ] && last_hop; then
		check "one line in the log says that the list is lost" logged_once 'ima: kexec: .* is lost: -12$'
		check "and no other" logged_once 'ima: kexec:'
		check "nor does the base say more" [ "$(dmesg | grep -c 'vmalloc error')" -eq 0 ]
		check "kexec_state has it as incomplete" is inherited_incomplete 1
		finish
	fi
	# Long records fill memory sooner.
	[ ! "$LOST" ] || DIR=$(long_dir)
	measure_before
	check "the next kernel loads" load -s "--command-line=$(sed "s/hop=[0-9]*/hop=$((hop + 1)) $HIDE/" /proc/cmdline)"
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	[ "$LOST" ] || attest_hops
}
