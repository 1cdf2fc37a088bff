#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The adversary goes on while everything changes around it: rules are replaced, ports and servers come and go, flows
# are flushed, the bridge is let go and taken again. Nothing leaks in between.
. "$(dirname "$0")/lib.sh"
. "$TESTS_DIR/closed_lib.sh"

rounds=3
[ "$VM_KERNEL" != uml-debug ] || rounds=2
[ -z "${TEST_LONG:-}" ] || rounds=60

world
control
host_before=$(host_counts | cut -d ' ' -f 1-4)
EXEC=exec adversary_from "$GUEST_NS:eth0" -t 1000 >"$WORK/adversary" &
adversary=$!
pids+=("$adversary")
going() { kill -0 "$adversary" 2>/dev/null; }
busywait 10 grep -q seed "$WORK/adversary" || fail "no adversary: $(cat "$WORK/adversary")"
port() { ip -n "$HOST_NS" link set "$@" || fail "ip link set $*"; }

for ((round = 1; round <= rounds; round++)); do
	going || break
	rules "udp dport $round absorb" "udp dport 7777 to second" "udp to srv port 9"
	rules
	world_rules
	port g0 nomaster
	port g0 master "$BRIDGE" up
	ctl flow flush "$BRIDGE" >/dev/null || fail "flush"
	# a server that goes leaves its port a guest port, and down
	rules "udp dport 7777 to second" "udp to second port 7777"
	ctl server del "$BRIDGE" srv || fail "server not deleted"
	port s0 up
	ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" || fail "server not added"
	world_rules
	port up0 nomaster
	port up0 master "$BRIDGE" up
	ip -n "$HOST_NS" link add "new$round" type veth peer name far
	port "new$round" master "$BRIDGE" up
	ip -n "$HOST_NS" link del "new$round"
	ctl bridge del "$BRIDGE" || fail "bridge not let go"
	[ "$(ip -n "$HOST_NS" -br link show master "$BRIDGE" up | wc -l)" = 0 ] || fail "a port is up: $(ip -n "$HOST_NS" -br link)"
	ctl bridge add "$BRIDGE" || fail "bridge not taken again"
	for p in g0 g1 up0 s0 s1 s2; do
		port "$p" up
	done
	servers
	world_rules
done
kill "$adversary"
wait "$adversary" || fail "$(cat "$WORK/adversary")"
pids=()
say "$(tail -n 1 "$WORK/adversary"); everything changed $rounds times meanwhile"
expect "what the host's stack counts" "$(host_counts | cut -d ' ' -f 1-4)" "$host_before"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
