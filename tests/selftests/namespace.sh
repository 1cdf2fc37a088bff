#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The namespace of a controlled bridge deleted under it, with flows alive; two labs alike side by side.
. "$(dirname "$0")/lib.sh"

setup
rules "udp to srv port 7" "tcp to srv port 7"
serve udp 7
guest peer udp 9.9.9.9 1000 hello >/dev/null || fail "no answer"

say "a second lab, identical, in its own namespaces"
first="$HOST_NS $GUEST_NS $SERVER_NS"
HOST_NS=sbh2-$ID GUEST_NS=sbg2-$ID SERVER_NS=sbs2-$ID
setup
rules "udp to srv port 7"
background "$WORK/second" server peer udp-serve "$SERVER_IP" 7
listening udp 7
guest peer udp 9.9.9.9 1000 hello >/dev/null || fail "no answer in the second lab"
expect "flows of the second" "$(flow_count)" 1
# shellcheck disable=SC2086
set -- $first
expect "flows of the first" "$(ip netns exec "$1" cat "$SYS/flow_count")" 1

say "the first one's namespace goes away, with its flow"
ip netns del "$1"
gone() { ! ip netns list | grep -qw "$1"; }
busywait 10 gone "$1" || fail "the namespace is still there"
guest peer udp 9.9.9.8 1000 hello >/dev/null || fail "the second lab stopped"

say "the server's namespace goes: its port and flows with it"
ip netns del "$SERVER_NS"
end_background
no_flows() { [ "$(flow_count)" = 0 ]; }
busywait 10 no_flows || fail "flows of a server that is gone: $(flows)"
guest peer udp 9.9.9.7 1000 hello >/dev/null 2>&1 && fail "an answer without a server"
[ "$(counter drop_server_gone)" -gt 0 ] || fail "drop_server_gone did not count"
exit 0
