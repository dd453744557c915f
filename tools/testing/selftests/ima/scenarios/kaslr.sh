# shellcheck shell=dash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
# kaslr: a list of 100 MB and more through many kernels, each at an address of its own choice, without a TPM
default HOPS 26
default RECORDS 38000
default AFTER_LOAD 20
default MEM 1500M
default TPM off
default TIMEOUT 1800

# Records of nearly 4 KiB: the path is as long as paths may be.
long_dir() {
	awk 'BEGIN { while (++i <= 15) printf "%0250d/", i }'
}

# digest BYTES: what says whether two lists are the same; a list of this size is not sent to the host each time.
digest() {
	echo "$1 bytes, sha256 $(head -c "$1" "$IMA/binary_runtime_measurements" | sha256sum | cut -c -64)"
}

size() {
	wc -c <"$IMA/binary_runtime_measurements"
}

guest() {
	# Nothing is measured before there is a policy, so all but this kernel's boot_aggregate is inherited.
	# The first kernel's whole list tells how large that one is.
	[ "$hop" -gt 0 ] || size >/vmtest/carry/boot_aggregate
	digest $(($(size) - $(cat /vmtest/carry/boot_aggregate))) >"$OUT/arrived"
	grep 'Kernel code' /proc/iomem >"$OUT/address"
	note "kernel at$(cut -d - -f 1 "$OUT/address")"
	! last_hop || finish

	policy_files
	DIR=$(long_dir)
	[ "$hop" -gt 0 ] || measure "$RECORDS" before
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	digest "$(size)" >"$OUT/left"
	digest "$(size)" >"$OUT/left"	# once more: now all that this takes has been measured
	note "$(cat "$OUT/left")"
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

judge() {
	local hop=1 moved
	while [ "$hop" -lt "$HOPS" ]; do
		check "kernel $hop has the list that kernel $((hop - 1)) left" cmp -s "hop-$((hop - 1))/left" "hop-$hop/arrived"
		hop=$((hop + 1))
	done
	moved=$(cat hop-*/address | sort -u | wc -l)
	check "$HOPS kernels were at $moved addresses" [ "$moved" -gt $((HOPS / 2)) ]
}
