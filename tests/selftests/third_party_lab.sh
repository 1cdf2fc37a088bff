#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# A lab of programs of others, unmodified: INetSim and dnsmasq, at the time that the lab sets.
. "$(dirname "$0")/lib.sh"

for program in inetsim dnsmasq; do
	command -v "$program" >/dev/null || fail "$program is not installed (tests/vm/packages names it)"
done
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null || fail "libfaketime is not installed (tests/vm/packages names it)"
conf=$WORK/lab.conf
chmod 755 "$WORK"
mkdir -m 777 "$WORK/log" "$WORK/report"
cp -r /usr/share/inetsim/data "$WORK/data"
chmod -R a+rwX "$WORK/data"
cat >"$WORK/inetsim.conf" <<END
start_service http
start_service smtp
start_service daytime_tcp
http_fakefile html sample.html text/html
http_default_fakefile sample.html text/html
service_bind_address 198.18.0.81
END
cat >"$conf" <<END
bridge = "$BRIDGE"
clock = "2019-03-02 10:00:00"
rules = { "udp dport 53 to names", "tcp dport 53 to names", "tcp dport 80 to inetsim", "tcp dport 8080 to inetsim port 80",
	  "tcp dport 25 to inetsim", "tcp dport 13 to inetsim" }
server inetsim {
	type = "exec"
	address = "198.18.0.81"
	program = { "$(command -v inetsim)", "--config=$WORK/inetsim.conf", "--log-dir=$WORK/log", "--report-dir=$WORK/report",
		    "--data-dir=$WORK/data", "--pidfile=$WORK/inetsim.pid" }
	ready-port = 80
}
server names {
	type = "exec"
	address = "198.18.0.53"
	program = { "$(command -v dnsmasq)", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null",
		    "--pid-file=", "--user=nobody", "--address=/cnc.test/22.33.44.55" }
	ready-port = 53
}
END
sinkctl lab up "$conf" || fail "up: $(tail -n 5 /run/sinkbridge/$BRIDGE/*.log)"
quiet_ns "$GUEST_NS"
ip link add g0 type veth peer name eth0 netns "$GUEST_NS"
ip -n "$GUEST_NS" addr add "$GUEST_IP/24" dev eth0
ip -n "$GUEST_NS" link set eth0 up
ip -n "$GUEST_NS" route add default via 192.168.1.1
ip link set g0 master "$BRIDGE" up

listens() { grep -q ":$1 " <<<"$(ip netns exec "sb-$BRIDGE-inetsim" ss -Hltn)"; }
for port in 25 13; do
	busywait 20 listens $port || fail "INetSim's port $port: $(cat /run/sinkbridge/$BRIDGE/inetsim.log)"
done
answers() { [ "$(guest dig +short +tries=1 +timeout=5 @9.9.9.9 cnc.test)" = 22.33.44.55 ]; }
busywait 10 answers || fail "dnsmasq's answer: $(guest dig +tries=1 @9.9.9.9 cnc.test)"
for url in 22.33.44.55/index.html 1.1.1.1:8080/any/path.html; do
	out=$(guest curl -sS -m 60 "http://$url") || fail "$url: $out"
	grep -q 'INetSim' <<<"$out" || fail "$url: $out"
done
out=$(printf 'QUIT\r\n' | guest nc -w 60 7.7.7.7 25)
grep -q '^220 .*INetSim' <<<"$out" || fail "SMTP: $out"
out=$(guest nc -w 60 7.7.7.7 13 </dev/null)
grep -q '^Sat Mar  2 10:.* 2019' <<<"$out" || fail "the clock: $out"
[ "$(date +%Y)" -gt 2019 ] || fail "the clock of the host is changed"
sinkctl lab down "$conf" || fail "down"
! ip netns list | grep -q "^sb-$BRIDGE-" || fail "left over: $(ip netns list)"
exit 0
