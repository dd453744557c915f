# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the overlay scripts share: the knobs, where things are, how to say what happens and how to stop.
# Source it after `set -euo pipefail`.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ARCH=${ARCH:-x86}
BASE=${BASE:-7.3}
FLAVOUR=${FLAVOUR:-ours}
VARIANT=${VARIANT:-}
JOBS=${JOBS:-$(nproc)}
BUILD=${BUILD:-build}
[[ $BUILD == /* ]] || BUILD=$TOP/$BUILD
LOGS=$BUILD/log
# Where ccache keeps things for this user anyway: another checkout, or this one after `make clean`, has them too.
export CCACHE_DIR=${CCACHE_DIR:-${HOME:-$BUILD}/.cache/ccache} CCACHE_BASEDIR=$BUILD CCACHE_NOHASHDIR=1

# One line, and the end. What the user can do belongs into the line.
die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# What happens goes to stderr: stdout is for results.
say() {
	printf '%s\n' "$*" >&2
}

# The build directory carries a mark, so that `make clean` never removes a directory it did not make.
make_build_dir() {
	[[ -e $BUILD/.made-by-overlay ]] && return
	[[ ! -d $BUILD || -z $(ls -A "$BUILD") ]] ||
		die "$BUILD has other files in it; give an empty or new directory with BUILD="
	if ! { mkdir -p "$LOGS" && : >"$BUILD/.made-by-overlay"; } 2>/dev/null; then
		die "cannot write to $BUILD; give another directory with BUILD="
	fi
}

# wait_lock FD MODE: take the lock, and say so where it takes waiting.
wait_lock() {
	flock -n "$2" "$1" || { say "waiting for another process in $BUILD"; flock "$2" "$1"; }
}

# need_disk MIB: stop now rather than in the middle.
need_disk() {
	local free
	make_build_dir
	free=$(df --output=avail -m "$BUILD" | tail -n 1)
	((free >= $1)) ||
		die "$BUILD has ${free// /} MiB free and this needs $1; make room or give another directory with BUILD="
}

# The Debian release this machine runs.
debian_suite() {
	(. /etc/os-release && echo "${VERSION_CODENAME:?}")
}

# mirror_of SUITE: the mirror that this machine's apt uses for it, nothing if it does not follow it.
mirror_of() {
	# shellcheck disable=SC2016  # $(REPO_URI) is for apt
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "Release: $1" | sed -n 1p
}

debian_mirror() {
	mirror_of "$(debian_suite)" | grep . ||
		die "apt follows no source for $(debian_suite) main; see sources.list(5)"
}

# The name of the disk that overlay/disk makes, and of what it is made of
disk_name() {
	echo "disk-$BASE-$FLAVOUR${VARIANT:+-$VARIANT}"
}

# kernel_package CONFIG NAME: that of the kernel, among those of overlay/deb
kernel_package() {
	"$TOP/overlay/deb" "$@" | grep '/linux-image-[^/]*\.deb$' | grep -v -e -dbg
}

# The line of a log that says what went wrong: the first error, else the last line that is no comment.
log_reason() {
	grep -m 1 -E '^E: |\berror: |\*\*\* |: fatal|^FAIL|No space left' "$1" || grep -v '^# ' "$1" | tail -n 1
}

# For a step's progress: the last line of its log, cut to fit. A script may pass its own as PROGRESS.
log_tail() {
	tail -n 1 "$1" | tr -d '\r' | cut -c -60
}

show_progress() {
	local text=$1 log=$2 start=$3 parent=$4 every=15 never
	[[ -t 2 ]] && every=2
	# The read stands for a sleep, which would outlive this loop and hold on to the caller's files and locks.
	exec {never}<> <(:)
	while :; do
		read -r -t "$every" -u "$never" || :
		kill -0 "$parent" 2>/dev/null || return 0
		if [[ -t 2 ]]; then
			printf '\r\033[K%s  %ds  %s' "$text" $((SECONDS - start)) "$("${PROGRESS:-log_tail}" "$log")" >&2
		else
			say "$text  $((SECONDS - start))s  $("${PROGRESS:-log_tail}" "$log")"
		fi
	done
}

# step NAME TEXT COMMAND...: run COMMAND with its output in the log NAME, show TEXT, progress and time.
# HINT says what to do when it fails, where the log's own reason does not.
# Progress runs beside the command, not the other way round, so that Ctrl-C reaches the command itself.
step() {
	local log=$LOGS/$1.log text=$2 start=$SECONDS progress rc
	shift 2
	make_build_dir
	mkdir -p "$LOGS"
	: >"$log"
	[[ -t 2 ]] && printf '%s' "$text" >&2
	show_progress "$text" "$log" "$start" $$ &
	progress=$!
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1 </dev/null
	rc=$?
	set -e
	kill "$progress" 2>/dev/null || :
	wait "$progress" 2>/dev/null || :
	[[ -t 2 ]] && printf '\r\033[K' >&2
	((rc == 0)) || die "$text: failed: $(log_reason "$log")${HINT:+; $HINT} (log: $log)"
	say "$text  $((SECONDS - start))s"
}
