# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tests of an installed Debian share: overlay/try runs the test once more when its machine is up, and what is
# asked of the machine goes over ssh. Source it after `set -euo pipefail`.
# shellcheck source=overlay/tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

state=/sys/kernel/security/ima/kexec_state
kept=$LOGS/${0##*/}
declare -A said=()

remote() {
	$MACHINE "$@"
}

# What kexec_state says now, in $said by the names of its lines
read_state() {
	local name value
	said=()
	while read -r name value; do
		said[${name%:}]=$value
	done < <(remote cat "$state")
}

boot_id() {
	remote cat /proc/sys/kernel/random/boot_id
}

records() {
	remote cat /sys/kernel/security/ima/runtime_measurements_count
}

# The kernel that answers is not that of boot $1. A shutdown takes its time; BOOT_WITHIN= is for slow machines.
next_kernel() {
	local now end=$((SECONDS + ${BOOT_WITHIN:-600}))
	while ((SECONDS < end)); do
		now=$(boot_id 2>/dev/null) || now=''
		[[ -z $now || $now == "$1" ]] || return 0
		sleep 2
	done
	return 1
}

# attested NAME: what the machine tells now is the whole list, and the TPM's.
attested() {
	local nonce
	nonce=$(openssl rand -hex 16)
	remote collect "$nonce" >"$kept/$1.tar" || return 1
	"$TOP/tools/testing/selftests/ima/attest" --nonce "$nonce" --ak "$kept/machine.pem" "$kept/$1.tar" \
		>"$kept/$1.log" 2>&1 || :
	sed 's/^/# /' "$kept/$1.log"
	grep -qx attested "$kept/$1.log"
}

# arrived NAME: how the kernel that is up has come up, and that it is attested.
arrived() {
	echo "# $1: $(remote 'uname -r; systemd-analyze 2>/dev/null | head -n 1' | paste -sd ' ')"
	echo "# $1: lockdown $(remote cat /sys/kernel/security/lockdown 2>/dev/null)"
	check "$1: the list is attested" attested "${1// /-}"
	echo "# $1: records $(records)"
	remote "[ ! -e $state ] || cat $state" | sed "s/^/# $1: /"
}

# carried BEFORE: this kernel says that it has restored at least so many records.
carried() {
	remote dmesg | sed -n 's/.*ima: kexec: restored \([0-9]*\) .*/\1/p' | awk -v before="$1" '{ n = $1 } END { exit !n || n < before }'
}

# leave NAME COMMAND: the machine is told to leave by it, and the next kernel has every record of this one.
leave() {
	local boot before
	boot=$(boot_id)
	before=$(records)
	remote "$2" || :
	check "$1 starts another kernel" next_kernel "$boot"
	check "it has restored no less than $before records" carried "$before"
}

# said STATUS PATTERN COMMAND: over there the command ends with this status, and what it says matches.
said() {
	local rc=0 out
	out=$(remote "$3" 2>&1) || rc=$?
	echo "# ${out//$'\n'/$'\n'# }"
	echo "# status $rc"
	[[ $rc == "$1" && $out =~ $2 ]]
}

# What `kexec -l` is given for the kernel $1, which is that on the disk
image() {
	echo "/boot/vmlinuz-$1 --initrd=/boot/initrd.img-$1 --reuse-cmdline"
}

# An image is loaded with kexec_file_load, so that it carries the list.
loaded() {
	read_state
	[[ ${said[image_loaded]:-} == 1 ]]
}

# on_machine FUNCTION: boot the machine and do that when it is up, then switch it off.
on_machine() {
	if [[ ! ${MACHINE:-} ]]; then
		"$TOP/overlay/deps" verify ssh
		rm -rf "$kept"
		mkdir -p "$kept"
		"$TOP/overlay/try" "$0"
		return
	fi
	remote collect --key >"$kept/machine.pem"
	"$1"
	cp "$CONSOLE" "$kept/console.log"
	remote systemctl poweroff || :
	plan
}
