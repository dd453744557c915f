# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# unextended: a kernel without a TPM between two that have one says so, hands over what there is room for, and both say so
default HOPS 3
default RECORDS 100
default AFTER_LOAD 2000		# more than there is room for; or 0, and all is handed over
default TIMEOUT 900
APPEND=ima_kexec_reserve=64K
# The driver is not there, as when it is not ready in time.
BLIND=initcall_blacklist=init_tis

# load_next WORD: load the next kernel with that word on its command line, and without that of this one.
load_next() {
	load -s "--command-line=$(sed "s/hop=[0-9]*/hop=$((hop + 1))/; s/ $BLIND//" /proc/cmdline)$1"
}

seeing() {
	check "records of this kernel: all were extended" is unextended_records 0
	check "and none is where others begin" is unextended_from 0
}

blind() {
	check "there is no TPM" [ ! -e /dev/tpm0 ]
	check "no record of this kernel was extended" is unextended_records $(($(count) - $(state inherited_records)))
	check "they begin behind the inherited ones" is unextended_from $(($(state inherited_records) + 1))
	check "one line in the log says so" logged_once 'ima: kexec: record .* was not extended into a TPM'
	check "what was inherited has all of its records" is inherited_incomplete 0
	check "and had them extended" is inherited_unextended 0
}

told() {
	if [ "$AFTER_LOAD" -gt 0 ]; then
		check "the log says that records are missing" logged_once 'an earlier kernel did not hand over all records'
		check "so does kexec_state" is inherited_incomplete 1
	else
		check "no records are missing" is inherited_incomplete 0
	fi
	check "the log says that there was no TPM" logged_once 'an earlier kernel had no TPM for some'
	check "so does kexec_state" is inherited_unextended 1
	check "the list itself is sound" logged_once 'ima: kexec: restored'
}

guest() {
	policy_files
	measure "$RECORDS" before
	case $hop in
	0)	seeing
		check "the next kernel loads" load_next " $BLIND" ;;
	1)	blind
		check "the next kernel loads" load_next ''
		measure "$AFTER_LOAD" after ;;
	*)	seeing
		told
		cat "$IMA/kexec_state" >"$OUT/state"
		snapshot
		finish ;;
	esac
	snapshot
	depart
}

judge() {
	attest_hops hop-0
	check "the last kernel's list is not attested" [ ! "$("$here/attest" hop-2 | grep -x attested)" ]
	[ "$AFTER_LOAD" -gt 0 ] || return 0
	check "the kernel without a TPM says what it leaves behind" \
		grep -q 'ima: kexec: not handing over the last [1-9][0-9]* records' console.log
	check "the last kernel has fewer records than were made before it" \
		[ "$(sed -n 's/inherited_records: //p' hop-2/state)" -lt "$(cat hop-1/count)" ]
}
