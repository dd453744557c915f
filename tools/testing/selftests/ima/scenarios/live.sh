# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# live: the tests for a live machine, before and after a kexec; wants them installed, as selftest.tar (--file)
default HOPS 2
default RECORDS 300
default AFTER_LOAD 20

# A file is read while it is open for writing.
violate() {
	echo violation >/measured/violation
	exec 3>>/measured/violation
	cat /measured/violation
	exec 3>&-
}

# The results of the tests become ours, with those that the runner gives for each whole test.
selftest() {
	mkdir /tmp/selftest
	tar -xf /vmtest/selftest.tar -C /tmp/selftest
	# The runner writes to /dev/stdout; where that is a file it is opened anew and overwritten.
	ln -s /proc/self/fd/1 /dev/stdout
	KEXEC_IMAGE=/vmtest/kernel-1 /tmp/selftest/run_kselftest.sh -c ima 2>&1 | cat >"$OUT/selftest"
	sed -n 's/^\(# \)\{0,1\}\(not ok\|ok\) [0-9]* /\2 - /p' "$OUT/selftest" >>"$OUT/tap"
	check "all three tests ran" [ "$(grep -c '^\(not \)\{0,1\}ok' "$OUT/selftest")" -eq 3 ]
}

# Here nothing is missing: what is skipped was not tested.
nothing_skipped() {
	! grep '# SKIP' "$OUT/selftest"
}

guest() {
	policy_files
	measure "$RECORDS" before
	[ "$hop" -gt 0 ] || violate
	selftest
	[ ! -e "$IMA/kexec_state" ] || check "nothing was skipped" nothing_skipped
	! last_hop || finish
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	depart
}

judge() {
	:
}
