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
	check "/proc/device-tree has no list" [ ! -e /proc/device-tree/chosen/linux,ima-kexec-buffer ]
	if [ "$hop" -eq 0 ] && [ "$REFUSED" ]; then
		check "one line in the log: $REFUSED" logged_once "ima: kexec: .*$REFUSED"
		check "and nothing else" logged_once 'ima: kexec:'
		check "the list is empty" [ "$(grep -c . "$IMA/ascii_runtime_measurements")" -eq 1 ]
	fi
	policy_files
	measure_before
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

# reservations FDT: address and size of each, as numbers
reservations() {
	dtc -q -I dtb -O dts "$1" | sed -n 's|^/memreserve/||p' | while read -r start size; do
		echo $((start)) $((${size%;}))
	done
}

# initrd FDT: address and size of the initrd, from the two cells that kexec gives each end
initrd() {
	{
		fdtget -t x "$1" /chosen linux,initrd-start
		fdtget -t x "$1" /chosen linux,initrd-end
	} | paste -sd ' ' | while read -r high low end_high end_low; do
		echo $((0x$high << 32 | 0x$low)) $(((0x$end_high << 32 | 0x$end_low) - (0x$high << 32 | 0x$low)))
	done
}

# What user space sees has no list. One that an earlier kernel left behind would show: only the newest is taken out.
judge() {
	local hop=0 fdt
	attest_hops
	while [ "$hop" -lt "$HOPS" ]; do
		fdt=hop-$hop/fdt
		check "hop $hop: the tree that user space sees has no list" \
			[ "$(fdtget -p "$fdt" /chosen | grep -c linux,ima-kexec-buffer)" -eq 0 ]
		[ "$hop" -eq 0 ] || check "hop $hop: it reserves the initrd and nothing else" \
			[ "$(reservations "$fdt")" = "$(initrd "$fdt")" ]
		hop=$((hop + 1))
	done
}
