# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# collect: the host collects from each kernel by ssh, and attests what came (needs --file for dropbear, and a network)
default HOPS 2
default RECORDS 50
default AFTER_LOAD 20

# On the host: keys of this run for both sides.
prepare() {
	for program in ssh ssh-keygen dropbearkey openssl; do
		command -v "$program" >/dev/null || die "$program is missing; install openssh-client, dropbear-bin and openssl"
	done
	mkdir visit
	ssh-keygen -q -t ed25519 -N '' -C vmtest -f visit/key
	dropbearkey -t ed25519 -f visit/host_key | sed -n 's/^ssh-ed25519 [^ ]*/visited &/p' >visit/known_hosts
	cp visit/key.pub visit/authorized_keys
	for file in visit/host_key visit/authorized_keys "$here/collect"; do
		add_file "$file"
	done
}

# by_ssh COMMAND: in the guest, over the network
by_ssh() {
	ssh -F none -i visit/key -p "$SSH_PORT" -o BatchMode=yes -o ConnectTimeout=10 -o HostKeyAlias=visited \
		-o UserKnownHostsFile=visit/known_hosts -o LogLevel=ERROR root@127.0.0.1 "$@"
}

# This hop's kernel answers, and not the one before.
await() {
	await_left=$TIMEOUT
	until by_ssh grep -q "hop=$1" /proc/cmdline 2>/dev/null; do
		await_left=$((await_left - 1))
		[ "$await_left" -gt 0 ] || return 1
		sleep 1
	done
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
	echo "\$ ssh root@machine collect $* $(cat "visit/$take_hop.nonce") >visit/$take_hop.tar"
	by_ssh collect "$@" "$(cat "visit/$take_hop.nonce")" >"visit/$take_hop.tar" 2>"visit/$take_hop.error" ||
		sed 's/^/  /' "visit/$take_hop.error"
	tar -tvf "visit/$take_hop.tar" | sed 's/^/  /'
}

# On the host, while the guest runs
visit() {
	visit_hop=0
	while [ "$visit_hop" -lt "$HOPS" ]; do
		await "$visit_hop" || return 1
		[ "$visit_hop" -gt 0 ] || by_ssh collect --key >visit/machine.pem
		take "$visit_hop"
		told "attest-$visit_hop" "$here/attest" --nonce "$(cat "visit/$visit_hop.nonce")" \
			--ak visit/machine.pem "visit/$visit_hop.tar"
		[ "$visit_hop" -lt $((HOPS - 1)) ] || visit_last
		by_ssh touch /tmp/visited
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
	by_ssh 'echo new >/measured/new; cat /measured/new' >/dev/null
	take new --since "$(wc -c <visit/list)"
	told attest-new "$here/attest" --nonce "$(cat visit/new.nonce)" --ak visit/machine.pem --before visit/list \
		visit/new.tar
	by_ssh collect nonsense >visit/nonsense 2>&1 || :
}

network() {
	ifconfig lo 127.0.0.1 up
	ifconfig eth0 10.0.2.15 up
	mkdir -p /root/.ssh
	cp /vmtest/authorized_keys /root/.ssh
	chmod -R go-rwx /root
	echo 'root:*:0:0:root:/root:/bin/sh' >/etc/passwd
	cp /vmtest/collect /bin/collect
	# -s: nobody gets in by a password.
	LD_LIBRARY_PATH=/vmtest /vmtest/dropbear -E -s -p 22 -r /vmtest/host_key 2>"$OUT/dropbear"
}

guest() {
	policy_files
	network || give_up "no network: $(cat "$OUT/dropbear")"
	measure "$RECORDS" before
	while [ ! -e /tmp/visited ]; do
		sleep 1
	done
	rm /tmp/visited
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
		check "hop $judge_hop: what was collected by ssh is attested" says_attested "$judge_hop"
		judge_hop=$((judge_hop + 1))
	done
	check "what was collected from all kernels is attested as a chain" says_attested chain
	check "what was collected for another nonce is not" grep -qx 'not attested' visit/attest-old
	check "what is new since then is attested with what was collected before" says_attested new
	check "and is shorter" [ "$(list_bytes new)" -lt "$(list_bytes $((HOPS - 1)))" ]
	check "a nonce that is none is refused in one line" [ "$(wc -l <visit/nonsense)" -eq 1 ]
}
