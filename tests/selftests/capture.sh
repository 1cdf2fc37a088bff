#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# The monitor device and "sinkctl capture": each frame of the guests once, as they sent or received it; exact
# counts; limits by rule; files that other tools read.
. "${BASH_SOURCE[0]%/*}/lib.sh"

# frames of a burst: an emulated machine takes its time for each
burst=20000
[[ $VM_KERNEL != 6.* ]] || burst=5000
setup
rules "udp dport 7 to srv" "udp dport 8 capture 3 to srv" "udp dport 9 absorb" "icmp to srv"
serve udp 7
serve udp 8

expect "monitor device" "$(host cat /sys/class/net/${BRIDGE}mon/operstate)" unknown
expect "addresses of the monitor device" "$(ip -n "$HOST_NS" -br addr show "${BRIDGE}mon" | awk '{ print $3 }')" ""

# start_capture FILE [WORDS]
start_capture() {
	background "$WORK/capture.log" host sinkctl capture "$BRIDGE" "$@"
	capture_pid=${pids[-1]}
	busywait 10 grep -q "capturing on" "$WORK/capture.log" || fail "no capture: $(cat "$WORK/capture.log")"
}
stop_capture() {
	kill -INT "$capture_pid"
	wait "$capture_pid" || fail "capture: $(cat "$WORK/capture.log")"
	say "$(tail -n 1 "$WORK/capture.log")"
}
written() { sed -n 's/^\([0-9]*\) frames written.*/\1/p' "$WORK/capture.log"; }
dropped() { sed -n 's/.*written, \([0-9]*\) dropped.*/\1/p' "$WORK/capture.log"; }
# Datagrams of 512 bytes: flood_udp COUNT PORT
flood_udp() {
	pktgen "count $1;pkt_size 554;dst 203.0.113.3;udp_src_min 1024;udp_src_max 1024;udp_dst_min $2;udp_dst_max $2" ||
		fail "pktgen"
}
# Frames that have left the guest; one for which the bridge's side had no room is none of them.
left() { guest cat /sys/class/net/eth0/statistics/tx_packets; }
# All frames that have left the guest have come, and each has gone its way.
all_came() { [ "$(counter guest_rx)" = "$(left)" ] && accounted; }
in_file() { tcpdump -nr "$1" "${@:2}" 2>/dev/null | wc -l; }

# Original addresses, both directions, once each: ARP, ping, UDP, and what is dropped.
start_capture "$WORK/all.pcapng"
guest ping -qc 2 -W 5 203.0.113.9 >/dev/null || fail "no answer to ping"
guest peer udp 203.0.113.1 7 hello >/dev/null || fail "no answer by UDP"
guest bash -c 'echo x >/dev/udp/203.0.113.2/99'
busywait 10 sh -c "[ \$(ip netns exec $HOST_NS cat $SYS/stats/drop_no_rule) -ge 1 ]" || fail "no packet without a rule"
stop_capture
expect "frames captured" "$(written)" "$(counter captured)"
expect "dropped" "$(dropped)" 0
expect "pings" "$(in_file "$WORK/all.pcapng" "icmp and host 203.0.113.9")" 4
expect "UDP both ways" "$(in_file "$WORK/all.pcapng" "udp and host 203.0.113.1 and port 7")" 2
expect "packet without a rule" "$(in_file "$WORK/all.pcapng" "udp and dst host 203.0.113.2 and dst port 99")" 1
expect "the server's address" "$(in_file "$WORK/all.pcapng" "host $SERVER_IP")" 0
[ "$(in_file "$WORK/all.pcapng" arp)" -ge 2 ] || fail "no ARP in the file"
busywait 5 accounted || fail "counters do not add up"

# What the generator sent is in the file, or counted as not captured.
before=$(counter captured)
sent=$(left)
start_capture "$WORK/burst.pcapng" ring 128
flood_udp $burst 9
sent=$(($(left) - sent))
[ $sent -ge $((burst * 3 / 4)) ] || fail "only $sent of $burst frames left the guest"
busywait 10 all_came || fail "not all frames came: $(ctl stats show "$BRIDGE")"
stop_capture
expect "burst: shown" $(($(counter captured) - before)) $(($(written) + $(dropped)))
[ $(($(written) + $(dropped))) -ge "$sent" ] || fail "only $(written) of $sent frames in the file"
in_burst=$(written)
expect "burst: frames in the file" "$(in_file "$WORK/burst.pcapng")" "$(written)"

# A rule's limit for each flow, both directions together; an error that the guest sends about an answer is of the flow, too.
start_capture "$WORK/limit.pcapng"
before=$(counter capture_limited)
flood_udp 10 8
busywait 10 sh -c "[ \$(ip netns exec $HOST_NS cat $SYS/stats/capture_limited) -ge $((before + 17)) ]" ||
	fail "the limit is not counted"
stop_capture
expect "packets of a limited flow" "$(in_file "$WORK/limit.pcapng" "host 203.0.113.3")" 3

# A new file when one is large enough, the last two kept; and only one guest's frames, a number of them.
start_capture "$WORK/part.pcapng" size 1 files 2
flood_udp 6000 9
busywait 10 all_came || fail "not all frames came: $(ctl stats show "$BRIDGE")"
stop_capture
expect "files of the rotation" "$(cd "$WORK" && echo part-*.pcapng | wc -w)" 2
for file in "$WORK"/part-*.pcapng; do
	[ "$(in_file "$file")" -gt 0 ] || fail "$file cannot be read"
done
background "$WORK/capture.log" host sinkctl capture "$BRIDGE" "$WORK/few.pcapng" in g0 count 5 snaplen 64
capture_pid=${pids[-1]}
busywait 10 grep -q "capturing on" "$WORK/capture.log" || fail "no capture"
flood_udp 100 9
wait "$capture_pid" || fail "capture of a number of frames"
expect "a number of frames" "$(in_file "$WORK/few.pcapng")" 5

# What Wireshark makes of it: one interface for each guest port, nanoseconds, counts.
expect "frames by capinfos" "$(capinfos -cMTr "$WORK/burst.pcapng" | cut -f 2)" "$in_burst"
capinfos "$WORK/all.pcapng" >"$WORK/capinfos" || fail "capinfos does not read the file"
for words in "Name = g0" "nanoseconds" "Number of stat entries = 1"; do
	grep -q "$words" "$WORK/capinfos" || fail "no '$words': $(cat "$WORK/capinfos")"
done

refused "no such bridge" ctl capture nobridge "$WORK/x.pcapng"
refused "no file" ctl capture "$BRIDGE"
refused "files without size" ctl capture "$BRIDGE" "$WORK/x.pcapng" files 2
refused "a folder that is not there" ctl capture "$BRIDGE" "$WORK/none/x.pcapng"

# The device goes with the bridge, and its readers end.
start_capture "$WORK/gone.pcapng"
ctl bridge del "$BRIDGE" || fail "bridge not released"
wait "$capture_pid" || fail "the capture did not end well: $(cat "$WORK/capture.log")"
[ ! -e "/sys/class/net/${BRIDGE}mon" ] || fail "the monitor device is still there"
exit 0
