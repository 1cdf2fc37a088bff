# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Common ground of the selftests; each runs as root with the module loaded and sources this file.
#
#   namespace $HOST_NS                        namespace $GUEST_NS     namespace $SERVER_NS
#   +----------------------------------+      +----------------+      +----------------+
#   |        bridge sink0, no address  |      |                |      |                |
#   |   g0 (guest port)  s0 (server    |      | eth0           |      | eth0           |
#   |    |                    | port)  |      | 192.168.1.100  |      | 198.18.0.9/32  |
#   +----|--------------------|--------+      +---|------------+      +---|------------+
#        |                    +-------- veth -----|------------------------+
#        +----------------- veth -----------------+
#
# Exit status of a test: 0 passed, 4 skipped (the last line says why), else failed.

set -u
TESTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$TESTS_DIR/../.." && pwd)
export PATH="$TOP/build/bin:$TOP/build/tests:$PATH"

ID=$(head -c 4 /dev/urandom | od -An -tx4 | tr -d ' ')
HOST_NS=sbh-$ID
GUEST_NS=sbg-$ID
SERVER_NS=sbs-$ID
BRIDGE=sink0
GUEST_IP=192.168.1.100
SERVER_IP=198.18.0.9
GUEST_IP6=fd53:4201::100
SERVER_IP6=fd53:4200::9
SYS=/sys/class/net/$BRIDGE/sinkbridge
WORK=$(mktemp -d "/tmp/sinkbridge-test.XXXXXX")
pids=()

say() { echo "# $*"; }
fail() { echo "FAIL: $*"; exit 1; }
skip() { echo "SKIP: $*"; exit 4; }
host() { ip netns exec "$HOST_NS" "$@"; }
guest() { ip netns exec "$GUEST_NS" "$@"; }
server() { ip netns exec "$SERVER_NS" "$@"; }
ctl() { host sinkctl "$@"; }

cleanup() {
	local status=$? ns

	trap - EXIT
	end_background
	for ns in $(ip netns list | awk -v id="-$ID" 'index($1, id) { print $1 }'); do
		ip netns del "$ns"
	done
	rm -rf "$WORK"
	exit "$status"
}
trap cleanup EXIT

# Start a program in the background, ended with the test, with all it starts: background LOG COMMAND…
# COMMAND may begin with host, guest or server.
background() {
	local log=$1

	shift
	case $1 in
	host)	set -- ip netns exec "$HOST_NS" "${@:2}" ;;
	guest)	set -- ip netns exec "$GUEST_NS" "${@:2}" ;;
	server)	set -- ip netns exec "$SERVER_NS" "${@:2}" ;;
	esac
	: >"$log"
	setsid "$@" >"$log" 2>&1 &
	pids+=("$!")
}

# End what background started so far.
end_background() {
	local pid

	for pid in ${pids[@]+"${pids[@]}"}; do
		kill -- "-$pid" 2>/dev/null || kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	pids=()
}

# busywait SECONDS COMMAND…: until the command succeeds, or four times that time is over: an emulated
# machine that shares its processors may be that slow, and only a failure has to wait so long.
busywait() {
	local end=$((SECONDS + 4 * $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

counter() { host cat "$SYS/stats/$1"; }
# Every frame from a guest, and every one from a server, ended in exactly one counter.
accounted() {
	host sh -c "cd $SYS/stats && grep . *" | awk -F: '
		{ value[$1] = $2 }
		$1 ~ /^drop_server_/ && $1 != "drop_server_gone" { server += $2; next }
		$1 ~ /^drop_/ && $1 != "drop_host" { guest += $2 }
		END {
			guest += value["delivered"] + value["absorbed"] + value["rejected"] + value["guest_arp"]
			guest += value["guest_nd"] + value["guest_fragment"] + value["forwarded"]
			guest += value["ttl_exceeded"] + value["flooded"]
			server += value["returned"] + value["server_arp"] + value["server_nd"]
			server += value["server_fragment"]
			exit !(guest == value["guest_rx"] + value["reassembled"] &&
			       server == value["server_rx"] + value["server_reassembled"])
		}'
}
flows() { host cat "$SYS/flows"; }
flow_count() { host cat "$SYS/flow_count"; }

# So many sockets, the kernel's own one among them, listen to netlink events in the host's namespace: monitors COUNT
monitors() { [ "$(host cat /proc/net/netlink | awk '$4 != "00000000"' | wc -l)" -ge "$1" ]; }

# expect_counter NAME VALUE: a frame may be counted a moment after it has arrived somewhere
expect_counter() {
	busywait 2 counter_is "$1" "$2" || fail "counter $1 is $(counter "$1"), expected $2"
}
counter_is() { [ "$(counter "$1")" = "$2" ]; }

# expect WHAT HAVE WANT
expect() {
	[ "$2" = "$3" ] || fail "$1: have '$2', expected '$3'"
}

# refused WHAT COMMAND…: the command must fail, and say something on one line.
refused() {
	local what=$1

	shift
	if "$@" >"$WORK/refused" 2>&1; then
		fail "$what: accepted, should have been refused"
	fi
	[ "$(wc -l <"$WORK/refused")" -eq 1 ] || fail "$what: not one line: $(cat "$WORK/refused")"
	say "$what: $(cat "$WORK/refused")"
}

quiet_ns() {
	ip netns add "$1"
	ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n "$1" link set lo up
}

# A guest: add_guest PORT NAMESPACE ADDRESS/LEN GATEWAY
add_guest() {
	[ -e "/run/netns/$2" ] || quiet_ns "$2"
	ip -n "$HOST_NS" link add "$1" type veth peer name eth0 netns "$2"
	ip -n "$2" addr add "$3" dev eth0
	ip -n "$2" link set eth0 up
	ip -n "$2" route add default via "$4"
	ip -n "$HOST_NS" link set "$1" master "$BRIDGE" up
}

mac_of() { ip netns exec "$1" cat "/sys/class/net/$2/address"; }

# A server's namespace, not yet known to the bridge: add_server_port PORT NAMESPACE ADDRESS
add_server_port() {
	quiet_ns "$2"
	ip netns exec "$2" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	ip -n "$HOST_NS" link add "$1" type veth peer name eth0 netns "$2"
	ip -n "$2" addr add "$3/32" dev eth0
	ip -n "$2" link set eth0 up
	ip -n "$2" route add default via 169.254.0.1 dev eth0 onlink
	ip -n "$HOST_NS" link set "$1" master "$BRIDGE" up
}

# add_server NAME PORT NAMESPACE ADDRESS
add_server() {
	add_server_port "$2" "$3" "$4"
	ctl server add "$BRIDGE" "$1" dev "$2" mac "$(mac_of "$3" eth0)" ip "$4" ||
		fail "server $1 not added"
}

add_bridge() {
	quiet_ns "$HOST_NS"
	ip -n "$HOST_NS" link add "$BRIDGE" type bridge mcast_snooping 0
	ip -n "$HOST_NS" link set "$BRIDGE" up
	ctl bridge add "$BRIDGE" "$@" || fail "bridge not added"
}

# The figure above; arguments go to "bridge add".
setup() {
	add_bridge "$@"
	add_server srv s0 "$SERVER_NS" "$SERVER_IP"
	add_guest g0 "$GUEST_NS" "$GUEST_IP/24" 192.168.1.1
	busywait 5 carrier g0 && busywait 5 carrier s0 || fail "ports did not come up"
}

# The same with IPv6 at both ends, ready at once: setup6 [ARGUMENTS of bridge add]
setup6() {
	add_bridge "$@"
	add_server_port s0 "$SERVER_NS" "$SERVER_IP"
	server_ipv6 "$SERVER_NS" "$SERVER_IP6"
	ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" ip6 "$SERVER_IP6" ||
		fail "server not added"
	add_guest g0 "$GUEST_NS" "$GUEST_IP/24" 192.168.1.1
	guest_ipv6 "$GUEST_NS" eth0 "$GUEST_IP6/64"
	busywait 5 carrier g0 && busywait 5 carrier s0 || fail "ports did not come up"
}

# IPv6 without any waiting for itself: no routers asked, no duplicates looked for.
plain_ipv6() {
	ip netns exec "$1" sysctl -qw "net.ipv6.conf.$2.accept_ra=0" \
		"net.ipv6.conf.$2.dad_transmits=0" "net.ipv6.conf.$2.accept_dad=0" "net.ipv6.conf.$2.disable_ipv6=0"
}

# server_ipv6 NAMESPACE ADDRESS
server_ipv6() {
	plain_ipv6 "$1" eth0
	ip -n "$1" addr add "$2/128" dev eth0 nodad
	ip -n "$1" -6 route add default via fe80::1 dev eth0 onlink
}

# guest_ipv6 NAMESPACE INTERFACE ADDRESS/LEN
guest_ipv6() {
	plain_ipv6 "$1" "$2"
	ip -n "$1" addr add "$3" dev "$2" nodad
	ip -n "$1" -6 route add default via fe80::1 dev "$2" onlink
}

# A guest's interface behind VLAN tags: add_vlan NAMESPACE NAME LOWER PROTOCOL ID ADDRESS/LEN GATEWAY
add_vlan() {
	ip -n "$1" link add link "$3" name "$2" type vlan protocol "$4" id "$5"
	ip -n "$1" link set "$2" up
	[ -z "${6:-}" ] || ip -n "$1" addr add "$6" dev "$2"
	[ -z "${7:-}" ] || ip -n "$1" route add default via "$7" dev "$2"
}

# The bridge port is up and forwards.
carrier() {
	[ "$(host cat "/sys/class/net/$1/brport/state" 2>/dev/null)" = 3 ]
}

# Replace the table by these rules, one an argument.
rules() {
	printf '%s\n' "$@" | ctl rule replace "$BRIDGE" - || fail "rules not replaced"
}

# Wait until a server program listens: listening tcp|udp PORT
listening() {
	busywait 10 server sh -c "ss -Hln${1:0:1} 'sport = :$2' | grep -q ." ||
		fail "nothing listens on $1 $2"
}

# Echo server of tests/selftests/peer.c in the server's namespace: serve tcp|udp PORT
serve() {
	background "$WORK/serve-$1-$2" server peer "$1-serve" "$SERVER_IP" "$2"
	listening "$1" "$2"
}

# The kernel's packet generator in the guest's namespace, all streams at once: pktgen "WORD…;WORD…"…
# Each argument is a stream, its words parted by semicolons. True when all packets have been sent.
pktgen() {
	local gateway

	gateway=$(mac_of "$HOST_NS" "$BRIDGE")
	modprobe pktgen 2>/dev/null
	guest bash -s "$gateway" "$@" <<-'END'
		cd /proc/net/pktgen || exit 1
		gateway=$1
		shift
		# Asks the thread once, and waits for it: a request that it has not come to in an eighth of a second stands,
		# and would take away what is added next.
		clear_devices() {
			grep -q "eth0@" kpktgend_0 || return 0
			echo rem_device_all >kpktgend_0
			while grep -q "eth0@" kpktgend_0; do
				sleep 0.05
			done
		}
		clear_devices
		n=0
		for stream; do
			device=eth0@$n
			echo "add_device $device" >kpktgend_0 || exit 1
			IFS=';'
			for word in "clone_skb 0" "pkt_size 60" "delay 0" "dst_mac $gateway" $stream; do
				echo "$word" >"$device" || { echo "$word"; exit 1; }
			done
			unset IFS
			: $((n += 1))
		done
		echo start >pgctrl
		# a thread that has not begun after an eighth of a second has ended, for who started it
		end=$((SECONDS + 120))
		for ((i = 0; i < n; i++)); do
			until grep -q "Result: OK" "eth0@$i"; do
				[ -e "eth0@$i" ] || { echo "eth0 is gone"; exit 1; }
				[ $SECONDS -lt $end ] || { cat "eth0@$i"; exit 1; }
				sleep 0.05
			done
		done
		clear_devices
	END
}

# The kernel module: loaded by who runs the tests.
[ -d /sys/module/sinkbridge ] || fail "the module is not loaded"
