#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Neighbour discovery is answered for every address, routers are found, and a guest with IPv6 alone configures itself.
. "$(dirname "$0")/lib.sh"

setup
gw=$(mac_of "$HOST_NS" "$BRIDGE")
guest sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth0.accept_ra=2 \
	net.ipv6.conf.eth0.dad_transmits=1
ip -n "$GUEST_NS" link set eth0 down
ip -n "$GUEST_NS" addr flush dev eth0
ip -n "$GUEST_NS" link set eth0 up

say "router solicitation, advertisement, address, route: the guest does it all itself"
has_address() { ip -n "$GUEST_NS" -6 addr show dev eth0 scope global -tentative | grep -q 'inet6 fd53:4201::'; }
busywait 10 has_address || fail "no address: $(ip -n "$GUEST_NS" -6 addr)"
! ip -n "$GUEST_NS" -6 addr | grep -q dadfailed || fail "an address was taken: $(ip -n "$GUEST_NS" -6 addr)"
ip -n "$GUEST_NS" -6 route | grep -q '^default via fe80::' || fail "no router: $(ip -n "$GUEST_NS" -6 route)"
ip -n "$GUEST_NS" -6 route | grep -q '^fd53:4201::/64 dev eth0' || fail "the prefix is not on-link"

say "a guest of any static address believes in any gateway; every neighbour has the bridge's MAC"
guest sysctl -qw net.ipv6.conf.eth0.accept_ra=0
ip -n "$GUEST_NS" -6 addr flush dev eth0 scope global
ip -n "$GUEST_NS" -6 route flush dev eth0 proto ra
ip -n "$GUEST_NS" -6 addr add 2001:db8:77::5/64 dev eth0 nodad
ip -n "$GUEST_NS" -6 route add default via 2001:db8:77::abcd
neighbour() { ip -n "$GUEST_NS" -6 neigh show "$1" dev eth0 | grep -q "lladdr $gw"; }
for to in 2001:db8:77::6 2001:db8:77:0:ffff:ffff:ffff:ffff fe80::1%eth0 2a00::1; do
	guest ping -6 -n -c 1 -W 1 $to >/dev/null 2>&1
	hop=${to%\%*}
	[ $to = 2a00::1 ] && hop=2001:db8:77::abcd
	busywait 5 neighbour $hop || fail "no neighbour $hop: $(ip -n "$GUEST_NS" -6 neigh)"
done

say "what is no such message is counted as that, and not answered"
guest sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
background "$WORK/watch" guest frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"
me=$(mac_of "$GUEST_NS" eth0 | tr -d :)
# message HOPS ICMPV6-BYTES: a frame from fe80::64 to ff02::1:ff00:1, with the right checksum at the end of its 4 bytes
message() {
	local src=fe800000000000000000000000000064 dst=ff0200000000000000000001ff000001 icmp=$2 sum=0 all i

	all=$src$dst$(printf '%08x' $((${#icmp} / 2)))0000003a$icmp
	for ((i = 0; i < ${#all}; i += 4)); do sum=$((sum + 0x${all:i:4})); done
	while [ $((sum >> 16)) != 0 ]; do sum=$(((sum & 0xffff) + (sum >> 16))); done
	printf '3333ff000001 %s 86dd 60000000 %04x 3a %s %s %s %s%04x%s' "$me" $((${#icmp} / 2)) "$1" $src $dst \
		"${icmp:0:4}" $((~sum & 0xffff)) "${icmp:8}"
}
target=20010db8000000000000000000000001
mac=0101$me
nd=$(counter guest_nd) bad=$(counter drop_nd)
guest frame send eth0 \
	"$(message fe "8700000000000000$target$mac")" \
	"$(message ff "8701000000000000$target$mac")" \
	"$(message ff "8700000000000000ff020000000000000000000000000001$mac")" \
	"$(message ff "8700000000000000${target}0100$me")" \
	"$(message ff "870000000000000020010db8")" \
	"$(message ff "8700000000000000$target$mac" | sed 's/20010db8/20010db9/')" \
	"$(message 02 "8300000000000000ff020000000000000000000000000001")" \
	"$(message ff "8800000060000000$target")" \
	"$(message 01 "8f00000000000000")"
guest frame send eth0 "$(message ff "8700000000000000$target$mac")"
answered() { grep -q "^$me${gw//:/}86dd6000000000203aff${target}fe800000000000000000000000000064" "$WORK/watch"; }
busywait 5 answered || fail "no answer: $(cat "$WORK/watch")"
[ "$(grep -c 86dd "$WORK/watch")" = 1 ] || fail "answers: $(cat "$WORK/watch")"
expect_counter drop_nd $((bad + 7))
expect_counter guest_nd $((nd + 3))
busywait 5 accounted || fail "a frame ended in no counter, or in two"
exit 0
