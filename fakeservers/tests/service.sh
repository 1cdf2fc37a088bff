#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fakeservice: each everyday service with a real client.

. ./lib.sh

# NAME=ADDRESS of each service
declare -A AT=([smtp]=25 [pop3]=110 [ftp]=21 [tftp]=69 [irc]=67 [ntp]=123 [syslog]=51 [ident]=113 [finger]=79
	[echo]=7 [discard]=8 [daytime]=13 [time]=37 [chargen]=19)
for name in "${!AT[@]}"; do
	AT[$name]=198.18.1.${AT[$name]}
	ip addr add "${AT[$name]}/32" dev lo
done
mkdir "$WORK/files" && chmod 755 "$WORK/files"
printf 'From: boss\r\nSubject: one\r\n\r\n.dot\r\n' >"$WORK/files/1.eml"
head -c 300000 /dev/urandom >"$WORK/files/firmware.bin"
ln -s /etc/passwd "$WORK/files/link"
echo secret >"$WORK/secret"

write_conf()
{
	local name

	{
		echo 'bridge = "sink0" ca-folder = "ca" rules = { "tcp to smtp" }'
		for name in "${!AT[@]}"; do
			echo "server $name { type = $name address = ${AT[$name]}"
			case $name in
			smtp)	echo 'tls-port = 465 hostname = mx.example accept = { "root:1234", "admin:*" } }' ;;
			pop3)	echo 'tls-port = 995 files = files accept = { "root:1234" } }' ;;
			ftp)	echo 'files = files passive-ports = 30000-30003 }' ;;
			tftp)	echo 'files = files }' ;;
			irc)	echo 'tls-port = 6697 }' ;;
			*)	echo '}' ;;
			esac
		done
	} >"$CONF"
}

# start_service TYPE
start_service()
{
	: >"$WORK/ready.$1"
	"$BIN/fakeservice" --config "$CONF" --server "$1" --bridge sink0 --events "$EVENTS" --store "$WORK/store" \
		--ready-fd 3 3>"$WORK/ready.$1" >"$WORK/$1.log" 2>&1 &
	pids[$1]=$!
	wait_for grep -q ready "$WORK/ready.$1" || { cat "$WORK/$1.log"; return 1; }
}

# event TYPE FILTER: what jq makes of the events of that type
event() { events "select(.event_type == \"$1\") | .$1 | $2"; }
# has_event TYPE CONDITION: there is one, soon
has_event() { wait_for eval "[ -n \"\$(event '$1' 'select($2)')\" ]" || { tail -n 5 "$EVENTS"; return 1; }; }
# stored FILE: its content is in the store, under its hash
stored()
{
	local sum

	sum=$(sha256sum <"$1") && sum=${sum%% *}
	wait_for cmp "$1" "$WORK/store/$sum" && has_event fileinfo ".sha256 == \"$sum\" and .stored"
}
# line HOST PORT TEXT: what a TCP service answers
line() { printf "$3" | timeout 60 nc -N "$1" "$2"; }
# datagram HOST PORT TEXT [SECONDS]: what a UDP service answers: one datagram, or none for so long
datagram() { printf "$3" | timeout 60 nc -u -w "${4-20}" -W 1 "$1" "$2"; }

write_conf
for name in "${!AT[@]}"; do
	check "$name starts" start_service "$name"
done

example()
{
	"$BIN/fakeservice" --config ../../Documentation/examples/everyday.conf --server nosuch --bridge sink0 --events - \
		>"$WORK/out" 2>&1
	grep -q 'no server "nosuch"' "$WORK/out" || { cat "$WORK/out"; return 1; }
}
check "the example is right" example

mail()
{
	printf 'From: bot\r\nSubject: stolen\r\n\r\nline\r\n..two dots\r\n' >"$WORK/mail"
	printf 'From: bot\r\nSubject: stolen\r\n\r\nline\r\n..two dots\r\n' |
		curl -sS --max-time 20 "smtp://${AT[smtp]}/bot" --mail-from bot@guest --mail-rcpt a@b --mail-rcpt c@d \
			--login-options "AUTH=$1" -u root:1234 -T - && stored "$WORK/mail" &&
		has_event smtp '.kind == "mail" and .subject == "stolen" and .rcpt_to == ["a@b", "c@d"]'
}
check "SMTP: curl sends a mail after AUTH PLAIN" mail PLAIN
check "SMTP: and after AUTH LOGIN" mail LOGIN
binary_mail() { head -c 300000 /dev/urandom | curl -sS --max-time 30 "smtp://${AT[smtp]}/x" --mail-from a@b --mail-rcpt binary@d -T - &&
	has_event smtp '.rcpt_to == ["binary@d"] and .size >= 300000'; }
check "SMTP: a mail of any bytes is one mail" binary_mail
smtp_refuses() { ! curl -sS --max-time 20 "smtp://${AT[smtp]}/x" --mail-from a@b --mail-rcpt a@b -u root:no -T /dev/null &&
	has_event smtp '.kind == "login" and .password == "no" and (.success | not)'; }
check "SMTP: refuses a wrong password" smtp_refuses
swaks_sends() { swaks --server "${AT[smtp]}" --from a@b --to c@d --auth PLAIN --auth-user admin --auth-password any --h-Subject: swaks \
	>"$WORK/out" && has_event smtp '.subject == "swaks"'; }
command -v swaks >/dev/null && check "SMTP: swaks" swaks_sends

secret_mail()
{
	printf 'Subject: %s\r\n\r\nx\r\n' "$1" | curl -sS --max-time 30 -k "${@:2}" --mail-from a@b --mail-rcpt c@d -u root:1234 -T - &&
		has_event smtp ".kind == \"mail\" and .subject == \"$1\"" && has_event tls '.version and .ja3.hash'
}
check "SMTP: over TLS" secret_mail smtps "smtps://${AT[smtp]}"
check "SMTP: STARTTLS" secret_mail starttls --ssl-reqd "smtp://${AT[smtp]}"
secret_pop3() { same "$(curl -sS -k --max-time 30 "$@" -u root:1234 | tr -d '\r' | tail -n 1)" .dot; }
check "POP3: over TLS" secret_pop3 "pop3s://${AT[pop3]}/1"
check "POP3: STLS" secret_pop3 --ssl-reqd "pop3://${AT[pop3]}/1"
secret_irc()
{
	: >"$WORK/irc.out"
	{ printf 'NICK s\r\nUSER u 0 * :r\r\n'; wait_for grep -q ' 001 s ' "$WORK/irc.out"; echo QUIT; } |
		timeout 30 openssl s_client -quiet -connect "${AT[irc]}:6697" >"$WORK/irc.out" 2>/dev/null
	grep -q ' 001 s ' "$WORK/irc.out"
}
check "IRC: over TLS" secret_irc

pop3() { same "$(curl -sS --max-time 20 "pop3://${AT[pop3]}/1" -u root:1234 | tr -d '\r' | tail -n 1)" .dot; }
check "POP3: curl fetches a mail" pop3
pop3_list() { same "$(curl -sS --max-time 20 "pop3://${AT[pop3]}/" -u root:1234 | wc -l)" 2; }
check "POP3: lists them, and no link" pop3_list
brute_force()
{
	printf '%s\n' a b c 1234 >"$WORK/passwords"
	(cd "$WORK" && timeout 60 hydra -I -t 1 -l root -P "$WORK/passwords" "$1") >"$WORK/out" 2>&1
	grep -q 'login: root *password: 1234' "$WORK/out" || { cat "$WORK/out"; return 1; }
}
command -v hydra >/dev/null && check "POP3: hydra finds the password" brute_force "pop3://${AT[pop3]}"

ftp_url=ftp://${AT[ftp]}
fetch() { curl -sS --max-time 30 -u bot:x "$@" -o "$WORK/got" "$ftp_url/firmware.bin" && cmp "$WORK/got" "$WORK/files/firmware.bin"; }
check "FTP: curl fetches a file (EPSV)" fetch
check "FTP: and by PASV" fetch --disable-epsv
ftp_list() { curl -sS --max-time 20 "$ftp_url/" | grep -q ' 300000 .* firmware.bin' && ! curl -sS "$ftp_url/" | grep -q link; }
check "FTP: a listing" ftp_list
upload() { head -c 200000 /dev/urandom >"$WORK/loot"; curl -sS --max-time 30 -T "$WORK/loot" "$ftp_url/dir/loot" && stored "$WORK/loot" &&
	has_event fileinfo '.filename == "/dir/loot"'; }
check "FTP: an upload is stored" upload
too_big() { head -c 100M /dev/zero | curl -sS --max-time 60 -T - "$ftp_url/big" &&
	has_event fileinfo '.filename == "/big" and .size == 104857600 and .not_stored == "file too big" and (.sha256 | startswith("20492a4d"))' &&
	[ "$(du -sm "$WORK/store" | cut -f 1)" -lt 60 ]; }
check "FTP: what is too big is hashed, not kept" too_big
many_uploads()
{
	local i jobs=()

	for i in 1 2 3; do
		curl -sS --max-time 30 -T "$WORK/loot" "$ftp_url/loot.$i" &
		jobs+=($!)
	done
	wait "${jobs[@]}" && has_event fileinfo '.filename == "/loot.3"'
}
check "FTP: three at a time" many_uploads
active() { ! curl -sS --max-time 20 -P - "$ftp_url/firmware.bin" -o /dev/null && has_event ftp '.kind == "active" and .port > 0'; }
check "FTP: an active transfer fails, and its port is told" active
escape() { ! curl -sS --max-time 20 --path-as-is "$ftp_url/../secret" && ! curl -sS --max-time 20 "$ftp_url/link"; }
check "FTP: nothing outside the folder" escape
busybox_ftp() { busybox ftpget -u bot -p y "${AT[ftp]}" "$WORK/got" firmware.bin && cmp "$WORK/got" "$WORK/files/firmware.bin"; }
check "FTP: BusyBox ftpget" busybox_ftp

tftp_get() { rm -f "$WORK/got"; curl -sS --max-time 30 "$@" -o "$WORK/got" "tftp://${AT[tftp]}/firmware.bin" && cmp "$WORK/got" "$WORK/files/firmware.bin"; }
check "TFTP: curl fetches a file" tftp_get
check "TFTP: in large blocks" tftp_get --tftp-blksize 1400
check "TFTP: without options" tftp_get --tftp-no-options
tftp_put() { curl -sS --max-time 30 -T "$WORK/loot" "tftp://${AT[tftp]}/loot.bin" && has_event fileinfo \
	'.app_proto == "tftp" and .filename == "loot.bin" and .stored'; }
check "TFTP: what is written is stored" tftp_put
busybox_tftp() { (cd "$WORK" && rm -f firmware.bin && busybox tftp -g -r firmware.bin "${AT[tftp]}" && cmp firmware.bin files/firmware.bin); }
check "TFTP: BusyBox fetches" busybox_tftp
tftp_escape() { ! busybox tftp -g -r ../secret -l "$WORK/got" "${AT[tftp]}" && has_event tftp '.kind == "read" and .file == "../secret"'; }
check "TFTP: nothing outside the folder" tftp_escape

irc() { line "${AT[irc]}" 6667 'NICK bot\r\nUSER u 0 * :r\r\nJOIN #x,#y k\r\nPRIVMSG #x :hello\r\nPING :42\r\nQUIT\r\n' >"$WORK/out"
	grep -q ' 001 bot ' "$WORK/out" && grep -q 'JOIN :#y' "$WORK/out" && grep -q 'PONG .* :42' "$WORK/out" &&
		has_event irc '.kind == "message" and .target == "#x" and .text == "hello"'; }
check "IRC: registers, joins, speaks" irc

ntp() { timeout 20 ntpdig -t 5 "${AT[ntp]}" >"$WORK/out" 2>&1 && grep -qE '[+-]0\.[0-9]+' "$WORK/out" || { cat "$WORK/out"; return 1; }; }
command -v ntpdig >/dev/null && check "NTP: ntpdig" ntp
ntp_mode() { same "$(datagram "${AT[ntp]}" 123 '\x17\x00\x03\x2a\0\0\0\0' 1 | wc -c)" 0; }
check "NTP: what would amplify gets nothing" ntp_mode

log() { logger -n "${AT[syslog]}" -P 514 -d -p mail.warning stolen && has_event syslog '.severity == "warning" and .facility == 2 and (.message | endswith("stolen"))'; }
check "syslog: logger over UDP" log
log_tcp() { logger -n "${AT[syslog]}" -P 514 -T --octet-count counted && logger -n "${AT[syslog]}" -P 514 -T lined &&
	has_event syslog '.message | endswith("counted")' && has_event syslog '.message | endswith("lined")'; }
check "syslog: over TCP" log_tcp

check "ident answers" eval 'same "$(line "${AT[ident]}" 113 "6193, 23\r\n" | tr -d "\r")" "6193 , 23 : USERID : UNIX : root"'
check "finger answers" eval 'line "${AT[finger]}" 79 "root\r\n" | grep -q "no such user"'
check "echo over TCP" eval 'same "$(line "${AT[echo]}" 7 hello)" hello'
check "echo over UDP" eval 'same "$(datagram "${AT[echo]}" 7 hello)" hello'
check "discard is silent" eval 'same "$(line "${AT[discard]}" 9 hello)" "" && has_event discard ".bytes == 5"'
check "daytime" eval 'date -d "$(timeout 60 nc "${AT[daytime]}" 13 </dev/null | tr -d "\r")" >/dev/null'
# not before it was asked (but for a clock with coarse ticks), not after it was heard
told_time()
{
	local before told

	before=$(date +%s)
	told=$(($(timeout 60 nc "${AT[time]}" 37 </dev/null | od -An -tu4 --endian=big) - 2208988800))
	[ "$told" -ge $((before - 1)) ] && [ "$told" -le "$(date +%s)" ] || { echo "$told, asked at $before"; return 1; }
}
check "time" told_time
check "chargen over TCP ends by itself" eval '[ "$(timeout 60 nc "${AT[chargen]}" 19 </dev/null | wc -c)" -gt 1000000 ]'
check "chargen over UDP gives no more than it got" eval 'same "$(datagram "${AT[chargen]}" 19 12345 | wc -c)" 5'
no_loop() { printf x | timeout 20 nc -u -w 1 -s "${AT[chargen]}" -p 7 "${AT[chargen]}" 19 | wc -c | grep -qx 0; }
check "chargen and echo are not set upon each other" no_loop

garbage()
{
	local name port

	for name in smtp:25 pop3:110 ftp:21 irc:6667 syslog:514 ident:113 finger:79 echo:7; do
		port=${name#*:} name=${name%:*}
		{ printf 'USER a\r\nPASS b\r\nPASV\r\nDATA\r\n'; head -c 300000 /dev/urandom; } | timeout 20 nc -N "${AT[$name]}" "$port" >/dev/null
		head -c 300000 /dev/zero | timeout 20 nc -N "${AT[$name]}" "$port" >/dev/null
		kill -0 "${pids[$name]}" || { echo "$name"; cat "$WORK/$name.log"; return 1; }
	done
	for name in tftp:69 ntp:123 syslog:514 echo:7; do
		port=${name#*:} name=${name%:*}
		"$TESTBIN/fake_flood" "${AT[$name]}" "$port" 2000 300 10 >/dev/null
		kill -0 "${pids[$name]}" || { echo "$name"; cat "$WORK/$name.log"; return 1; }
	done
}
check "garbage ends none" garbage
check "10,000 connections to smtp" start_helper hold "$TESTBIN/fake_hold" "${AT[smtp]}" 25 10000 $'EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhalf'
check "are held" wait_for grep -q held "$WORK/hold.out"
check "and another one is served" mail PLAIN
end_helper hold
for name in "${!AT[@]}"; do
	check "$name ends cleanly" stop "$name"
done
check "events are well made" events_are_well_made
finish
