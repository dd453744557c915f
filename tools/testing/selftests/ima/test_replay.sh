#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does the measurement list replay to the PCRs of this machine's TPM? It does not after a kexec that lost records.
# This only reads. (tssimaextend is of no use here: it would extend the TPM.)

. ./ktap.sh

ima=/sys/kernel/security/ima
tpm=/sys/class/tpm/tpm0
list=$ima/binary_runtime_measurements

skip_all() {
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

count() {
	cat "$ima/runtime_measurements_count"
}

# The file with a bank's PCRs as evmctl wants it.
pcrs() {
	for pcr in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		printf 'PCR-%02d: %s\n' "$pcr" "$(cat "$tpm/pcr-$1/$pcr")"
	done
}

# evmctl stops at the first match, and a list with records that the TPM has not seen matches too early. Records that are
# added while this looks come between the two counts, and so does the match.
replay() {
	first=$(count)
	pcrs "$1" >"$work/pcrs"
	cat "$list" >"$work/list"
	last=$(count)
	# --ignore-violations: take what the kernel extends for a violation, not the zeros that the list has.
	evmctl -v ima_measurement --ignore-violations --pcrs "$1,$work/pcrs" "$work/list" >"$work/log" 2>&1 || :
	entry=$(sed -n "s/^$1 PCR-[0-9]*: succeed at entry //p" "$work/log" | tail -n 1)
	ktap_print_msg "$1: match at record ${entry:-none}, $first records before, $last after"
	if [ "${entry:-0}" -ge "$first" ] && [ "$entry" -le "$last" ]; then
		ktap_test_pass "the list replays to the $1 PCRs at its last record"
	elif grep -q 'too long' "$work/log"; then
		ktap_test_skip "$1: this evmctl cannot read records of this size"
	else
		ktap_print_msg "$(tail -n 1 "$work/log")"
		ktap_print_msg "was this kernel started by a kexec that did not carry all of the list?"
		ktap_test_fail "the list replays to the $1 PCRs at its last record"
	fi
}

ktap_print_header
[ -d "$ima" ] || skip_all "no $ima: IMA is off or securityfs is not mounted"
[ -r "$list" ] || skip_all "cannot read $list: run as root"
[ -d "$tpm" ] || skip_all "no TPM"
banks=
for bank in sha1 sha256; do
	[ ! -d "$tpm/pcr-$bank" ] || banks="$banks $bank"
done
[ "$banks" ] || skip_all "no PCRs in $tpm, or of neither SHA-1 nor SHA-256, which evmctl knows"
command -v evmctl >/dev/null || skip_all "no evmctl: install ima-evm-utils"
grep -q '[1-9A-F]' $tpm/pcr-*/10 || skip_all "PCR 10 was never extended: IMA does not use this TPM"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck disable=SC2086 # one word for each bank
set -- $banks
ktap_set_plan $#
for bank in "$@"; do
	replay "$bank"
done
ktap_finished
