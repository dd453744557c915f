#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Load an image with kexec_file_load, load it again, unload it: what the kernel says of the list it would carry is true,
# and the list is what it was. Nothing is executed, and nothing is done if an image is loaded already.
# KEXEC_IMAGE names another image than that of the running kernel.
# shellcheck disable=SC2317 # check runs what it is given

. ./ktap.sh

ima=/sys/kernel/security/ima
list=$ima/binary_runtime_measurements
state=$ima/kexec_state
header=24

skip_all() {
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

# check TEXT COMMAND...
check() {
	text=$1
	shift
	if "$@"; then ktap_test_pass "$text"; else ktap_test_fail "$text"; fi
}

# The same for what only a kernel with a state file can tell.
check_state() {
	[ ! -e "$state" ] || check "$@"
}

count() {
	cat "$ima/runtime_measurements_count"
}

bytes() {
	wc -c <"$list"
}

value() {
	sed -n "s/^$1: //p" "$state"
}

is_loaded() {
	[ "$(cat /sys/kernel/kexec_loaded)" -eq 1 ]
}

is_unloaded() {
	[ "$(cat /sys/kernel/kexec_loaded)" -eq 0 ]
}

# between LOW VALUE HIGH: the list may grow while it is looked at.
between() {
	[ "$1" -le "$2" ] && [ "$2" -le "$3" ] && return
	ktap_print_msg "$2 is not from $1 to $3"
	return 1
}

# With the initramfs and command line of this machine: should somebody else execute the image, it is a good one.
load() {
	set -- "$image"
	for initrd in /boot/initrd.img-"$(uname -r)" /boot/initramfs-"$(uname -r)".img; do
		[ "$KEXEC_IMAGE" ] || [ ! -r "$initrd" ] || set -- "$@" --initrd="$initrd"
	done
	records=$(count) size=$(bytes)
	[ ! -e "$state" ] || error=$(value last_error)
	kexec -s -l --reuse-cmdline "$@" >"$work/log" 2>&1
}

# It is up to the machine whether it may be loaded.
is_forbidden() {
	grep -qi 'not permitted\|permission denied\|key\|not implemented' "$work/log"
}

says_what_it_wrote() {
	[ "$(value image_loaded)" -eq 1 ] && [ "$(value last_error)" = "$error" ] &&
		between "$records" "$(value image_records)" "$(count)" &&
		between $((size + header)) "$(value image_written)" $(($(bytes) + header)) &&
		[ "$(value image_written)" -le "$(value image_room)" ]
}

# What is written and what is pending are all there is. One look at the state, which measures nothing, gives both.
says_what_is_pending() {
	records=$(count)
	all=$(awk '/^(image|pending)_records:/ { sum += $2 } END { print sum }' "$state")
	between "$records" "$all" "$(count)"
}

says_nothing_is_loaded() {
	[ "$(value image_loaded)" -eq 0 ] && ! grep -q '^image_room\|^pending' "$state"
}

begins_as_before() {
	head -c "$(wc -c <"$work/list")" "$list" | cmp -s - "$work/list"
}

ktap_print_header
[ -d "$ima" ] || skip_all "no $ima: IMA is off or securityfs is not mounted"
[ -r "$list" ] || skip_all "cannot read $list: run as root"
[ -r /sys/kernel/kexec_loaded ] || skip_all "this kernel has no kexec"
is_unloaded || skip_all "an image is loaded: kexec -u unloads it"
command -v kexec >/dev/null || skip_all "no kexec: install kexec-tools"
image=${KEXEC_IMAGE:-/boot/vmlinuz-$(uname -r)}
[ -r "$image" ] || skip_all "no image $image: name one with KEXEC_IMAGE"

work=$(mktemp -d) || exit 1
trap 'is_unloaded || kexec -s -u; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cat "$list" >"$work/list"
if ! load && is_forbidden; then
	skip_all "kexec_file_load is not allowed here: $(tail -n 1 "$work/log")"
fi
if [ -e "$state" ]; then
	ktap_set_plan 11
else
	ktap_set_plan 7
	ktap_test_skip "what the kernel says of the list: this one has no kexec_state"
fi
check "an image loads" is_loaded
is_loaded || ktap_print_msg "$(tail -n 1 "$work/log")"
check_state "the state is that of the list at load" says_what_it_wrote
check_state "and of what was measured since" says_what_is_pending
check "it loads again" load
check_state "the state is that of the list at this load" says_what_it_wrote
kexec -s -u
check "it unloads" is_unloaded
check_state "the state says that nothing is loaded" says_nothing_is_loaded
check "it loads once more" load
check_state "the state is that of the list at this load" says_what_it_wrote
kexec -s -u
check "it unloads" is_unloaded
check "the list begins as it did" begins_as_before
ktap_finished
