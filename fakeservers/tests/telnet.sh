#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# faketelnet with a bot's bytes and with real clients.

. ./lib.sh
ip addr add 198.18.0.23/32 dev lo

write_conf()
{
	cat >"$CONF" <<-END
		bridge = "sink0"
		rules = { "tcp to telnet" }
		server telnet {
			type = "telnet" address = "198.18.0.23" port = 23
			banner = "router\n" hostname = "router" accept = { "root:1234", "admin:*" }
			${1-}
		}
	END
}

# talk TEXT: what the server says to it, without telnet's own bytes and carriage returns
talk() { printf "$1" | timeout 10 nc 198.18.0.23 23 | tr -d '\r' | sed 's/^\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f//'; }
talks() { same "$(talk "$1")" "$2"; }
telnet_events() { events "select(.event_type == \"telnet\") | .telnet | $1"; }

greeting=$'\n\nBusyBox v1.19.4 (2014-05-22 13:41:56 CST) built-in shell (ash)\nEnter \'help\' for a list of built-in commands.\n\n'

write_conf
check "starts" start telnet --idle-timeout 2

offers() { same "$(timeout 5 head -c 9 </dev/tcp/198.18.0.23/23 | od -An -tx1)" " ff fb 01 ff fb 03 ff fd 1f"; }
check "offers to echo, asks for the window" offers

# the talk's dialogue: brute force, then the applet that there is not, 19 bytes with a NUL
check "two logins and /bin/busybox MIRAI" talks \
	'root\r\nvizxv\r\nroot\r\n1234\r\nenable\r\nsystem\r\nshell\r\nsh\r\n/bin/busybox MIRAI\0\r\nexit\r\nexit\r\n' \
	"router
login: root
Password: 
Login incorrect
login: root
Password: 
$greeting# enable
sh: enable: not found
# system
sh: system: not found
# shell
sh: shell: not found
# sh
$greeting# /bin/busybox MIRAI
MIRAI: applet not found
# exit
# exit"
logins() { same "$(telnet_events 'select(.kind == "login") | [.username, .password, .success, .attempt]')" \
	$'["root","vizxv",false,1]\n["root","1234",true,2]'; }
check "both logins are events" logins
nul_is_kept() { telnet_events 'select(.command == "/bin/busybox MIRAI") | .bytes_hex' |
	grep -qx '"2f62696e2f62757379626f78204d4952414900"'; }
check "the NUL is in its event" nul_is_kept
closed() { telnet_events 'select(.kind == "closed")' | grep -q '"success":true,"attempts":2,"commands":7,"reason":"exit"'; }
check "the end is an event" closed

check "closes after three" talks 'a\nb\na\nb\na\nb\na\nb\n' "router
login: a
Password: 
Login incorrect
login: a
Password: 
Login incorrect
login: a
Password: 
Login incorrect"

# client COMMAND…: types ahead, and leaves when it has the answer
client()
{
	: >"$WORK/out"
	{ printf 'admin\r\nanything\r\nuname -m\r\n'; wait_for grep -q mips "$WORK/out"; printf 'exit\r\n'; } |
		timeout 30 "$@" 198.18.0.23 >"$WORK/out" 2>&1
	tr -d '\r' <"$WORK/out" | grep -qx mips || { cat -v "$WORK/out"; return 1; }
}
check "BusyBox telnet" client busybox telnet
command -v inetutils-telnet >/dev/null && check "GNU telnet" client inetutils-telnet

alive() { talk 'admin\n\necho alive\nexit\n' | grep -qx alive; }
garbage()
{
	head -c 1000000 /dev/urandom | timeout 20 nc -N 198.18.0.23 23 >/dev/null
	head -c 1000000 /dev/zero | tr '\0' '\377' | timeout 20 nc -N 198.18.0.23 23 >/dev/null
	{ printf 'admin\n\n'; head -c 300000 /dev/urandom; } | timeout 20 nc -N 198.18.0.23 23 >/dev/null
	alive
}
check "survives garbage" garbage

# reads nothing, asks for much: more than sockets and we keep
many=$(for i in $(seq 3000); do echo 'ps; ps; ps; ps; ps'; done)
check "a guest that does not read" start_helper hold "$TESTBIN/fake_hold" 198.18.0.23 23 20 $'admin\n\n'"$many"
deaf_is_there() { [ "$(telnet_events 'select(.command == "ps; ps; ps; ps; ps") | .session' | sort -u | wc -l)" -ge 1 ]; }
check "was heard" wait_for deaf_is_there
check "does not keep others waiting" alive
end_helper hold

half_a_login()
{
	local start=$SECONDS

	{ printf 'ro'; sleep 15; } | timeout 12 nc 198.18.0.23 23 >/dev/null &
	pids[half]=$!
	wait_for eval '[ -z "$(ss -Htn state established sport = :23)" ] && [ $((SECONDS - '$start')) -ge 1 ]' &&
		[ $((SECONDS - start)) -lt 10 ]
}
check "half a login times out" half_a_login
end_helper half
check "ends cleanly" stop telnet
check "events are well made" events_are_well_made

write_conf 'accept-attempt = 3'
check "starts with a policy of attempts" start telnet
third_time() { talk 'x\n1\ny\n2\nz\n3\necho in\nexit\n' | grep -qx in; }
check "the third attempt succeeds" third_time
hydra_finds_it()
{
	# a connection for each: hydra mixes up its second login on one
	printf '%s\n' vizxv xc3511 888888 1234 >"$WORK/passwords"
	(cd "$WORK" && timeout 60 hydra -I -t 4 -l root -P "$WORK/passwords" telnet://198.18.0.23) >"$WORK/out" 2>&1
	grep -q 'login: root *password: 1234' "$WORK/out" && ! grep -q 'password: vizxv' "$WORK/out" ||
		{ cat "$WORK/out"; return 1; }
}
command -v hydra >/dev/null && check "hydra finds the password" hydra_finds_it
check "takes 10,000 connections" start_helper hold "$TESTBIN/fake_hold" 198.18.0.23 23 10000 $'\xff\xfd\x01adm'
check "holds them" wait_for grep -q held "$WORK/hold.out"
check "serves another one" third_time
end_helper hold
check "ends cleanly after them" stop telnet
finish
