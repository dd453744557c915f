# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# fault: load and execute run out of memory, are killed and meet each other
default HOPS 2
default RECORDS 100
# Records of nearly 4 KiB each: pages enough to fail at, and time enough to be killed in.
default LONG_RECORDS 600
default STARVED_RECORDS 2000
# Pages that no other segment can use are put aside for the list; it has to need more than those.
default FAILING_RECORDS 100
default AFTER_LOAD 1000
default MEM 1G
default SMP 2
default TIMEOUT 1200
# The log has to hold what the base says when memory is short.
APPEND=log_buf_len=4M
DEBUG=/sys/kernel/debug

# said TEXT: how often the log has it.
said() {
	dmesg | grep -c "$1"
}

# fault ARGUMENT...: sets $error, empty if it was killed, and $left.
fault() {
	fault_result=$(/vmtest/fault "$@")
	error=${fault_result% *} left=${fault_result#* }
}

# The kernel of this one will never run, so it need not be whole: nearly all that a load allocates is for the list.
make_stump() {
	head -c 65536 "/vmtest/$(sed -n 1p /vmtest/kernels)" >/tmp/stump
	# init_size of the boot protocol
	printf '\0\0\1\0' | dd of=/tmp/stump bs=1 seek=$((0x260)) conv=notrunc 2>/dev/null
}

fault_load() {
	fault "$@" load /tmp/stump
}

# Either there is no image, or one that has every record or knows what it lacks.
consistent() {
	[ "$(state image_loaded)" -eq 0 ] ||
		[ $(($(state image_records) + $(state pending_records))) -eq "$(count)" ]
}

# A load that said $error has left an image, or none, accordingly.
as_it_said() {
	[ "$(state image_loaded)" -eq $((error == 0)) ] && consistent
}

# Pages that are free or in slabs. KASAN keeps freed objects for a while, and for objects there is kmemleak.
free_pages() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^nr_(free_pages|slab_)/ { pages += $2 } END { print pages }' /proc/vmstat
}

UNWRITTEN='cannot write the measurement list'

# Loads whose first allocation fails, then the second, and so on until none does.
fail_each() {
	nth=0 left=0 wrong='' unwritten=$(said "$UNWRITTEN")
	while [ "$left" -eq 0 ] && [ "$nth" -lt 2000 ]; do
		nth=$((nth + 1))
		fault_load --nth="$nth"
		as_it_said || wrong="$wrong $nth:$error"
		# Not all that fails is needed.
		[ "$error" -ne 0 ] || kexec -u
	done
	unwritten=$(($(said "$UNWRITTEN") - unwritten))
}

# Everything may fail, also what may sleep and what is not for the kernel itself; and without a stack trace.
prepare_failures() {
	for prepare_dir in "$DEBUG/failslab" "$DEBUG/fail_page_alloc"; do
		echo N >"$prepare_dir/ignore-gfp-wait"
		echo 0 >"$prepare_dir/verbose"
		echo -1 >"$prepare_dir/times"
		echo Y >"$prepare_dir/task-filter"
	done
	echo N >"$DEBUG/fail_page_alloc/ignore-gfp-highmem"
	echo 0 >"$DEBUG/fail_page_alloc/min-order"
}

# fail_every N NAME: let every Nth allocation fail, of this kind and of no other.
fail_every() {
	echo 0 >"$DEBUG/failslab/probability"
	echo 0 >"$DEBUG/fail_page_alloc/probability"
	echo "$1" >"$DEBUG/$2/interval"
	echo 100 >"$DEBUG/$2/probability"
}

failing_loads() {
	# The first time is for what is allocated once.
	fault_load
	kexec -u
	free_before=$(free_pages)
	fail_each
	free_after=$(free_pages)
	check "load: with each of $nth allocations failing, all is loaded or nothing ($wrong)" [ -z "$wrong" ]
	check "load: $unwritten times the list could not be written" [ "$unwritten" -ge 1 ]
	# The kernel keeps a page or two for itself; a leak of ours would be one for each load.
	check "load: no page is lost ($((free_before - free_after)) of $free_before)" \
		[ $((free_before - free_after)) -lt $((nth / 2)) ]
}

unwritten_killed() {
	[ "$(said "$UNWRITTEN.*: -4$")" -gt "$kill_said" ]
}

# Killed too early to have written any of the list, or too late: the list is what a load does last, so the time is to
# be found in between.
killed_loads() {
	kill_said=$(said "$UNWRITTEN.*: -4$") kill_round=0
	while ! unwritten_killed && [ "$kill_round" -lt 3 ]; do
		kill_round=$((kill_round + 1)) kill_late=20000
		while ! killed_load "$kill_late"; do
			kill_late=$((kill_late * 2))
		done
		kill_early=$((kill_late / 2))
		while ! unwritten_killed && [ $((kill_late - kill_early)) -gt 500 ]; do
			kill_at=$(((kill_early + kill_late) / 2))
			if killed_load "$kill_at"; then kill_late=$kill_at; else kill_early=$kill_at; fi
		done
	done
	check "load: a signal ends it" unwritten_killed
	check "load: the error is in kexec_state" [ "$(state last_error)" -eq -4 ]
	check "load: and nothing is loaded" [ "$(state image_loaded)" -eq 0 ]
}

# killed_load MICROSECONDS: whether the load was faster. Leaves nothing loaded.
killed_load() {
	fault_load --kill="$1"
	killed_loaded=$(state image_loaded)
	[ "$killed_loaded" -eq 0 ] || kexec -u
	[ "$killed_loaded" -eq 1 ]
}

# One of them takes place. The other is refused, or comes after it.
two_loads() {
	busy=0 rounds=0 wrong=''
	while [ "$rounds" -lt 3 ] || { [ "$busy" -eq 0 ] && [ "$rounds" -lt 50 ]; }; do
		rounds=$((rounds + 1))
		{
			fault_load
			echo "$error" >/tmp/error
		} &
		fault_load
		wait
		case $error-$(cat /tmp/error) in
		0-0) ;;
		0-16 | 16-0) busy=$((busy + 1)) ;;
		*) wrong="$wrong $error-$(cat /tmp/error)" ;;
		esac
		[ "$(state image_loaded)" -eq 1 ] && consistent || wrong="$wrong state"
	done
	check "two loads at once: both work, or one is refused as busy ($busy of $rounds)$wrong" [ -z "$wrong" ]
	check "two loads at once: they do meet" [ "$busy" -gt 0 ]
}

# An unload in the way of a load
unload_between() {
	wrong=''
	for between in 1 2 3 4; do
		{
			fault_load
			echo "$error" >/tmp/error
		} &
		kexec -u 2>/dev/null
		wait
		error=$(cat /tmp/error)
		case $error in
		0 | 16) consistent || wrong="$wrong state" ;;
		*) wrong="$wrong $error" ;;
		esac
		kexec -u
		[ "$(state image_loaded)" -eq 0 ] || wrong="$wrong unload"
	done
	check "an unload during a load: both do their work, or are refused as busy ($wrong)" [ -z "$wrong" ]
}

kept_image() {
	fault_load
	kept=$(state image_records)
	fail_every 1 fail_page_alloc
	fault_load --fail
	check "a load that fails leaves the image that was loaded before (errno $error)" \
		[ "$error-$(state image_loaded)-$(state image_records)" = "12-1-$kept" ]
	kexec -u
}

REFUSED='refused: the last .* could not be written'

# Each attempt gets a little further than the one before: what was written stays written. A failure that the base can
# do with, as one of a debugging aid, does not refuse anything, so one is not enough.
failing_executes() {
	attempt=0 wrong='' execute_written=$(state image_written) execute_said=$(said "$REFUSED: -12")
	while [ "$attempt" -lt "$1" ]; do
		if [ $((attempt % 2)) -eq 0 ]; then
			fail_every $((attempt % 5 + 1)) fail_page_alloc
		else
			fail_every 1 failslab
		fi
		fault --fail execute
		[ "$error" -eq 12 ] && consistent || wrong="$wrong $attempt:$error"
		attempt=$((attempt + 1))
	done
	check "execute: with allocations failing in each of $1 attempts, all are refused ($wrong)" [ -z "$wrong" ]
	check "execute: the log says so each time" [ $(($(said "$REFUSED: -12") - execute_said)) -eq "$1" ]
	check "execute: the error is in kexec_state" [ "$(state last_error)" -eq -12 ]
	check "execute: what was written is kept" [ "$(state image_written)" -gt "$execute_written" ]
	check "execute: measuring goes on" measures_on 5
}

killed_execute() {
	kill_at=200 kill_said=$(said "$REFUSED: -4")
	while [ "$kill_at" -lt 10000000 ] && [ "$(said "$REFUSED: -4")" -eq "$kill_said" ]; do
		fault --kill="$kill_at" execute
		kill_at=$((kill_at + kill_at / 4))
	done
	check "execute: a signal ends it" [ "$(said "$REFUSED: -4")" -gt "$kill_said" ]
	check "execute: after a signal every record is written or pending" consistent
}

# All of the reserve that ordinary allocations may take, some 2 MiB, would not do either.
starved_execute() {
	starved_pending=$(($(state pending_bytes) / 1024))
	fault --hog=$((starved_pending / 4)) execute
	check "execute: $starved_pending KiB are pending, with less memory than that it is refused (errno $error)" [ "$error" = 12 ]
	check "execute: and nobody is killed for memory" [ "$(said 'Out of memory')" -eq 0 ]
	check "execute: every record is written or pending" consistent
}

guest() {
	policy_files
	if last_hop; then
		snapshot
		finish
	fi
	[ -d "$DEBUG/failslab" ] || note "no CONFIG_FAILSLAB"
	prepare_failures
	make_stump
	measure "$RECORDS" before
	DIR=$(long_dir)
	measure "$FAILING_RECORDS" failing
	failing_loads
	kept_image
	measure "$LONG_RECORDS" long
	killed_loads
	two_loads
	unload_between
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	DIR=
	failing_executes 20
	killed_execute
	DIR=$(long_dir)
	measure "$STARVED_RECORDS" starved
	DIR=
	starved_execute
	snapshot
	depart
}

prepare() {
	need_program fault
}

judge() {
	attest_hops
}
