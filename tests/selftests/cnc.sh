#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# The C&C's interlock with the real module: a contained bot is answered and commanded,
# one whose flow has ended, or that never had one, gets not a byte.  C&C and Telnet both on TCP 23.
. "$(dirname "$0")/lib.sh"

command -v fakeservice >/dev/null || fail "fakeservice is not built"
CNC=172.1.0.2
EVENTS=$WORK/events.jsonl
chmod 755 "$WORK"

cat >"$WORK/lab.conf" <<-END
	bridge = "$BRIDGE"
	rules = { "tcp dst $CNC dport 23 to cnc", "tcp dport 23 to telnet" }
	server telnet { type = "telnet" address = "198.18.0.23" accept = { "root:1234" } }
	server cnc {
		type = "cnc" address = "198.18.0.66"
		command { after = 0.2 vector = "udp" duration = 5 targets = { "1.2.3.4/32" } }
		command { after = 8 vector = "syn" duration = 5 targets = { "1.2.3.4/32" } }
	}
END

# fake TYPE NAMESPACE: started, and listening
fake() {
	background "$WORK/$1.log" ip netns exec "$2" fakeservice --config "$WORK/lab.conf" --server "$1" \
		--bridge "$BRIDGE" --events "$EVENTS"
	busywait 10 listens "$2" || fail "$1 does not listen: $(cat "$WORK/$1.log")"
}
listens() { ip netns exec "$1" ss -Hltn 'sport = :23' | grep -q .; }

setup
add_server telnet s1 "$SERVER_NS-t" 198.18.0.23
add_server cnc s2 "$SERVER_NS-c" 198.18.0.66
rules "tcp dst $CNC dport 23 to cnc" "tcp dport 23 to telnet"
fake telnet "$SERVER_NS-t"
fake cnc "$SERVER_NS-c"

# bot FILE: registers (the talk's seven bytes) and stays; what it hears is in FILE
bot() {
	: >"$1"
	background /dev/null guest bash -c "exec 4<>/dev/tcp/$CNC/23; printf '\0\0\0\1\0\0\0' >&4; exec cat <&4 >$1"
}
heard() { od -An -v -tx1 "$1" | tr -d ' \n'; }
hears() { [ "$(heard "$1")" = "$2" ]; }
said() { grep -c "\"event_type\":\"cnc\".*\"kind\":\"$1\"" "$EVENTS"; }
# the event of a command comes after the command
told() { [ "$(said command)" = "$1" ]; }

say "a contained bot: the echo of its keep-alive, then both commands"
udp=000e000000050001010203042000
syn=000e000000050301010203042000
bot "$WORK/first"
busywait 60 hears "$WORK/first" "0000$udp$syn" || fail "the bot heard $(heard "$WORK/first")"
busywait 10 told 2 || fail "commands told: $(said command), expected 2"
grep -q "\"src_ip\":\"$GUEST_IP\".*\"dest_ip\":\"$CNC\",\"dest_port\":23.*\"contained\":true.*\"kind\":\"command\"" "$EVENTS" ||
	fail "no event of a command names guest and C&C: $(cat "$EVENTS")"

say "a bot whose flow ends between two commands"
bot "$WORK/second"
busywait 60 hears "$WORK/second" "0000$udp" || fail "the second bot heard $(heard "$WORK/second")"
ctl flow flush "$BRIDGE" dst $CNC >/dev/null || fail "flows not flushed"
refusals() { [ "$(said refused)" = "$1" ]; }
busywait 60 refusals 1 || fail "not refused after its flow ended"
expect "the second bot heard" "$(heard "$WORK/second")" "0000$udp"
expect "commands told" "$(said command)" 3
grep -q "\"src_ip\":\"$GUEST_IP\".*\"contained\":false.*\"kind\":\"refused\"" "$EVENTS" ||
	fail "the refusal does not name the guest"

say "the same bytes from the server's own namespace"
bytes=$(ip netns exec "$SERVER_NS-c" bash -c \
	"exec 4<>/dev/tcp/198.18.0.66/23; trap '' PIPE; printf '\0\0\0\1\0\0\0' >&4 2>/dev/null; timeout 10 cat <&4 2>/dev/null | wc -c")
expect "bytes outside containment" "$bytes" 0
busywait 60 refusals 2 || fail "not refused outside containment"
expect "commands told" "$(said command)" 3

say "Telnet on the same port, any other address"
answer=$(guest bash -c "exec 4<>/dev/tcp/94.166.162.54/23
	printf 'root\r\n1234\r\n/bin/busybox MIRAI\0\r\nexit\r\n' >&4; timeout 10 cat <&4" | tr -d '\r\0')
grep -q '^MIRAI: applet not found$' <<<"$answer" || fail "telnet said: $answer"
login() { grep -q '"dest_ip":"94.166.162.54","dest_port":23.*"contained":true.*"username":"root","password":"1234","success":true' "$EVENTS"; }
busywait 10 login ||
	fail "no login with its original destination"
busywait 5 accounted || fail "frames are not accounted for"
