# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# events: the load and the execute of each kernel are records of the list, in front of the boot_aggregate of the next
default HOPS 3
default RECORDS 20
default AFTER_LOAD 20

guest() {
	policy_files
	policy 'measure func=CRITICAL_DATA label=ima_kexec'
	measure_before
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

# The records that tell of kexecs, in the order of the list of the last kernel
story() {
	awk '$3 == "ima-buf" && $5 ~ /^kexec_/ { print $5 } $5 ~ /^boot_aggregate/ { print "boot" }' \
		"hop-$((HOPS - 1))/ascii" | paste -sd ' '
}

expected_story() {
	local hop=1 text=boot
	while [ "$hop" -lt "$HOPS" ]; do
		text="$text kexec_load kexec_execute boot"
		hop=$((hop + 1))
	done
	echo "$text"
}

# What a record of NAME says of NUMBER, one a line
said() {
	awk -v name="$1" '$3 == "ima-buf" && $5 == name { print $6 }' "hop-$((HOPS - 1))/ascii" | while read -r hex; do
		printf '%b;' "$(echo "$hex" | sed 's/../\\x&/g')" | tr ';' '\n' | sed -n "s/^$2=//p"
	done
}

# A record that tells how many precede it is the one behind those.
counts_are_true() {
	local number
	for number in $(said "$1" ima_runtime_measurements_count); do
		[ "$(sed -n "$((number + 1))p" "hop-$((HOPS - 1))/ascii" | awk '{ print $5 }')" = "$1" ] || return 1
	done
}

# The hand-over header and the records in front of it
sizes_are_true() {
	local sizes numbers
	sizes=$(said kexec_execute ima_binary_runtime_size | paste -sd ' ')
	numbers=$(said kexec_execute ima_runtime_measurements_count | paste -sd ' ')
	python3 - "$sizes" "$numbers" "hop-$((HOPS - 1))/list" <<'PYTHON'
import struct
import sys

sizes, numbers = (list(map(int, text.split())) for text in sys.argv[1:3])
data = open(sys.argv[3], "rb").read()
ends, at = [0], 0
while at < len(data):
    at += 24
    at += 4 + struct.unpack_from("<I", data, at)[0]
    at += 4 + struct.unpack_from("<I", data, at)[0]
    ends.append(at)
sys.exit(not sizes or [24 + ends[n] for n in numbers] != sizes)
PYTHON
}

judge() {
	attest_hops "hop-$((HOPS - 1))"
	check "each boot but the first has a kexec_load and a kexec_execute before it" [ "$(story)" = "$(expected_story)" ]
	check "a kexec_load tells how many records precede it" counts_are_true kexec_load
	check "a kexec_execute tells how many records precede it" counts_are_true kexec_execute
	[ "$arch" = powerpc ] || check "and how many bytes" sizes_are_true
}
