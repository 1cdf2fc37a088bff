#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fragments, IPv4 and IPv6: large datagrams both ways, in any order; overlaps are dropped; what never becomes whole is bounded,
# and does not keep the rest from becoming so. Each fragment is counted once, each packet too.
. "$(dirname "$0")/lib.sh"

# as long as it may take on a slow machine
setup6 timeout-icmp 600000
rules "to srv"
serve udp 9
background "$WORK/udp6" server peer udp-serve "$SERVER_IP6" 9
background "$WORK/watch" server frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"
gw=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)

say "pings of 60,000 bytes"
for dst in 14.0.0.1 2001:db8::14; do
	out=$(guest ping -n -c 2 -i 0.2 -s 60000 -W 10 $dst) || fail "$dst: $out $(ctl stats show "$BRIDGE")"
	[[ $out == *"60008 bytes from $dst: icmp_seq=2"* ]] || fail "$dst: $out"
done
expect_counter reassembled 4
expect_counter server_reassembled 4
[ "$(counter guest_fragment)" -ge 160 ] || fail "guest_fragment is $(counter guest_fragment)"
expect_counter guest_fragment "$(counter server_fragment)"
flows | grep -q "^icmp $GUEST_IP:[0-9]* > 14.0.0.1:0 in g0 .* packets 2 2 bytes 120056 120056 " || fail "flows: $(flows)"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
server awk '$1 == "Ip:" && $2 ~ /^[0-9]/ { exit !$15 }' /proc/net/snmp ||
	fail "the server's stack got no fragments: nothing was cut again"
[ "$(host cat /proc/net/sockstat | awk '/^FRAG/ { print $5 }')" = 0 ] || fail "the host's stack keeps fragments"

# A datagram to port 9 without a checksum, cut behind 32 of its 72 bytes.
FIRST="1234 0009 0048 0000 $(printf '41%.0s' {1..24})"
LAST=$(printf '42%.0s' {1..40})
E4="$gw $me 0800"
# piece4 ID FLAGS-AND-OFFSET LENGTH DATA: the header's checksum is reckoned
piece4() {
	local sum=$((0x4500 + 20 + $3 + $1 + 0x$2 + 0x4011 + 0xc0a8 + 0x0164 + 0x0e00 + 0x0001))

	sum=$(((sum & 0xffff) + (sum >> 16)))
	printf '%s 4500 %04x %04x %s 4011 %04x c0a80164 0e000001 %s' "$E4" $((20 + $3)) "$1" "$2" \
		$((~((sum & 0xffff) + (sum >> 16)) & 0xffff)) "$4"
}
# piece6 ID FLAGS-AND-OFFSET LENGTH DATA
piece6() {
	printf '%s 86dd 6000 0000 %04x 2c40 fd534201000000000000000000000100 20010db8000000000000000000000014 1100 %s %08x %s' \
		"$gw $me" $((8 + $3)) "$2" "$1" "$4"
}
reassembled() { [ "$(counter reassembled)" = "$want" ]; }

say "two pieces, in order, reversed, one twice"
want=$(($(counter reassembled) + 3))
guest frame send eth0 "$(piece4 1 2000 32 "$FIRST")" "$(piece4 1 0004 40 "$LAST")" \
	"$(piece4 2 0004 40 "$LAST")" "$(piece4 2 2000 32 "$FIRST")" \
	"$(piece4 3 0004 40 "$LAST")" "$(piece4 3 0004 40 "$LAST")" "$(piece4 3 2000 32 "$FIRST")"
busywait 5 reassembled || fail "reassembled: $(ctl stats show "$BRIDGE")"
whole() { [ "$(grep -Ec "c0a80164c61200091234000900480000(41){24}(42){40}$" "$WORK/watch")" = 3 ]; }
busywait 5 whole || fail "not at the server: $(tail -n 3 "$WORK/watch")"

say "IPv6: behind the fragment header UDP without a checksum is dropped when it is whole, not before"
before=$(counter drop_l4_header)
want=$(($(counter reassembled) + 1))
guest frame send eth0 "$(piece6 1 0001 32 "$FIRST")" "$(piece6 1 0020 40 "$LAST")"
busywait 5 reassembled || fail "reassembled: $(ctl stats show "$BRIDGE")"
no_sum() { [ "$(counter drop_l4_header)" = $((before + 1)) ]; }
busywait 5 no_sum || fail "drop_l4_header went from $before to $(counter drop_l4_header)"

say "overlaps, impossible sizes"
before=$(counter drop_fragment)
expired=$(counter fragments_expired)
want=$(counter reassembled)
guest frame send eth0 "$(piece4 4 2000 32 "$FIRST")" "$(piece4 4 0003 40 "$LAST")" "$(piece4 4 0004 40 "$LAST")" \
	"$(piece4 5 2000 31 "${FIRST% *} $(printf '41%.0s' {1..23})")" "$(piece4 6 1fff 40 "$LAST")" \
	"$(piece6 4 0001 32 "$FIRST")" "$(piece6 4 0019 40 "$LAST")"
dropped() { [ "$(counter drop_fragment)" = $((before + 4)) ]; }
busywait 5 dropped || fail "drop_fragment went from $before to $(counter drop_fragment): $(ctl stats show "$BRIDGE")"
expect_counter reassembled "$want"
expect_counter fragments_expired $((expired + 2))

say "datagrams that never become whole: no more than there is room for; a whole one still passes"
first=$(piece4 4660 2000 32 "$FIRST")
flood() {	# COUNT of first pieces, each of another datagram
	guest python3 -c '
import socket, struct, sys
def frame(hex, ident):
	b = bytearray.fromhex(hex.replace(":", ""))
	b[18:20] = struct.pack("!H", ident & 0xffff)
	b[26:30] = bytes([10, ident >> 16 & 255, 7, 7])		# another source for each 65,536
	b[24:26] = b"\0\0"
	s = sum(struct.unpack("!10H", b[14:34]))
	s = (s & 0xffff) + (s >> 16)
	b[24:26] = struct.pack("!H", ~((s & 0xffff) + (s >> 16)) & 0xffff)
	return bytes(b)
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
for i in range(int(sys.argv[2])):
	s.send(frame(sys.argv[1], i))' "$first" "$1"
}
count=${FRAGMENT_FLOOD:-20000}
before=$(counter guest_fragment)
expired=$(counter fragments_expired)
flood "$count" || fail "flood not sent"
flooded() { [ $(($(counter guest_fragment) - before)) -ge "$count" ]; }
busywait 10 flooded || fail "fragments: $(ctl stats show "$BRIDGE")"
gone=$(($(counter fragments_expired) - expired))
say "of $count at least $gone made room"
[ "$gone" -ge $((count - 9000)) ] || fail "only $gone of $count were given up: no bound is seen"
expect_counter drop_fragment_full 0
out=$(guest ping -n -c 1 -s 20000 -W 10 14.0.0.1) || fail "no answer to fragments during the flood: $out $(ctl stats show "$BRIDGE")"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
