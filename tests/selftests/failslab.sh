#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml-debug
# Out of memory: each allocation of each configuration command fails once, then every third one in the packet path.
# A command fails as a whole and changes nothing; no frame leaks; afterwards all is served as before.
. "$(dirname "$0")/lib.sh"
. "$TESTS_DIR/closed_lib.sh"

FAULTS=/sys/kernel/debug/failslab
[ -d $FAULTS ] && [ -e /proc/self/fail-nth ] || skip "this kernel cannot fail allocations (CONFIG_FAILSLAB)"
quiet() { echo 0 >$FAULTS/probability; }
trap 'status=$?; quiet; (exit $status); cleanup' EXIT
quiet
# ten thousand stack traces would be all that the kernel does
echo 0 >$FAULTS/verbose
echo N >$FAULTS/ignore-gfp-wait
frames=2000
messages=1500
stride=2
[ -z "${TEST_LONG:-}" ] || { stride=0; frames=50000; messages=50000; }

world
control
add_guest g2 "$GUEST_NS-2" 192.168.1.102/24 192.168.1.1
sum() { host cat "$SYS/generation" "$SYS/rule_count"; }
state() {
	ctl server show "$BRIDGE" | awk '{ NF--; print }'
	ctl rule save "$BRIDGE"
	ctl port show "$BRIDGE" | awk '{ print $2, $3 }'
}

# The command with its first, second, … allocation failing (some of them, by chance), until there are no more:
# fail_each WHAT UNDO COMMAND…
total=0
fail_each() {
	local what=$1 undo=$2 n=0 failed=0 status

	shift 2
	state >"$WORK/before"
	sum >"$WORK/sum"
	while :; do
		n=$((n + 1 + (stride ? RANDOM % (2 + n / stride) : 0)))
		# shellcheck disable=SC2016
		host bash -c '
			FAIL_NTH=$1 FAIL_LOG=$2/log LD_PRELOAD=$3 "${@:5}" >"$2/said" 2>&1
			echo $? >"$2/status"
			cat "$4/generation" "$4/rule_count"' - "$n" "$WORK" "$TOP/build/tests/preload_failnth.so" "$SYS" "$@" >"$WORK/after"
		status=$(<"$WORK/status")
		[ "$(<"$WORK/log")" = f ] || break
		failed=$((failed + 1))
		# done without that one; or it was the answer's, and nobody can know
		if [ $status = 0 ] || grep -q "cannot read the kernel's answer" "$WORK/said"; then
			[ -z "$undo" ] || $undo >/dev/null 2>&1 || [ $status != 0 ] ||
				fail "$what, allocation $n: done, and not undone"
			sum >"$WORK/sum"
		else
			[ "$(wc -l <"$WORK/said")" = 1 ] || fail "$what, allocation $n: not one line: $(cat "$WORK/said")"
			diff "$WORK/sum" "$WORK/after" >"$WORK/diff" ||
				fail "$what, allocation $n: '$(cat "$WORK/said")', but something changed: $(cat "$WORK/diff")"
		fi
	done
	[ $status = 0 ] || fail "$what, nothing failed: $(cat "$WORK/said")"
	[ -z "$undo" ] || $undo >/dev/null || fail "$what: not undone"
	state | diff "$WORK/before" - >"$WORK/diff" || fail "$what changed something: $(cat "$WORK/diff")"
	say "$what: up to $n allocations, $failed of them failed"
	total=$((total + failed))
}

undo_server() { ctl server del "$BRIDGE" new && ip -n "$HOST_NS" link set g2 up; }
undo_rule() { ctl rule del "$BRIDGE" "$(ctl rule show "$BRIDGE" | awk '/dport 4444/ { print $1 }')"; }
world_rules
printf '%s\n' "udp dport 4444 in g9 to second" "tcp to srv" >"$WORK/table"
fail_each "a rule added" undo_rule sinkctl rule add "$BRIDGE" before "$(ctl rule show "$BRIDGE" | awk 'NR == 2 { print $1 }')" udp dport 4444 absorb
fail_each "the table replaced" world_rules sinkctl rule replace "$BRIDGE" "$WORK/table"
fail_each "a server added" undo_server sinkctl server add "$BRIDGE" new dev g2 mac 02:00:00:00:00:77 ip 198.18.0.77
ip -n "$HOST_NS" link add sink9 type bridge
fail_each "a bridge taken" "ctl bridge del sink9" sinkctl bridge add sink9

say "messages of all commands, good and spoilt"
awk -f "$TOP/tests/unit/spec_yaml.awk" "$TOP/Documentation/netlink/specs/sinkbridge.yaml" >"$WORK/facts" || fail "no facts"
host netlink_fuzz -f -n $messages "$WORK/facts" >"$WORK/out" || fail "$(cat "$WORK/out")"
say "$(cat "$WORK/out")"
grep -q "in [1-9][0-9]* an allocation failed" "$WORK/out" || fail "no allocation failed"
ctl bridge del "$BRIDGE" >"$WORK/said" 2>&1 || grep -q "under control" "$WORK/said" || fail "$(cat "$WORK/said")"
control
for port in g0 g1 g2 up0 s0 s1 s2; do
	ip -n "$HOST_NS" link set "$port" up
done

say "the packet path"
echo Y >$FAULTS/ignore-gfp-wait
echo 33 >$FAULTS/probability
echo 1 >$FAULTS/interval
echo -1 >$FAULTS/times
host_before=$(host_counts | cut -d ' ' -f 1-4)
adversary_from "$GUEST_NS:eth0" -l -n "$frames" >"$WORK/adversary"
status=$?
quiet
[ $status = 0 ] || fail "$(cat "$WORK/adversary")"
say "$(tail -n 1 "$WORK/adversary")"
expect "what the host's stack counts" "$(host_counts | cut -d ' ' -f 1-4)" "$host_before"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
[ "$(counter drop_memory)" -gt 0 ] || fail "nothing failed: $(ctl stats show "$BRIDGE")"
say "dropped for want of memory: $(counter drop_memory) guest packets, $(counter drop_server_memory) server packets"
say "$total allocations failed in commands"

say "with memory again"
background "$WORK/serve" server peer udp-serve "$SERVER_IP" 9
listening udp 9
out=$(ip netns exec "$GUEST_NS-2" peer udp 5.6.7.8 9 x) || fail "not served: $out"
exit 0
