#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# Rules files: a bad one changes nothing and says where and why; what was saved loads again as it was; 65,536 rules.
. "$(dirname "$0")/lib.sh"

# hundreds of calls: without a sysfs mounted for each
ctl() { nsenter --net="/run/netns/$HOST_NS" sinkctl "$@"; }

setup
file=$WORK/lab.rules
generation() { ctl -j bridge show "$BRIDGE" | jq '.[0].generation'; }

cat >"$WORK/before" <<-'END'
	in tap9 tcp dst 10.0.0.0/8 dport 1-1023 to srv port 9
	udp dport 53 to srv
	icmp to srv
	gre absorb
	0 drop
	dst 192.0.2.1 reject
	dst 128.0.0.0/1 drop
	drop
END
ctl rule replace "$BRIDGE" "$WORK/before" || fail "rules not replaced"
before=$(generation)
table=$(cat "$WORK/before")

# untouched WHAT: the table is the same, and not only equal
untouched()
{
	[ "$(ctl rule save "$BRIDGE")" = "$table" ] || fail "$1: the table has changed"
	[[ $(ctl bridge show "$BRIDGE") == *" generation $before"$'\n'* ]] || fail "$1: it is of another generation"
}

# bad STATUS TEXT: the rules file in $file must be refused in one line that begins with TEXT
bad()
{
	local said status

	said=$(ctl rule replace "$BRIDGE" "$file" 2>&1)
	status=$?
	expect "exit status of '$said'" "$status" "$1"
	[[ $said && $said != *$'\n'* ]] || fail "not one line: $said"
	[[ $said == "$file:$2"* ]] || fail "says '$said', expected '$file:$2'"
	[ "$1" = 1 ] || [[ $said == *expected* ]] || fail "does not say what was expected: $said"
	untouched "$said"
	say "${said#"$WORK/"}"
}

# bad_rule STATUS RULE TEXT: behind a good rule and a comment
bad_rule()
{
	printf 'tcp dport 80 to srv\n# comment\n%s\n' "$2" >"$file"
	bad "$1" "3: $3"
}

bad_rule 2 "frobnicate" "unknown word 'frobnicate'"
bad_rule 2 "udp dport 0 to srv" "dport '0'"
bad_rule 2 "udp dport 65536 to srv" "dport '65536'"
bad_rule 2 "udp dport 80-70 to srv" "dport '80-70' is a reversed range"
bad_rule 2 "to srv port 0" "port '0'"
bad_rule 2 "dport 80 to srv" "dport without tcp, udp, udplite or sctp"
bad_rule 2 "dst 10.0.0.1/8 drop" "dst '10.0.0.1/8' has host bits set, expected 10.0.0.0/8"
bad_rule 2 "udp" "no action"
bad_rule 2 "tcp dport 80 drop" "the same match as line 1"
bad_rule 2 "in abcdefghijklmnop drop" "in 'abcdefghijklmnop'"
bad_rule 1 "udp dport 53 to nosuch" "udp dport 53 to nosuch: no such server"

say "binary garbage"
printf 'udp drop\n\x7fELF\x02\x01\x01\x00\x00' >"$file"
bad 2 "2: a NUL byte"
head -c 100000 /dev/urandom >"$file"
bad 2 ""
head -c 100000 /dev/urandom | tr -d '\0' >"$file"
bad 2 ""

say "a line of 10 MB, and one without an end, in little memory"
{ echo "udp drop"; head -c 10000000 /dev/zero | tr '\0' x; } >"$file"
bad 2 "2: line too long"
tr '\0' x </dev/zero | host timeout 30 prlimit --as=100000000 sinkctl rule replace "$BRIDGE" - \
	2>"$WORK/said"
expect "exit status of the line without an end" "${PIPESTATUS[1]}" 2
expect "the line without an end" "$(cut -d, -f1 "$WORK/said")" "stdin:1: line too long"
untouched "the line without an end"

say "a file that is none"
for file in "$WORK/nosuch" /; do
	said=$(ctl rule replace "$BRIDGE" "$file" 2>&1)
	expect "exit status for $file: $said" $? 2
	untouched "$file"
done
file=$WORK/lab.rules

say "65,537 rules are one too many"
awk 'BEGIN { for (i = 0; i < 65536; i++)
	printf "udp dst 10.%d.%d.0/24 dport %d to srv\n", i / 256 % 256, i % 256, 1 + i % 65535
	print "udp drop" }' >"$WORK/many"
cp "$WORK/many" "$file"
bad 2 "65537: rule 65537"

say "save and replace is identity"
ctl rule save "$BRIDGE" | ctl rule replace "$BRIDGE" - || fail "what was saved is not taken"
ctl rule save "$BRIDGE" | cmp - "$WORK/before" || fail "saved and replaced is not the same"
expect "generation after a replace" "$(generation)" $((before + 1))

say "words in any order, comments, and lines ended as elsewhere, come back in order"
printf '# a\r\n\r\ndport 53 17 to srv # b\r\ndport 9-9 dst 1.2.3.4/32 tcp drop' >"$file"
ctl rule replace "$BRIDGE" "$file" || fail "not taken"
expect "saved" "$(ctl rule save "$BRIDGE")" "udp dport 53 to srv
tcp dst 1.2.3.4 dport 9 drop"

say "an empty file empties the table"
ctl rule replace "$BRIDGE" /dev/null || fail "not taken"
expect "rules" "$(host cat "$SYS/rule_count")" 0

say "65,536 rules at once, and the last of them decides"
{ sed '$d' "$WORK/many" | sed '$d'; echo "udp dst 11.0.0.1 to srv port 9"; } >"$file"
start=$(date +%s%N)
ctl rule replace "$BRIDGE" "$file" || fail "not taken"
say "in $((($(date +%s%N) - start) / 1000000)) ms"
expect "rules" "$(host cat "$SYS/rule_count")" 65536
ctl rule save "$BRIDGE" | cmp - "$file" || fail "saved rules differ"
refused "one more rule" ctl rule add "$BRIDGE" icmp drop
expect "rules" "$(host cat "$SYS/rule_count")" 65536
serve udp 9
id=$(ctl rule show "$BRIDGE" | awk 'END { print $1 }')
out=$(guest peer udp 11.0.0.1 4711 x) || fail "no answer"
[[ $out == *" rule $id in g0 "* ]] || fail "answer: $out, expected rule $id"

say "of two who replace the same generation one is refused"
now=$(generation)
ctl rule replace "$BRIDGE" "$WORK/before" generation "$now" || fail "the first was refused"
refused "the second" ctl rule replace "$BRIDGE" /dev/null generation "$now"
ctl rule save "$BRIDGE" | cmp - "$WORK/before" || fail "the second changed something"

say "what is saved while others replace is one table, and no mixture"
seq -f "udp dport %g to srv" 1 600 >"$WORK/a"
seq -f "tcp dport %g to srv" 1 1000 >"$WORK/b"
ctl rule replace "$BRIDGE" "$WORK/a" || fail "not taken"
replace_on()
{
	while [ ! -e "$WORK/stop" ]; do
		ctl rule replace "$BRIDGE" "$WORK/b" && ctl rule replace "$BRIDGE" "$WORK/a" || exit 1
	done
}
replace_on &
pids+=("$!")
saved=0
for ((i = 0; i < 10 || (saved == 0 && i < 200); i++)); do
	# it may give up where the table never keeps still, but then it must say so
	if ! ctl rule save "$BRIDGE" >"$WORK/saved" 2>"$WORK/said"; then
		grep -q 'it changed while it was read' "$WORK/said" || fail "save: $(cat "$WORK/said")"
		continue
	fi
	saved=$((saved + 1))
	cmp -s "$WORK/saved" "$WORK/a" || cmp -s "$WORK/saved" "$WORK/b" || fail "a mixture was saved"
done
touch "$WORK/stop"
wait "${pids[-1]}" || fail "a replace was refused"
[ "$saved" -gt 0 ] || fail "never saved"
say "$saved of $i saved"
exit 0
