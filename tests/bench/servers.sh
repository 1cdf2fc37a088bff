#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whole servers behind the module, each against a fast one of its kind on a plain bridge, and against INetSim.
# Names: http_conn dns_qps

set -u
. "$(dirname "$0")/lib.sh"

# The same client for all, in the guest's namespace, with requests enough for a second or two of the server; INetSim
# gets fewer, and as many at once as it takes: more gain it nothing.  The files of all servers, their logs too, are in
# memory.
HTTP_REQUESTS=${HTTP_REQUESTS:-3000}
HTTP_AT_ONCE=64
DNS_QUERIES=${DNS_QUERIES:-20000}
DNS_AT_ONCE=100
INETSIM_REQUESTS=${INETSIM_REQUESTS:-10}
INETSIM_QUERIES=${INETSIM_QUERIES:-50}
ANSWER=172.1.0.5
BODY=$(printf '<html><body>%0486d</body></html>' 0)	# 512 bytes, answered to any path
dir=/run/bench
mkdir -p $dir
ulimit -n 20000
program_pid=

# Each name's server is reached at this address from its guest.
address_for() {
	[ "$1" = plain ] && echo $SERVER_IP || echo $DEST_IP
}

accepts() { in_ns "$1" ss -Hln"$2" "sport = :$3" | grep -q .; }

# serve NAMESPACE t|u PORT COMMAND…: in the background, until its socket is there
serve() {
	local ns=$1 protocol=$2 port=$3

	shift 3
	in_ns "$ns" "$@" >$dir/server.log 2>&1 &
	program_pid=$!
	(wait_until accepts "$ns" "$protocol" "$port") || fail "$(cat $dir/server.log)"
}

ended() { ! ip netns pids "$1" | grep -q .; }

# Whatever runs in a server's namespace ends
unserve() {
	local pid

	for pid in $(ip netns pids "$1"); do
		kill "$pid" 2>/dev/null
	done
	wait "$program_pid" 2>/dev/null
	wait_until ended "$1"
}

# Routes between guest and server on the plain bridge; elsewhere the addresses are translated.
direct_routes() {
	ip -n plain-guest route add $SERVER_IP dev eth0
	ip -n plain-server route add $GUEST_IP dev eth0
}

# lab_conf TYPE PORT SETTING…
lab_conf() {
	cat >$dir/lab.conf <<-END
		bridge = "br0"
		rules = { "tcp to server", "udp to server" }
		server server { type = "$1" address = "$SERVER_IP" port = $2 ${*:3} }
	END
	: >$dir/events.jsonl
	chmod 666 $dir/events.jsonl
	in_ns ours-host sinkctl flow flush br0 >/dev/null
}
ours() {
	serve ours-server "$1" "$2" "$3" --config $dir/lab.conf --server server --bridge br0 --events $dir/events.jsonl
}

# As its documentation says for speed: a connection is accepted when its request is there, with all that wait; answers
# come from memory; the log is written in blocks.  Like ours, with one line of log for each request.
nginx_conf() {
	cat >$dir/nginx.conf <<-END
		worker_processes auto;
		worker_rlimit_nofile 20000;
		pid $dir/nginx.pid;
		error_log $dir/nginx-error.log;
		events { worker_connections 8192; multi_accept on; use epoll; accept_mutex off; }
		http {
			access_log $dir/nginx-access.log combined buffer=64k flush=1s;
			default_type text/html;
			tcp_nodelay on;
			server {
				listen $SERVER_IP:80 deferred reuseport backlog=4096;
				location / { return 200 "$BODY"; }
			}
		}
	END
}

knot_conf() {
	mkdir -p $dir/knot
	cat >$dir/knot.conf <<-END
		server:
		    rundir: $dir/knot
		    user: root
		    listen: $SERVER_IP@53
		log:
		  - target: stderr
		    any: warning
		database:
		    storage: $dir/knot
		zone:
		  - domain: test
		    storage: $dir/knot
		    file: test.zone
		    zonefile-load: whole
		    journal-content: none
	END
	cat >$dir/knot/test.zone <<-END
		test. 60 SOA ns.test. host.test. 1 7200 3600 1209600 300
		test. 60 NS ns.test.
		ns.test. 60 A $ANSWER
		*.test. 60 A $ANSWER
	END
}

# The service asked for alone
inetsim_conf() {
	rm -rf $dir/inetsim
	mkdir -p -m 777 $dir/inetsim/log $dir/inetsim/report
	cp -r /usr/share/inetsim/data $dir/inetsim/data
	printf '%s' "$BODY" >$dir/inetsim/data/http/fakefiles/sample.html
	chmod -R a+rwX $dir/inetsim
	cat >$dir/inetsim.conf <<-END
		start_service $1
		service_bind_address $SERVER_IP
		dns_default_ip $ANSWER
		http_fakefile html sample.html text/html
		http_default_fakefile sample.html text/html
	END
}
inetsim() {
	inetsim_conf "$1"
	serve dnat-server "$2" "$3" inetsim --config=$dir/inetsim.conf --log-dir=$dir/inetsim/log \
		--report-dir=$dir/inetsim/report --data-dir=$dir/inetsim/data --pidfile=$dir/inetsim/pid
}

# ask NAMESPACE COMMAND…: a client, into client.log
ask() { in_ns "$@" >$dir/client.log 2>&1 || fail "$*: $(tail -n 3 $dir/client.log)"; }

# ask_http TOPOLOGY REQUESTS AT-ONCE: microseconds of a request, each on a connection of its own; all are answered
ask_http() {
	ask "$1-guest" ab -q -n "$2" -c "$3" "http://$(address_for "$1")/index.html"
	awk -v want="$2" -v size=${#BODY} '
		/^Complete requests/ { done = $3 }
		/^Failed requests/ { failed += $3 }
		/^Non-2xx/ { failed += $3 }
		/^Document Length/ { length_seen = $3 }
		/^Requests per second/ { rate = $4 }
		END {
			if (done != want || failed || length_seen != size)
				exit 1
			printf "%.1f\n", 1e6 / rate
		}' $dir/client.log || fail "ab on $1: $(cat $dir/client.log)"
}

# ask_dns TOPOLOGY QUERIES AT-ONCE: microseconds of a query; all are answered, with NOERROR, but for the one
# whose id is 0, which INetSim answers with another id
ask_dns() {
	seq 1 "$2" | awk '{ printf "host-%d.example.test A\n", $1 % 500 }' >$dir/queries
	ask "$1-guest" dnsperf -s "$(address_for "$1")" -d $dir/queries -q "$3" -t 4
	awk -v want=$(($2 - $([ "$1" = dnat ] && echo 1 || echo 0))) '
		/Queries completed/ { done = $3 }
		/Response codes/ { right = $4 }
		/Queries per second/ { rate = $4 }
		END {
			if (done < want || right < want)
				exit 1
			printf "%.1f\n", 1e6 / rate
		}' $dir/client.log || fail "dnsperf on $1: $(cat $dir/client.log)"
}

# against NAME ASK COUNT AT-ONCE PEER TOPOLOGY COUNT AT-ONCE: in turns
against() {
	local ours theirs i

	for ((i = 0; i < rounds; i++)); do
		ours=$("$2" ours "$3" "$4") || exit 1
		theirs=$("$2" "$6" "$7" "$8") || exit 1
		echo "ROUND $1 $5 $ours $theirs us/request"
	done
}

# told NAME WORD COUNT: how many events are missing of those that there must be
told() {
	echo "FACT $1_untold $(($3 - $(grep -c "$2" $dir/events.jsonl))) events"
}

http_conn() {
	asked http_conn || return 0
	lab_conf http 80 "body = \"$BODY\" content-type = \"text/html\""
	ours t 80 fakehttp
	serve plain-server t 80 nginx -c $dir/nginx.conf -g 'daemon off;'
	ask_http ours 500 $HTTP_AT_ONCE >/dev/null
	ask_http plain 500 $HTTP_AT_ONCE >/dev/null
	against http_conn ask_http "$HTTP_REQUESTS" $HTTP_AT_ONCE nginx plain "$HTTP_REQUESTS" $HTTP_AT_ONCE
	unserve plain-server
	inetsim http t 80
	ask_http dnat 4 2 >/dev/null
	against http_conn ask_http "$HTTP_REQUESTS" $HTTP_AT_ONCE inetsim dnat "$INETSIM_REQUESTS" 2
	unserve dnat-server
	unserve ours-server
	told http_conn '"event_type":"http"' $((500 + 2 * rounds * HTTP_REQUESTS))
}

dns_qps() {
	asked dns_qps || return 0
	lab_conf dns 53 "answer = \"$ANSWER\" ttl = 60"
	ours u 53 fakedns
	serve plain-server u 53 knotd -c $dir/knot.conf
	ask_dns ours 500 $DNS_AT_ONCE >/dev/null
	ask_dns plain 500 $DNS_AT_ONCE >/dev/null
	against dns_qps ask_dns "$DNS_QUERIES" $DNS_AT_ONCE knot plain "$DNS_QUERIES" $DNS_AT_ONCE
	unserve plain-server
	inetsim dns u 53
	ask_dns dnat 10 10 >/dev/null
	against dns_qps ask_dns "$DNS_QUERIES" $DNS_AT_ONCE inetsim dnat "$INETSIM_QUERIES" 10
	unserve dnat-server
	unserve ours-server
	told dns_qps '"event_type":"dns"' $((500 + 2 * rounds * DNS_QUERIES))
}

topology_ours
topology_plain
topology_dnat
for name in ours plain dnat; do
	in_ns $name-server nft delete table netdev bench
	in_ns $name-guest sysctl -qw net.ipv4.ip_local_port_range="1024 65000"
done
direct_routes
ip -n dnat-server neigh replace 169.254.0.1 lladdr "$(mac_of dnat-host s0)" dev eth0 nud permanent
rules ours "tcp dport 80 to sink" "udp dport 53 to sink"
nginx_conf
knot_conf
http_conn
dns_qps
exit 0
