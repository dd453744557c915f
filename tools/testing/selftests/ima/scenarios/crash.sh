# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# crash: a kernel that inherited a list panics; the crash kernel inherits nothing and says nothing of a list; x86
HOPS=3
default RECORDS 50
default AFTER_LOAD 20
APPEND='crashkernel=320M'

load_crash() {
	kexec -s -p "/vmtest/$(sed -n "$((hop + 1))p" /vmtest/kernels)" --initrd=/tmp/initramfs --command-line="$(
		sed "s/hop=[0-9]*/hop=$((hop + 1))/; s/crashkernel=[^ ]*//" /proc/cmdline)"
}

guest() {
	if last_hop; then
		check "it is a crash kernel" [ -e /proc/vmcore ]
		check "nothing is inherited" [ "$(state inherited_records)" -eq 0 ]
		check "the log has no line about a list" [ "$(dmesg | grep -c 'ima: kexec')" -eq 0 ]
		check "it has measured its own boot_aggregate only" [ "$(count)" -eq 1 ]
		finish
	fi
	policy_files
	measure "$RECORDS" before
	check "the next kernel loads" load
	if [ "$hop" -eq 1 ]; then
		check "the crash kernel loads" load_crash
		check "an image that carries the list is loaded beside it" [ "$(state image_loaded)" -eq 1 ]
		snapshot
		send
		echo c >/proc/sysrq-trigger
		give_up "no panic"
	fi
	measure "$AFTER_LOAD" after
	snapshot
	depart
}

judge() {
	attest_hops hop-0 hop-1
}
