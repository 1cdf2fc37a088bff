#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# With so_original_dst=1 an unmodified transparent server asks SO_ORIGINAL_DST and is told; where conntrack has
# that option already, the module says so and is not loaded; without the parameter it does not answer.
. "$(dirname "$0")/lib.sh"

unloaded() { rmmod sinkbridge 2>/dev/null || [ ! -d /sys/module/sinkbridge ]; }
again() { [ -d /sys/module/sinkbridge ] || insmod "$SINKBRIDGE_MODULE"; }

busywait 10 unloaded || fail "the module is in use"
if [ -d /sys/module/nf_conntrack ]; then
	insmod "$SINKBRIDGE_MODULE" so_original_dst=1 2>/dev/null && fail "loaded beside nf_conntrack"
	dmesg | tail -n 20 | grep -q 'sinkbridge: SO_ORIGINAL_DST is taken' || fail "no word of it: $(dmesg | tail -n 5)"
	again || fail "not loaded again"
	exit 0
fi

ask() {
	setup
	rules "tcp to srv port 9"
	background "$WORK/proxy" server peer transparent-serve "$SERVER_IP" 9
	listening tcp 9
	out=$(guest peer tcp 22.33.44.55 8080 x) || fail "no answer"
	say "$out"
	end_background
	ctl bridge del "$BRIDGE" || fail "not released"
}

insmod "$SINKBRIDGE_MODULE" so_original_dst=1 || fail "not loaded with the parameter"
ask
[[ $out == "22.33.44.55:8080"* ]] || fail "the proxy was told: $out"
busywait 10 unloaded || fail "not unloaded"
again || fail "not loaded again"
HOST_NS=$HOST_NS-2 GUEST_NS=$GUEST_NS-2 SERVER_NS=$SERVER_NS-2
ask
[[ $out == "none ENOPROTOOPT"* ]] || fail "without the parameter the proxy was told: $out"
exit 0
