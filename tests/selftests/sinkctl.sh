#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Every verb of sinkctl, as text and as JSON; who may do what; the monitor and how it ends.
. "$(dirname "$0")/lib.sh"

# hundreds of calls: without a sysfs mounted for each
ctl() { nsenter --net="/run/netns/$HOST_NS" sinkctl "$@"; }

# json WORDS… : what sinkctl -j prints, which must be an array of objects
json()
{
	ctl -j "$@" >"$WORK/json" || fail "sinkctl -j $*: $?"
	jq -e 'type == "array" and all(type == "object")' "$WORK/json" >/dev/null ||
		fail "sinkctl -j $*: not an array of objects: $(head -c 1000 "$WORK/json")"
	cat "$WORK/json"
}

# expect_json WHAT FILTER WANT WORDS…
expect_json()
{
	local what=$1 filter=$2 want=$3

	shift 3
	expect "$what" "$(json "$@" | jq -c "$filter")" "$want"
}

setup max-flows 5000 timeout-udp-opening 200000 timeout-icmp 300000

say "what the kernel refuses"
refused "no such bridge" ctl bridge show nosuch
refused "no such bridge" ctl flow show nosuch
refused "no such bridge" ctl rule save nosuch
refused "no such bridge" ctl monitor nosuch
refused "not a bridge" ctl bridge add g0
refused "twice" ctl bridge add "$BRIDGE"
refused "server's port" ctl server add "$BRIDGE" dns dev lo mac 02:00:00:00:00:01 ip 198.18.0.1
refused "server's name" ctl server add "$BRIDGE" srv dev g0 mac 02:00:00:00:00:01 ip 198.18.0.1
refused "no such rule" ctl rule del "$BRIDGE" 4711
refused "no such rule" ctl rule add "$BRIDGE" before 4711 udp drop

say "bridge, server, port"
expect_json "bridge" '.[0] | [.bridge, .max_flows, .servers, .rules, .flows]' '["sink0",5000,1,0,0]' \
	bridge show
expect_json "timeouts" '.[0].timeouts_ms | [."udp-opening", .icmp, ."tcp-established"]' \
	'[200000,300000,3600000]' bridge show "$BRIDGE"
ctl bridge show | grep -q '^[0-9]*: sink0: flows 0 max-flows 5000 rules 0 servers 1 generation ' ||
	fail "bridge show: $(ctl bridge show)"
ctl bridge show | grep -q ' timeout-udp-opening 200000 ' || fail "bridge show: $(ctl bridge show)"
expect_json "server" '.[0] | [.bridge, .server, .dev, .mac, .ip]' \
	"[\"sink0\",\"srv\",\"s0\",\"$(mac_of "$SERVER_NS" eth0)\",\"$SERVER_IP\"]" server show
expect_json "hops, and the guests' prefix" '.[0] | [.distance, .guest_prefix]' '[9,"fd53:4201::/64"]' bridge show "$BRIDGE"
expect_json "server of a bridge" length 1 server show "$BRIDGE"
ctl server show | grep -Eq "^sink0 +srv +s0 +.* $SERVER_IP +- +0$" || fail "server show: $(ctl server show)"
expect_json "ports" 'map({(.port): .kind}) | add | [.g0, .s0]' '["guest","server"]' port show "$BRIDGE"
ctl port show | grep -Eq '^sink0 +g0 +guest +[0-9]' || fail "port show: $(ctl port show)"

ctl server del "$BRIDGE" srv || fail "server not deleted"
refused "IPv6 group" ctl server add "$BRIDGE" six dev s0 mac 02:00:00:00:00:35 ip6 ff02::1
ctl server add "$BRIDGE" six dev s0 mac 02:00:00:00:00:35 ip6 fd53:4200::35 || fail "server with IPv6 alone"
expect_json "server with IPv6 alone" '.[0] | [.ip, .ip6]' '[null,"fd53:4200::35"]' server show
ctl server del "$BRIDGE" six || fail "server not deleted"
ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" ip6 fd53:4200::9 ||
	fail "server with both"
ip -n "$HOST_NS" link set s0 up
expect_json "server with both" '.[0] | [.ip, .ip6]' "[\"$SERVER_IP\",\"fd53:4200::9\"]" server show

say "rule"
first=$(ctl rule add "$BRIDGE" udp dport 53 to srv port 9)
[[ $first =~ ^id\ ([1-9][0-9]*)$ ]] || fail "rule add says '$first'"
first=${BASH_REMATCH[1]}
second=$(json rule add "$BRIDGE" before "$first" in g0 icmp to srv | jq '.[0].id')
ctl rule add "$BRIDGE" tcp dst 10.0.0.0/8 dport 1-1023 reject >/dev/null || fail "rule not added"
expect_json "rules" 'map(.id)[:2]' "[$second,$first]" rule show "$BRIDGE"
expect_json "rule" '.[1] | [.protocol, .dport_first, .dport_last, .action, .server, .server_port, .rule]' \
	'["udp",53,53,"to","srv",9,"udp dport 53 to srv port 9"]' rule show "$BRIDGE"
expect_json "rule without a server" '.[2] | [.dst, .dport_last, .action, .server]' \
	'["10.0.0.0/8",1023,"reject",null]' rule show "$BRIDGE"
expect "rule show" "$(ctl rule show "$BRIDGE" | sed -n '2s/  */ /gp')" " $second 0 0 0 in g0 icmp to srv"
expect_json "rule save" 'map(.rule)[0]' '"in g0 icmp to srv"' rule save "$BRIDGE"
refused "same match" ctl rule add "$BRIDGE" udp dport 53 drop
ctl rule del "$BRIDGE" "$second" || fail "rule not deleted"
expect_json "rules" length 2 rule show "$BRIDGE"
refused "a server in use" ctl server del "$BRIDGE" srv

say "monitor and flow"
rules "icmp to srv" "udp to srv port 9"
ip netns exec "$HOST_NS" sinkctl monitor "$BRIDGE" >"$WORK/monitor" 2>&1 &
text=$!
pids+=("$text")
ip netns exec "$HOST_NS" sinkctl monitor -j >"$WORK/monitor.json" 2>&1 &
pids+=("$!")
busywait 10 monitors 3 || fail "the monitors do not listen: $(host cat /proc/net/netlink)"
serve udp 9
guest ping -c 1 -W 5 8.8.4.4 >/dev/null || fail "no echo"
guest peer udp 1.2.3.4 477 x >/dev/null || fail "no answer"
busywait 5 grep -q ' 1.2.3.4:477 ' "$WORK/monitor" || fail "not seen: $(cat "$WORK/monitor")"
grep -Eq "^20[0-9T:.+-]* sink0 start icmp $GUEST_IP:[0-9]+ > 8.8.4.4:0 in g0 server srv " "$WORK/monitor" ||
	fail "monitor: $(cat "$WORK/monitor")"

strip() { sed -E 's/ (age|idle|expires) [0-9.]+//g' | sort; }
expect "rows of sinkctl and of sysfs" "$(ctl flow show "$BRIDGE" | strip)" "$(flows | strip)"
expect "flow count" "$(ctl flow count "$BRIDGE")" 2
expect_json "flow count" '.[0]' '{"bridge":"sink0","count":1}' flow count "$BRIDGE" proto icmp
expect_json "flow" '.[0] | [.event_type, .in_iface, .src_ip, .dest_ip, .dest_port, .proto, .server.name,
	.server.port, .contained, .flow.pkts_toserver, .flow.pkts_toclient]' \
	"[\"flow\",\"g0\",\"$GUEST_IP\",\"1.2.3.4\",477,\"UDP\",\"srv\",9,true,1,1]" flow show "$BRIDGE" proto udp

# each filter fits one flow of two, or none
for filter in "proto 17" "dst 8.8.4.4" "dport 477" "proto udp in g0 src $GUEST_IP dst 1.2.3.4 dport 477 server srv"; do
	# shellcheck disable=SC2086 # words
	expect "flow count $filter" "$(ctl flow count "$BRIDGE" $filter)" 1
done
for filter in "proto tcp" "dst 8.8.4.5" "src 8.8.4.4" "in s0" "dport 478" "server nosuch" "proto icmp dport 477"; do
	# shellcheck disable=SC2086 # words
	expect "flow count $filter" "$(ctl flow count "$BRIDGE" $filter)" 0
done

expect "flush" "$(ctl flow flush "$BRIDGE" dst 8.8.4.4)" "flushed 1"
expect "flow count" "$(ctl flow count "$BRIDGE")" 1
busywait 5 grep -q ' sink0 end flushed icmp ' "$WORK/monitor" || fail "no end: $(cat "$WORK/monitor")"
events() { jq -c 'select(.dest_ip == "8.8.4.4") | [.event_type, .bridge, .flow.reason]' "$WORK/monitor.json"; }
all_told() { [ "$(events)" = '["flow_start","sink0",null]
["flow","sink0","flushed"]' ]; }
busywait 5 all_told || fail "monitor -j: $(events)"
expect_json "flush" '.[0].count' 1 flow flush "$BRIDGE"

say "stats"
expect_json "stats" '.[0] | [.bridge, .counters.flows_created, .counters.flows_ended, .counters.drop_vlan]' \
	'["sink0",2,2,0]' stats show "$BRIDGE"
json stats show "$BRIDGE" --explain | jq -r '.[0] | .counters | keys[]' >"$WORK/names"
expect "names of counters" "$(sort "$WORK/names")" "$(host ls "$SYS/stats" | sort)"
expect_json "explanations" '.[0] | (.explanations | keys) == (.counters | keys)' true \
	stats show "$BRIDGE" --explain
ctl stats show "$BRIDGE" | grep -Eq '^flows_created +2$' || fail "stats: $(ctl stats show "$BRIDGE")"
if ctl stats show "$BRIDGE" | grep -q drop_vlan; then fail "a zero without -a"; fi
ctl stats show "$BRIDGE" -a | grep -Eq '^drop_vlan +0$' || fail "no zero with -a"
ctl stats show "$BRIDGE" --explain | grep -Eq '^flows_created +2  flows made$' || fail "not explained"

say "the monitor ends on a signal, and when nobody reads it"
kill -INT "$text"
wait "$text"
expect "status of the interrupted monitor" $? 0
mkfifo "$WORK/fifo"
ip netns exec "$HOST_NS" sinkctl monitor >"$WORK/fifo" 2>"$WORK/fifo.err" &
alone=$!
pids+=("$alone")
: <"$WORK/fifo"	# opens and closes it
ended() { ! kill -0 "$alone" 2>/dev/null; }
busywait 10 ended || fail "the monitor does not end with its reader"
wait "$alone"
expect "status of the monitor without a reader" $? 0
expect "what it said" "$(cat "$WORK/fifo.err")" ""

say "a full disk is told"
refused "full disk" sh -c "ip netns exec $HOST_NS sinkctl stats show $BRIDGE -a >/dev/full"

say "who may do what"
nobody() { host setpriv --reuid 65534 --regid 65534 --clear-groups sinkctl "$@"; }
nobody bridge show | grep -q sink0 || fail "nobody may not look"
refused "nobody adds a rule" nobody rule add "$BRIDGE" tcp drop
grep -q 'not permitted' "$WORK/refused" || fail "does not say why"
refused "nobody flushes" nobody flow flush "$BRIDGE"

say "the end"
ctl rule replace "$BRIDGE" /dev/null && ctl server del "$BRIDGE" srv && ctl bridge del "$BRIDGE" ||
	fail "not undone"
expect_json "bridges" . '[]' bridge show
exit 0
