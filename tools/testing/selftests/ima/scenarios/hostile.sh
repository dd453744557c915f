# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# hostile: one kexec for each way in which a boot loader can spoil the list; for x86
default MEM 1G
default TPM off
default TIMEOUT 3000
# Only the cases whose line has this in it
default CASES .
ram_last='' ram_most=''	# known in the guest

# name | edits of the list | what the boot loader does | records that are kept | what the line in the log says
# See hostile.c for edits and options. Record 3 is one of a measured file, and there are more behind it.
# Without options the list is loaded whole and its node says where and how long it is. The addresses are for 1 GiB.
# What is appended to the command line stays there, so that comes last.
cases() {
	grep -E -e "$CASES" <<TABLE
an intact list|||all|restored
a list without a checksum|checksum=0||all|restored
a list with a violation|insert:3:violation||all|restored
a list of an unknown template|insert:3:unknown||all|restored
a list with a line break in a name|insert:3:line-break||all|restored
a list with a record of template ima|insert:3:legacy||all|restored
a list with data that is not what its template says|insert:3:misfit||all|restored
a list at an odd address||--addr=0x10000123|all|restored
a list in a range that leaves 64 KiB below 1 MiB||--addr=0x20000 --node=0x20000,0x7e000|all|restored
a list in a range of half the memory||--node=0x10000000,0x1f000000|all|restored
version 0|version=0||0|unknown version
version 2|version=2||0|unknown version
only zeros|zero||0|unknown version
an empty range||--node=0x10000000,0|0|is empty
a range of one byte||--node=0x10000000,1|0|too small for a header
a cut in the header|cut:count||0|too small for a header
a cut behind the header|cut:0.pcr||0|claims another number of records
a cut between two records|cut:3.pcr||3|claims another number of records
a cut in a head|cut:3.digest+7||3|next record is cut short
a cut in a name|cut:3.name+2||3|next record is cut short
a cut in data_len|cut:3.data_len+1||3|next record is cut short
a cut in data|cut:3.data+3||3|next record is cut short
name_len of 0|3.name_len=0||3|empty or overlong template name
name_len of 256|3.name_len=256||3|empty or overlong template name
name_len of 2^32 - 1|3.name_len=0xffffffff||3|empty or overlong template name
name_len with a flipped bit|3.name_len^1||3|next record is cut short
data_len of 2^31 - 1|3.data_len=0x7fffffff||3|next record is cut short
data_len of 2^32 - 1|3.data_len=0xffffffff||3|next record is cut short
a file name of 2^32 - 1 in a record of template ima|insert:3:legacy 3.file_len=0xffffffff||3|next record is cut short
a flipped bit in data|3.data^1||all|checksum differs
a flipped bit in a digest|3.digest^0x80||all|checksum differs
a flipped bit in the checksum|checksum^1||all|checksum differs
a count too small|count-1||all|claims another number of records
a count too large|count+1||all|claims another number of records
a count of 0|count=0||all|claims another number of records
a count of 2^64 - 1|count=0xffffffffffffffff||all|claims another number of records
a size of 0|size=0||0|claims fewer bytes than its header
a size of 23|size=23||0|claims fewer bytes than its header
a size of the header alone|size=24||0|claims another number of records
a size too small|size-1||last|next record is cut short
a size too large|size+1||all|claims more bytes than it has
a size of 2^64 - 1|size=0xffffffffffffffff||all|claims more bytes than it has
a size too large, in a range as large|size+4096|--node=0x10000000,0x100000|all|empty or overlong template name
two nodes||--node=0x10000000,0x100000 --node=0x18000000,0x1000|all|is a second one; restored
a node too short||--node-len=15|0|SETUP_IMA node is too short
an empty node||--node-len=0|0|SETUP_IMA node is too short
a range beyond all addresses||--node=0xfffffffffffff000,0x1000|0|wraps around
a range that wraps around||--node=0x10000000,0xffffffffffffffff|0|wraps around
a range beyond RAM||--node=0x100000000000,0x1000|0|is not all RAM
a range across the end of RAM||--node=$ram_last,0x2000|0|is not all RAM
a range that leaves no room below 1 MiB||--node=0x10000,0x8e000|0|is not all RAM
a range in reserved memory||--node=0xb0000000,0x1000|0|is not all RAM
a range of all memory||--node=0x100000,$ram_most|0|is larger than kexec allows
a range over the initrd||--node=0xa000000,0x1000|0|overlaps this kernel, its initrd
a range into the initrd||--node=0x9fff000,0x1001|0|overlaps this kernel, its initrd
a range over its own node||--node=0x3000000,0x10000|0|its initrd or its boot data
a range over the kernel||--node=0x4100000,0x1000 --append=nokaslr|0|overlaps this kernel
TABLE
}

# A kexec for each, one more by a boot loader that means well, and the kernel that arrives in.
default HOPS $(($(cases | wc -l) + 2))

# make_record NAME DIGEST REST SHOWN: a record, as printf has it, and how the ASCII list shows it.
make_record() {
	# shellcheck disable=SC2059 # that is what they are for
	printf "\\012\\0\\0\\0$2$2$2$2$2$3" >"$1"
	echo "$4" >"$1.shown"
}

make_records() {
	ones=0101010101010101010101010101010101010101 zeros=0000000000000000000000000000000000000000
	make_record violation '\0\0\0\0' '\7\0\0\0unknown\0\0\0\0' "10 $zeros unknown "
	make_record unknown '\1\1\1\1' '\7\0\0\0unknown\5\0\0\0hello' "10 $ones unknown 68656c6c6f"
	make_record line-break '\1\1\1\1' '\3\0\0\0a\nb\1\0\0\0c' "10 $ones a\\012b 63"
	make_record misfit '\1\1\1\1' '\6\0\0\0ima-ng\4\0\0\0\5\0\0\0' "10 $ones ima-ng 05000000"
	make_record legacy '\1\1\1\1' '\3\0\0\0ima\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\5\0\0\0hello' "10 $ones ima $ones hello"
}

find_ram() {
	ram_end=0
	for ram_bank in /sys/firmware/memmap/*; do
		ram_bank_end=$(($(cat "$ram_bank/end") + 1))
		[ "$(cat "$ram_bank/type")" != 'System RAM' ] || [ "$ram_bank_end" -le "$ram_end" ] || ram_end=$ram_bank_end
	done
	ram_last=$((ram_end - 0x1000))
	ram_most=$((ram_end - 0x100000))
}

# spoil EDIT...: what the next kernel gets (buffer), and how much of it should be there afterwards (carry/kept).
spoil() {
	spoil_all=$(/vmtest/hostile make list buffer "$@") || give_up "cannot spoil the list"
	case $kept in
	all) kept=$spoil_all ;;
	last) kept=$((spoil_all - 1)) ;;
	esac
	rm -f /vmtest/carry/shown
	if [ "$kept" -eq "$spoil_all" ]; then
		cp buffer whole
		case $1 in
		insert:*) cp "${1##*:}.shown" /vmtest/carry/shown ;;
		esac
	else
		/vmtest/hostile make list whole "cut:$kept.pcr" >/dev/null || give_up "cannot cut the list"
	fi
	tail -c +25 whole >/vmtest/carry/kept
	echo "$kept" >/vmtest/carry/count
	echo "$name" >/vmtest/carry/name
	echo "$text" | sed 's/; */\n/g' >/vmtest/carry/text
}

# said: the log says what it should, each in one line, and no more. There is no TPM, which is no part of it.
said() {
	said_lines=$(dmesg | grep 'ima: kexec:' | grep -vc 'was not extended into a TPM')
	[ "$said_lines" -eq "$(wc -l <"$1")" ] || return 1
	while read -r said_text; do
		logged_once "ima: kexec: .*$said_text" || return 1
	done <"$1"
}

starts_with() {
	head -c "$(wc -c <"$2")" "$1" | cmp -s - "$2"
}

# What became of the records that the kernel before this one left.
arrived() {
	name=$(cat /vmtest/carry/name) kept=$(cat /vmtest/carry/count)
	note "$name: $(dmesg | grep 'ima: kexec:')"
	check "$name: the log says, each in one line: $(tr '\n' ';' </vmtest/carry/text)" said /vmtest/carry/text
	check "$name: $kept records are kept" [ "$(count)" -eq $((kept + 1)) ]
	check "$name: they are the same bytes" starts_with "$IMA/binary_runtime_measurements" /vmtest/carry/kept
	arrived_whole=$(grep -c restored /vmtest/carry/text)
	check "$name: kexec_state says whether something is missing" is inherited_incomplete $((1 - arrived_whole))
	check "$name: each has a line" [ "$(wc -l <"$IMA/ascii_runtime_measurements")" -eq $((kept + 1)) ]
	[ ! -e /vmtest/carry/shown ] || check "$name: $(cat /vmtest/carry/shown)" grep -qxFf /vmtest/carry/shown "$IMA/ascii_runtime_measurements"
}

guest() {
	[ "$hop" -eq 0 ] || last_hop || arrived
	if last_hop; then
		cat "$IMA/binary_runtime_measurements" >"$OUT/list"
		check "the kernel after all of these has its list" logged_once 'ima: kexec: restored'
		finish
	fi

	# Only what measure() makes: the initramfs of each hop would take more time than all else.
	chgrp 1 /measured && chmod g+s /measured
	policy 'measure func=FILE_CHECK mask=MAY_READ fgroup=1'
	measure 8 files
	if [ "$hop" -lt $((HOPS - 2)) ]; then
		cd /out || give_up "no /out"
		make_records
		find_ram
		cat "$IMA/binary_runtime_measurements" >list
		IFS='|' read -r name edits options kept text <<-CASE
			$(cases | sed -n "$((hop + 1))p")
		CASE
		# shellcheck disable=SC2086 # words
		spoil $edits
		loader=/vmtest/hostile
		# shellcheck disable=SC2086
		check "the next kernel loads: $name" load --list=/out/buffer $options
	else
		check "the next kernel loads with kexec -s" load
		cat "$IMA/binary_runtime_measurements" >"$OUT/list"
	fi
	depart
}

prepare() {
	need_program hostile
}

# Each case is checked where it arrives; the last list is whole if it is the one before and what came after.
judge() {
	local list=hop-$((HOPS - 2))/list
	[ ! -e "$list" ] || check "a list that nobody spoils still arrives" \
		cmp -s -n "$(stat -c %s "$list")" "$list" "hop-$((HOPS - 1))/list"
}
