#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# The interlock of Tsunami's C&C and Mozi's node with the real module: contained bots are
# answered and commanded, one whose flow has ended, or that never had one, gets not a byte.
. "$(dirname "$0")/lib.sh"

command -v fakeservice >/dev/null || fail "fakeservice is not built"
CNC=172.1.0.2
EVENTS=$WORK/events.jsonl
chmod 755 "$WORK"

cat >"$WORK/lab.conf" <<-END
	bridge = "$BRIDGE"
	rules = { "tcp dport 6667 to tsunami", "udp dport 6881 to mozi" }
	server tsunami {
		type = cnc family = tsunami address = "198.18.0.66" channel = "#bots" channel-key = "k"
		command { message = "!* UDP 1.2.3.4 80 5" }
		command { after = 8 message = "!* PAN 1.2.3.4 80 5" }
	}
	server mozi { type = cnc family = mozi address = "198.18.0.68" }
END

# fake NAME NAMESPACE: started, and listening
fake() {
	background "$WORK/$1.log" ip netns exec "$2" fakeservice --config "$WORK/lab.conf" --server "$1" \
		--bridge "$BRIDGE" --events "$EVENTS"
	busywait 10 listens "$2" || fail "$1 does not listen: $(cat "$WORK/$1.log")"
}
listens() { ip netns exec "$1" ss -Hlntu | grep -qE ':(6667|6881)'; }

setup
add_server tsunami s1 "$SERVER_NS-t" 198.18.0.66
add_server mozi s2 "$SERVER_NS-m" 198.18.0.68
rules "tcp dport 6667 to tsunami" "udp dport 6881 to mozi"
fake tsunami "$SERVER_NS-t"
fake mozi "$SERVER_NS-m"

# bot FILE: registers, joins and stays; what it hears is in FILE
bot() {
	: >"$1"
	background /dev/null guest bash -c "exec 4<>/dev/tcp/$CNC/6667
		printf 'NICK bot\r\nUSER a 0 * :b\r\nJOIN #bots k\r\n' >&4; exec cat <&4 >$1"
}
hears() { [ "$(grep -c PRIVMSG "$1")" = "$2" ]; }
said() { grep -c "\"event_type\":\"cnc\".*\"kind\":\"$1\"" "$EVENTS"; }
# the event of a command comes after the command
told() { [ "$(said command)" = "$1" ]; }

say "a contained bot of Tsunami's: both commands"
bot "$WORK/first"
busywait 60 hears "$WORK/first" 2 || fail "the bot heard $(cat "$WORK/first")"
busywait 10 told 2 || fail "commands told: $(said command), expected 2"
grep -q "\"dest_ip\":\"$CNC\",\"dest_port\":6667.*\"contained\":true.*\"kind\":\"command\".*\"vector_name\":\"udp\"" "$EVENTS" ||
	fail "no event of a command names the C&C: $(cat "$EVENTS")"

say "one whose flow ends between two commands"
bot "$WORK/second"
busywait 60 hears "$WORK/second" 1 || fail "the second bot heard $(cat "$WORK/second")"
ctl flow flush "$BRIDGE" dst $CNC >/dev/null || fail "flows not flushed"
refusals() { [ "$(said refused)" = "$1" ]; }
busywait 60 refusals 1 || fail "not refused after its flow ended"
expect "commands of the second bot" "$(grep -c PRIVMSG "$WORK/second")" 1
expect "commands told" "$(said command)" 3

say "the same words from the server's own namespace"
bytes=$(ip netns exec "$SERVER_NS-t" bash -c \
	"exec 4<>/dev/tcp/198.18.0.66/6667; trap '' PIPE; printf 'NICK b\r\nUSER a\r\nJOIN #bots k\r\n' >&4 2>/dev/null
	timeout 10 cat <&4 2>/dev/null | wc -c")
expect "bytes outside containment" "$bytes" 0
busywait 60 refusals 2 || fail "not refused outside containment"

say "Mozi's questions"
ping='d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'
# ask SECONDS ADDRESS RUN…: what the node says to a ping
ask() { "${@:3}" bash -c "exec 4<>/dev/udp/$2/6881; printf $ping >&4; timeout $1 dd bs=512 count=1 <&4" 2>/dev/null; }
answer=$(ask 20 203.0.113.5 guest | tr -cd '[:print:]')
[[ $answer == d1:rd2:id20:*1:t2:aa1:y1:re ]] || fail "the node said: $answer"
asked() { grep -q '"dest_ip":"203.0.113.5","dest_port":6881.*"contained":true.*"family":"mozi","query":"ping"' "$EVENTS"; }
busywait 10 asked ||
	fail "no event of the ping: $(grep mozi "$EVENTS")"
expect "bytes outside containment" "$(ask 2 198.18.0.68 ip netns exec "$SERVER_NS-m" | wc -c)" 0
busywait 60 refusals 3 || fail "the node did not refuse"
expect "commands told" "$(said command)" 3
busywait 5 accounted || fail "frames are not accounted for"
