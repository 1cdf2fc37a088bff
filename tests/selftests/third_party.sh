#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# An unmodified server of somebody else (nginx) in a server's namespace, reached at any address.
. "$(dirname "$0")/lib.sh"

command -v nginx >/dev/null || fail "nginx is not installed (tests/vm/packages names it)"
setup
rules "tcp dport 80 to srv" "tcp dport 8000-8100 to srv port 80"
mkdir "$WORK/www"
echo "served by a stranger" >"$WORK/www/something"
chmod -R a+rX "$WORK"
cat >"$WORK/nginx.conf" <<END
pid $WORK/nginx.pid;
error_log $WORK/error.log;
events {}
http { access_log $WORK/access.log; server { listen $SERVER_IP:80; root $WORK/www; } }
END
background "$WORK/nginx" server nginx -c "$WORK/nginx.conf" -g 'daemon off;'
listening tcp 80
for url in 22.33.44.55/something 1.1.1.1/something 203.0.113.200:8080/something; do
	out=$(guest curl -sS -m 30 "http://$url") || fail "$url: $out"
	expect "$url" "$out" "served by a stranger"
done
logged() { [ "$(grep -c "^$GUEST_IP " "$WORK/access.log")" = 3 ]; }
busywait 5 logged || fail "its log: $(cat "$WORK/access.log")"
exit 0
