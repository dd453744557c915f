# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# closed: what was never measured is used from the moment the list is closed, while the TPM keeps the kexec waiting
default HOPS 4
# One processor leaves, the other one goes on.
default SMP 2
default TIMEOUT 900
# A line for each use, also of many in a second
APPEND=printk.devkmsg=on
KINDS='program library script mapping module module-buffer module-begun firmware policy key writer reader deletion'

# Libraries and modules are opened before the list is closed, so what opens them must not measure them.
rules() {
	policy 'measure func=BPRM_CHECK
measure func=MMAP_CHECK mask=MAY_EXEC
measure func=MODULE_CHECK
measure func=FIRMWARE_CHECK
measure func=POLICY_CHECK
measure func=KEY_CHECK keyrings=_closed
dont_measure fsmagic=0x9fa0
dont_measure fsmagic=0x62656572
dont_measure fsmagic=0x73636673
dont_measure fsmagic=0x64626720
dont_measure fsmagic=0x858458f6
measure func=FILE_CHECK mask=MAY_READ uid=0'
}

# fresh NAME: files that are in no list.
fresh() {
	fresh_dir=/measured/fresh-$1
	mkdir -p "$fresh_dir/loud" "$fresh_dir/quiet"
	mount -t ramfs quiet "$fresh_dir/quiet"
	for fresh_file in loud/read loud/written quiet/library quiet/module quiet/mapping quiet/firmware; do
		seq -s " $hop $1 $fresh_file " 1000 >"$fresh_dir/$fresh_file"
	done
	printf '#!/bin/true\n# %s\n' "$hop $1" >"$fresh_dir/loud/program"
	printf ': %s\n' "$hop $1" >"$fresh_dir/loud/script"
	chmod +x "$fresh_dir/loud/program"
	cp "/vmtest/certificate-$1" "$fresh_dir/quiet/certificate"
	[ ! -d /sys/module/firmware_class ] ||
		echo "$fresh_dir/quiet" >/sys/module/firmware_class/parameters/path
}

# Each use is one that works, or the refusals of later would say nothing.
works() {
	grep -q "^$1: used$" "$OUT/control"
}

control() {
	fresh control
	/vmtest/closed control "$fresh_dir" >"$OUT/control" || give_up "the uses cannot be tried"
	for kind in $KINDS measured; do
		if grep -q "^$kind: missing$" "$OUT/control"; then
			skip "$kind: can be used while the list is open" "not in this kernel"
		else
			check "$kind: can be used while the list is open" works "$kind"
		fi
	done
}

guest() {
	rules
	control
	if last_hop; then
		snapshot
		finish
	fi
	check "the next kernel loads" load
	fresh wait
	/vmtest/closed wait "$fresh_dir" 2>/dev/console &
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		! dmesg | grep -q 'closed: ready' || break
		sleep 1
	done
	check "there is a process that waits for the list to be closed" logged_once 'closed: ready'
	snapshot
	# Twice, so that one command waits while the other one is at work.
	/vmtest/closed busy /dev/tpmrm0 2>/dev/console &
	/vmtest/closed busy /dev/tpmrm0 2>/dev/console &
	sleep 1
	depart
}

prepare() {
	need_program closed
	for name in control wait; do
		openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout /dev/null -outform DER \
			-out "certificate-$name" >openssl.log 2>&1 || die "openssl cannot make a certificate; see openssl.log"
		add_file "certificate-$name"
	done
}

# A kexec may be faster than a round of all kinds. So each kind is refused in one of them, and none is ever used.
judge() {
	local kind number=0 uses
	attest_hops
	tr -d '\r' <console.log | sed -n 's/.*closed: hop \([0-9]*: [a-z-]*: .*\)/\1/p' >uses
	for kind in $KINDS; do
		! grep -q "^$kind: missing$" hop-0/control || continue
		uses=$(grep -c ": $kind: " uses || :)
		check "$kind: refused each of $uses times" \
			[ "$((uses > 0))-$(grep ": $kind: " uses | grep -vc ': refused$' || :)" = 1-0 ]
	done
	grep -q "^firmware: missing$" hop-0/control ||
		check "firmware: the log has the reason" grep -qa 'loading .*/firmware failed with error -16' console.log
	check "what was measured before goes on working" grep -qx '[0-9]*: measured: used' uses
	while [ "$number" -lt $((HOPS - 1)) ]; do
		check "kexec $number: $(grep -c "^$number: " uses || :) uses were tried" grep -q "^$number: .*: refused$" uses
		number=$((number + 1))
	done
}
