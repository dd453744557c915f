# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tests share: TAP results. Source it after `set -euo pipefail`.
# shellcheck source=overlay/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

results=0

ok() {
	results=$((results + 1))
	echo "ok $results - $1"
}

not_ok() {
	results=$((results + 1))
	echo "not ok $results - $1"
}

skip() {
	results=$((results + 1))
	echo "ok $results - $1 # SKIP $2"
}

# check WHAT COMMAND...: the command succeeds.
check() {
	local what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

# refuses WHAT PATTERN COMMAND...: the command fails with one line, and it matches. Lines with a time in seconds are
# the progress of steps before that, and those with a # in front are for this test.
refuses() {
	local what=$1 pattern=$2 out said
	shift 2
	if out=$("$@" 2>&1); then
		echo "# succeeded: $out"
		not_ok "$what"
		return
	fi
	said=$(grep -vE '^# |  [0-9]+s(  |$)' <<<"$out" || :)
	if [[ $said =~ $pattern && $said != *$'\n'* ]]; then
		ok "$what"
	else
		echo "# said: $out"
		not_ok "$what"
	fi
}

# pass_on PREFIX FILE: the results that another program printed as TAP, under numbers of ours.
pass_on() {
	local line name
	while IFS= read -r line; do
		name=$1${line#*- }
		case $line in
		'ok '*' # SKIP '*) skip "${name% # SKIP *}" "${name##* # SKIP }" ;;
		'ok '*) ok "$name" ;;
		'not ok '*) not_ok "$name" ;;
		'# '*) echo "$line" ;;
		esac
	done <"$2"
}

# kunit_results KERNELS: what KUnit printed in so many kernels, in a log of its own or the kernel's, as results of ours.
# The cases of a suite are indented by four, their parameters by eight; the dash is there in some kernels only.
kunit_results() {
	local suites=$((3 * $1)) tap=$LOGS/kunit.tap
	tr -d '\r' | sed 's/^\[ *[0-9.]*\] //' >"$tap.log"
	awk '/^    # Subtest: / { suite = $3 }
		match($0, /^    (not )?ok [0-9]+ (- )?/) {
			result = $1 == "ok" ? "ok" : "not ok"
			print result " - " suite "." substr($0, RLENGTH + 1)
		}' "$tap.log" >"$tap"
	pass_on "" "$tap"
	check "all suites have run" [ "$(grep -cE '^(not )?ok [0-9]+ (- )?ima_' "$tap.log")" = "$suites" ]
	rm "$tap.log"
}

# files PATH...: those of this repository that there are.
files() {
	git -C "$TOP" ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
		[[ ! -f $TOP/$file ]] || echo "$file"
	done
}

# The kernel's .c and .h files that are new or touched.
touched() {
	local patches
	mapfile -t patches < <(sed -e 's/[[:space:]]*#.*//' -e '/^$/d' -e "s|^|$TOP/patches/|" "$TOP/patches/series-$BASE")
	files arch drivers include kernel security | grep '\.[ch]$'
	sed -n 's|^+++ b/\([^[:space:]]*\.[ch]\)$|\1|p' "${patches[@]}"
}

# objects ARCH: the one object of each, where this architecture may build it.
objects() {
	touched | sort -u | sed -n 's/\.c$/.o/p' | while read -r object; do
		case $object in
		arch/x86/boot/*)
			;; # not the kernel proper
		arch/*)	[[ $object != "arch/$1/"* ]] || echo "$object" ;;
		drivers/of/*)
			[[ $1 == x86 ]] || echo "$object" ;;
		*)	echo "$object" ;;
		esac
	done
}

# The end of a test: how many results there should have been.
plan() {
	echo "1..$results"
}
