#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What sinkctl says without asking the kernel: help, and wrong usage. Prints TAP.
# usage: usage_test.sh SINKCTL

set -u
sinkctl=$1
BRIDGE=sink0
count=0
failed=0

# ok STATUS NAME [REASON]
ok()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
		echo "# $3"
	fi
}

# wrong TEXT WORDS… : must end with status 2 and one line that has TEXT, and what was expected
wrong()
{
	local text=$1 said status

	shift
	said=$("$sinkctl" "$@" 2>&1 >/dev/null)
	status=$?
	[[ $status = 2 && $said == "sinkctl: "*"$text"*expected* && $said != *$'\n'* ]]
	ok $? "sinkctl $*" "status $status, says: $said"
}

# says TEXT WORDS… : must end with status 0 and have TEXT at the beginning of a line
says()
{
	local text=$1 said status

	shift
	said=$("$sinkctl" "$@" 2>&1)
	status=$?
	[[ $status = 0 && $'\n'$said == *$'\n'"$text"* ]]
	ok $? "sinkctl $*" "status $status, says: $said"
}

for object in bridge server port rule flow flood stats monitor lab run report; do
	says "  $object " help
done
for object in bridge server port rule flow flood stats monitor; do
	says "usage: sinkctl $object" "$object" help
	says "usage: sinkctl $object" "$object" -h
	says "usage: sinkctl $object" help "$object"
done
says "usage: sinkctl" -h
says "sinkctl " -V
says "usage: sinkctl check" check help
wrong "unknown word 'x'" check br0 x
wrong "bridge 'a/b'" check a/b
wrong "no object"
wrong "no object" -j
wrong "unknown object 'foo'" foo
wrong "unknown object '\xff'" $'\xff'
wrong "unknown object 'help'" help help
for object in bridge server port rule flow flood stats; do
	wrong "$object: no command" "$object"
	wrong "$object: unknown command 'foo'" "$object" foo
done
wrong "no bridge" bridge add
wrong "bridge 'a/b'" bridge add a/b
wrong "max-flows '15'" bridge add br0 max-flows 15
wrong "max-flows '4194305'" bridge add br0 max-flows 4194305
wrong "max-flows '1e3'" bridge add br0 max-flows 1e3
wrong "nothing after 'max-flows'" bridge add br0 max-flows
wrong "'max-flows' twice" bridge add br0 max-flows 16 max-flows 16
wrong "max-floods '15'" bridge add br0 max-floods 15
wrong "max-floods '65537'" bridge add br0 max-floods 65537
wrong "timeout-udp '99'" bridge add br0 timeout-udp 99
wrong "timeout-udp '86400001'" bridge add br0 timeout-udp 86400001
wrong "unknown word 'timeout-foo'" bridge add br0 timeout-foo 100
wrong "unknown word 'x'" bridge del br0 x
wrong "no name" server add "$BRIDGE"
wrong "name 'Dns'" server add "$BRIDGE" Dns dev s0 mac 02:00:00:00:00:01 ip 198.18.0.1
wrong "mac '01:00:00:00:00:01'" server add "$BRIDGE" dns dev s0 mac 01:00:00:00:00:01 ip 198.18.0.1
wrong "ip '198.18.0.256'" server add "$BRIDGE" dns dev s0 mac 02:00:00:00:00:01 ip 198.18.0.256
wrong "ip6 '198.18.0.1'" server add "$BRIDGE" dns dev s0 mac 02:00:00:00:00:01 ip6 198.18.0.1
wrong "ip6 '::ffff:198.18.0.1'" server add "$BRIDGE" dns dev s0 mac 02:00:00:00:00:01 ip6 ::ffff:198.18.0.1
wrong "distance '33'" bridge add "$BRIDGE" distance 33
wrong "'distance' twice" bridge add "$BRIDGE" distance 0 distance 0
wrong "guest-prefix 'fd53:4201::'" bridge add "$BRIDGE" guest-prefix fd53:4201::
wrong "guest-prefix 'ff02::/64'" bridge add "$BRIDGE" guest-prefix ff02::/64
wrong "nothing after 'guest-prefix'" bridge add "$BRIDGE" guest-prefix
wrong "max-floods '15'" bridge add "$BRIDGE" max-floods 15
wrong "no 'ip'" server add "$BRIDGE" dns dev s0 mac 02:00:00:00:00:01
wrong "'dev' twice" server add "$BRIDGE" dns dev s0 dev s0
wrong "no action" rule add "$BRIDGE" udp
wrong "before '0'" rule add "$BRIDGE" before 0 udp drop
wrong "dport '65536'" rule add "$BRIDGE" udp dport 65536 drop
wrong "id '0'" rule del "$BRIDGE" 0
wrong "id '-1'" rule del "$BRIDGE" -1
wrong "no file" rule replace "$BRIDGE"
wrong "generation '0'" rule replace "$BRIDGE" /dev/null generation 0
wrong "proto 'foo'" flow show "$BRIDGE" proto foo
wrong "dport '0'" flow count "$BRIDGE" dport 0
wrong "src '1.2.3'" flow flush "$BRIDGE" src 1.2.3
wrong "'dst' twice" flow show "$BRIDGE" dst 1.2.3.4 dst 1.2.3.4
wrong "unknown word 'foo'" flow show "$BRIDGE" foo
wrong "id '0'" flood show "$BRIDGE" id 0
wrong "nothing after 'id'" flood flush "$BRIDGE" id
wrong "foo" flood count "$BRIDGE" foo
wrong "no bridge" stats show
wrong "unknown word 'foo'" stats show "$BRIDGE" foo
wrong "unknown word 'foo'" monitor "$BRIDGE" foo
wrong "nothing after 'dev'" server add "$BRIDGE" dns dev
wrong "unknown word 'port'" server add "$BRIDGE" dns port s0
wrong "bridge ''" bridge show ""
wrong "bridge 'abcdefghijklmnop'" stats show abcdefghijklmnop
wrong "nothing after 'generation'" rule replace "$BRIDGE" /dev/null generation
wrong "nothing after 'server'" flow show "$BRIDGE" server
wrong "in 'a/b'" flow show "$BRIDGE" in a/b
wrong "server 'A'" flow show "$BRIDGE" server A

# rules files are read before the kernel is asked
printf 'udp drop\n\nfoo\n' | "$sinkctl" rule replace "$BRIDGE" - 2>/dev/null
ok $((${PIPESTATUS[1]} != 2)) "a bad rule from standard input" "status is not 2"
said=$(printf 'udp drop\n\nfoo\n' | "$sinkctl" rule replace "$BRIDGE" - 2>&1)
[[ $said == "stdin:3: unknown word 'foo', expected "* ]]
ok $? "the place of a bad rule" "says: $said"
said=$("$sinkctl" rule replace "$BRIDGE" /nosuch/file 2>&1)
[[ $? = 2 && $said == *"/nosuch/file: No such file or directory"* ]]
ok $? "no such file" "says: $said"
said=$("$sinkctl" help 2>&1 >/dev/full)
[[ $? = 1 && $said == "sinkctl: cannot write: "* ]]
ok $? "a full disk" "says: $said"

echo "1..$count"
[ "$failed" = 0 ]
