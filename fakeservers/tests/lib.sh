# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Common ground of the servers' tests: real servers, real sockets, in this network namespace alone.

set -u
BIN=${BIN:?directory of the servers}
TESTBIN=${TESTBIN:?directory of the test helpers}
WORK=$(mktemp -d /tmp/fakeservers-test.XXXXXX)
chmod 755 "$WORK"
EVENTS=$WORK/events.jsonl
CONF=$WORK/lab.conf
BODY=123456789012345678901234567890123456789012345678901234567
declare -A pids=()
number=0
failed=0

[ "$(ip -o link | wc -l)" = 1 ] || { echo "not in a namespace of its own"; exit 2; }
ip link set lo up
for address in 53 80 9; do
	ip addr add 198.18.0.$address/32 dev lo
done
# the many connections of these tests are all from one address
sysctl -qw net.ipv4.ip_local_port_range="1024 65000"
ulimit -n "$(ulimit -Hn)"

# shellcheck disable=SC2317,SC2329
cleanup()
{
	local status=$? pid

	trap - EXIT
	for pid in ${pids[@]+"${pids[@]}"}; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	rm -rf "$WORK"
	exit "$status"
}
trap cleanup EXIT
trap 'exit 1' TERM INT HUP

# check NAME COMMAND…: one test
check()
{
	local name=$1

	shift
	number=$((number + 1))
	# not in a subshell: it may start servers
	if "$@" >"$WORK/output" 2>&1; then
		echo "ok $number - $name"
		return 0
	fi
	failed=$((failed + 1))
	echo "not ok $number - $name"
	head -n 20 "$WORK/output" | cut -c1-500 | sed 's/^/# /'
	return 1
}

finish()
{
	echo "1..$number"
	[ "$failed" = 0 ]
	exit
}

# wait_for COMMAND…: until it succeeds, for at most 60 seconds
wait_for()
{
	local end=$((SECONDS + 60))

	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { echo "in vain: $*"; return 1; }
		sleep 0.05
	done
}

# soon COMMAND…: the same, and tells what it said last.  A client has its answer before the
# server's events of it are written: they are when the turn of its loop is over.
soon()
{
	local end=$((SECONDS + 60)) said

	until said=$("$@" 2>&1); do
		[ $SECONDS -lt $end ] || { echo "$said"; return 1; }
		sleep 0.05
	done
}

same()
{
	[ "$1" = "$2" ] || { echo "have '$1', expected '$2'"; return 1; }
}

write_conf()
{
	cat >"$CONF" <<-END
		bridge = "sink0"
		rules = { "tcp to sink port 9", "udp to sink port 9" }
		ca-folder = "$WORK/ca"
		${TOP_MORE-}
		server dns {
			type = "dns" address = "198.18.0.53" answer = "172.1.0.5" ttl = 60
			record "cnc.test" { address = "172.1.0.2" }
			${DNS_MORE-}
		}
		server http {
			type = "http" address = "198.18.0.80" port = 80
			${HTTP_MORE-body = \"$BODY\" content-type = \"text/plain\"}
		}
		server sink { type = "sink" address = "198.18.0.9" port = 9 keep-bytes = 256 ${SINK_MORE-} }
	END
}

# program_of TYPE
program_of()
{
	case $1 in
	dns | http | sink)	echo "fake$1" ;;
	*)			echo fakeservice ;;
	esac
}

# start TYPE [OPTION…]: until it says that it is ready; under the command BEFORE, if there is one
BEFORE=()
start()
{
	local type=$1 program

	shift
	program=$(program_of "$type")
	: >"$WORK/ready.$type"
	${BEFORE[@]+"${BEFORE[@]}"} "$BIN/$program" --config "$CONF" --server "$type" --bridge sink0 --events "$EVENTS" \
		--ready-fd 3 "$@" 3>"$WORK/ready.$type" >"$WORK/$type.log" 2>&1 &
	pids[$type]=$!
	wait_for grep -q ready "$WORK/ready.$type" || { cat "$WORK/$type.log"; return 1; }
}

# stop TYPE: it ends by itself, with status 0, and has said nothing (the sanitizers neither)
stop()
{
	local status

	kill "${pids[$1]}" 2>/dev/null
	wait "${pids[$1]}"
	status=$?
	unset "pids[$1]"
	[ $status = 0 ] && [ ! -s "$WORK/$1.log" ] && return
	echo "status $status"
	cat "$WORK/$1.log"
	return 1
}

# start_helper NAME COMMAND…: the helper's output is in $WORK/NAME.out
start_helper()
{
	local name=$1

	shift
	"$@" >"$WORK/$name.out" 2>&1 &
	pids[$name]=$!
}

end_helper()
{
	kill "${pids[$1]}" 2>/dev/null
	wait "${pids[$1]}" 2>/dev/null
	unset "pids[$1]"
}

# events FILTER: what jq finds in the events
events()
{
	jq -c "$1" "$EVENTS"
}

# dribble PORT BEGINNING: who goes on with a byte now and then, and so is never idle, is ended by the
# web server, and sooner than after the 30 seconds of one that is in no hurry
dribble()
{
	local status

	(printf "$2"; while printf 'a'; do sleep 0.2; done) 2>/dev/null | timeout 25 nc 198.18.0.80 "$1" >/dev/null
	status=${PIPESTATUS[1]}
	[ "$status" != 124 ] || { echo "still open"; return 1; }
}

# have FILTER WANT: that is what jq finds in the events
have() { same "$(events "$1")" "$2"; }

# have_count FILTER COUNT: so many lines
have_count() { same "$(events "$1" | wc -l)" "$2"; }

# Every line is an object with the members that all events have.
events_are_well_made()
{
	[ "$(jq -c 'select(.timestamp and .event_type and .server.name and has(.event_type))' "$EVENTS" |
		wc -l)" = "$(wc -l <"$EVENTS")" ] && [ -s "$EVENTS" ]
}
