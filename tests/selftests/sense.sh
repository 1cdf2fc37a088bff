#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# A lab whose sink hands over: any port is answered, at the original destination, which has its name; interlocks hold.
. "$(dirname "$0")/lib.sh"

conf=$WORK/lab.conf
STATE=/run/sinkbridge/$BRIDGE
cat >"$conf" <<END
bridge = "$BRIDGE"
ca-folder = "$WORK/ca"
clock = "2019-03-02 10:00:00"
rules = { "udp dport 53 to dns", "tcp to sink port 9", "udp to sink port 9", "gre to sink" }
server dns { type = "dns" address = "198.18.0.53" pool = public }
server http { type = "http" address = "198.18.0.80" body = "found" }
server cnc { type = "cnc" address = "198.18.0.66" command { vector = "udp" duration = 1 targets = { "1.2.3.4" } } }
server sink { type = "sink" address = "198.18.0.9" }
END
sinkctl lab up "$conf" || fail "up: $(tail -n 5 $STATE/*.log)"
quiet_ns "$GUEST_NS"
ip link add g0 type veth peer name eth0 netns "$GUEST_NS"
ip -n "$GUEST_NS" addr add "$GUEST_IP/24" dev eth0
ip -n "$GUEST_NS" link set eth0 up
ip -n "$GUEST_NS" route add default via 192.168.1.1
ip link set g0 master "$BRIDGE" up
guest_port() { [ "$(cat /sys/class/net/g0/brport/state 2>/dev/null)" = 3 ]; }
busywait 5 guest_port || fail "the guest's port did not come up"

events() { jq -c "$1" "$STATE/events.jsonl"; }
# seen FILTER: such an event comes
seen() { busywait 5 some "$1" || fail "no event: $1: $(tail -n 5 "$STATE/events.jsonl")"; }
some() { [ -n "$(events "select($1)")" ]; }

address=$(guest dig +short +tries=3 @11.22.33.44 evil.test)
[[ $address =~ ^[0-9.]+$ ]] || fail "no address: $address"
expect "HTTP on port 8081" "$(guest curl -s -m 20 "http://$address:8081/gate")" found
seen ".event_type == \"http\" and .contained and .dest_ip == \"$address\" and .dest_port == 8081 and .dest_name == \"evil.test\"
	and .src_ip == \"$GUEST_IP\" and .server.name == \"http\" and (.guest_time | startswith(\"2019-03-02T10:\"))"
# the certificate is of 2019, as the clock is; this guest lives today
expect "HTTPS on port 4443" "$(guest curl -s -m 20 -k --resolve "evil.test:4443:$address" https://evil.test:4443/)" found
seen '.event_type == "tls" and .contained and .tls.sni == "evil.test" and .dest_port == 4443'
seen '.event_type == "sink" and .sink.kind == "handed" and .sink.protocol == "tls" and .sink.to == "http" and .contained'
expect "DNS on port 5353" "$(guest dig +short +tries=3 -p 5353 @77.77.77.77 evil.test)" "$address"
seen '.event_type == "dns" and .contained and .dest_ip == "77.77.77.77" and .dest_port == 5353'
# a bot on a port of its own gets its command, as its flow is confirmed
command=$(guest timeout 60 bash -c "exec 4<>/dev/tcp/9.9.9.9/5656; printf '\0\0\0\1\0\0\0' >&4; head -c 16 <&4" |
	od -An -v -tx1 | tr -d ' \n')
[[ $command == *0001010203042000* ]] || fail "no command: '$command'"
seen '.event_type == "cnc" and .contained and .dest_ip == "9.9.9.9" and .dest_port == 5656'
guest perl -e 'use Socket; socket(my $s, PF_INET, SOCK_RAW, 47) or die;
	send($s, "\0\0\x08\0" . "x" x 40, 0, sockaddr_in(0, inet_aton("5.6.7.8"))) or die for 1 .. 3' || fail "GRE was not sent"
seen ".event_type == \"sink\" and .proto == \"GRE\" and .src_ip == \"$GUEST_IP\""
[ "$(stat -c %a "$STATE/http.take")" = 600 ] || fail "anybody may send to a server"
sinkctl lab down "$conf" || fail "down"
[ ! -e "$STATE" ] || fail "left over: $(ls "$STATE")"
exit 0
