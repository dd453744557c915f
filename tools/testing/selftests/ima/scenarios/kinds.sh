# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# kinds: each kind of record a policy can ask for, on each TPM bank, through several kexecs (--set CASE=, see cases)
default CASE mixed
default TIMEOUT 900
# Records of each template, before and again after the load
default RECORDS 2
# The PCRs that are quoted
default PCRS 0,1,2,3,4,5,6,7,8,9,10,11

# name: kernels: TPM banks: kernel command line of each kernel, the last one for all that follow: kinds of records
# A template is a kind, with files of its own for which the policy has template=. What "default" gives follows from
# the command line. Template "ima" comes last where the lists before are to be judged by evmctl, which does not know
# it along with others. The banks that are alone need a hash for the boot_aggregate. From "ima" on there is a template
# to a list, as for the test vectors.
cases() {
	cat <<'TABLE'
mixed: 3: sha1,sha256,sha384: ima_template_fmt=d-ng|n-ng|sig|imode ima_policy=critical_data: default ima ima-ng ima-ngv2 ima-sig ima-sigv2 ima-modsig evm-sig violations pcr key cmdline critical modsig
templates: 9: sha1,sha256: ima_template=ima-ng; ima_template=ima-sig; ima_template=ima-ngv2; ima_template=ima-sigv2; ima_template=ima-buf; ima_template=ima-modsig; ima_template=evm-sig; ima_template_fmt=n-ng|d-ng|sig; ima_hash=sha1 ima_template=ima: default violations
sha1: 2: sha1: ima_hash=sha1: default violations cmdline
sha256: 2: sha256: ima_template=ima-sig: default violations cmdline
sha384: 2: sha384: ima_hash=sha384 ima_template=ima-sigv2: default violations cmdline
tcb: 2: sha1,sha256: ima_policy=tcb|critical_data rootfstype=ramfs: tcb critical
secure-boot: 2: sha1,sha256: ima_policy=tcb|secure_boot|critical_data: secure-boot appraise cmdline critical
busy: 3: sha1,sha256: ima_template=ima-ng: default busy
ima: 3: sha1,sha256,sha384: ima_hash=sha1 ima_template=ima: default violations
ima-ng: 3: sha1,sha256,sha384: ima_template=ima-ng: default violations
ima-ngv2: 3: sha1,sha256,sha384: ima_template=ima-ngv2: default violations
ima-sig: 3: sha1,sha256,sha384: ima_template=ima-sig: ima-sig violations
ima-sigv2: 3: sha1,sha256,sha384: ima_template=ima-sigv2: ima-sigv2 violations
ima-buf: 3: sha1,sha256,sha384: ima_template=ima-buf ima_policy=critical_data: critical cmdline
ima-modsig: 3: sha1,sha256,sha384: ima_template=ima-modsig: default modsig
evm-sig: 3: sha1,sha256,sha384: ima_template=evm-sig: evm-sig
custom: 3: sha1,sha256,sha384: ima_template_fmt=n-ng|d-ng|sig: default violations
pcrs: 3: sha1,sha256,sha384: ima_template=ima-ng: default pcr
TABLE
}

# field N: that of the case
field() {
	cases | sed -n "s/^$CASE: //p" | cut -d : -f "$1" | sed 's/^ //'
}

# words HOP: what this case has on the kernel's command line
words() {
	field 3 | awk -F '; *' -v n="$1" '{ print n < NF ? $(n + 1) : $NF }'
}

default HOPS "$(field 1)"
default BANKS "$(field 2)"
BANK_FILES=on
APPEND=$(words 0)

has_kind() {
	case " $(field 4) " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# One processor would not measure while the other leaves.
! has_kind busy || default SMP 2

# On the host: a key, for files and for the kernel image, and its certificate. The certificate has a long comment, so
# that the record of its import is one of more than 4096 bytes.
make_key() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=vmtest -keyout key.pem -out cert.pem \
		-addext "nsComment=$(seq -s ' ' 1100)" >openssl.log 2>&1 || return 1
	openssl x509 -in cert.pem -outform DER -out cert.der || return 1
	openssl cms -sign -binary -noattr -nocerts -nosmimecap -md sha256 -signer cert.pem -inkey key.pem \
		-in "$next" -outform DER -out modsig || return 1
	# As scripts/sign-file does: the signature, that it is PKCS#7, its size, and the mark.
	modsig_size=$(printf %08x "$(stat -c %s modsig)" | sed 's/../\\x&/g')
	printf '%b~Module signature appended~\n' "\\0\\0\\x02\\0\\0\\0\\0\\0$modsig_size" >>modsig
}

prepare() {
	[ "$(field 1)" ] || die "no case is called $CASE; there is: $(cases | cut -d : -f 1 | paste -sd ' ')"
	make_key || die "openssl cannot make the key of this run"
	for file in key.pem cert.der modsig; do
		add_file "$file"
	done
}

# The rules of a kind. Files are told apart by their group.
rules() {
	rules_files="measure func=FILE_CHECK mask=MAY_READ fgroup=$2"
	case $1 in
	default | violations | busy)
		echo "$rules_files" ;;
	pcr)	echo "$rules_files pcr=11" ;;
	appraise)
		echo "$rules_files template=ima-sig"
		echo "appraise func=FILE_CHECK mask=MAY_READ fgroup=$2 appraise_type=imasig" ;;
	key)	echo 'measure func=KEY_CHECK keyrings=_ima' ;;
	cmdline) echo 'measure func=KEXEC_CMDLINE' ;;
	critical) echo 'measure func=CRITICAL_DATA' ;;
	modsig)	echo 'measure func=KEXEC_KERNEL_CHECK template=ima-modsig'
		echo 'appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig|modsig' ;;
	secure-boot)
		echo 'appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig'
		echo 'appraise func=POLICY_CHECK appraise_type=imasig' ;;
	tcb)	;;
	*)	echo "$rules_files template=$1" ;;
	esac
}

all_rules() {
	rules_group=1000
	for rules_kind in $(field 4); do
		rules_group=$((rules_group + 1))
		rules "$rules_kind" "$rules_group"
	done
}

# How many records there are of a template, and of those how many with such an end
records() {
	awk -v template="$1" -v end="${2:-.}" '$3 == template && $0 ~ end { n++ } END { print n + 0 }' \
		"$IMA/ascii_runtime_measurements"
}

# gains N TEMPLATE [END]: since the call of before with the same
before() {
	gains_from=$(records "$@")
}

gains() {
	gains_wanted=$1
	shift
	check "$kind, $when the load: $gains_wanted records of $1${2:+ ending in $2}" \
		[ $(($(records "$@") - gains_from)) -eq "$gains_wanted" ]
}

default_template() {
	default_name=$(words "$hop" | sed -n 's/.*ima_template\(_fmt\)*=\([^ ]*\).*/\2/p')
	echo "${default_name:-ima-ng}"
}

# A directory whose files have this group, the mark of the kind.
use_group() {
	chgrp "$1" /measured && chmod g+s /measured
}

sign() {
	evmctl ima_sign --key /vmtest/key.pem "$@" >/dev/null || give_up "evmctl cannot sign"
}

# measure_signed OPTION...: as many files as measure(), each with a signature before it is first read
measure_signed() {
	signed_done=0
	mkdir "/measured/$hop-$kind-$when"
	while [ "$signed_done" -lt "$RECORDS" ]; do
		signed_done=$((signed_done + 1))
		signed_file=/measured/$hop-$kind-$when/$signed_done
		# Of another group until it is signed: evmctl reads it.
		echo "$hop $when $signed_done" >"$signed_file"
		chgrp 0 "$signed_file"
		"$@" "$signed_file"
		chgrp "$group" "$signed_file"
		cat "$signed_file" >/dev/null
	done
	rm -r "/measured/$hop-$kind-$when"
}

sign_portable() {
	evmctl sign --imasig --portable --generation= --gid "$group" --key /vmtest/key.pem "$1" >/dev/null || give_up "evmctl cannot sign"
}

# open_writers: read while open for writing. ToMToU: opened for writing while open for reading.
violate() {
	echo "$hop $when" >/measured/violated
	exec 3>>/measured/violated
	cat /measured/violated >/dev/null
	exec 3>&-
	exec 3</measured/violated
	: 4>>/measured/violated
	exec 3<&-
	rm /measured/violated
}

reads() {
	cat "$1" >/dev/null 2>&1
}

appraise() {
	for file in signed unsigned changed; do
		echo "$hop $when $file" >/measured/$file
		chgrp 0 /measured/$file
		[ $file = unsigned ] || sign /measured/$file
	done
	echo more >>/measured/changed
	chgrp "$group" /measured/signed /measured/unsigned /measured/changed
	check "$when the load: a signed file can be read" reads /measured/signed
	check "$when the load: an unsigned file cannot" fails reads /measured/unsigned
	check "$when the load: a file changed after signing cannot" fails reads /measured/changed
	rm /measured/signed /measured/unsigned /measured/changed
}

# Each kind once.
measure_kinds() {
	when=$1 group=1000
	for kind in $(field 4); do
		group=$((group + 1))
		use_group "$group"
		case $kind in
		default | pcr)
			before "$(default_template)"
			measure "$RECORDS" "$kind-$when"
			gains "$RECORDS" "$(default_template)" ;;
		violations)
			violations_from=$(cat "$IMA/violations")
			violate
			check "$when the load: 2 violations" [ $(($(cat "$IMA/violations") - violations_from)) -eq 2 ] ;;
		ima-sig | ima-sigv2)
			before "$kind" ' 0302[0-9a-f]*$'
			measure_signed sign
			gains "$RECORDS" "$kind" ' 0302[0-9a-f]*$' ;;
		evm-sig)
			before "$kind" ' 0502[0-9a-f]* '
			measure_signed sign_portable
			gains "$RECORDS" "$kind" ' 0502[0-9a-f]* ' ;;
		ima*)	before "$kind"
			measure "$RECORDS" "$kind-$when"
			gains "$RECORDS" "$kind" ;;
		appraise)
			before ima-sig
			appraise
			gains 3 ima-sig ;;
		esac
	done
}

# The keyring is one of ours, without CONFIG_INTEGRITY_TRUSTED_KEYRING.
import_key() {
	keyctl padd asymmetric '' "$(keyctl newring _ima @u)" </vmtest/cert.der >/dev/null || give_up "no keyring _ima"
}

write_policy() {
	echo "$1" >"$IMA/policy"
}

# Where the policy has to be signed, it comes as a file.
set_policy() {
	all_rules >/tmp/policy
	# A policy of ours takes the place of the one from the command line.
	! has_kind tcb || return 0
	if has_kind secure-boot; then
		check "a policy without a signature is refused" fails write_policy /tmp/policy
		sign /tmp/policy
		policy /tmp/policy
	else
		policy "$(cat /tmp/policy)"
	fi
}

load_next() {
	load_words=$(words "$hop")
	load_line=$(sed "s/hop=[0-9]*/hop=$((hop + 1))/; s/ *\$//" /proc/cmdline)
	load -s "--command-line=${load_line%"$load_words"}$(words $((hop + 1)))"
}

# How their records end
cmdline_end=' kexec-cmdline [0-9a-f]*$'
# kexec-tools from 2.0.29 on hands the kernel over as a file in memory.
modsig_end='(kernel-1|memfd:kernel) .* sha256:[0-9a-f]* 3[0-9a-f]*$'

guest() {
	# Else tcb measures the files of the snapshot, each time anew.
	! has_kind tcb || { mount -t tmpfs out /out && mkdir "$OUT" && : >"$OUT/tap"; }
	! has_kind critical || check "the kernel's version is measured at boot" \
		[ "$(grep -c 'ima-buf .* kernel_version' "$IMA/ascii_runtime_measurements")" -eq $((hop + 1)) ]
	if has_kind secure-boot || has_kind appraise || has_kind modsig; then
		import_key
	fi
	kind=key when=before
	before ima-buf ' _ima [0-9a-f]*$'
	! has_kind tcb || check "the programs of this kernel are measured" \
		[ "$(grep -c ' /bin/busybox$' "$IMA/ascii_runtime_measurements")" -eq $((hop + 1)) ]
	set_policy
	# A key that came before the policy waits for it.
	! has_kind key || gains 1 ima-buf ' _ima [0-9a-f]*$'
	measure_kinds before
	if last_hop; then
		snapshot
		finish
	fi

	kernel=/vmtest/$(sed -n "$((hop + 1))p" /vmtest/kernels)
	if has_kind secure-boot; then
		check "a kernel without a signature is refused" fails load_next
		sign "$kernel"
	fi
	# The next hop finds it signed.
	if has_kind modsig && [ -e /vmtest/modsig ]; then
		cat /vmtest/modsig >>"$kernel"
		rm /vmtest/modsig
	fi
	cmdline_from=$(records ima-buf "$cmdline_end") modsig_from=$(records ima-modsig "$modsig_end")
	check "the next kernel loads" load_next
	! has_kind cmdline || check "its command line is measured" \
		[ $(($(records ima-buf "$cmdline_end") - cmdline_from)) -eq 1 ]
	! has_kind modsig || check "its image is measured with the signature appended to it" \
		[ $(($(records ima-modsig "$modsig_end") - modsig_from)) -eq 1 ]
	measure_kinds after
	snapshot
	if has_kind busy; then
		use_group 1002
		measure 1000000 busy &
	fi
	depart
}

# Of the records that were made while a kernel left, those that the TPM saw came to the next one.
left_while_measuring() {
	local next_hop=1
	while [ "$next_hop" -lt "$HOPS" ]; do
		grep -q "/measured/$((next_hop - 1))-busy/" "hop-$next_hop/ascii" || return 1
		next_hop=$((next_hop + 1))
	done
}

# The file of each bank replays to the TPM by itself, inherited records included.
bank_files_replay() {
	local list bank
	for list in hop-*/list_*; do
		bank=${list##*/list_}
		"$here/replay_bank" "$bank" "$list" "${list%/*}/ascii_$bank" 10 "${list%/*}/pcr_$bank" 2>&1 || return 1
	done | sed 's/^/# /'
}

judge() {
	set -- --verbose
	! has_kind busy || set -- "$@" --later
	# That a kernel is left is measured too.
	! has_kind critical || set -- "$@" --later
	# The programs that leave for the next kernel are measured.
	! has_kind tcb || set -- "$@" --later
	! has_kind pcr || set -- "$@" --pcr 11
	attest_hops "$@"
	if [ -e hop-0/list_sha1 ] || [ -e hop-0/list_sha256 ] || [ -e hop-0/list_sha384 ]; then
		check "the file of each bank replays to its PCR" bank_files_replay
	else
		result "ok - the file of each bank replays to its PCR # SKIP Linux before 6.10 has no such files"
	fi
	! has_kind busy || check "files were measured until each kernel was gone" left_while_measuring
}
