#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# HTTPS: clients of all ages, a certificate for each name, and what the events tell.

. ./lib.sh

# Debian's own policy refuses old versions: these clients have none
printf 'openssl_conf = none\n[none]\n' >"$WORK/openssl.cnf"
CA=$WORK/ca/ca.pem
fetch() { curl -s --max-time 60 --cacert "$CA" "$@"; }
https() { local name=$1; shift; fetch --resolve "$name:443:198.18.0.80" "https://$name$@"; }

write_conf
check "starts, and makes the lab's CA" start http
check "the keys are root's" same "$(stat -c '%a %U' "$WORK/ca/ca.key" "$WORK/ca/leaf.key" "$CA")" $'600 root\n600 root\n644 root'

check "curl trusts the CA, and gets the body" same "$(https evil.test /gate.php)" "$BODY"
check "another name has its own" same "$(https other.example /)" "$BODY"
names()
{
	openssl s_client -connect 198.18.0.80:443 -servername "$1" -CAfile "$CA" -verify_return_error \
		-verify_hostname "$1" </dev/null 2>/dev/null | grep 'Verify return code: 0'
}
check "a name of 200 bytes" names "$(printf 'a%.0s' {1..60}).$(printf 'b%.0s' {1..60}).$(printf 'c%.0s' {1..60}).test"
no_name() { fetch https://198.18.0.80/ | grep -q "$BODY"; }
check "without a name: the address" no_name
keep_alive() { same "$(https evil.test /a -o /dev/null -w '%{num_connects} ' "https://evil.test/b" -o /dev/null)" "1 0 "; }
check "two requests on one connection" keep_alive
upload() { head -c 5000000 /dev/urandom >"$WORK/up"; same "$(https evil.test /up -T "$WORK/up")" "$BODY"; }
check "uploads 5 MB" upload
check "on the port of HTTP, too" same "$(fetch --resolve evil.test:80:198.18.0.80 https://evil.test:80/)" "$BODY"
check "plain HTTP on the port of HTTPS" same "$(curl -s http://198.18.0.80:443/)" "$BODY"

old()
{
	OPENSSL_CONF=$WORK/openssl.cnf openssl s_client "$1" -cipher "${2-ALL}:@SECLEVEL=0" -connect 198.18.0.80:443 \
		-servername old.test -ign_eof <<<$'GET /old HTTP/1.0\r\n\r\n' 2>&1 | grep "$BODY"
}
for version in tls1 tls1_1 tls1_2; do
	check "a client of $version" old -$version
done
check "a client that knows only AES128-SHA" old -tls1 AES128-SHA
check "a client with DHE alone" old -tls1_2 DHE-RSA-AES256-SHA
check "a client of tls1_3" names new.test

tls() { events "select(.event_type == \"tls\" and .tls.sni == \"$1\") | .tls | $2" | head -n 1; }
versions() { same "$(events 'select(.event_type == "tls" and .tls.sni == "old.test") | .tls.version' | sort | tr -d '\n')" \
	'"TLS 1.0""TLS 1.0""TLS 1.1""TLS 1.2""TLS 1.2"'; }
check "an event tells the versions" soon versions
fingerprints()
{
	tls evil.test '[.ja3.hash, .ja4]'
	tls evil.test '[.ja3.hash, .ja4]' | grep -Eq '^\["[0-9a-f]{32}","t13d[0-9]{4}h[12]_[0-9a-f]{12}_[0-9a-f]{12}"\]$' &&
	same "$(tls evil.test .ja3.hash)" "\"$(tls evil.test .ja3.string | tr -d '"\n' | md5sum | cut -d' ' -f1)\""
}
check "and JA3 and JA4" soon fingerprints
check "the request inside is in its event" soon have 'select(.event_type == "http" and .http.url == "/gate.php") | [.http.hostname, .http.status, .tls.sni]' \
	'["evil.test",200,"evil.test"]'
refuses()
{
	curl -s --max-time 60 --resolve distrust.test:443:198.18.0.80 https://distrust.test/ && return 1
	wait_for refusal
}
refusal() { same "$(tls distrust.test .failed)" '"unknown CA"'; }
check "a client that distrusts the CA is told of" refuses

garbage()
{
	head -c 3000 /dev/urandom >"$WORK/garbage"
	(printf '\x16\x03\x01\x02\x00\x01'; cat "$WORK/garbage") | timeout 60 nc -N 198.18.0.80 443 >/dev/null
	printf '\x16' | timeout 60 nc -N 198.18.0.80 443 >/dev/null
	https evil.test / | grep -q "$BODY"
}
check "garbage in a handshake" garbage
check "ends cleanly" stop http
check "events are well made" events_are_well_made
made() { [ "$(events 'select(.event_type == "stats") | .stats.certificates' | tail -n 1)" -ge 5 ]; }
check "certificates were made and counted" made

check "starts in a hurry" start http --idle-timeout 4
check "a handshake of one byte now and then ends in time" dribble 443 '\x16\x03\x01\x02\x00\x01'
check "ends cleanly, hurried" stop http

serial() { openssl x509 -in "$CA" -noout -serial; }
before=$(serial)
TOP_MORE='clock = "2019-03-02 10:00:00"' write_conf
check "starts again, with a clock" start http
check "the CA is the same" same "$(serial)" "$before"
guest_time() { events 'select(.guest_time != null) | .guest_time' | grep '^"2019-03-02T10:0'; }
clock()
{
	https evil.test / -D "$WORK/head" -o /dev/null ||
		https evil.test / -k -D "$WORK/head" -o /dev/null
	tr -d '\r' <"$WORK/head" | grep -q '^Date: Sat, 02 Mar 2019 10:0' &&
	wait_for guest_time &&
	openssl s_client -connect 198.18.0.80:443 -servername evil.test </dev/null 2>/dev/null |
		openssl x509 -noout -enddate | grep -q '2020 GMT'
}
check "the clock is in answers, certificates and events" clock
check "ends cleanly with a clock" stop http
finish
