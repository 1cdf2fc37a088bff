#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A fake server in the guest's hands: whatever is sent from a server's namespace reaches neither the host nor an uplink
# nor another server, nor a guest that it has no conversation with; in its conversations, only as their other side.
. "$(dirname "$0")/lib.sh"
. "$TESTS_DIR/closed_lib.sh"

frames=5000
[ "$VM_KERNEL" != uml-debug ] || frames=2500
[ -z "${TEST_LONG:-}" ] || frames=100000

world
# the conversations have to last until they are counted
control timeout-udp 600000
serve udp 9
ip -n "$GUEST_NS" link set eth0 arp on
ip -n "$GUEST_NS" route add default via 192.168.1.1
say "a conversation of the guest, and a dozen more that nobody else may speak in"
guest peer udp 5.6.7.8 9 x >/dev/null || fail "not served"
guest peer udp-scan 5.6.8.1 12 9 7000 >/dev/null || fail "not served"
# no question of the guest's own, whose answer would be one more thing that arrives
ip -n "$GUEST_NS" neigh replace 192.168.1.1 lladdr "$(mac_of "$HOST_NS" "$BRIDGE")" nud permanent dev eth0
host_before=$(host_counts)
allowed=$(flows | sed -n 's/^udp [^ ]* > \([0-9.]*\):.*/,from=\1/p' | sort -u | tr -d '\n')
expect "destinations of flows" "$(tr -cd , <<<"$allowed" | wc -c)" 13
as_server() {
	# shellcheck disable=SC2046
	adversary -g "$@" $(printf -- "-a $GUEST_IP %.0s" {1..20}) -a 192.168.1.101 -a 5.6.7.8 -a 5.6.8.1 -a 5.6.8.12 -p 9 -p 7000 -p 7777 -p 53 \
		-h "$HOST_NS:$BRIDGE" -w "$OTHER_NS:eth0" -w "$UPLINK_NS:eth0" -w "$UNUSED_NS:eth0"
}
say "the guest's server"
as_server "$SERVER_NS:eth0" -n "$frames" -w "$SECOND_NS:eth0" -w "$GUEST_NS:eth0,to=$GUEST_IP$allowed,17" >"$WORK/first" ||
	fail "$(cat "$WORK/first")"
say "$(tail -n 1 "$WORK/first")"
say "a server that nobody has asked anything"
as_server "$SECOND_NS:eth0" -n "$frames" -w "$SERVER_NS:eth0" -w "$GUEST_NS:eth0" >"$WORK/second" ||
	fail "$(cat "$WORK/second")"
say "$(tail -n 1 "$WORK/second")"
expect "what the host's stack counts" "$(host_counts)" "$host_before"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
ctl stats show "$BRIDGE" | sed 's/^/# /'
[ "$(counter drop_server_no_flow)" -gt $((frames / 20)) ] || fail "hardly anything was refused"
expect "flows" "$(flow_count)" 13

say "a program in the server's namespace: connections, datagrams and pings to the guest, the host and others start nothing"
before=$(counter returned)
# shellcheck disable=SC2016
server bash -c '
	for to; do
		(timeout 1 bash -c "exec 3<>/dev/tcp/$to/9" 2>/dev/null && echo "a connection to $to") &
		(ping -c 1 -W 1 "$to" >/dev/null 2>&1 && echo "$to answered a ping") &
		echo x >"/dev/udp/$to/9"
	done
	wait' - "$GUEST_IP" 192.168.1.101 192.168.1.1 "$SECOND_IP" 10.9.0.1 5.6.7.8 >"$WORK/started"
[ ! -s "$WORK/started" ] || fail "$(cat "$WORK/started")"
expect "packets handed to guests" "$(counter returned)" "$before"
exit 0
