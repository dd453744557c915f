# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# devicetree: kexec through device trees, that of the first kernel (--dtb) being wrong in the way that REFUSED names
default HOPS 3
default RECORDS 20
default AFTER_LOAD 20
default TPM off
default REFUSED ''

guest() {
	cp /sys/firmware/fdt "$OUT"
	if [ "$hop" -eq 0 ] && [ "$REFUSED" ]; then
		check "one line in the log: $REFUSED" logged_once "ima: kexec: .*$REFUSED"
		check "and nothing else" logged_once 'ima: kexec:'
		check "the list is empty" [ "$(grep -c . "$IMA/ascii_runtime_measurements")" -eq 1 ]
	fi
	policy_files
	measure "$RECORDS" before
	if last_hop; then
		snapshot
		finish
	fi
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

# reservations FDT: address and size of each, as numbers
reservations() {
	dtc -q -I dtb -O dts "$1" | sed -n 's|^/memreserve/||p' | while read -r start size; do
		echo $((start)) $((${size%;}))
	done
}

# list_range FDT: address and size of the list; both take two cells
list_range() {
	fdtget -t x "$1" /chosen linux,ima-kexec-buffer | while read -r high low size_high size_low; do
		echo $((0x$high << 32 | 0x$low)) $((0x$size_high << 32 | 0x$size_low))
	done
}

judge() {
	local hop=1 fdt
	attest_hops
	while [ "$hop" -lt "$HOPS" ]; do
		fdt=hop-$hop/fdt
		check "hop $hop: the list has one reservation" [ "$(reservations "$fdt" | grep -cx "$(list_range "$fdt")")" -eq 1 ]
		check "hop $hop: as many things are reserved as in hop 1" \
			[ "$(reservations "$fdt" | sort -u | wc -l)" -eq "$(reservations hop-1/fdt | sort -u | wc -l)" ]
		hop=$((hop + 1))
	done
}
