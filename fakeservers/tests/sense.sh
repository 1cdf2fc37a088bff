#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fakesink with sense: it recognises who speaks what, and hands over to the server that answers.

. ./lib.sh

FOLDER=$WORK/lab
mkdir "$FOLDER"
ip addr add 198.18.0.10/32 dev lo
SINK_MORE="banner-after = 0.5 first-bytes = { 'hex 5a5a??01 as zombie', 'text HEY to http' }"
DNS_MORE='record web.test { address = "198.18.0.80" }'
write_conf
with_folder() { start "$1" --folder "$FOLDER" "${@:2}"; }
check "the sink starts" with_folder sink
check "the web server starts" with_folder http
check "the name server starts" with_folder dns

sense() { events "select(.event_type == \"sink\" and .sink.kind == \"$1\") | .sink | $2"; }
# is PROTOCOL BYTES: who sends that is known as PROTOCOL
known() { sense first .protocol | tail -n 1 | grep -x "\"$1\""; }
is() { printf "$2" | nc -N -w 5 198.18.0.9 9 >/dev/null; wait_for known "$1"; }
check "a Mirai bot" is mirai '\0\0\0\1\4bot1'
check "SSH" is ssh 'SSH-2.0-Go\r\n'
check "IRC" is irc 'NICK abc\r\nUSER a b c :d\r\n'
check "SMB" is smb '\0\0\0\x85\xffSMB\x72\0\0'
check "RDP" is rdp '\3\0\0\x2b\x26\xe0\0\0\0\0\0Cookie'
check "SOCKS" is socks '\5\1\0'
check "MQTT" is mqtt '\x10\x10\0\4MQTT\4\2'
check "Telnet" is telnet '\xff\xfd\1\xff\xfb\x18'
check "a miner" is stratum '{"id":1,"method":"mining.subscribe","params":[]}\n'
check "by a rule of the file" is zombie 'ZZ!\1more'
# The sink waits a second for the rest: a sender that was held up for so long tries again.
in_pieces()
{
	local begun took

	for _ in {1..20}; do
		exec 4<>/dev/tcp/198.18.0.9/9 || return
		begun=$EPOCHREALTIME
		printf 'SS' >&4
		sleep 0.2
		printf 'H-2.0-x\r\n' >&4
		took=$((${EPOCHREALTIME/./} - ${begun/./}))
		exec 4>&-
		[ $took -ge 900000 ] || break
	done
	wait_for known ssh
}
check "in pieces" in_pieces
unknown() { printf 'hello, world!' | nc -N -w 5 198.18.0.9 9; wait_for in_summary; }
in_summary() { [ "$(sense summary 'select(.bytes == 13) | .protocol')" = null ]; }
check "unknown bytes are counted as before" unknown

body() { same "$(curl -s --max-time 60 "$@")" "$BODY"; }
check "an HTTP client gets its answer" body http://198.18.0.9:9/found
check "a TLS client, too" body --cacert "$WORK/ca/ca.pem" --resolve c2.test:9:198.18.0.9 https://c2.test:9/secret
check "who is sent by a rule is answered" same "$(printf 'HEY\r\n\r\n' | nc -w 30 198.18.0.9 9 | head -n 1 | tr -d '\r')" "HTTP/1.1 400 Bad Request"
told()
{
	same "$(sense handed '[.protocol, .to]' | sort -u | tr -d '\n')" '["http","http"]["tls","http"][null,"http"]' &&
	have 'select(.event_type == "http" and .http.url == "/secret") | [.dest_port, .server.name, .tls.sni]' \
		'[9,"http","c2.test"]'
}
check "both tell of it" soon told

many()
{
	local i

	for i in $(seq 200); do echo "url = http://198.18.0.9:9/many$i"; echo 'output = /dev/null'; done >"$WORK/urls"
	curl -s --max-time 60 --parallel --parallel-max 20 -H 'Connection: close' -K "$WORK/urls"
	soon have_count 'select(.http.url // "" | test("^/many"))' 200
}
check "200 of them" many
asleep()
{
	local before after

	before=$(awk '{ print $14 + $15 }' "/proc/${pids[sink]}/stat")
	start_helper busy curl -s -o /dev/null --limit-rate 20000 --max-time 3 -T /dev/zero http://198.18.0.9:9/busy
	wait "${pids[busy]}"
	unset "pids[busy]"
	after=$(awk '{ print $14 + $15 }' "/proc/${pids[sink]}/stat")
	echo "$((after - before)) ticks"
	[ $((after - before)) -lt 20 ]
}
check "what was handed over costs the sink nothing" asleep

dns_there() { same "$(dig +short +tries=1 +timeout=30 -p 9 @198.18.0.9 c2.test)" 172.1.0.5; }
check "a DNS query on any port is answered" dns_there
dns_again() { local i; for i in $(seq 20); do dns_there || return; done; }
check "20 of them" dns_again
named()
{
	dig +short +tries=1 +timeout=30 @198.18.0.53 WEB.test >/dev/null
	wait_for grep -q web.test "$WORK/names" || return
	body http://198.18.0.80/named && soon have 'select(.http.url == "/named") | .dest_name' '"web.test"'
}
check "a name goes with its address, into every event" named
dht() { printf 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe' | nc -u -w 1 -W 1 198.18.0.9 9; wait_for known dht; }
check "DHT is named" dht

# a port where servers speak first
sed 's/port = 9 /port = 2222 /; s/198.18.0.9"/198.18.0.10"/; s/server sink/server other/; s/to sink port 9/to other port 2222/g' "$CONF" >"$WORK/other.conf"
banner()
{
	pids[other]=
	"$BIN/fakesink" --config "$WORK/other.conf" --server other --bridge sink0 --events "$EVENTS" --ready-fd 3 \
		3>"$WORK/ready.other" >"$WORK/other.log" 2>&1 &
	pids[other]=$!
	wait_for grep -q ready "$WORK/ready.other" || return
	: >"$WORK/banner"
	# says nothing until it has heard something
	{ wait_for grep -q . "$WORK/banner"; echo; } | nc -N -w 60 198.18.0.10 2222 >"$WORK/banner"
	same "$(tr -d '\r' <"$WORK/banner")" "SSH-2.0-OpenSSH_7.4" &&
	soon same_banner
}
same_banner() { same "$(sense banner .protocol)" '"ssh"'; }
check "a silent client gets a likely banner" banner
check "that sink ends cleanly" stop other

other_protocol()
{
	perl -e 'use Socket; socket(my $s, PF_INET, SOCK_RAW, $ARGV[0]) or die;
		 send($s, "packet $_" . "x" x 100, 0, sockaddr_in(0, inet_aton("198.18.0.9"))) or die for 1 .. 50' "$1"
	wait_for seen "$2"
}
seen() { [ "$(events 'select(.event_type == "sink") | .proto' | grep -cx "\"$1\"")" -gt 0 ]; }
check "GRE is seen" other_protocol 47 GRE
check "SCTP is seen" other_protocol 132 SCTP
check "protocol 253 is seen" other_protocol 253 253

for type in sink http dns; do
	check "$type ends cleanly" stop $type
done
check "and were counted" same "$(sense totals 'select(.handed > 200) | [.other.packets, .other.conversations, .not_taken]')" "[150,3,0]"
check "events are well made" events_are_well_made
finish
