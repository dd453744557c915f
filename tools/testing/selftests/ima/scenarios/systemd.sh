# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# systemd: load with kexec -s, leave by systemctl kexec; wants a disk with systemd, kexec and tpm2 (--disk)
# The last kexec is one that the kernel refuses. systemd then falls back to a reset, and the last hop is what comes up.
default HOPS 4
default RECORDS 200
default AFTER_LOAD 100
default MEM 2G
default TIMEOUT 1500
APPEND=ima_kexec_reserve=1M
RESET=on

# The initramfs is left for the disk, as on any machine; what the words of /init need goes along.
become_systemd() {
	mkdir /disk
	mount -t ext4 /dev/vda /disk || give_up "cannot mount the disk; does it hold ext4?"
	# The reset starts with hop 0 again.
	if [ -e /disk/refused ]; then
		mv "$OUT" "/out/hop-$((HOPS - 1))"
		hop=$((HOPS - 1))
	fi
	mkdir -p /disk/vmtest /disk/out /disk/measured
	mount -t tmpfs vmtest /disk/vmtest
	cp -r /vmtest/. /disk/vmtest
	cp /init /disk/init
	mount -o move /out /disk/out
	cat >/disk/etc/systemd/system/vmtest.service <<-UNIT
	[Unit]
	Description=vmtest.sh
	[Service]
	Environment=hop=$hop
	ExecStart=/init
	StandardOutput=tty
	StandardError=tty
	TimeoutStopSec=5
	UNIT
	mkdir -p /disk/etc/systemd/system/multi-user.target.wants
	ln -sf ../vmtest.service /disk/etc/systemd/system/multi-user.target.wants
	for dir in proc sys dev; do
		mount -o move "/$dir" "/disk/$dir"
	done
	exec switch_root /disk /sbin/init
}

# systemd stops all services, this one too, and executes the image at the end of its shutdown.
leave() {
	send
	note "systemctl kexec with $(count) records"
	systemctl kexec
	sleep 600
	give_up "systemctl kexec did not leave"
}

guest() {
	if [ $$ -eq 1 ]; then
		# In a tmpfs and in cgroups systemd has files that it writes and reads all the time. What is
		# measured here is on the disk.
		policy 'dont_measure fsmagic=0x01021994
dont_measure fsmagic=0x63677270'
		policy_files
		become_systemd
	fi
	note "systemd is up, $(count) records"
	measure "$RECORDS" before
	if last_hop; then
		check "the list begins anew with the PCRs" \
			[ "$(grep -c boot_aggregate "$IMA/ascii_runtime_measurements")" -eq 1 ]
		snapshot
		finish
	fi
	check "the next kernel loads" load
	measure "$AFTER_LOAD" after
	if [ "$hop" -eq $((HOPS - 2)) ]; then
		DIR=$(awk 'BEGIN { while (++i <= 8) printf "%0250d/", i }')
		measure 1000 "too many"
		: >/refused
		sync
	fi
	snapshot
	leave
}

# attested DIR: systemd goes on to measure until its end, so each list is looked at on its own.
attested() {
	"$here/attest" "$1" >attest.log 2>&1 || { sed 's/^/# /' attest.log; return 1; }
}

judge() {
	local hop=0
	while [ "$hop" -lt "$HOPS" ]; do
		check "hop $hop: the list replays to the quoted PCRs" attested "hop-$hop"
		[ "$hop" -eq 0 ] || [ "$hop" -eq $((HOPS - 1)) ] ||
			check "hop $hop: it begins with the list of the kernel before" \
				cmp -n "$(wc -c <"hop-$((hop - 1))/list")" "hop-$((hop - 1))/list" "hop-$hop/list"
		hop=$((hop + 1))
	done
	check "the kernel says why it refuses" grep -q 'ima: kexec: refused: .*load the image again' console.log
}
