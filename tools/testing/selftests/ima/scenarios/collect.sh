# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# collect: a host collects from each kernel while it runs, through a serial port, and attests what came
default HOPS 2
default RECORDS 50
default AFTER_LOAD 20

prepare() {
	command -v openssl >/dev/null || die "openssl is missing; install it"
	mkdir visit
	add_file "$here/collect"
}

# ask COMMAND: what the guest's shell says to it. The answer comes behind a line with its status and its size.
ask() {
	echo "$*" >&3
	read -r ask_status ask_size <&4 || return 1
	head -c "$ask_size" <&4
	return "$ask_status"
}

# This hop's kernel answers, and not the one before.
await() {
	read -r await_hello <&4 && [ "$await_hello" = "hop $1" ]
}

# told NAME COMMAND...: what it says, in visit/NAME and, as a transcript, in visit.log
told() {
	told_name=$1
	shift
	echo "\$ $*" | sed "s|$here/||g"
	"$@" >"visit/$told_name" 2>&1 || :
	sed 's/^/  /' "visit/$told_name"
}

# take HOP [OPTION...]: a tar file in visit/HOP.tar, for a new nonce in visit/HOP.nonce
take() {
	take_hop=$1
	shift
	openssl rand -hex 16 >"visit/$take_hop.nonce"
	echo "machine\$ collect $* $(cat "visit/$take_hop.nonce") >visit/$take_hop.tar"
	ask collect "$@" "$(cat "visit/$take_hop.nonce")" >"visit/$take_hop.tar" || cat "visit/$take_hop.tar"
	tar -tvf "visit/$take_hop.tar" | sed 's/^/  /'
}

# On the host, while the guest runs
visit() {
	exec 3<>visit.in 4<>visit.out
	visit_hop=0
	while [ "$visit_hop" -lt "$HOPS" ]; do
		await "$visit_hop" || return 1
		[ "$visit_hop" -gt 0 ] || ask collect --key >visit/machine.pem
		take "$visit_hop"
		told "attest-$visit_hop" "$here/attest" --nonce "$(cat "visit/$visit_hop.nonce")" \
			--ak visit/machine.pem "visit/$visit_hop.tar"
		[ "$visit_hop" -lt $((HOPS - 1)) ] || visit_last
		echo end >&3
		visit_hop=$((visit_hop + 1))
	done
}

# Of the last kernel: with those before it, for a nonce of another time, without a file that is asked for, and what is
# new since then.
visit_last() {
	set --
	for visit_nonce in visit/[0-9]*.nonce; do
		set -- "$@" --nonce "$(cat "$visit_nonce")"
	done
	told attest-chain "$here/attest" --later --max-kexecs $((HOPS - 1)) "$@" --ak visit/machine.pem visit/[0-9]*.tar
	told attest-old "$here/attest" --nonce "$(openssl rand -hex 16)" --ak visit/machine.pem "visit/$visit_hop.tar"
	tar -xOf "visit/$visit_hop.tar" ./list >visit/list
	ask 'echo new >/measured/new; cat /measured/new' >/dev/null
	take new --since "$(wc -c <visit/list)"
	told attest-new "$here/attest" --nonce "$(cat visit/new.nonce)" --ak visit/machine.pem --before visit/list \
		visit/new.tar
	ask collect nonsense >visit/nonsense || :
}

# Do what the host asks for until it says that this was the end.
answer() {
	answer_port=$(grep -lx vmtest.visit /sys/class/virtio-ports/*/name)
	answer_port=${answer_port%/name}
	exec 3<>"/dev/${answer_port##*/}"
	echo "hop $hop" >&3
	while read -r answer_words <&3 && [ "$answer_words" != end ]; do
		answer_status=0
		sh -c "$answer_words" >/tmp/answer 2>&1 || answer_status=$?
		{ echo "$answer_status $(wc -c </tmp/answer)"; cat /tmp/answer; } >&3
	done
	exec 3>&-
}

guest() {
	policy_files
	cp /vmtest/collect /bin/collect
	measure "$RECORDS" before
	answer
	! last_hop || finish
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	execute
	give_up "kexec was refused: $(cat "$OUT/execute")"
}

says_attested() {
	grep -qx attested "visit/attest-$1"
}

# How many bytes of list a tar file has
list_bytes() {
	tar -xOf "visit/$1.tar" ./list | wc -c
}

judge() {
	sed 's/^/# /' visit.log
	judge_hop=0
	while [ "$judge_hop" -lt "$HOPS" ]; do
		check "hop $judge_hop: what was collected is attested" says_attested "$judge_hop"
		judge_hop=$((judge_hop + 1))
	done
	check "what was collected from all kernels is attested as a chain" says_attested chain
	check "what was collected for another nonce is not" grep -qx 'not attested' visit/attest-old
	check "what is new since then is attested with what was collected before" says_attested new
	check "and is shorter" [ "$(list_bytes new)" -lt "$(list_bytes $((HOPS - 1)))" ]
	check "a nonce that is none is refused in one line" [ "$(wc -l <visit/nonsense)" -eq 1 ]
}
