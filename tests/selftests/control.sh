#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A bridge under control: refusals, no unload, release and disappearance of devices.
. "$(dirname "$0")/lib.sh"

setup
refused "bridge twice" ctl bridge add "$BRIDGE"
refused "no such bridge" ctl bridge add nowhere
refused "not a bridge" ctl bridge add g0
refused "unload in use" rmmod sinkbridge
refused "server name twice" ctl server add "$BRIDGE" srv dev g0 mac 02:00:00:00:00:01 ip 198.18.0.10
refused "server port twice" ctl server add "$BRIDGE" other dev s0 mac 02:00:00:00:00:01 ip 198.18.0.10
refused "server address twice" ctl server add "$BRIDGE" other dev g0 mac 02:00:00:00:00:01 ip "$SERVER_IP"
refused "server on no port" ctl server add "$BRIDGE" other dev lo mac 02:00:00:00:00:01 ip 198.18.0.10
refused "multicast MAC" ctl server add "$BRIDGE" other dev g0 mac 03:00:00:00:00:01 ip 198.18.0.10
refused "multicast address" ctl server add "$BRIDGE" other dev g0 mac 02:00:00:00:00:01 ip 224.0.0.1

rules "udp to srv"
refused "server that a rule names" ctl server del "$BRIDGE" srv

up() { host cat "/sys/class/net/$1/flags" | grep -q '[13579bdf]$'; }

say "a port that leaves is taken down"
ip -n "$HOST_NS" link set g0 nomaster
up g0 && fail "g0 left the bridge and is still up"
ip -n "$HOST_NS" link set g0 master "$BRIDGE" up

say "release takes the ports down"
up g0 || fail "g0 should be up before"
ctl bridge del "$BRIDGE" || fail "release refused"
up g0 && fail "g0 is still up after the release"
up s0 && fail "s0 is still up after the release"
host test -e "$SYS" && fail "sysfs is still there"
refused "release twice" ctl bridge del "$BRIDGE"

say "again, and the bridge deleted under it"
ctl bridge add "$BRIDGE" || fail "not taken again"
ip -n "$HOST_NS" link set g0 up
ip -n "$HOST_NS" link del "$BRIDGE"
up g0 && fail "g0 is still up after its bridge was deleted"
[ -z "$(ctl bridge show)" ] || fail "the bridge is still shown: $(ctl bridge show)"
exit 0
