#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# sinkctl check: a lab as it should be, and each thing that breaks the promise, or comes near it.
. "$(dirname "$0")/lib.sh"

quiet_ns "$HOST_NS"
ip -n "$HOST_NS" link add "$BRIDGE" type bridge mcast_snooping 0
ip -n "$HOST_NS" link set "$BRIDGE" up

# found CODE DEVICE broken|note WHAT: the check says so, with a remedy, and its exit status tells
found() {
	local want=0 status

	[ "$3" = note ] || want=1
	ctl -j check >"$WORK/json"
	status=$?
	jq -e --arg code "$1" --arg device "$2" --argjson broken $((want)) \
		'any(.[]; .finding == $code and .device == $device and .broken == ($broken == 1) and .remedy != "")' \
		<"$WORK/json" >/dev/null || fail "$4: not found: $(cat "$WORK/json")"
	[ "$status" = "$want" ] || fail "$4: exit status $status, expected $want: $(cat "$WORK/json")"
	ctl check "$BRIDGE" | grep -E "^$3 +$BRIDGE ${2:+$2 }.*: ." >"$WORK/line" || fail "$4: $(ctl check "$BRIDGE")"
	say "$4: $(tail -n 1 "$WORK/line")"
}

ctl check "$BRIDGE" >"$WORK/out" && fail "no control: $(cat "$WORK/out")"
say "$(cat "$WORK/out")"
ctl check >"$WORK/out" && fail "no bridge at all: $(cat "$WORK/out")"
ctl bridge add "$BRIDGE" || fail "not added"
add_server srv s0 "$SERVER_NS" "$SERVER_IP"
add_guest g0 "$GUEST_NS" "$GUEST_IP/24" 192.168.1.1
busywait 5 carrier g0 && busywait 5 carrier s0 || fail "ports did not come up"

# Sysctls of a namespace that is new are those of the host that runs the tests.
host sysctl -qw net.ipv4.ip_forward=0
host sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null
clean() {
	ctl check >"$WORK/out" || fail "$1: $(cat "$WORK/out")"
	grep -q "^$BRIDGE: contained: 1 guest port, 1 server port, " "$WORK/out" || fail "$1: $(cat "$WORK/out")"
}
clean "a lab as it should be"
say "$(cat "$WORK/out")"
if grep -q "the kernel does not tell its hooks" "$WORK/out"; then
	[[ $VM_KERNEL != 6.12 && $VM_KERNEL != uml-debug ]] || fail "this kernel should tell its hooks: $(cat "$WORK/out")"
	hooks=
else
	grep -q "6 hooks in place" "$WORK/out" || fail "hooks: $(cat "$WORK/out")"
	hooks=1
fi

say "who may not look is told so"
host setpriv --reuid 65534 --regid 65534 --clear-groups sinkctl check >"$WORK/out" 2>&1 &&
	fail "status 0 without rights: $(cat "$WORK/out")"
grep "^note .* s0  has servers whose namespace cannot be looked into: Permission denied: run as root$" "$WORK/out" ||
	fail "without rights: $(cat "$WORK/out")"
expect "its last line" "$(tail -n 1 "$WORK/out")" "$BRIDGE: perhaps contained: not everything could be looked at"
host sh -c 'umount -l /sys; exec sinkctl check' >"$WORK/out" 2>&1 && fail "status 0 without sysfs: $(cat "$WORK/out")"
grep "^note .* $BRIDGE  has ports that cannot be listed: No such file or directory: " "$WORK/out" ||
	fail "without sysfs: $(cat "$WORK/out")"

ip -n "$HOST_NS" addr add 10.0.0.1/24 dev g0
found port-address g0 broken "an address on a port"
ip -n "$HOST_NS" addr flush dev g0
host sysctl -qw net.ipv6.conf.g0.disable_ipv6=0
found port-address g0 broken "a link-local address on a port"
host sysctl -qw net.ipv6.conf.g0.disable_ipv6=1
ip -n "$HOST_NS" route add 10.7.0.0/16 dev g0
found port-route g0 broken "a route to a port"
ip -n "$HOST_NS" route flush dev g0
ip -n "$HOST_NS" route add 10.8.0.0/16 dev g0 table 100
found port-route g0 broken "a route that only a rule finds"
grep -q ": ip route flush table 100 dev g0$" "$WORK/line" || fail "its table is not told: $(cat "$WORK/line")"
host sh -c "$(sed 's/.*: //' "$WORK/line")" || fail "the remedy is refused: $(cat "$WORK/line")"
clean "after the remedy"
if ip -n "$HOST_NS" route add 10.9.0.0/16 nexthop dev "$BRIDGE" nexthop dev g0 2>"$WORK/multipath"; then
	found port-route g0 broken "one of two ways of a route"
	ip -n "$HOST_NS" route flush 10.9.0.0/16
else
	[[ $VM_KERNEL = uml* ]] || fail "no route with two ways: $(cat "$WORK/multipath")"
	say "no routes with two ways here: $(cat "$WORK/multipath")"
fi
ip -n "$HOST_NS" link add g0.5 link g0 type vlan id 5 && {
	found port-upper g0 broken "a VLAN device on a port"
	ip -n "$HOST_NS" link del g0.5
}
clean "after the ports' findings"

ip -n "$HOST_NS" addr add 192.168.1.1/24 dev "$BRIDGE"
found bridge-address "" note "an address on the bridge"
ip -n "$HOST_NS" addr flush dev "$BRIDGE"
ip -n "$HOST_NS" route add 10.7.0.0/16 dev "$BRIDGE"
found bridge-route "" note "a route to the bridge"
ip -n "$HOST_NS" route flush dev "$BRIDGE"
ip -n "$HOST_NS" link add m0 link "$BRIDGE" type macvlan && {
	found bridge-upper "" note "a macvlan on the bridge"
	ip -n "$HOST_NS" link del m0
}
ip -n "$HOST_NS" link set "$BRIDGE" type bridge stp_state 1
found stp "" note "STP"
ip -n "$HOST_NS" link set "$BRIDGE" type bridge stp_state 0
host sysctl -qw net.ipv4.ip_forward=1
found ip-forward "" note "a host that forwards"
host sysctl -qw net.ipv4.ip_forward=0

if xdppass "/run/netns/$HOST_NS" g0 2>"$WORK/xdp"; then
	found port-xdp g0 broken "an XDP program on a port"
	ip -n "$HOST_NS" link set dev g0 xdpgeneric off
else
	say "no XDP here: $(cat "$WORK/xdp")"
fi
modprobe -a sch_ingress cls_matchall act_gact 2>/dev/null
if host tc qdisc add dev g0 clsact 2>"$WORK/tc" && host tc filter add dev g0 ingress matchall action pass 2>>"$WORK/tc"; then
	found port-filter g0 broken "a tc filter on a port"
else
	say "no tc filters here: $(tail -n 1 "$WORK/tc")"
fi
host tc qdisc del dev g0 clsact 2>/dev/null
if [ -n "$hooks" ]; then
	host nft 'table netdev t { chain c { type filter hook ingress device "g0" priority 0; }; }' || fail "no chain at the ingress"
	found ingress-hook g0 broken "a chain at a port's ingress"
	host nft delete table netdev t
	host nft 'table bridge t { chain c { type filter hook prerouting priority -300; }; }' || fail "no chain in the bridge"
	clean "a chain behind ours"
	host nft delete table bridge t
fi

say "a server in the host's own namespace"
ip -n "$HOST_NS" link add s1 type veth peer name s1-far
ip -n "$HOST_NS" link set s1-far up
ip -n "$HOST_NS" link set s1 master "$BRIDGE" up
ctl server add "$BRIDGE" here dev s1 mac 02:00:00:00:00:11 ip 198.18.0.17 || fail "not added"
found server-here s1 broken "a server in the host's own namespace"
ctl server del "$BRIDGE" here
ip -n "$HOST_NS" link del s1

say "other ways out of a server's namespace"
ip -n "$SERVER_NS" link add eth1 type veth peer name out netns "$HOST_NS"
clean "a way out that is down"
ip -n "$SERVER_NS" link set eth1 up
found server-exit s0 broken "a server with another way out"
grep -q "its namespace has eth1, too" "$WORK/line" || fail "not named: $(cat "$WORK/line")"
ip -n "$SERVER_NS" link del eth1
ip -n "$SERVER_NS" link add on link eth0 type macvlan && ip -n "$SERVER_NS" link set on up || fail "no macvlan"
clean "a device upon the far end"
ip -n "$SERVER_NS" link del on
ip -n "$HOST_NS" link add s2 type veth peer name second netns "$SERVER_NS"
ip -n "$SERVER_NS" link set second up
ip -n "$HOST_NS" link set s2 master "$BRIDGE" up
found server-exit s0 broken "a server that is also behind a guest's port"
ctl server add "$BRIDGE" again dev s2 mac "$(mac_of "$SERVER_NS" second)" ip 198.18.0.19 || fail "not added"
ctl check | grep -q "contained: 1 guest port, 2 server ports" || fail "two ports of one server: $(ctl check)"
ctl server del "$BRIDGE" again
ip -n "$HOST_NS" link del s2

modprobe dummy 2>/dev/null
ip -n "$HOST_NS" link add d0 type dummy && ip -n "$HOST_NS" link set d0 master "$BRIDGE" up &&
	ctl server add "$BRIDGE" dull dev d0 mac 02:00:00:00:00:12 ip 198.18.0.18 || fail "not added"
found server-not-veth d0 note "a server behind no veth"
ctl server del "$BRIDGE" dull
ip -n "$HOST_NS" link del d0
clean "in the end"
exit 0
