# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# race: three processes measure without pause and two read the list in pieces, while it is loaded, refused and executed
default HOPS 2
default RECORDS 200
default SMP 4
default TIMEOUT 900
# So little room that both happens, a refusal and a kexec; a slow kernel needs more for the latter.
default ROOM 128K
# A record has about 100 bytes.
default TOO_MANY 2000
APPEND="ima_kexec_reserve=$ROOM"

# One file, written and read again and again: to IMA it is another one each time.
measurer() {
	exec awk -v file="/measured/busy-$1" 'BEGIN {
		for (;;) {
			print file, ++i >file
			close(file)
			getline <file
			close(file)
		}
	}'
}

# reader NAME BYTES: read a list in pieces, over and over, and keep the last whole reading.
reader() {
	while :; do
		dd if="$IMA/$1" of="/tmp/$1" bs="$2" 2>/dev/null
		mv "/tmp/$1" "/tmp/$1.whole"
	done
}

# await N: until as many more records are there, or never
await() {
	await_count=$(($(count) + $1)) await_tries=0
	while [ "$(count)" -lt "$await_count" ]; do
		await_tries=$((await_tries + 1))
		[ "$await_tries" -lt 1000 ] || return 1
		sleep 0.1
	done
}

leave() {
	kexec -e -x >"$OUT/execute" 2>&1
}

refused_for_room() {
	! leave && grep -q 'No space left on device' "$OUT/execute"
}

guest() {
	policy_files
	measure "$RECORDS" before
	snapshot
	! last_hop || finish

	reader binary_runtime_measurements 97 &
	busy=$!
	reader ascii_runtime_measurements 61 &
	busy="$busy $!"
	for number in 1 2 3; do
		measurer "$number" &
		busy="$busy $!"
	done
	for number in 1 2 3; do
		check "load $number while others measure and read" load
		check "measuring goes on" await 200
	done
	check "there is more to append than there is room" await "$TOO_MANY"
	check "kexec is refused for want of room" refused_for_room
	check "measuring goes on" await 200
	for number in binary ascii; do
		cp "/tmp/${number}_runtime_measurements.whole" "$OUT/read-$number"
	done
	# To look for leaks among what is allocated all the time would take very long.
	# shellcheck disable=SC2086 # pids
	kill -STOP $busy
	send
	# shellcheck disable=SC2086
	kill -CONT $busy
	# execute() would send again, and the longer it takes, the more there is to append.
	for number in 1 2 3 4 5 6 7 8 9 10; do
		load
		note "kexec -e, attempt $number, while others measure and read"
		refused_for_room || give_up "kexec was refused: $(cat "$OUT/execute")"
	done
	give_up "the records that others make never fit"
}

# Where a list may end: behind a record. All of them are of template ima-ng.
whole_sizes() {
	awk '{ print size += 4 + 20 + 4 + length($3) + 4 + 4 + length($4) - 64 + 1 + 32 + 4 + length($5) + 1 }' "$1"
}

starts_with() {
	cmp -s -n "$(stat -c %s "$2")" "$1" "$2"
}

judge() {
	local last=hop-$((HOPS - 1))
	attest_hops "$last"
	whole_sizes "$last/ascii" >sizes
	check "it begins with what there was before the load" starts_with "$last/list" hop-0/list
	check "a list read in pieces begins as the whole one" starts_with "$last/list" hop-0/read-binary
	check "and ends behind a record" grep -qx "$(stat -c %s hop-0/read-binary)" sizes
	check "its lines in pieces are those of the whole one" starts_with "$last/ascii" hop-0/read-ascii
	check "and end behind a line" [ -z "$(tail -c 1 hop-0/read-ascii)" ]
	check "those were long lists" [ "$(wc -l <hop-0/read-ascii)" -gt 1000 ]
}
