# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# inplace: what is inherited is not copied, also behind deleted records; where it cannot stay it moves once
default HOPS 7
default RECORDS 300
default AFTER_LOAD 100
default TIMEOUT 1200
# See hidden.
# shellcheck disable=SC2016  # for default
case $(uname -m) in
x86_64)	default HIDE 'memmap=64M\$16M' ;;
*)	default HIDE mem=800M ;;
esac

# All but a page at the end, which this kernel's records go on in, and up to two at the start, for the header
kept_all() {
	[ "$(state image_kept)" -gt $((inherited - 3 * page_size)) ] && [ "$(state image_kept)" -le "$inherited" ]
}

# drop COUNT: save the first COUNT records and delete them, which only some kernels can
drop() {
	[ -e "$IMA/binary_runtime_measurements_staged" ] || return 0
	drop_before=$(state inherited_bytes)
	cat "$list" >/tmp/whole
	echo "$1" >"$list" || give_up "records cannot be deleted"
	drop_size=$((drop_before - $(state inherited_bytes)))
	head -c "$drop_size" /tmp/whole >>"$OUT/saved"
	check "$1 inherited records are deleted, $drop_size bytes" [ "$drop_size" -gt "$page_size" ]
	inherited=$(state inherited_bytes)
}

# The same list and the same state after images came and went
unmoved() {
	list_sum=$(md5sum <"$list") kept_first=$(state image_kept)
	for _ in 1 2 3; do
		kexec -s -u && load || return 1
	done
	[ "$(md5sum <"$list")" = "$list_sum" ] && [ "$(state image_kept)" -eq "$kept_first" ]
}

next_command_line() {
	# HIDE is for one kernel.
	sed "s/hop=[0-9]*/hop=$((hop + 1))/; s/ hidden .*//; s/\$/${1:+ hidden $1}/" /proc/cmdline
}

guest() {
	list=$IMA/binary_runtime_measurements
	# AT_PAGESZ
	page_size=$(od -An -v -tu8 -w16 /proc/self/auxv | awk '$1 == 6 { print $2 }')
	policy_files
	: >"$OUT/saved"
	inherited=$(state inherited_bytes)
	measure_before
	[ "$hop" -ne 2 ] || drop $(($(state inherited_records) / 2))
	if [ "$hop" -eq 4 ]; then option=$HIDE; else option=''; fi
	check "the next kernel loads" load -s "--command-line=$(next_command_line "$option")"
	case $hop in
	0)	check "nothing is inherited, nothing stays" [ "$(state image_kept)" -eq 0 ] ;;
	5)	check "a copy does not stay" [ "$(state image_kept)" -eq 0 ] ;;
	*)	check "what is inherited stays: $(state image_kept) of $inherited bytes" kept_all ;;
	esac
	[ "$hop" -ne 1 ] || check "and is the same after three more loads" unmoved
	measure "$AFTER_LOAD" after
	if [ "$hop" -eq 3 ] && [ -e "$IMA/binary_runtime_measurements_staged" ]; then
		# What is left has to go where the image said that the list begins.
		drop $(($(state inherited_records) / 3))
		check "the list is to be written anew" [ "$(state image_written)" -eq 0 ]
	fi
	measure 20 later
	snapshot
	depart
}

judge() {
	local last=$((HOPS - 1)) number=0
	set --
	while [ "$number" -lt "$last" ]; do
		if [ -s "hop-$number/saved" ]; then
			cp "hop-$number/saved" "piece-$number"
			set -- "$@" --before "piece-$number"
		fi
		number=$((number + 1))
	done
	attest_hops "$@" "hop-$last"
}
