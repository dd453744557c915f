#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot a kernel in QEMU with a TPM and take it through a scenario of kexecs, all in one QEMU process, so that the
# TPM's PCRs live on as they do on hardware. Prints TAP. Needs qemu, swtpm, cpio and a guest user space (--guest).
set -euo pipefail

usage() {
	cat <<'TEXT'
usage: vmtest.sh --kernel IMAGE --guest CPIO.GZ [option...] [SCENARIO]
  --kernel IMAGE     the kernel to boot; the later ones too, unless --next says otherwise
  --next IMAGE       the kernel to kexec to; give it again for each further hop, the last one stays
  --guest CPIO.GZ    the guest's user space: static busybox, kexec, tpm2, evmctl and their libraries
  --arch ARCH        x86 (default), powerpc, arm64 or riscv
  --hops N, --records N, --after-load N
                     kernels in the run; files measured in each before and after the next one is loaded
  --mem SIZE, --smp N, --append TEXT
                     memory, processors, more kernel command line
  --tpm on|off       a TPM 2.0 with the banks --banks (sha1,sha256), or none
  --accel kvm|tcg    do not try whether KVM works for this kernel
  --icount           TCG with a clock that counts instructions, one a nanosecond: it is the same on any host
  --probe            only try that, and say kvm or tcg
  --uefi             boot through UEFI firmware
  --file FILE        put it into the guest's /vmtest; give it again for more
  --disk IMAGE       a disk, which is not changed
  --dtb FILE         boot with this device tree instead of QEMU's own (arm64, riscv)
  --timeout SECONDS  give up on a guest that takes longer
  --workspace DIR    work here and keep it (default: a temporary one, kept when something fails)
  --keep             keep the temporary workspace
  --set NAME=VALUE   any other setting of the scenario
  --verbose          show the guest's console
  --list             name the scenarios
TEXT
}

die() {
	echo "vmtest.sh: $*" >&2
	exit 1
}

default() {
	declare -g "$1=${!1:-$2}"
}

# For a scenario's prepare() as well.
add_file() {
	files+=("$(realpath "$1")")
}

# need_program NAME: for a scenario's prepare(): a program of this directory, if --file has not named one already.
need_program() {
	local file
	for file in "${files[@]}"; do
		[[ ${file##*/} != "$1" ]] || return 0
	done
	[[ -x $here/$1 ]] || die "$1 is not built; run make in $here, or give it with --file"
	add_file "$here/$1"
}

here=$(cd "$(dirname "$0")" && pwd)
arch=x86 kernel='' guest='' dtb='' disk='' append='' accel='' icount='' probe='' uefi='' workspace='' keep='' verbose='' scenario=carry next=() files=()
MEM='' SMP='' TPM='' TIMEOUT='' HOPS='' RECORDS='' AFTER_LOAD='' settings=(HOPS RECORDS AFTER_LOAD)

while (($#)); do
	case $1 in
	--kernel | --next | --guest | --arch | --hops | --records | --after-load | --mem | --smp | --append | --tpm | \
	--banks | --accel | --file | --disk | --dtb | --timeout | --workspace | --set)
		(($# > 1)) || die "$1 needs a value; see --help" ;;
	esac
	case $1 in
	--kernel)     kernel=$2; shift ;;
	--next)	      next+=("$2"); shift ;;
	--guest)      guest=$2; shift ;;
	--arch)	      arch=$2; shift ;;
	--hops)	      HOPS=$2; shift ;;
	--records)    RECORDS=$2; shift ;;
	--after-load) AFTER_LOAD=$2; shift ;;
	--mem)	      MEM=$2; shift ;;
	--smp)	      SMP=$2; shift ;;
	--append)     append+=" $2"; shift ;;
	--tpm)	      TPM=$2; shift ;;
	--banks)      BANKS=$2; shift ;;
	--accel)      accel=$2; shift ;;
	--icount)     accel=tcg icount=y ;;
	--probe)      probe=y ;;
	--uefi)	      uefi=y ;;
	--file)	      add_file "$2"; shift ;;
	--disk)	      disk=$(realpath "$2"); shift ;;
	--dtb)	      dtb=$(realpath "$2"); shift ;;
	--timeout)    TIMEOUT=$2; shift ;;
	--workspace)  workspace=$2; shift ;;
	--keep)	      keep=y ;;
	--set)	      [[ $2 =~ ^[A-Z_]+= ]] || die "--set wants NAME=VALUE"
		      declare "$2"; settings+=("${2%%=*}"); shift ;;
	--verbose)    verbose=y ;;
	--list)	      sed -n 's/^# \([a-z-]*: .*\)/\1/p' "$here"/scenarios/*.sh; exit ;;
	--help)	      usage; exit ;;
	-*)	      die "no such option: $1; see --help" ;;
	*)	      scenario=$1 ;;
	esac
	shift
done

for file in "$kernel" ${guest:+"$guest"} "${next[@]}"; do
	[[ -r $file ]] || die "no such file: '$file'; --kernel wants a kernel image, --guest the guest's user space"
done
[[ $guest || $probe ]] || die "no guest user space; name one with --guest"
[[ -r $here/scenarios/$scenario.sh ]] || die "no such scenario: $scenario; --list names them"
((${#next[@]})) || next=("$kernel")

# shellcheck source=/dev/null
. "$here/scenarios/$scenario.sh"
default MEM 1G
default SMP 1
default TPM on
default BANKS sha1,sha256
default TIMEOUT 600
default HOPS 2
for number in HOPS SMP TIMEOUT ${RECORDS:+RECORDS} ${AFTER_LOAD:+AFTER_LOAD}; do
	[[ ${!number} =~ ^[0-9]+$ ]] || die "$number must be a number, not '${!number}'"
done

# no_timer_check: on a busy host TCG is late with ticks, and the kernel panics over what it takes for a broken timer.
# Commas in these arrays belong to QEMU's options.
# shellcheck disable=SC2054
case $arch in
x86)
	qemu=(qemu-system-x86_64 -machine q35 -cpu max)
	console='ttyS0 no_timer_check' serial=virtio-serial-pci tpm_device=tpm-tis
	firmware=/usr/share/OVMF/OVMF_CODE_4M.fd ;;
powerpc)
	qemu=(qemu-system-ppc64 -cpu power9 -vga none
	      -machine pseries,cap-htm=off,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off)
	console=hvc0 serial=virtio-serial-pci tpm_device=tpm-spapr firmware='' ;;
arm64)
	qemu=(qemu-system-aarch64 -machine virt -cpu cortex-a57)
	console=ttyAMA0 serial=virtio-serial-device tpm_device=tpm-tis-device
	firmware=/usr/share/AAVMF/AAVMF_CODE.fd ;;
riscv)
	qemu=(qemu-system-riscv64 -machine virt -cpu rv64)
	console=ttyS0 serial=virtio-serial-device tpm_device=tpm-tis-device firmware='' ;;
*)
	die "no such architecture: $arch; give x86, powerpc, arm64 or riscv" ;;
esac
for program in "${qemu[0]}" cpio swtpm swtpm_setup; do
	command -v "$program" >/dev/null || die "$program is missing; install the package that has it"
done

[[ $arch != riscv || $dtb || $TPM != on ]] || command -v fdtput >/dev/null ||
	die "fdtput is missing; install the package device-tree-compiler"

[[ ! $uefi || -r $firmware ]] || die "no UEFI firmware for $arch here; install the package ovmf or qemu-efi-aarch64"

# forward_port PORT: for a scenario's prepare(): a network card, by which a port of the guest's is reached at host_port of
# this machine, from this machine alone. The guest reaches nothing.
# shellcheck disable=SC2054
forward_port() {
	host_port=$((20000 + RANDOM % 10000))
	while (: <>"/dev/tcp/127.0.0.1/$host_port") 2>/dev/null; do
		host_port=$((host_port + 1))
	done
	qemu+=(-netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$host_port-:$1" -device virtio-net-pci,netdev=net)
}

# add_qemu OPTION...: for a scenario's prepare(): a machine that is not the usual one.
add_qemu() {
	qemu+=("$@")
}

# open_monitor: for a scenario's prepare(): QEMU's monitor, as the pipes monitor.in and monitor.out.
# shellcheck disable=SC2054
open_monitor() {
	mkfifo monitor.in monitor.out
	qemu+=(-chardev pipe,id=monitor,path=monitor -mon chardev=monitor,mode=readline)
}

qemu_pid='' swtpm_pid='' visit_pid='' failed=0 results=0
cleanup() {
	trap - EXIT INT TERM
	for pid in $visit_pid $qemu_pid $swtpm_pid; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	[[ $keep ]] || rm -rf "$workspace"
}
trap 'echo "vmtest.sh: interrupted" >&2; cleanup; exit 130' INT TERM
trap cleanup EXIT

if [[ $workspace ]]; then
	keep=y
	# What an earlier run left would pass for results of this one.
	rm -rf "$workspace"/{visit*,monitor*,hop-*,tpm,initrd,*.log,results.tar,initramfs}
	mkdir -p "$workspace" || die "cannot write to $workspace; give another directory with --workspace"
else
	workspace=$(mktemp -d "${TMPDIR:-/tmp}/ima-vmtest.XXXXXX") || die "no room for a workspace; see --workspace"
fi
kernel=$(realpath "$kernel") guest=${guest:+$(realpath "$guest")}
mapfile -t next < <(realpath "${next[@]}")
# Socket names are short (108 bytes), so they are given relative to the workspace.
cd "$workspace"

result() {
	results=$((results + 1))
	[[ $1 != "not ok"* ]] || failed=$((failed + 1))
	echo "${1%% - *} $results - $scenario: ${1#* - }"
}

# The host's side of a scenario speaks like the guest's.
check() {
	local text=$1
	shift
	if "$@"; then result "ok - $text"; else result "not ok - $text"; fi
}

# /dev/kvm may be there and not work, in part or at all: see whether the kernel itself comes up under it.
kvm_works() {
	[[ $arch == x86 && $(uname -m) == x86_64 && -w /dev/kvm ]] || return 1
	"${qemu[@]}" -accel kvm -m 512 -nodefaults -display none -monitor none -no-reboot -serial file:kvm.log \
		-kernel "$kernel" -append "console=$console panic=-1" >/dev/null 2>&1 </dev/null &
	local end=$((SECONDS + 5)) works=1
	qemu_pid=$!
	while ((works && SECONDS < end)) && kill -0 $qemu_pid 2>/dev/null; do
		sleep 0.1
		! grep -qs 'Kernel panic' kvm.log || works=0
	done
	kill $qemu_pid 2>/dev/null || :
	wait $qemu_pid 2>/dev/null || :
	return $works
}

accelerator() {
	if kvm_works 2>/dev/null; then echo kvm; else echo tcg; fi
}

# A user space, then what this run adds to it: the guest's init makes the later ones in the same way.
make_initramfs() {
	local i
	mkdir -p initrd/vmtest
	cp "$here/guest/init" initrd/init
	cp "$here/scenarios/$scenario.sh" initrd/vmtest/scenario
	for name in "${settings[@]}"; do
		printf '%s=%q\n' "$name" "${!name}"
	done >initrd/vmtest/settings
	cp nonces "${files[@]}" initrd/vmtest
	cp "$guest" initrd/vmtest/user.cpio.gz
	# An archive that follows another one starts at a multiple of four.
	truncate -s %4 initrd/vmtest/user.cpio.gz
	for ((i = 0; i < HOPS - 1; i++)); do
		image=${next[i < ${#next[@]} ? i : -1]}
		name=kernel-$(printf '%s\n' "${next[@]}" | grep -nFx -m 1 -- "$image" | cut -d: -f1)
		[[ -e initrd/vmtest/$name ]] || cp "$image" "initrd/vmtest/$name"
		echo "$name" >>initrd/vmtest/kernels
	done
	{
		cat initrd/vmtest/user.cpio.gz
		(cd initrd && find init vmtest | cpio -o -H newc -R 0:0 --quiet)
	} >initramfs
	rm -r initrd
}

# The host is the verifier: the nonces are its own, fresh for each run and each hop.
make_nonces() {
	for ((hop = 0; hop < HOPS; hop++)); do
		od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
		echo
	done >nonces
}

start_tpm() {
	mkdir -p tpm
	swtpm_setup --tpm2 --tpmstate tpm --pcr-banks "$BANKS" >swtpm.log 2>&1 ||
		die "swtpm_setup fails: $(tail -n 1 swtpm.log)"
	swtpm socket --tpm2 --tpmstate dir=tpm --ctrl type=unixio,path=tpm/sock --flags startup-clear \
		>>swtpm.log 2>&1 </dev/null &
	swtpm_pid=$!
	for _ in {1..50}; do
		[[ ! -S tpm/sock ]] || return 0
		sleep 0.1
	done
	die "swtpm does not start: $(tail -n 1 swtpm.log)"
}

# QEMU's machine for riscv makes its device tree before it has the TPM, so that 7.2 leaves that out. It is the first and
# only device of that bus, and has no interrupt.
tree_with_tpm() {
	local tree=$1 node=/platform-bus@4000000/tpm@0
	"${qemu[@]}" -machine dumpdtb="$tree" -m "$MEM" -smp "$SMP" -nodefaults -display none >qemu.log 2>&1 </dev/null
	fdtput -c "$tree" "$node"
	fdtput -t s "$tree" "$node" compatible tcg,tpm-tis-mmio
	fdtput -t x "$tree" "$node" reg 0 5000
}

# shellcheck disable=SC2054
start_guest() {
	if [[ $arch == riscv && ! $dtb && $TPM == on ]]; then
		tree_with_tpm tpm.dtb || die "no device tree with a TPM: $(tail -n 1 qemu.log)"
		dtb=tpm.dtb
	fi
	[[ $accel ]] || accel=$(accelerator)
	if [[ $icount ]]; then
		qemu+=(-icount shift=0,sleep=off)
	elif [[ $accel == tcg ]]; then
		accel+=,thread=multi
	fi
	qemu+=(-accel "$accel" -m "$MEM" -smp "$SMP" -nodefaults -display none -monitor none
	       -serial file:console.log -kernel "$kernel" -initrd initramfs
	       -append "console=$console panic=-1 hop=0$append ${APPEND:-}"
	       -device "$serial" -chardev file,id=results,path=results.tar
	       -device virtserialport,chardev=results,name=vmtest.results)
	[[ $TPM != on ]] || qemu+=(-chardev socket,id=tpm,path=tpm/sock -tpmdev emulator,id=tpm0,chardev=tpm
				   -device "$tpm_device,tpmdev=tpm0")
	# A scenario of kexecs alone ends with any other reboot.
	[[ ${RESET:-} ]] || qemu+=(-no-reboot)
	# A scenario whose host visits the guest while it runs, through a pair of pipes
	[[ ! -p visit.in ]] || qemu+=(-chardev pipe,id=visit,path=visit
				      -device virtserialport,chardev=visit,name=vmtest.visit)
	[[ ! $disk ]] || qemu+=(-drive "file=$disk,format=raw,if=virtio,snapshot=on")
	[[ ! $dtb ]] || qemu+=(-dtb "$dtb")
	if [[ $uefi ]]; then
		cp "${firmware/CODE/VARS}" uefi-vars.fd
		qemu+=(-drive "if=pflash,format=raw,readonly=on,file=$firmware"
		       -drive if=pflash,format=raw,file=uefi-vars.fd)
	fi
	: >console.log
	"${qemu[@]}" >qemu.log 2>&1 </dev/null &
	qemu_pid=$!
}

# Wait for the guest to power off, and show meanwhile what it notes.
watch_guest() {
	local end=$((SECONDS + TIMEOUT)) shown=0 lines
	while kill -0 "$qemu_pid" 2>/dev/null; do
		((SECONDS < end)) || die_keeping "the guest takes longer than $TIMEOUT s; its log: $PWD/console.log"
		sleep 0.2
		lines=$(wc -l <console.log)
		((lines == shown)) || sed -n "$((shown + 1)),${lines}p" console.log | show_console >&2
		shown=$lines
	done
	wait "$qemu_pid" || die_keeping "QEMU fails: $(tail -n 1 qemu.log)"
	qemu_pid=''
}

show_console() {
	if [[ $verbose ]]; then cat; else tr -d '\r' | sed -n 's/^vmtest: /# /p'; fi
}

die_keeping() {
	keep=y
	die "$*"
}

# The results as TAP, and one line that says how far the guest came if it did not reach the end.
collect() {
	local dir line
	# In a regular file: what QEMU cannot write at once, as to a pipe, is lost when kexec resets the port.
	tar -xif results.tar --warning=no-timestamp 2>tar.log ||
		die_keeping "the results are damaged: $(tail -n 1 tar.log)"
	rm results.tar
	for ((hop = 0; hop < HOPS; hop++)); do
		dir=hop-$hop
		[[ -e $dir/tap ]] || break
		sed -n "$((hop + 1))p" nonces >"$dir/nonce"
		while read -r line; do
			result "${line/ - / - hop $hop: }"
		done <"$dir/tap"
	done
	compgen -G 'hop-*/finished' >/dev/null ||
		result "not ok - the guest reaches the end; it stopped in hop $((hop > 0 ? hop - 1 : 0)): $(
			tr -d '\r' <console.log | grep -E 'Kernel panic|BUG|vmtest: hop .*(gives up|needs)' | tail -n 1)"
}

# The first thing in the log that is never well. Stalls are not: a busy host makes some.
complaint() {
	tr -d '\r' <console.log | grep -m 1 -E \
		'BUG:|WARNING:|INFO: trying to register|UBSAN:|Oops|general protection|Out of memory|kmemleak: .* new'
}

check_complaints() {
	local text
	text=$(complaint || :)
	check "no kernel complains${text:+: $text}" [ -z "$text" ]
}

# attest_hops [OPTION...] [hop-N...], for judge(): the attester's verdict on these hops, or on all of them.
attest_hops() {
	local word dirs=() options=() claim='is complete'
	for word; do
		case $word in
		hop-*)	dirs+=("$word") ;;
		*)	options+=("$word") ;;
		esac
	done
	((${#dirs[@]})) || mapfile -t dirs < <(printf '%s\n' hop-* | sort -V)
	if [[ $TPM == on ]]; then claim+=' and replays to the quoted PCRs'; else options+=(--no-quote); fi
	"$here/attest" "${options[@]}" "${dirs[@]}" >attest.log 2>&1 || :
	sed 's/^/# /' attest.log
	check "the list of each of ${#dirs[@]} kernels $claim" grep -qx 'attested' attest.log
}

# For judge(): whether all hops run the same kernel.
same_kernel() {
	! printf '%s\n' "${next[@]}" | grep -qvxF -- "$kernel"
}

main() {
	if [[ $probe ]]; then
		accelerator
		return
	fi
	make_nonces
	! declare -F prepare >/dev/null || prepare
	make_initramfs
	[[ $TPM != on ]] || start_tpm
	! declare -F visit >/dev/null || mkfifo visit.in visit.out
	start_guest
	if declare -F visit >/dev/null; then
		visit >visit.log 2>&1 &
		visit_pid=$!
	fi
	watch_guest
	collect
	check_complaints
	judge
	echo "1..$results"
	if ((failed)); then
		keep=y
		echo "# $failed of $results failed; the guest's log: $PWD/console.log"
		exit 1
	fi
}

main
