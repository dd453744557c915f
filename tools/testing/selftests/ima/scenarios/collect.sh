# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# collect: a host collects from each kernel while it runs, by ssh or through a serial port, and attests what came
default HOPS 2
default RECORDS 50
default AFTER_LOAD 20
default OVER serial		# or ssh, for a guest that has dropbear and a kernel with TCP/IP

prepare() {
	command -v openssl >/dev/null || die "openssl is missing; install it"
	mkdir visit
	add_file "$here/collect"
	[ "$OVER" != ssh ] || prepare_ssh
}

# One key for the machine, whatever kernel it runs, and one for who visits it. visit/ssh tells ssh about both.
prepare_ssh() {
	for ssh_key in host user; do
		ssh-keygen -q -t ed25519 -N '' -C "$ssh_key" -f "visit/$ssh_key" || die "ssh-keygen fails; install openssh-client"
	done
	forward_port 22
	echo "machine $(cat visit/host.pub)" >visit/known_hosts
	cat >visit/ssh <<-TEXT
		Host machine
		HostName 127.0.0.1
		HostKeyAlias machine
		Port $host_port
		User root
		IdentityFile visit/user
		IdentitiesOnly yes
		UserKnownHostsFile visit/known_hosts
		StrictHostKeyChecking yes
		BatchMode yes
		ConnectTimeout 10
		LogLevel ERROR
	TEXT
	add_file visit/host
	add_file visit/user.pub
}

# ask COMMAND...: what the guest's shell says to it. Through the serial port the answer comes behind a line with its
# status and its size.
ask() {
	if [ "$OVER" = ssh ]; then
		ssh -F visit/ssh machine "$@" </dev/null
		return
	fi
	echo "$*" >&3
	read -r ask_status ask_size <&4 || return 1
	head -c "$ask_size" <&4
	return "$ask_status"
}

# await HOP: its kernel answers, and not the one before. For how long is for vmtest.sh to say.
await() {
	if [ "$OVER" = ssh ]; then
		until [ "$(ask cat /run/hop 2>/dev/null)" = "$1" ]; do
			sleep 1
		done
	else
		read -r await_hello <&4 && [ "$await_hello" = "hop $1" ]
	fi
}

dismiss() {
	if [ "$OVER" = ssh ]; then
		ask touch /run/dismissed
	else
		echo end >&3
	fi
}

# told NAME WORD...: what attest says, in visit/NAME and, as a transcript, in visit.log
told() {
	told_name=$1
	shift
	echo "\$ attest $*"
	"$here/attest" "$@" >"visit/$told_name" 2>&1 || :
	sed 's/^/  /' "visit/$told_name"
}

# take NAME COLLECT-OPTION... -- ATTEST-OPTION...: for a new nonce, in visit/NAME.nonce, what is collected is attested,
# with the words in visit/attest-NAME, and kept in visit/NAME.tar.
take() {
	take_name=$1 take_options=''
	shift
	while [ "$1" != -- ]; do
		take_options="$take_options $1"
		shift
	done
	shift
	take_nonce=$(openssl rand -hex 16)
	echo "$take_nonce" >"visit/$take_name.nonce"
	set -- --nonce "$take_nonce" --ak visit/machine.pem "$@" -
	[ "$OVER" = ssh ] && take_shown='$ ssh machine' || take_shown='machine$'
	echo "$take_shown collect$take_options $take_nonce | tee visit/$take_name.tar | attest $*"
	ask "collect$take_options $take_nonce" | tee "visit/$take_name.tar" |
		"$here/attest" "$@" >"visit/attest-$take_name" 2>&1 || :
	sed 's/^/  /' "visit/attest-$take_name"
	echo "\$ tar -tvf visit/$take_name.tar"
	tar -tvf "visit/$take_name.tar" | sed 's/^/  /'
}

# On the host, while the guest runs
visit() {
	[ "$OVER" = ssh ] || exec 3<>visit.in 4<>visit.out
	visit_hop=0
	while [ "$visit_hop" -lt "$HOPS" ]; do
		await "$visit_hop" || return 1
		[ "$visit_hop" -gt 0 ] || ask collect --key >visit/machine.pem
		take "$visit_hop" --
		[ "$visit_hop" -lt $((HOPS - 1)) ] || visit_last
		dismiss
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
	told attest-chain --later --max-kexecs $((HOPS - 1)) "$@" --ak visit/machine.pem visit/[0-9]*.tar
	told attest-old --nonce "$(openssl rand -hex 16)" --ak visit/machine.pem "visit/$visit_hop.tar"
	tar -xOf "visit/$visit_hop.tar" ./list >visit/list
	ask 'echo new >/measured/new; cat /measured/new' >/dev/null
	take new --since "$(wc -c <visit/list)" -- --before visit/list
	ask collect nonsense >visit/nonsense 2>&1 || :
}

# Do what the host asks for until it says that this was the end.
answer() {
	if [ "$OVER" = ssh ]; then
		answer_ssh
		return
	fi
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

# An SSH server wants the machine to have a user and an address, which is the one that QEMU expects.
answer_ssh() {
	mkdir -p /run /root/.ssh /etc/dropbear
	echo root:x:0:0:root:/root:/bin/sh >/etc/passwd
	cp /vmtest/user.pub /root/.ssh/authorized_keys
	chmod -R go= /root
	chown -R 0:0 /root
	dropbearconvert openssh dropbear /vmtest/host /etc/dropbear/dropbear_ed25519_host_key >/dev/null 2>&1 ||
		give_up "dropbear does not take the machine's key"
	ifconfig eth0 10.0.2.15 || give_up "no network"
	echo "$hop" >/run/hop
	/usr/sbin/dropbear -s || give_up "dropbear does not start"
	until [ -e /run/dismissed ]; do
		sleep 1
	done
}

guest() {
	policy_files
	cp /vmtest/collect /bin/collect
	measure "$RECORDS" before
	answer
	! last_hop || finish
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	depart
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
