#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Frames that no honest stack sends: each is dropped with its reason, none is delivered, and the bridge lives on.
. "$(dirname "$0")/lib.sh"

setup
rules "to srv"
serve udp 9
background "$WORK/watch" server frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"
gw=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)
E="$gw $me 0800"

# case_of COUNTER FRAME…: each frame is counted there
case_of() {
	local name=$1 before now

	shift
	before=$(counter "$name")
	guest frame send eth0 "$@" || fail "$name: not sent"
	counted_all() { now=$(counter "$name"); [ "$now" -ge "$want" ]; }
	local want=$((before + $#))
	busywait 5 counted_all || fail "$name went from $before to $(counter "$name") with $# frames: $(ctl stats show "$BRIDGE")"
	expect "$name" "$now" "$want"
	say "$name: $#"
}

IP="0001 0000"	# identification, no fragment
case_of drop_ip_header \
	"$E 45" \
	"$E 4500 0020 $IP 4011 acb2 c0a8" \
	"$E 6500 0020 $IP 4011 8cb2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$E 4400 0020 $IP 4011 adb2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$E 4f00 0020 $IP 4011 a2b2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$E 4500 0010 $IP 4011 acc2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$E 4500 0400 $IP 4011 a8d2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$E 4500 0020 $IP 4011 dead c0a80164 05060708 1234 2328 000c 0000 41414141"
case_of drop_l4_header \
	"$E 4500 0018 $IP 4011 acba c0a80164 05060708 1234 2328" \
	"$E 4500 0020 $IP 4011 acb2 c0a80164 05060708 1234 2328 0007 0000 41414141" \
	"$E 4500 0020 $IP 4011 acb2 c0a80164 05060708 1234 2328 0100 0000 41414141" \
	"$E 4500 0020 $IP 4006 acbd c0a80164 05060708 1234 0050 00000000 00000000" \
	"$E 4500 0028 $IP 4006 acb5 c0a80164 05060708 1234 0050 00000000 00000000 4002 2000 0000 0000" \
	"$E 4500 0028 $IP 4006 acb5 c0a80164 05060708 1234 0050 00000000 00000000 f002 2000 0000 0000" \
	"$E 4500 0018 $IP 4001 acca c0a80164 05060708 0800 f7ff"
case_of drop_icmp_type \
	"$E 4500 001c $IP 4001 acc6 c0a80164 05060708 0d00 f2fe 0000 0001" \
	"$E 4500 001c $IP 4001 acc6 c0a80164 05060708 0000 fffe 0000 0001"
say "source broadcast, multicast, loopback, zero; destination zero"
case_of drop_source \
	"$E 4500 0020 $IP 4011 6ebf ffffffff 05060708 1234 2328 000c 0000 41414141" \
	"$E 4500 0020 $IP 4011 8ebd e0000001 05060708 1234 2328 000c 0000 41414141" \
	"$E 4500 0020 $IP 4011 efbd 7f000001 05060708 1234 2328 000c 0000 41414141" \
	"$E 4500 0020 $IP 4011 6ebf 00000000 05060708 1234 2328 000c 0000 41414141"
case_of drop_destination "$E 4500 0020 $IP 4011 b8c0 c0a80164 00000000 1234 2328 000c 0000 41414141"
say "a fragment that is not the last and no multiple of 8 long"
case_of drop_fragment "$E 4500 001f 0001 2000 4011 8cb3 c0a80164 05060708 1234 2328 000c 0000 414141"
case_of drop_vlan "$gw $me 8100 0005 8100 0006 8100 0007 0800 4500 0020 $IP 4011 acb2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$gw $me 8100 0005 8100 0006 8100"
E6="$gw $me 86dd"
FROM="20010db8000000000000000000000001"
TO="20010db8000000000000000000000002"
MAPPED="00000000000000000000ffff01020304"
say "IPv6: cut off, version 5, longer than the frame, from and to a mapped address"
case_of drop_ipv6 "$E6 6000 0000 0000 3b40 $FROM 2001" "$E6 5000 0000 0000 3b40 $FROM $TO" \
	"$E6 6000 0000 0040 1140 $FROM $TO 1234 0009 0008 0000" "$E6 6000 0000 0000 3b40 $MAPPED $TO" \
	"$E6 6000 0000 0000 3b40 $FROM $MAPPED"
say "IPv6: UDP cut off, no checksum; a routing header of type 0, hop-by-hop options in the wrong place, options cut off"
case_of drop_l4_header "$E6 6000 0000 0004 1140 $FROM $TO 1234 0009" \
	"$E6 6000 0000 0008 1140 $FROM $TO 1234 0009 0008 0000"
case_of drop_ext_header "$E6 6000 0000 0010 2b40 $FROM $TO 1100 0000 0000 0000 1234 0009 0008 ffff" \
	"$E6 6000 0000 0018 3c40 $FROM $TO 0000 0104 0000 0000 1100 0104 0000 0000 1234 0009 0008 ffff" \
	"$E6 6000 0000 0008 3c40 $FROM $TO 1105 0104 0000 0000"
say "IPv6: source ::, ::1 and a group; destination ::"
ANY="00000000000000000000000000000000"
case_of drop_source "$E6 6000 0000 0000 3b40 $ANY $TO" "$E6 6000 0000 0000 3b40 00000000000000000000000000000001 $TO" \
	"$E6 6000 0000 0000 3b40 ff020000000000000000000000000001 $TO"
case_of drop_destination "$E6 6000 0000 0000 3b40 $FROM $ANY"
case_of drop_icmp_type "$E6 6000 0000 0008 3a40 $FROM $TO 8b00 0000 0000 0000" \
	"$E6 6000 0000 0008 3a40 $FROM $TO 8100 0000 0000 0000"
case_of drop_nd "$E6 6000 0000 0008 3aff $FROM $TO 8700 0000 0000 0000"
case_of drop_no_address "$E6 6000 0000 0008 1140 $FROM $TO 1234 0009 0008 ffff"
case_of drop_ethertype "$gw $me 88b5 00112233" "$gw $me 0004 42420300"
say "ICMPv6 in IPv4, ICMP in IPv6"
case_of drop_protocol "$E 4500 0018 $IP 403a ac91 c0a80164 05060708 80000000" \
	"$E6 6000 0000 0008 0140 $FROM $TO 0800 0000 0000 0000"
case_of drop_link_local \
	"0180c2000000 $me 0026 4242030000000000" "0180c200000e $me 88cc 0207" "0180c2000002 $me 8809 01" \
	"0180c200000e $me 0800 4500 0020 $IP 4011 acb2 c0a80164 05060708 1234 2328 000c 0000 41414141"
[ "$(grep -vc ready "$WORK/watch")" = 0 ] || fail "the server saw: $(cat "$WORK/watch")"

say "IP options are carried, padding is cut off, a bad L4 checksum stays bad"
guest frame send eth0 \
	"$E 4600 0024 $IP 4011 a9ad c0a80164 05060708 01010100 1234 0009 000c 0000 42424242" \
	"$E 4500 0020 $IP 4011 acb2 c0a80164 05060708 1234 0009 000c 0000 43434343 dddddddddddddddddddd" \
	"$E 4500 0020 $IP 4011 acb2 c0a80164 05060708 1234 0009 000c beef 44444444"
busywait 5 grep -q 44444444 "$WORK/watch" || fail "not seen: $(cat "$WORK/watch") $(ctl stats show "$BRIDGE")"
grep -q 0101010012340009000c000042424242 "$WORK/watch" || fail "options: $(cat "$WORK/watch")"
grep -q dddd "$WORK/watch" && fail "padding reached the server"
out=$(guest peer udp 5.5.5.5 9 alive) || fail "not served afterwards"
[[ $out == *alive* ]] || fail "not served afterwards: $out"
exit 0
