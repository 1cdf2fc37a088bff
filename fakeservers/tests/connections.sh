#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Many connections: the limits hold and a new client is still served.

. ./lib.sh

declare -A ADDRESS=([dns]=198.18.0.53 [http]=198.18.0.80 [sink]=198.18.0.9)
declare -A PORT=([dns]=53 [http]=80 [sink]=9)

served()
{
	case $1 in
	dns)	same "$(dig +short +tcp +tries=1 @198.18.0.53 new.test)" 172.1.0.5 ;;
	http)	same "$(curl -s --max-time 60 http://198.18.0.80/)" "$BODY" ;;
	sink)	printf new | timeout 60 nc -N 198.18.0.9 9 ;;
	esac
}

hold()
{
	start_helper hold "$TESTBIN/fake_hold" "${ADDRESS[$1]}" "${PORT[$1]}" "$2" "${3-}"
	wait_for grep -q held "$WORK/hold.out" || { cat "$WORK/hold.out"; return 1; }
}

sockets() { find "/proc/${pids[$1]}/fd" -lname 'socket:*' | wc -l; }

# starts TYPE [OPTION…]: and counts its own sockets
starts() { start "$@" && own=$(sockets "$1"); }

# what a client believes to be connected the server may not have accepted yet
has_open() { [ "$(sockets "$1")" -ge $((own + $2)) ]; }

stat() { events "select(.event_type == \"stats\" and .server.name == \"$1\") | .stats.tcp.$2" | tail -n 1; }
at_least() { [ "$1" -ge "$2" ] || { echo "$1 is less than $2"; return 1; }; }

write_conf
declare -A HALF=([dns]=$'\x01' [http]=$'GET /half HTTP/1.1\r\nHost' [sink]=half)
for type in dns http sink; do
	check "$type starts" starts $type
	check "$type takes 10,000 connections" hold $type 10000 "${HALF[$type]}"
	check "$type accepts them all" wait_for has_open $type 10000
	check "$type serves another one" served $type
	end_helper hold
	check "$type serves when they are gone" served $type
	check "$type ends cleanly" stop $type
	check "$type accepted them" at_least "$(stat $type accepted)" 10000
	check "$type refused none" same "$(stat $type refused) $(stat $type evicted) $(stat $type no_files)" "0 0 0"
done

# the cap: who is silent the longest makes room
check "starts with a cap of 100" starts http --max-connections 100
check "takes 100" hold http 100
check "accepts them, silent as they are" wait_for has_open http 100
check "closes an idle one for a new client" wait_for served http
end_helper hold
check "ends cleanly with a cap" stop http
check "counts whom it closed" at_least "$(stat http evicted)" 1
check "never had more" at_least 102 "$(stat http accepted)"

# out of descriptors: fewer than its cap on connections, and it may not raise the limit
BEFORE=(prlimit --nofile=64:64 setpriv --bounding-set -sys_resource)
check "starts for starvation" start http
check "200 connections come" hold http 200
# who finds no descriptor left is sent away
turned_away() { [ "$(ss -Htn state established dport = :80 | wc -l)" -lt 200 ]; }
check "until no descriptor is left" wait_for turned_away
end_helper hold
check "serves afterwards" wait_for served http
check "ends cleanly after starvation" stop http
check "counts those without a descriptor" at_least "$(stat http no_files)" 1
finish
