# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# KTAP results of a shell test. Linux 6.1 has no helper for that; later kernels have ../kselftest/ktap_helpers.sh, whose
# functions these are named after, so that it can take the place of this file.

KSFT_SKIP=4
ktap_number=0 ktap_failed=0

ktap_print_header() {
	echo 'TAP version 13'
}

ktap_set_plan() {
	ktap_plan=$1
	echo "1..$1"
}

ktap_print_msg() {
	echo "# $*"
}

ktap_test_pass() {
	ktap_number=$((ktap_number + 1))
	echo "ok $ktap_number $1"
}

ktap_test_fail() {
	ktap_number=$((ktap_number + 1)) ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_number $1"
}

ktap_test_skip() {
	ktap_test_pass "$1 # SKIP"
}

# Nothing can be tested here, for this reason. The test has to end with KSFT_SKIP.
ktap_skip_all() {
	echo "1..0 # SKIP $1"
}

# The end of the test, with the status that says how it went.
ktap_finished() {
	[ "$ktap_failed" -eq 0 ] && [ "$ktap_number" -eq "$ktap_plan" ]
	exit
}
