#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml
# The ten attacks, made by packet generators in a guest, each recognised from the wire and tied to its order; and what is fast
# but no attack is not called one.
. "$(dirname "$0")/lib.sh"

# What is tested is the report: once is enough. What the kernel counts of floods is tested by flood*.sh, in each kernel
modprobe tun 2>/dev/null
[ -e /dev/net/tun ] || skip "no /dev/net/tun"
for program in trafgen ab curl dig; do
	command -v $program >/dev/null || skip "no $program"
done
vectors=(udp vse dns syn ack stomp greip greeth udpplain http)
packets=1000

{
	cat <<END
bridge = "$BRIDGE"
run-directory = "$WORK"
rules = { "udp dport 53 to dns", "tcp dst 172.1.0.2 dport 23 to cnc", "tcp dport 80 to http", "tcp flood 50 to sink port 9",
	"udp flood 50 to sink port 9", "icmp to sink", "flood 50 absorb" }
server dns { type = "dns" address = "198.18.0.53" answer = "172.1.0.5" }
server http { type = "http" address = "198.18.0.80" files = "$WORK/files" }
server sink { type = "sink" address = "198.18.0.9" }
server cnc { type = "cnc" address = "198.18.0.66"
END
	for i in "${!vectors[@]}"; do
		echo "command { after = $(((i + 1) / 5)).1 vector = \"${vectors[i]}\" duration = 300 targets = { \"10.1.0.$i/32\" }"
		[ "${vectors[i]}" != dns ] || echo 'options = { "domain=victim.example" }'
		echo '}'
	done
	echo '}'
} >"$WORK/lab.conf"
mkdir "$WORK/files"
head -c 3000000 /dev/zero >"$WORK/files/large"
export WORK packets

# What the guest does: each kind of packet by its own generator.
cat >"$WORK/attack" <<'END'
ping -c 1 -W 20 192.168.1.1 >/dev/null
gateway=$(ip neigh show 192.168.1.1 | sed -n 's/.*lladdr \([0-9a-f:]*\).*/\1/p')
mac=$(cat /sys/class/net/eth0/address)
exec 4<>/dev/tcp/172.1.0.2/23
printf '\0\0\0\1\0' >&4
head -c 156 <&4 >/dev/null		# all orders, 156 bytes: then the bot goes to work
make() {
	echo "{ eth(sa=$mac, da=$gateway), $2 }" >"$WORK/$1.cfg"
	timeout 120 trafgen --dev eth0 --conf "$WORK/$1.cfg" --cpus 1 --rate 1000pps --num $packets >"$WORK/$1.out" 2>&1 || echo "trafgen $1: $(tail -n 3 "$WORK/$1.out")"
}
ip() { echo "ipv4(sa=192.168.1.100, da=10.1.0.$1, ttl=64, id=drnd()${2:+, $2})"; }
make udp "$(ip 0), udp(sp=drnd(), dp=drnd()), drnd(512)"
make vse "$(ip 1), udp(sp=drnd(), dp=27015), 0xff, 0xff, 0xff, 0xff, \"TSource Engine Query\", 0x00"
make dns "ipv4(sa=192.168.1.100, da=8.8.8.8, ttl=64, id=drnd()), udp(sp=drnd(), dp=53), drnd(2), 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0,
	12, drnd(12), 6, \"victim\", 7, \"example\", 0, 0, 1, 0, 1"
make syn "ipv4(sa=drnd(), da=10.1.0.3, ttl=64, id=drnd()), tcp(sp=drnd(), dp=drnd(), seq=drnd(), syn)"
make ack "$(ip 4), tcp(sp=drnd(), dp=drnd(), seq=drnd(), ackseq=drnd(), ack), drnd(512)"
exec 5<>/dev/tcp/10.1.0.5/7777
port=$(ss -Htn dst 10.1.0.5 | sed -n 's/.*192.168.1.100:\([0-9]*\) .*/\1/p')
make stomp "$(ip 5), tcp(sp=$port, dp=7777, seq=drnd(), ackseq=drnd(), ack, psh), drnd(768)"
# two at the same time, and on one target
make greip "$(ip 6 proto=47), 0, 0, 0x08, 0x00, 0x45, 0, 0x02, 0x1c, drnd(2), 0, 0, 64, 17, 0, 0, drnd(8), drnd(520)" &
make greeth "$(ip 7 proto=47), 0, 0, 0x65, 0x58, drnd(12), 0x08, 0x00, 0x45, 0, 0x02, 0x1c, drnd(2), 0, 0, 64, 17, 0, 0, drnd(8), drnd(520)"
wait $!
make udpplain "ipv4(sa=192.168.1.100, da=10.1.0.8, ttl=64, df, id=dinc(1, 60000, 1)), udp(sp=40000, dp=9999), drnd(512)"
ab -q -n 400 -c 8 -s 120 http://10.1.0.9/ >"$WORK/ab.out" 2>&1 || echo "ab: $(tail -n 3 "$WORK/ab.out")"
END

# Fast, but what ordinary programs do.
cat >"$WORK/benign" <<'END'
curl -s -m 120 -o /dev/null http://10.2.0.1/large || echo "no download"
curl -s -m 120 -o /dev/null -T "$WORK/files/large" http://10.2.0.2/upload || echo "no upload"
for i in {1..40}; do echo "host$i.site$i.example"; done >"$WORK/names"
for i in {1..15}; do dig +tries=4 +time=10 +short -f "$WORK/names" @8.8.8.8 >/dev/null & done	# 600 queries
curl -s -m 120 -o /dev/null "http://10.2.0.3/page[1-150]" || echo "no pages"
for ((i = 1; i <= 300; i++)); do (exec 3<>"/dev/tcp/10.2.0.4/$i") 2>/dev/null; done	# a port scan of one host
for ((i = 1; i <= 100; i++)); do (exec 3<>"/dev/tcp/10.3.0.$i/8080") 2>/dev/null; done	# and one of many
ping -c 300 -i 0.002 -q 10.2.0.6 >/dev/null
wait
END

report() { sinkctl -j report "$1" | jq -r "$2"; }

say "ten attacks"
sinkctl run "$WORK/lab.conf" -o "$WORK/run" -- "$TESTS_DIR/behind_tap" '{tap}' bash "$WORK/attack" >"$WORK/out" 2>"$WORK/err" </dev/null ||
	fail "run: $(cat "$WORK/out" "$WORK/err")"
grep -E '^(trafgen|ab)' "$WORK/out" && fail "a generator failed"
sed -n '/^Attacks/,/^Names/p' "$WORK/run/report.txt"
for i in "${!vectors[@]}"; do
	name=${vectors[i]} target=10.1.0.$i
	[ "$name" != dns ] || target=8.8.8.8
	seen=$(report "$WORK/run" '[.attacks[] | select(.dest_ip == "'$target'") | .attack] | join(" ")')
	expect "attack on $target" "$seen" "$name"
	asked=$(report "$WORK/run" '. as $r | .attacks[] | select(.dest_ip == "'$target'") | $r.commands[.command].vector_name')
	expect "order of the attack on $target" "$asked" "$name"
done
expect "attacks" "$(report "$WORK/run" '.attacks | length')" 10
expect "forged sources" "$(report "$WORK/run" '[.attacks[] | select(.forged) | .attack] | join(" ")')" syn
expect "domain" "$(report "$WORK/run" '.attacks[] | select(.attack == "dns") | .domain')" victim.example
# the packets that a generator has sent are in its attack, also those before it was called a flood; a slow machine may lose
# some on their way to the bridge
for name in udp vse syn ack greip greeth udpplain; do
	count=$(report "$WORK/run" '.attacks[] | select(.attack == "'$name'") | .packets')
	[ "$count" -ge $((packets * 8 / 10)) ] && [ "$count" -le $((packets + 5)) ] || fail "$name has $count packets, expected $packets"
	report "$WORK/run" '.attacks[] | select(.attack == "'$name'") | .curve.rates | length' | grep -q '^[1-9]' || fail "$name has no curve"
done

say "nothing that is one"
sinkctl run "$WORK/lab.conf" -o "$WORK/quiet" -- "$TESTS_DIR/behind_tap" '{tap}' bash "$WORK/benign" >"$WORK/out" 2>"$WORK/err" </dev/null ||
	fail "run: $(cat "$WORK/out" "$WORK/err")"
grep '^no ' "$WORK/out" && fail "an ordinary program failed"
expect "attacks" "$(report "$WORK/quiet" '[.attacks[] | .attack + " on " + .dest_ip] | join(", ")')" ""
say "flows: $(report "$WORK/quiet" .flows), packets: $(report "$WORK/quiet" '[.contacts[].packets] | add'); fast: $(report "$WORK/quiet" '[.fast[] | .attack + " " + .dest_ip] | join(", ")')"
exit 0
