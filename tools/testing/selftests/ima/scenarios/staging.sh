# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# staging: an agent saves and deletes records in most of six kernels; what it saved and the last list are the whole list
default HOPS 6
default RECORDS 300
default AFTER_LOAD 50
default TIMEOUT 1200

total_kb() {
	awk '/^MemTotal:/ { print $2 }' /proc/meminfo
}

# request FILE REQUEST: what the kernel says, nothing if it takes it
request() {
	(echo "$2" >"$1") 2>&1 | sed 's/.*: //'
}

# answers TEXT FILE REQUEST: the request gets that answer
answers() {
	request_said=$(request "$2" "$3")
	check "$3: ${1:-taken} ($request_said)" [ "$request_said" = "$1" ]
}

save_staged() {
	cat "$staged" >>"$saved"
}

# All records there are, saved and deleted by their number: none may come in between.
save_and_delete() {
	for _ in 1 2 3 4 5; do
		save_count=$(count)
		cat "$list" >/out/part
		[ "$(count)" -ne "$save_count" ] || break
	done
	cat /out/part >>"$saved"
	rm /out/part
	answers '' "$list" "$save_count"
}

# What is refused, and changes nothing
bad_requests() {
	bad_from=$(md5sum <"$list")
	answers 'No such file or directory' "$staged" D
	answers 'No such file or directory' "$list" 1000000
	for bad in 0 -1 x A D; do
		answers 'Invalid argument' "$list" "$bad"
	done
	answers 'Numerical result out of range' "$list" 99999999999999999999
	for bad in 1 a AA; do
		answers 'Invalid argument' "$staged" "$bad"
	done
	exec 3<"$list"
	answers 'Device or resource busy' "$staged" A
	exec 3<&-
	exec 3>"$staged"
	check "nobody reads while one writes" fails cat "$list" >/dev/null 2>&1
	exec 3>&-
	check "what is refused changes nothing" [ "$(md5sum <"$list")" = "$bad_from" ]
}

# With a text list beside the binary one, and for each bank
same_count() {
	[ "$(wc -l <"$IMA/ascii_runtime_measurements$1")" -eq "$2" ]
}

guest() {
	list=$IMA/binary_runtime_measurements
	staged=$IMA/binary_runtime_measurements_staged
	# What the agent keeps is on the host, or a loaded image would not have it.
	saved=$OUT/saved
	policy_files
	: >"$saved"
	inherited=$(state inherited_bytes)
	memory=$(total_kb)
	[ "$hop" -ne 0 ] || bad_requests
	measure "$RECORDS" before
	case $hop in
	0 | 3)	# Staging and deleting all
		stage_count=$(count)
		answers '' "$staged" A
		answers 'File exists' "$staged" A
		check "all of them are staged" same_count _staged "$stage_count"
		save_staged
		answers '' "$staged" D
		check "deleted_records tells how many" [ "$(state deleted_records)" -ge "$stage_count" ] ;;
	1)	# Part of the inherited records by number, and one more than there are inherited ones
		save_and_delete ;;
	2)	# Staged when the image is loaded, and still when it is executed
		answers '' "$staged" A ;;
	esac
	if last_hop; then
		snapshot
		finish
	fi
	check "nothing is inherited any more" [ "$(state inherited_bytes)" -eq "$(case $hop in 2 | 4) echo "$inherited" ;; *) echo 0 ;; esac)" ]
	case $hop in
	1 | 3)	check "its memory is given back ($(($(total_kb) - memory)) of $((inherited / 1024)) KiB)" \
			[ $(($(total_kb) - memory)) -ge $((inherited / 1024 - 8)) ] ;;
	esac
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	case $hop in
	4)	# The image has what is deleted after the load.
		check "the image has a copy" [ "$(state image_written)" -gt 1000 ]
		save_and_delete
		check "which is stale now" [ "$(state image_written)" -eq 0 ]
		measure 20 later ;;
	esac
	snapshot
	depart
}

# What was saved in each kernel that deleted records, in order, and behind it what the last kernel has.
judge() {
	local last=$((HOPS - 1)) number=0 deleting=0
	set --
	while [ "$number" -le "$last" ]; do
		case $number in 0 | 1 | 3 | 4) deleting=$((deleting + 1)) ;; esac
		if [ -s "hop-$number/saved" ]; then
			cp "hop-$number/saved" "piece-$number"
			set -- "$@" --before "piece-$number"
		fi
		number=$((number + 1))
	done
	check "records were deleted in $(($# / 2)) kernels" [ $(($# / 2)) -eq "$deleting" ]
	attest_hops "$@" "hop-$last"
}
