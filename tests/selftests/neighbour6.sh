#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Neighbour discovery is answered for every address, routers are found, and a guest with IPv6 alone configures itself.
. "$(dirname "$0")/lib.sh"

setup
gw=$(mac_of "$HOST_NS" "$BRIDGE" | tr -d :)
guest sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth0.accept_ra=2 \
	net.ipv6.conf.eth0.dad_transmits=1
ip -n "$GUEST_NS" link set eth0 down
ip -n "$GUEST_NS" addr flush dev eth0
ip -n "$GUEST_NS" link set eth0 up

say "router solicitation, advertisement, address, route: the guest does it all itself"
has_address() { ip -n "$GUEST_NS" -6 addr show dev eth0 scope global -tentative | grep -q 'inet6 fd53:4201::'; }
busywait 10 has_address || fail "no address: $(ip -n "$GUEST_NS" -6 addr)"
ip -n "$GUEST_NS" -6 route | grep -q '^default via fe80::' || fail "no router: $(ip -n "$GUEST_NS" -6 route)"
ip -n "$GUEST_NS" -6 route | grep -q '^fd53:4201::/64 dev eth0' || fail "the prefix is not on-link"
mac=$(ip -n "$GUEST_NS" -6 neigh | awk '/router/ { print $5; exit }')
[ -z "$mac" ] || expect "the router's MAC" "$(echo "$mac" | tr -d :)" "$gw"
ip -n "$GUEST_NS" -6 neigh
exit 0
