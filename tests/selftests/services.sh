#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# Everyday services through the bridge: FTP's second connection goes to the address that the
# guest believes in, TFTP stays one flow, a mail is stored; events name original destinations.
. "$(dirname "$0")/lib.sh"

command -v fakeservice >/dev/null && command -v curl >/dev/null || skip "fakeservice or curl is not there"
EVENTS=$WORK/events.jsonl
chmod 755 "$WORK"
mkdir "$WORK/files"
head -c 200000 /dev/urandom >"$WORK/files/firmware.bin"

cat >"$WORK/lab.conf" <<-END
	bridge = "$BRIDGE"
	rules = { "tcp dport 21 to ftp" }
	server ftp { type = ftp address = "198.18.0.21" files = files passive-ports = 30000-30003 }
	server tftp { type = tftp address = "198.18.0.69" files = files }
	server smtp { type = smtp address = "198.18.0.25" }
END

setup
number=0
for name in ftp:21 tftp:69 smtp:25; do
	port=${name#*:} name=${name%:*} number=$((number + 1))
	add_server "$name" "s$number" "$SERVER_NS-$name" "198.18.0.$port"
	background "$WORK/$name.log" ip netns exec "$SERVER_NS-$name" fakeservice --config "$WORK/lab.conf" \
		--server "$name" --bridge "$BRIDGE" --events "$EVENTS" --store "$WORK/store"
	busywait 10 eval "ip netns exec '$SERVER_NS-$name' ss -Hlntu | grep -q ':$port '" ||
		fail "$name does not listen: $(cat "$WORK/$name.log")"
done
rules "tcp dport 21 to ftp" "tcp dport 30000-30003 to ftp" "udp dport 69 to tftp" "tcp dport 25 to smtp"

say "FTP by PASV, from an address in the world"
guest curl -sS --max-time 60 --disable-epsv -o "$WORK/got" ftp://11.22.33.44/firmware.bin || fail "not fetched"
cmp "$WORK/got" "$WORK/files/firmware.bin" || fail "another file came"
say "an upload by EPSV"
guest curl -sS --max-time 60 -T "$WORK/got" ftp://11.22.33.45/loot || fail "not sent"
sum=$(sha256sum <"$WORK/got") sum=${sum%% *}
stored() { cmp -s "$WORK/store/$sum" "$WORK/got"; }
busywait 30 stored || fail "the upload is not in the store"
busywait 5 grep -q "\"dest_ip\":\"11.22.33.45\",\"dest_port\":21.*\"event_type\":\"fileinfo\"\|\"event_type\":\"fileinfo\".*\"dest_ip\":\"11.22.33.45\".*$sum" "$EVENTS" ||
	fail "no event of the upload: $(tail -n 5 "$EVENTS")"
say "TFTP"
guest curl -sS --max-time 60 -o "$WORK/got" tftp://203.0.113.7/firmware.bin || fail "not fetched"
cmp "$WORK/got" "$WORK/files/firmware.bin" || fail "another file came"
say "a mail"
printf 'Subject: s\r\n\r\nx\r\n' >"$WORK/mail"
guest curl -sS --max-time 60 smtp://198.51.100.25/bot --mail-from a@b --mail-rcpt c@d -T "$WORK/mail" || fail "not sent"
busywait 5 grep -q '"dest_ip":"198.51.100.25","dest_port":25.*"contained":true.*"kind":"mail"' "$EVENTS" || fail "no event of the mail"
busywait 5 accounted || fail "frames are not accounted for"
