# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The world of the containment tests; to be sourced after lib.sh.
#
# On the bridge: two guests (g0, g1), an uplink (up0), a server for nearly everything (s0), one for a single port (s1)
# and one that no rule names (s2). The host has addresses on the bridge and elsewhere, forwards, and listens.

OTHER_NS=sbo-$ID
UPLINK_NS=sbu-$ID
SECOND_NS=sb2-$ID
UNUSED_NS=sb3-$ID
SECOND_IP=198.18.0.10
SERVER_IP6=fd53:4200::9
SECOND_IP6=fd53:4200::10
UNUSED_IP=198.18.0.11

# An end of a cable that says nothing by itself: end PORT NAMESPACE ADDRESS
end_of_cable() {
	quiet_ns "$2"
	ip -n "$HOST_NS" link add "$1" type veth peer name eth0 netns "$2"
	ip -n "$2" addr add "$3" dev eth0
	ip -n "$2" link set eth0 arp off up
	ip -n "$HOST_NS" link set "$1" master "$BRIDGE" up
}

# IPv6 in a server's namespace: speak_ipv6 NAMESPACE ADDRESS
speak_ipv6() {
	ip netns exec "$1" sysctl -qw net.ipv6.conf.eth0.accept_ra=0 net.ipv6.conf.eth0.addr_gen_mode=1 \
		net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0
	ip -n "$1" addr add "$2/128" dev eth0 nodad
	ip -n "$1" neigh add fe80::1 lladdr 02:00:00:00:00:01 nud permanent dev eth0
	ip -n "$1" route add default via fe80::1 dev eth0
}

# All of it on a bridge that is not under control yet.
world() {
	local port

	quiet_ns "$HOST_NS"
	ip -n "$HOST_NS" link add "$BRIDGE" type bridge mcast_snooping 0
	ip -n "$HOST_NS" link set "$BRIDGE" up
	host sysctl -qw net.ipv6.conf.lo.disable_ipv6=0 "net.ipv6.conf.$BRIDGE.disable_ipv6=0" net.ipv6.conf.all.forwarding=1 \
		net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.all.accept_local=1
	ip -n "$HOST_NS" addr add 192.168.1.1/24 dev "$BRIDGE"
	ip -n "$HOST_NS" addr add fd53:4201::1/64 dev "$BRIDGE" nodad
	ip -n "$HOST_NS" link add wan0 type dummy
	ip -n "$HOST_NS" addr add 10.9.0.1/24 dev wan0
	ip -n "$HOST_NS" link set wan0 up
	ip -n "$HOST_NS" route add default dev wan0
	end_of_cable g0 "$GUEST_NS" "$GUEST_IP/24"
	end_of_cable g1 "$OTHER_NS" 192.168.1.101/24
	end_of_cable up0 "$UPLINK_NS" 192.168.1.254/24
	add_server_port s0 "$SERVER_NS" "$SERVER_IP"
	add_server_port s1 "$SECOND_NS" "$SECOND_IP"
	add_server_port s2 "$UNUSED_NS" "$UNUSED_IP"
	speak_ipv6 "$SERVER_NS" $SERVER_IP6
	speak_ipv6 "$SECOND_NS" $SECOND_IP6
	for port in g0 g1 up0 s0 s1 s2; do
		busywait 5 carrier "$port" || fail "$port did not come up"
	done
}

# The bridge under control, with its servers and rules.
control() {
	ctl bridge add "$BRIDGE" "$@" || fail "bridge not added"
	servers
	world_rules
}

servers() {
	ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" ip6 $SERVER_IP6 &&
		ctl server add "$BRIDGE" second dev s1 mac "$(mac_of "$SECOND_NS" eth0)" ip "$SECOND_IP" ip6 $SECOND_IP6 &&
		ctl server add "$BRIDGE" unused dev s2 mac "$(mac_of "$UNUSED_NS" eth0)" ip "$UNUSED_IP" ||
		fail "servers not added"
}

world_rules() {
	rules "udp dport 7777 to second" "udp dst 10.0.0.0/8 drop" "tcp dport 23 reject" "89 absorb" "tcp to srv" "udp to srv port 9" \
		"dst 2000::/4 udp dport 5353 drop" "icmp to srv" "icmp6 to srv" "gre to srv" "sctp to srv"
}

# The adversary at a place, everything watched: adversary_from NS:IF OPTION…  (EXEC=exec: in place of this shell)
adversary_from() {
	local from=$1

	shift
	${EXEC:-} adversary -g "$from" "$@" -p 9 -p 23 -p 53 -p 80 -p 7777 -p 546 -p 547 -p 67 -p 68 -p 5353 -p 1900 \
		-h "$HOST_NS:$BRIDGE" -w "$OTHER_NS:eth0" -w "$UPLINK_NS:eth0" \
		-w "$SERVER_NS:eth0,to=$SERVER_IP,to=$SERVER_IP6" -w "$SECOND_NS:eth0,to=$SECOND_IP,to=$SECOND_IP6,17:7777" -w "$UNUSED_NS:eth0"
}

# What the host's stack has taken in by its own account.
host_counts() {
	host sh -c "awk '/^Ip: [0-9]/ { print \$4 }' /proc/net/snmp
		awk '/^Ip6InReceives|^Icmp6InMsgs/ { print \$2 }' /proc/net/snmp6
		cat /sys/class/net/$BRIDGE/statistics/rx_packets /sys/class/net/g0/statistics/rx_nohandler \
			/sys/class/net/g0/statistics/rx_dropped" | tr '\n\t' '  '
}
