#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The files in sysfs: modes and names, rules by their place, "flows" under many readers in pieces of all sizes while
# flows come and go, and a bridge device that vanishes while its files are read.
. "$(dirname "$0")/lib.sh"

setup timeout-udp-opening 600000 timeout-udp 600000
rules "udp dst 9.0.0.0/8 dport 1-7 to srv port 9" "udp to srv port 9" "in g0 47 absorb" "reject"

say "modes, names, words"
expect "files that may be written" "$(host find "$SYS" -type f ! -perm 0444)" ""
expect "counters" "$(host ls "$SYS/stats" | sort | tr '\n' ' ')" \
	"$(sed -n 's/^\tX(\([a-z0-9_]*\),.*/\1/p' "$TOP/kmod/uapi/linux/sinkbridge.h" | sort | tr '\n' ' ')"
expect "rules" "$(host sh -c "cat $SYS/rules/?/match")" "$(ctl rule save "$BRIDGE")"
refused "a write" host sh -c "echo 1 >$SYS/max_flows"

say "a rule's files stand for its place"
host sh -c "exec 4<$SYS/rules/1/match; cat <&4; sinkctl rule add $BRIDGE before \$(
	sinkctl -j rule show $BRIDGE | grep -o '\"id\": *[0-9]*' | head -n 1 | tr -dc 0-9) icmp drop >/dev/null
	dd if=/proc/self/fd/4 2>/dev/null" >"$WORK/places" || fail "no rule added before the first"
expect "the first, twice" "$(tr '\n' ';' <"$WORK/places")" \
	"udp dst 9.0.0.0/8 dport 1-7 to srv port 9;icmp drop;"

# send FIRST LAST PORT: a packet to each of 10.0.FIRST.1 to 10.0.LAST.1
send() {
	guest bash -c "for ((i = $1; i <= $2; i++)); do echo x >/dev/udp/10.0.\$i.1/$3; done"
}

say "packets of a rule"
send 1 200 99
all_there() { [ "$(flow_count)" = 200 ]; }
busywait 10 all_there || fail "$(flow_count) flows, expected 200"
# of the last one the flow is there before it is counted
third_rule() { host sh -c "cd $SYS/rules/3 && cat flows packets bytes" | tr '\n' ' '; }
third_counts() { [ "$(third_rule)" = "200 200 $((200 * 30)) " ]; }
busywait 5 third_counts || fail "flows, packets and bytes of the third rule: $(third_rule)"

say "40 readers, while other flows come and go"
for ((i = 1; i <= 3; i++)); do
	send 1 200 7777
	ctl flow flush "$BRIDGE" dport 7777 >/dev/null
done &
churn=$!
host bash -c "for ((i = 1; i <= 40; i++)); do
	dd if=$SYS/flows of=$WORK/rows.\$i bs=\$((i * i * 3)) 2>/dev/null &
done; wait"
wait "$churn"
# A flow is there before its first packet is counted, and a packet before its bytes. Nobody serves these ports: the
# server's stack may have refused.
whole='^udp 192\.168\.1\.100:[0-9]+ > 10\.0\.[0-9]+\.1:[0-9]+ in g0 server srv 198\.18\.0\.9:9'
whole+=' client 192\.168\.1\.100:[0-9]+ state opening packets [01] [01] bytes (0|30) (0|58) age [0-9]+\.[0-9]{3}'
whole+=' idle [0-9]+\.[0-9]{3} expires [0-9]+\.[0-9]{3} rule [0-9]+ id [0-9]+$'
for ((i = 1; i <= 40; i++)); do
	torn=$(grep -Ev "$whole" "$WORK/rows.$i")
	[ -z "$torn" ] || fail "reader $i saw a torn row: $torn"
	expect "rows of reader $i" "$(grep -c ':99 in g0' "$WORK/rows.$i")" 200
	expect "flows seen twice by reader $i" "$(sed 's/.* id //' "$WORK/rows.$i" | sort | uniq -d)" ""
done

say "places asked for at will"
# of flows that stay, what stays: a late frame may still come, or be refused
flows | sed -n '/:99 in g0/s/ state .*//p' >"$WORK/whole"
host dd if="$SYS/flows" bs=1 skip=5000 count=3000 2>/dev/null | sed '1d; $d' | sed -n '/:99 in g0/s/ state .*//p' >"$WORK/part"
[ "$(wc -l <"$WORK/part")" -gt 10 ] || fail "$(wc -l <"$WORK/part") rows in 3,000 bytes"
expect "rows of a part that the whole lacks" "$(sort "$WORK/whole" "$WORK/whole" "$WORK/part" | uniq -u)" ""
expect "behind the end" "$(host dd if="$SYS/flows" bs=4096 skip=10000 2>/dev/null | wc -c)" 0

say "the device goes while its files are read"
host sh -c "exec 4<$SYS/flows 5<$SYS/rules/1/match
	head -c 100 <&4 >/dev/null; ip link del $BRIDGE
	cat <&4 || echo flows are gone; cat <&5 || echo the rule is gone" >"$WORK/gone" 2>/dev/null
expect "what is left" "$(tr '\n' ';' <"$WORK/gone")" "flows are gone;the rule is gone;"
exit 0
