#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fakehttp with the clients that guests have, and with those that nobody wants.

. ./lib.sh

URL=http://198.18.0.80
fetch() { curl -s --max-time 60 "$@"; }

write_conf
check "starts" start http --store "$WORK/files"

curl_gets() { same "$(fetch "$URL/something")" "$BODY"; }
check "curl gets the body" curl_gets
wget_gets() { busybox wget -q -O "$WORK/something" "$URL/something" && same "$(wc -c <"$WORK/something")" 57; }
check "BusyBox wget gets 57 bytes" wget_gets
old_client() { same "$(printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 5 198.18.0.80 80 | tail -c 57)" "$BODY"; }
check "HTTP/1.0 is answered and closed" old_client
head_only() { fetch -I "$URL/" | tr -d '\r' | grep -q '^Content-Length: 57$' && same "$(fetch -I "$URL/" | tail -c 2)" $'\r'; }
check "HEAD has the length and no body" head_only
post() { head -c 3000000 /dev/zero >"$WORK/zero"; same "$(fetch --data-binary @"$WORK/zero" "$URL/post" -X "$1")" "$BODY"; }
for method in POST PUT PATCH DELETE OPTIONS; do
	check "$method with 3,000,000 bytes" post $method
done
check "the event counts them" soon have 'select(.http.http_method == "POST") | .http.request_body_bytes' 3000000

kept() { (cd "$WORK/files" && sha256sum "$(events 'select(.http.http_method == "PUT") | .http.request_sha256' | tail -n 1 | tr -d '"')"); }
uploads()
{
	local sum

	sum=$(sha256sum <"$WORK/zero" | cut -d' ' -f1)
	same "$(events 'select(.http.http_method == "PUT") | .http.request_sha256')" "\"$sum\"" &&
	same "$(kept | cut -d' ' -f1)" "$sum" &&
	same "$(events 'select(.event_type == "fileinfo" and .fileinfo.filename == "/post") | [.fileinfo.sha256, .fileinfo.size, .fileinfo.stored]' | sort -u)" \
		"[\"$sum\",3000000,true]"
}
check "and an upload is kept by its sum" soon uploads

chunked()
{
	head -c 300000 /dev/urandom >"$WORK/random"
	same "$(fetch -T - -H 'Expect:' "$URL/chunked" <"$WORK/random")" "$BODY" &&
	soon have 'select(.http.url == "/chunked") | .http.request_sha256' \
		"\"$(sha256sum <"$WORK/random" | cut -d' ' -f1)\""
}
check "a chunked upload" chunked

# A connection of its own kind: what systems compare to see whether they are on line.
online() { same "$(fetch -H "Host: $1" "$URL$2" -w '%{http_code}')" "$3"; }
check "on line for Windows" online www.msftconnecttest.com /connecttest.txt "Microsoft Connect Test200"
check "on line for Android" online connectivitycheck.gstatic.com /generate_204 204
check "on line for Firefox" online detectportal.firefox.com /success.txt?ipv4 $'success\n200'
check "on line for NetworkManager" online nmcheck.gnome.org /check_network_status.txt $'NetworkManager is online\n200'

keep_alive()
{
	fetch "$URL/k1" "$URL/k2" -o /dev/null -o /dev/null
	soon have_count 'select(.http.url // "" | test("^/k[12]$"))' 2 &&
	same "$(events 'select(.http.url // "" | test("^/k[12]$")) | .src_port' | sort -u | wc -l)" 1
}
check "two requests on one connection" keep_alive

pipeline()
{
	local i

	for i in $(seq 3000); do printf 'GET /%d HTTP/1.1\r\nHost: a\r\n\r\n' "$i"; done >"$WORK/many"
	printf 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n' >>"$WORK/many"
	same "$(timeout 60 nc -w 30 198.18.0.80 80 <"$WORK/many" | grep -ao "$BODY" | wc -l)" 3001
}
check "3,000 requests in one go" pipeline

status_of() { same "$(printf "$1" | timeout 60 nc -w 30 198.18.0.80 80 | head -n 1 | cut -d' ' -f2)" "$2"; }
check "binary garbage gets 400" status_of '\x17\x03\x01\x00\xff\x01\x00' 400
check "an endless request line gets 414" status_of "GET /$(printf 'a%.0s' {1..9000})" 414
check "endless headers get 431" status_of "GET / HTTP/1.1\r\nX: $(printf 'a%.0s' {1..33000})" 431
check "garbage is in its event" soon have 'select(.http.raw == "17030100ff0100") | .http.status' 400

# As slow as it likes, a body takes its time; nobody else waits for it, and no memory goes to it.
giant()
{
	local before after status

	before=$(awk '/^VmRSS/ { print $2 }' "/proc/${pids[http]}/status")
	start_helper giant bash -c "head -c 1100000000 /dev/zero |
		curl -s -o /dev/null -w '%{http_code}' -H 'Expect:' -T - $URL/giant"
	for _ in $(seq 20); do
		same "$(fetch "$URL/meanwhile")" "$BODY" || return
	done
	wait "${pids[giant]}"
	unset "pids[giant]"
	status=$(cat "$WORK/giant.out")
	after=$(awk '/^VmRSS/ { print $2 }' "/proc/${pids[http]}/status")
	echo "$before kB before, $after kB after, status $status"
	[ $((after - before)) -lt 30000 ] && same "$status" 200 &&
	soon have 'select(.http.url == "/giant") | [.http.request_body_bytes, .http.request_stored]' "[1100000000,false]" &&
	have 'select(.fileinfo.filename == "/giant") | .fileinfo.size' 1100000000 &&
	[ "$(du -sm "$WORK/files" | cut -f1)" -lt 100 ]
}
check "an upload of 1.1 GB is counted, not kept, and others are served" giant

check "ends cleanly" stop http
check "events are well made" events_are_well_made

# A server of little patience, for clients that say nothing more.
check "starts in a hurry" start http --idle-timeout 4
check "half a request gets 408 in time" status_of 'GET /half HTTP/1.1\r\nHost:' 408
check "a request of one byte now and then ends in time" dribble 80 'GET /'
check "ends cleanly, hurried" stop http

# answers of their own
echo binary >"$WORK/sample.exe"
HTTP_MORE="body = default
	answer-path \"*.evil.test/gate.php\" { body = ok content-type = text/plain }
	answer-path \"*.exe\" { body-file = \"$WORK/sample.exe\" }
	answer-path \"moved.test/*\" { location = \"http://evil.test/\" }
	answer-path \"*/missing\" { status = 404 }" write_conf
check "starts with answers" start http
by_path() { same "$(fetch -H "Host: $1" "$URL$2" -w '%{http_code}%{content_type}%{redirect_url}')" "$3"; }
check "by host and path" by_path a.evil.test /gate.php "ok200text/plain"
check "by extension" by_path any.test /a/b/setup.exe $'binary\n200application/x-msdownload'
check "elsewhere" by_path moved.test / 302text/htmlhttp://evil.test/
check "not there" by_path any.test /missing 404text/html
check "all others" by_path any.test / default200text/html
check "ends cleanly with answers" stop http

# files
mkdir -p "$WORK/www/bins"
head -c 40000000 /dev/urandom >"$WORK/www/bins/mirai.mips"
echo secret >"$WORK/secret"
ln -s ../secret "$WORK/www/out"
chmod 755 "$WORK/www" "$WORK/www/bins"
HTTP_MORE="files = \"$WORK/www\"" write_conf
check "starts with files" start http

file() { fetch "$URL/bins/mirai.mips" -o "$WORK/copy" && cmp "$WORK/copy" "$WORK/www/bins/mirai.mips"; }
check "a large file arrives whole" file
wget_file() { busybox wget -q -O "$WORK/copy" "$URL/bins/mirai.mips" && cmp "$WORK/copy" "$WORK/www/bins/mirai.mips"; }
check "a large file with BusyBox wget" wget_file
not_found() { same "$(fetch --path-as-is -o "$WORK/copy" -w '%{http_code}' "$URL$1")" 404 && ! grep -q secret "$WORK/copy"; }
for path in /../secret /%2e%2e/secret /bins/../../secret /out /bins /..%2fsecret "/../../../../../..$WORK/secret"; do
	check "nothing outside: $path" not_found "$path"
done

slow_reader()
{
	local before after

	before=$(awk '/^VmRSS/ { print $2 }' "/proc/${pids[http]}/status")
	start_helper slow "$TESTBIN/fake_hold" 198.18.0.80 80 50 \
		$'GET /bins/mirai.mips HTTP/1.1\r\n\r\nGET /bins/mirai.mips HTTP/1.1\r\n\r\n'
	wait_for grep -q held "$WORK/slow.out" || return
	file || return
	after=$(awk '/^VmRSS/ { print $2 }' "/proc/${pids[http]}/status")
	echo "$before kB before, $after kB after"
	# what is kept for 50 of them, not their 2 GB
	[ $((after - before)) -lt 60000 ]
}
check "50 slow readers cost little, others are served" slow_reader
end_helper slow
check "ends cleanly with files" stop http
finish
