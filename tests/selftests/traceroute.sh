#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# The Internet is some hops away: traceroute by UDP, ICMP and TCP finds the same number of routers, answers have a TTL that
# fits, and what is on the guest's own network is next door.
. "$(dirname "$0")/lib.sh"

setup6 distance 6
rules "tcp dport 80 to srv" "icmp to srv" "icmp6 to srv" "udp to srv"
background "$WORK/tcp" server peer tcp-serve :: 80
listening tcp 80

# hops OPTION… ADDRESS: how many lines traceroute prints until the address itself answers
hops() {
	guest traceroute -n -q 1 -w 5 -m 12 -N 4 "$@" >"$WORK/trace" 2>&1 || fail "traceroute $*: $(cat "$WORK/trace")"
	[[ $(tail -n 1 "$WORK/trace") == *" ${*: -1} "* ]] || fail "traceroute $*: did not arrive: $(cat "$WORK/trace")"
	tail -n 1 "$WORK/trace" | awk '{ print $1 }'
}
for dst in 93.184.216.34 151.101.1.69 2001:db8:5::1; do
	udp=$(hops $dst)
	say "$dst: $((udp - 1)) routers"
	[ "$udp" -ge 4 ] && [ "$udp" -le 7 ] || fail "$dst is $udp hops away: $(cat "$WORK/trace")"
	router=198.18.255. last=198.18.255.$((udp - 1))
	[[ $dst != *:* ]] || { router=fd53:4200:ffff:: last=$router$((udp - 1)); }
	[ "$(grep -cF " $router" "$WORK/trace")" = $((udp - 1)) ] || fail "$dst: routers: $(cat "$WORK/trace")"
	grep -qF "$((udp - 1))  $last " "$WORK/trace" || fail "$dst: routers: $(cat "$WORK/trace")"
	expect "$dst by ICMP" "$(hops -I $dst)" "$udp"
	expect "$dst by TCP" "$(hops -T -p 80 $dst)" "$udp"
	out=$(guest ping -n -c 1 -W 5 $dst) || fail "$dst: $out"
	[[ $out == *" ttl=$((64 - udp + 1)) "* ]] || fail "$dst: the answer's TTL: $out"
	out=$(guest ping -n -c 1 -W 5 -t $((udp - 1)) $dst) && fail "$dst: an answer to a ping that cannot arrive: $out"
	[[ $out == *"ime"*"exceeded"* || $out == *"Time to live"* || $out == *"Hop limit"* ]] || fail "$dst: no error: $out"
	guest ping -n -c 1 -W 5 -t "$udp" $dst >/dev/null || fail "$dst: no answer to a ping that just arrives"
done
[ "$(counter ttl_exceeded)" -ge 20 ] || fail "ttl_exceeded is $(counter ttl_exceeded)"

say "on the guest's own network everything is next door"
expect "192.168.1.50" "$(hops -I 192.168.1.50)" 1
expect "fd53:4201::50" "$(hops -I fd53:4201::50)" 1
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"

say "distance 0: everything is"
ctl bridge del "$BRIDGE"
end_background
ctl bridge add "$BRIDGE" distance 0 || fail "bridge not added"
for port in g0 s0; do
	ip -n "$HOST_NS" link set "$port" up
	busywait 5 carrier "$port" || fail "$port did not come up"
done
ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" ip6 "$SERVER_IP6" || fail "server not added"
rules "icmp to srv"
expect "93.184.216.34 at distance 0" "$(hops -I 93.184.216.34)" 1
exit 0
