#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# TCP to any address: the server sees the guest, the guest sees the address it asked.
. "$(dirname "$0")/lib.sh"

setup timeout-tcp-closed 600000
rules "tcp dport 80 to srv port 8080" "tcp dport 1-1024 to srv port 8081"
serve tcp 8080
serve tcp 8081

out=$(guest peer tcp 22.33.44.55 80 "hello there") || fail "no answer: $out"
say "$out"
[[ $out == "$GUEST_IP:"*" 22.33.44.55:80 flow "*" rule 1 in g0 server srv"* ]] ||
	fail "the server was told: $out"
[[ $out == *"hello there from 22.33.44.55:80" ]] || fail "the echo: $out"

out=$(guest peer tcp 22.33.44.55 23 x) || fail "no answer on 23"
[[ $out == *" 22.33.44.55:23 flow "* ]] || fail "the server was told: $out"

say "flow, rule and counters"
flows
flows | grep -Eq "^tcp $GUEST_IP:[0-9]+ > 22.33.44.55:80 in g0 server srv $SERVER_IP:8080 client $GUEST_IP:[0-9]+ state (closing|closed) packets [0-9]+ [0-9]+ bytes [0-9]+ [0-9]+ age .* rule 1 id [0-9]+$" ||
	fail "flows: $(flows)"
expect "rules/1/flows" "$(host cat "$SYS/rules/1/flows")" 1
expect "rules/1/match" "$(host cat "$SYS/rules/1/match")" "tcp dport 80 to srv port 8080"
# the acknowledgement of the server's FIN is the last
five() { [ "$(host cat "$SYS/rules/1/packets")" -ge 5 ]; }
busywait 5 five || fail "rules/1/packets"
expect_counter flows_created 2
expect_counter drop_no_rule 0

say "no rule, no answer"
timeout 5 ip netns exec "$GUEST_NS" peer tcp 22.33.44.55 8443 x >/dev/null 2>&1 && fail "an answer without a rule"
[ "$(counter drop_no_rule)" -gt 0 ] || fail "drop_no_rule did not count"

say "a new SYN on a closed flow's ports begins a new flow"
before=$(counter flows_created)
for _ in 1 2; do
	guest peer tcp-scan 7.7.7.7 1 80 5555 || fail "conversation from port 5555"
	closed() { flows | grep -q "$GUEST_IP:5555 > 7.7.7.7:80 .* state closed"; }
	busywait 5 closed || fail "not closed: $(flows)"
done
# one more where the server's end still waits (TIME-WAIT): it objects, the guest resets that and asks again
made=$(($(counter flows_created) - before))
[ $made = 2 ] || [ $made = 3 ] || fail "$made flows made, expected 2"

say "every frame is accounted for"
busywait 5 accounted || fail "not so: $(ctl stats show "$BRIDGE")"
exit 0
