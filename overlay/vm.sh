# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What `make run` and the tests share: kernels and guest of this build directory, given to vmtest.sh.
# Source it after lib.sh.

VMTEST=$TOP/tools/testing/selftests/ima/vmtest.sh

# vm_kernel FLAVOUR: bring that kernel up to date and print the path of its image.
vm_kernel() {
	FLAVOUR=$1 "$TOP/overlay/kernel" build
	FLAVOUR=$1 "$TOP/overlay/kernel" image
}

# To find out that KVM does not work takes seconds, so that is remembered until this machine boots again.
vm_accelerator() {
	local known=$BUILD/accelerator-$ARCH boot
	boot=$(</proc/sys/kernel/random/boot_id)
	grep -qsx "$boot .*" "$known" || echo "$boot $("$VMTEST" --probe --arch "$ARCH" --kernel "$1")" >"$known"
	cut -d ' ' -f 2 "$known"
}

# vm NAME KERNEL OPTION... SCENARIO: one run of vmtest.sh, which leaves its results in $BUILD/vm/NAME. The last line is
# for the matrix of overlay/test; a NAME begins with an architecture only to be told from that of another.
vm() {
	local name=$1 kernel=$2 guest accelerator start verdict=ok
	shift 2
	"$TOP/overlay/deps" "qemu-$ARCH" guest verify
	guest=$("$TOP/overlay/guest" "$ARCH" ${GUEST:+"$GUEST"})
	accelerator=$(vm_accelerator "$kernel")
	start=$SECONDS
	"$VMTEST" --arch "$ARCH" --kernel "$kernel" --guest "$guest" --accel "$accelerator" \
		--workspace "$BUILD/vm/$name" "$@" || verdict=FAILED
	echo "# run: ${name#"$ARCH"-} $ARCH $verdict $((SECONDS - start))s"
	[[ $verdict == ok ]]
}

# vm_selftest: install the selftest as anybody would, by the kernel's own make, and print where its programs are.
vm_selftest() {
	local selftests
	selftests=$("$TOP/overlay/kernel" source)/tools/testing/selftests
	"$TOP/overlay/deps" build-x86
	mkdir -p "$BUILD/selftests"
	make -s -C "$selftests" TARGETS=ima O="$BUILD/selftests" install INSTALL_PATH="$BUILD/selftests/installed" \
		>"$LOGS/selftest.log" 2>&1 || die "the selftest does not build; see $LOGS/selftest.log"
	tar -C "$BUILD/selftests/installed" -cf "$BUILD/selftests/selftest.tar" .
	echo "$BUILD/selftests/installed/ima"
}

# vm_interop BASE: lists from the stock kernel of BASE to ours, from ours to it, and there and back, each attested. A
# stock sender carries what it measured before the load, so nothing is measured after it.
vm_interop() {
	local ours stock options=(--records 300 --after-load 0)
	ours=$(vm_kernel ours)
	stock=$(BASE=$1 vm_kernel stock)
	vm "stock-ours-$1" "$stock" --next "$ours" --hops 2 "${options[@]}" carry
	vm "ours-stock-$1" "$ours" --next "$stock" --hops 2 "${options[@]}" carry
	vm "mixed-$1" "$ours" --next "$ours" --next "$stock" --next "$ours" --hops 4 "${options[@]}" carry
}
