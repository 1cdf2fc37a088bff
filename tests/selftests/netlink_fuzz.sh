#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml-debug qemu-6.12
# Netlink messages made from the specification and spoilt: by root, by root of a user namespace, and by nobody, who
# changes nothing. The kernel keeps its head, and the bridge serves afterwards.
. "$(dirname "$0")/lib.sh"
. "$TESTS_DIR/closed_lib.sh"

count=3000
[ -z "${TEST_LONG:-}" ] || count=200000
awk -f "$TOP/tests/unit/spec_yaml.awk" "$TOP/Documentation/netlink/specs/sinkbridge.yaml" >"$WORK/facts" || fail "no facts"

world
ip -n "$HOST_NS" link add sink9 type bridge
say "by nobody"
control
state() { ctl -j bridge show; ctl rule save "$BRIDGE"; ctl server show "$BRIDGE"; ctl port show "$BRIDGE" | awk '{ print $2, $3 }'; }
state >"$WORK/before"
chmod a+rx "$WORK"
host setpriv --reuid 65534 --regid 65534 --clear-groups netlink_fuzz -n $count "$WORK/facts" >"$WORK/out" || fail "nobody: $(cat "$WORK/out")"
say "$(cat "$WORK/out")"
state | diff "$WORK/before" - || fail "nobody changed something"

say "by root"
for round in 1 2 3 4; do
	host netlink_fuzz -n $((count / 2)) "$WORK/facts" >"$WORK/out" || fail "root: $(cat "$WORK/out")"
	say "$(cat "$WORK/out")"
	# whatever it has made of the configuration: all begins again
	ctl bridge del "$BRIDGE" >"$WORK/said" 2>&1 || grep -q "under control" "$WORK/said" || fail "$(cat "$WORK/said")"
	control
	for port in g0 s0 s1 s2; do
		ip -n "$HOST_NS" link set "$port" up
	done
done

say "by root of a user namespace"
unshare --user --map-root-user --net bash -c '
	ip link add sink0 type bridge && ip link add sink9 type bridge && ip link add g0 type veth peer name g0p &&
		ip link add s0 type veth peer name s0p && ip link set g0 master sink0 up && ip link set s0 master sink0 up &&
		sinkctl bridge add sink0 && exec netlink_fuzz -n "$1" "$2"' - $((2 * count)) "$WORK/facts" >"$WORK/out" 2>&1 ||
	fail "root of a user namespace: $(cat "$WORK/out")"
say "$(tail -n 1 "$WORK/out")"

serve udp 9
ip -n "$GUEST_NS" link set eth0 arp on
ip -n "$GUEST_NS" route add default via 192.168.1.1
busywait 5 carrier g0 && busywait 5 carrier s0 || fail "ports did not come up"
guest peer udp 5.6.7.8 9 x >/dev/null || fail "not served afterwards"
exit 0
