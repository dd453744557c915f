# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# without: the second kernel cannot hand a list on (CONFIG_IMA_KEXEC=n), the fourth has no IMA (CONFIG_IMA=n)
# and only kexec_load (CONFIG_KEXEC_FILE=n); see --next
default HOPS 5
default RECORDS 50
default AFTER_LOAD 50
IMA_OPTIONAL=y

inherited() {
	[ "$(count)" -gt 1 ]
}

# What arrives in each kernel, and what it says about it.
look() {
	case $hop in
	0)	;;
	1)	check "a kernel without CONFIG_IMA_KEXEC takes the list over" logged_once 'ima: kexec: restored'
		check "and shows it" inherited
		check "it has no state of a carry-over to show" [ ! -e "$IMA/kexec_state" ] ;;
	3)	check "a kernel without CONFIG_IMA boots" [ ! -d "$IMA" ]
		check "and says that the list is lost" logged_once 'ima: kexec: this kernel cannot take over' ;;
	*)	check "a list that was not handed on is not there" [ "$(count)" -eq 1 ]
		check "nor is there a word of it in the log" [ "$(dmesg | grep -c 'ima: kexec:')" -eq 0 ] ;;
	esac
}

guest() {
	look
	! last_hop || finish
	if [ -d "$IMA" ]; then
		policy_files
		measure "$RECORDS" before
	fi
	if [ "$hop" -eq 3 ]; then
		check "the next kernel loads with kexec -a, which falls back to kexec_load" load -a
	else
		check "the next kernel loads" load
	fi
	if [ "$hop" -le 1 ]; then
		measure "$AFTER_LOAD" after
		snapshot
	fi
	execute
	give_up "kexec fails: $(cat "$OUT/execute")"
}

# From the third kernel on the list has lost what the TPM has seen.
judge() {
	attest_hops hop-0 hop-1
}
