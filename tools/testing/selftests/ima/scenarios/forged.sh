# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# forged: users make records that look like a boot, and names that break a line, in each kernel
default HOPS 2
default RECORDS 10

# A path that is too long is shown by its last part: 25 directories of 200 characters
deep() {
	deep_name=$(printf '%0200d' 0)
	deep_levels=0
	cd /measured || give_up "no room for files to measure"
	while [ "$deep_levels" -lt 25 ]; do
		mkdir -p "$deep_name"
		# -P: without it the shell gives the whole path, and that is too long.
		cd -P "$deep_name" 2>/dev/null || give_up "no directory is that deep"
		deep_levels=$((deep_levels + 1))
	done
}

# What the kernel hashes for a boot: any user may read these.
boot_pcrs() {
	for pcr in 0 1 2 3 4 5 6 7 8 9; do
		xxd -r -p "/sys/class/tpm/tpm0/pcr-sha256/$pcr"
	done
}

adds() {
	[ $(($(count) - adds_from)) -eq "$1" ]
}

forge() {
	deep
	# The programs that count, and that this needs, are in the list by then.
	boot_pcrs >/measured/pcrs
	cat /measured/pcrs >/dev/null
	echo "#!/bin/sh of hop $hop" >boot_aggregate
	chmod +x boot_aggregate
	./boot_aggregate
	check "a file in a deep directory is recorded as boot_aggregate" \
		grep -q ' boot_aggregate$' "$IMA/ascii_runtime_measurements"
	adds_from=$(count)
	cat /measured/pcrs >copy
	mv copy boot_aggregate
	cat boot_aggregate >/dev/null
	check "a copy of the boot's own record is not added" adds 0
	# Of the group for which the policy has another template.
	rm boot_aggregate
	cat /measured/pcrs >copy
	chgrp 1500 copy
	mv copy boot_aggregate
	cat boot_aggregate >/dev/null
	check "but one of another template is, with the digest of a boot" \
		grep -q " ima-sig $(sed -n '1s/.* \(sha256:[0-9a-f]*\) boot_aggregate$/\1/p' \
			"$IMA/ascii_runtime_measurements") boot_aggregate" "$IMA/ascii_runtime_measurements"
	cd /
}

names() {
	mkdir -p /measured/names
	for name in 'a
b' 'c d' "$(printf 'e\033[2J\rf')" "$(printf 'g\377\376h')" '
10 0000000000000000000000000000000000000000 ima-ng sha256:00 i'; do
		echo "$hop $name" >"/measured/names/$name"
		cat "/measured/names/$name" >/dev/null
	done
}

guest() {
	policy 'dont_measure fsmagic=0x9fa0
dont_measure fsmagic=0x62656572
dont_measure fsmagic=0x73636673
dont_measure fsmagic=0x64626720
dont_measure fsmagic=0x858458f6
measure func=BPRM_CHECK
measure func=FILE_CHECK mask=MAY_READ fgroup=1500 template=ima-sig
measure func=FILE_CHECK mask=MAY_READ uid=0'
	measure "$RECORDS" before
	forge
	names
	last_hop || check "the next kernel loads" load
	snapshot
	! last_hop || finish
	depart
}

judge() {
	attest_hops --list
	check "the attester counts a boot for each kernel" grep -qE "^hop-1 +[0-9]+ +[0-9]+ +2 +valid" attest.log
	check "it tells forged ones by their digest" [ "$(grep -c 'but is not the hash of the quoted PCR 0 to 9' attest.log)" -eq 2 ]
	check "and those with the digest by their place" \
		[ "$(grep -c "but is not where a kernel's records begin" attest.log)" -ge 1 ]
	# A stock kernel shows a newline as one.
	[ ! -s hop-1/kexec_state ] || check "the ASCII list has a line for each record" \
		[ "$(wc -l <hop-1/ascii)" -eq "$(cat hop-1/count)" ]
	check "names are escaped" grep -qF '/measured/names/a\x0ab' attest.log
	check "and no control character is shown" [ "$(tr -d '\n -~' <attest.log | wc -c)" -eq 0 ]
}
