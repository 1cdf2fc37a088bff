#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# ARP is answered for every address, but not where an answer would mean a conflict.
. "$(dirname "$0")/lib.sh"

setup
gw=$(mac_of "$HOST_NS" "$BRIDGE")
for addr in 192.168.1.1 192.168.1.77 10.200.3.4 8.8.8.8; do
	out=$(guest arping -c 1 -w 20 -I eth0 "$addr" 2>&1) || fail "no answer for $addr: $out"
done
background "$WORK/watch" guest frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"
me=$(mac_of "$GUEST_NS" eth0 | tr -d :)
rx=$(counter guest_arp)
say "a probe (sender 0.0.0.0) and an announcement (own address) get none"
guest frame send eth0 \
	"ffffffffffff $me 0806 0001 0800 0604 0001 $me 00000000 000000000000 c0a80163" \
	"ffffffffffff $me 0806 0001 0800 0604 0001 $me c0a80164 000000000000 c0a80164"
say "malformed: truncated, wrong hardware type, wrong lengths"
guest frame send eth0 \
	"ffffffffffff $me 0806 0001 0800 0604 0001 $me c0a8" \
	"ffffffffffff $me 0806 0006 0800 0604 0001 $me c0a80164 000000000000 c0a80162" \
	"ffffffffffff $me 0806 0001 0800 0804 0001 $me c0a80164 000000000000 c0a80162"
say "the last one is answered: all before it have been seen"
guest frame send eth0 "ffffffffffff $me 0806 0001 0800 0604 0001 $me c0a80164 000000000000 05050505"
busywait 5 grep -q "^$me${gw//:/}08060001080006040002${gw//:/}05050505${me}c0a80164" "$WORK/watch" ||
	fail "no answer for 5.5.5.5: $(cat "$WORK/watch")"
[ "$(grep -c 08060001080006040002 "$WORK/watch")" = 1 ] || fail "answers: $(cat "$WORK/watch")"
expect_counter guest_arp $((rx + 3))
expect_counter drop_arp 3
exit 0
