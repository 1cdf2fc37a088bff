#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Netlink messages that no honest tool sends are refused with the right error and a word why, and change nothing;
# tables at their limits; two tools at once.
. "$(dirname "$0")/lib.sh"

setup
rules "udp dport 53 to srv" "tcp dst 10.1.0.0/16 to srv port 9" "icmp to srv"

# What a refusal must leave as it was.
state() {
	ctl rule show "$BRIDGE"
	ctl server show "$BRIDGE" | sed 's/ *[0-9]* *$//'
	host cat "$SYS/generation" "$SYS/rule_count"
}
state >"$WORK/before"
unchanged() { state | diff "$WORK/before" - || fail "$1 changed something"; }

say "bad messages"
host nlbad cases >"$WORK/cases" || fail "bad messages: $(grep -A 1 '^not ok' "$WORK/cases")"
say "$(grep -c '^ok' "$WORK/cases") of them refused"
unchanged "a bad message"

say "somebody without privileges"
host nlbad unprivileged >"$WORK/nobody" || fail "unprivileged: $(grep -A 1 '^not ok' "$WORK/nobody")"
unchanged "nobody"

say "one rule too many: $(host nlbad rules 65537)"
host nlbad rules 65537 | grep -q '^ENOSPC, ' || fail "65,537 rules: $(host nlbad rules 65537)"
unchanged "a table too large"

say "65,536 rules, the last like the first: $(host nlbad rules 65536 dup)"
host nlbad rules 65536 dup >/dev/null || fail "a duplicate rule: $(host nlbad rules 65536 dup)"
unchanged "a table with a duplicate"

took=$(host nlbad rules 65536) || fail "65,536 rules: $took"
say "65,536 rules: $took"
took=$(host nlbad rules 65536) || fail "65,536 rules again: $took"
say "65,536 rules in place of 65,536: $took"
expect "rules in the table" "$(host cat "$SYS/rule_count")" 65536
expect "rules that a dump tells" "$(ctl rule save "$BRIDGE" | wc -l)" 65536
expect "directories of rules" "$(host ls "$SYS/rules" | wc -l)" 1024
expect "the 1,024th" "$(host cat "$SYS/rules/1024/match")" "udp dst 10.0.3.255 dport 53 to srv"
refused "the 65,537th rule" ctl rule add "$BRIDGE" drop
expect "rules after a rule too many" "$(host cat "$SYS/rule_count")" 65536
host nlbad rules 0 >/dev/null || fail "no table of no rules"
expect "rules in the empty table" "$(host cat "$SYS/rule_count")" 0
expect "directories of no rules" "$(host ls "$SYS/rules" | wc -l)" 0

say "two tools at once"
host nlbad race "${ROUNDS:-200}" >"$WORK/race" || fail "race: $(cat "$WORK/race")"
grep '^#' "$WORK/race"
expect "rules after the race" "$(host cat "$SYS/rule_count")" 500

say "files that are open while their rules go"
exec 3< <(exec ip netns exec "$HOST_NS" sh -c "
	exec 4<$SYS/rules/500/match 5<$SYS/flows 6<$SYS/stats/guest_rx
	echo open
	while [ -e $SYS ]; do sleep 0.1; done
	cat <&4 || echo gone; cat <&5 || echo gone; cat <&6 || echo gone" 2>/dev/null)
read -r line <&3
expect "the reader" "$line" open
host nlbad rules 10 >/dev/null || fail "a small table"
ctl bridge del "$BRIDGE" || fail "bridge not deleted with its files open"
for file in match flows guest_rx; do
	read -r line <&3 || fail "the reader is gone"
	expect "reading $file of a bridge let go" "$line" gone
done
exit 0
