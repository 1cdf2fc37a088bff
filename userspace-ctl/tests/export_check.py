#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Checks an export as its readers would: export_check.py FORM FILE RUN. Says what is wrong, exit status 1."""
import ipaddress
import json
import re
import sys

form, path, run = sys.argv[1:4]
wrong = []


def check(right, *what):
    if not right and len(wrong) < 10:
        wrong.append(' '.join(str(w) for w in what))
    elif not right:
        wrong.append('')


def is_address(text):
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


# Of Suricata's etc/schema.json: no other members are allowed.
EVE = {
    '': {'timestamp', 'flow_id', 'in_iface', 'vlan', 'src_ip', 'src_port', 'dest_ip', 'dest_port', 'proto', 'icmp_type',
         'icmp_code', 'event_type', 'dns', 'http', 'tls', 'fileinfo', 'flow', 'alert'},
    'dns': {'version', 'type', 'id', 'flags', 'qr', 'aa', 'tc', 'rd', 'ra', 'opcode', 'rcode', 'rrname', 'rrtype', 'ttl', 'answers'},
    'http': {'hostname', 'url', 'http_port', 'http_user_agent', 'http_content_type', 'http_refer', 'http_method', 'protocol',
             'status', 'redirect', 'length'},
    'tls': {'subject', 'issuerdn', 'serial', 'fingerprint', 'sni', 'version', 'notbefore', 'notafter', 'ja3', 'ja3s', 'ja4',
            'client_alpns', 'server_alpns', 'session_resumed'},
    'fileinfo': {'filename', 'magic', 'md5', 'sha1', 'sha256', 'size', 'state', 'stored', 'tx_id'},
    'flow': {'pkts_toserver', 'pkts_toclient', 'bytes_toserver', 'bytes_toclient', 'start', 'end', 'age', 'state', 'reason'},
    'alert': {'action', 'gid', 'signature_id', 'rev', 'signature', 'category', 'severity', 'context'},
}
STAMP = re.compile(r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d{4}$')


def eve(text):
    kinds = {}
    for line in text.splitlines():
        event = json.loads(line)
        kind = event['event_type']
        kinds[kind] = kinds.get(kind, 0) + 1
        check(set(event) <= EVE[''], 'members', set(event) - EVE[''])
        check(kind in EVE and set(event[kind]) <= EVE[kind], kind, set(event.get(kind, ())) - EVE.get(kind, set()))
        check(STAMP.match(event['timestamp']), event['timestamp'])
        check(is_address(event['src_ip']) and is_address(event['dest_ip']), event['src_ip'], event['dest_ip'])
        if kind == 'dns':
            check(event['dns']['version'] in (2, 3), event['dns'])
        if kind == 'flow':
            check(event['flow'].get('state', 'new') in ('new', 'established', 'closed', 'bypassed'), event['flow'])
        if kind == 'alert':
            check(isinstance(event['alert']['context'], dict) and event['alert']['severity'] in (1, 2, 3), event['alert'])
    check(set(kinds) == {'dns', 'http', 'tls', 'fileinfo', 'flow', 'alert'}, kinds)
    check(kinds['flow'] == sum(1 for _ in open(run + '/flows.jsonl')), 'flows', kinds['flow'])


def conn(text):
    lines = text.splitlines()
    fields = next(l for l in lines if l.startswith('#fields')).split('\t')[1:]
    types = next(l for l in lines if l.startswith('#types')).split('\t')[1:]
    rows = [l.split('\t') for l in lines if not l.startswith('#')]
    patterns = {'time': r'\d+\.\d{6}', 'interval': r'\d+\.\d{6}', 'count': r'\d+', 'port': r'\d{1,5}', 'bool': r'T|F',
                'enum': r'tcp|udp|icmp|unknown_transport', 'string': r'[!-~]+', 'set[string]': r'-'}
    check(lines[0] == '#separator \\x09' and len(fields) == len(types), 'head')
    check(len(rows) == sum(1 for _ in open(run + '/flows.jsonl')), 'rows', len(rows))
    for row in rows:
        check(len(row) == len(fields), 'columns', row)
        for kind, cell in zip(types, row):
            check(is_address(cell) if kind == 'addr' else re.fullmatch(patterns[kind], cell), kind, cell)


def cape(text):
    network = json.loads(text)['network']
    for name in ('hosts', 'domains', 'tcp', 'udp', 'icmp', 'http', 'dns', 'smtp', 'irc', 'dead_hosts'):
        check(isinstance(network[name], list), name)
    for flow in network['tcp'] + network['udp']:
        check(is_address(flow['src']) and is_address(flow['dst']) and flow['time'] >= 0, flow)
        check(all(0 <= flow[p] < 65536 for p in ('sport', 'dport')), flow)
    for host in network['hosts']:
        check(is_address(host['ip']) and {'country_name', 'hostname', 'inaddrarpa'} <= set(host), host)
    for request in network['dns']:
        check(all({'type', 'data'} == set(a) for a in request['answers']), request)
    for request in network['http']:
        check({'count', 'host', 'port', 'data', 'uri', 'body', 'path', 'user-agent', 'version', 'method'} <= set(request), request)
    check(network['dns'] and network['http'] and network['domains'], 'empty')


# What STIX 2.1 demands of each, besides type, spec_version and id.
STIX = {
    'identity': {'created', 'modified', 'name'}, 'malware': {'created', 'modified', 'is_family'},
    'infrastructure': {'created', 'modified', 'name'}, 'attack-pattern': {'created', 'modified', 'name'},
    'indicator': {'created', 'modified', 'pattern', 'pattern_type', 'valid_from'},
    'relationship': {'created', 'modified', 'relationship_type', 'source_ref', 'target_ref'},
    'observed-data': {'created', 'modified', 'first_observed', 'last_observed', 'number_observed', 'object_refs'},
    'ipv4-addr': {'value'}, 'ipv6-addr': {'value'}, 'domain-name': {'value'}, 'url': {'value'}, 'network-traffic': {'protocols'},
}


def stix(text):
    bundle = json.loads(text)
    ids = {o['id'] for o in bundle['objects']}
    check(bundle['type'] == 'bundle' and bundle['id'].startswith('bundle--'), 'bundle')
    check(len(ids) == len(bundle['objects']), 'an id twice')
    for o in bundle['objects']:
        check(re.fullmatch(re.escape(o['type']) + r'--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}', o['id']), o['id'])
        check(o['spec_version'] == '2.1' and STIX[o['type']] <= set(o), o)
        for name, value in o.items():
            if name.endswith('_ref'):
                check(value in ids, name, value)
            if name.endswith('_refs'):
                check(value and set(value) <= ids, name, value)
            if name in ('created', 'modified', 'valid_from', 'first_observed', 'last_observed', 'start', 'end', 'first_seen'):
                check(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', value), name, value)
        if o['type'] == 'indicator':
            check(re.fullmatch(r"\[[a-z0-9-]+:[A-Za-z0-9.'-]+ = '([^'\\]|\\.)*'\]", o['pattern']), o['pattern'])
        if o['type'] == 'network-traffic':
            check(o['start'] <= o['end'] and o['src_packets'] > 0, o)
    kinds = {o['type'] for o in bundle['objects']}
    check(set(STIX) - {'ipv6-addr'} <= kinds, set(STIX) - kinds)


# MISP's templates: relation -> type, and one of which there must be.
MISP = {
    'ddos': ({'ip-dst': 'ip-dst', 'ip-src': 'ip-src', 'domain-dst': 'domain', 'dst-port': 'port', 'src-port': 'port', 'protocol': 'text',
              'total-pps': 'counter', 'total-bps': 'counter', 'first-seen': 'datetime', 'last-seen': 'datetime', 'text': 'text'},
             {'ip-dst', 'ip-src', 'domain-dst'}),
    'network-connection': ({'ip-src': 'ip-src', 'ip-dst': 'ip-dst', 'src-port': 'port', 'dst-port': 'port', 'hostname-dst': 'hostname',
                            'layer3-protocol': 'text', 'layer4-protocol': 'text', 'first-packet-seen': 'datetime'}, {'ip-dst'}),
    'credential': ({'username': 'text', 'password': 'text', 'type': 'text', 'origin': 'text', 'format': 'text', 'text': 'text'},
                   {'username', 'password'}),
}


def misp(text):
    event = json.loads(text)['Event']
    seen, uuids = {}, [event['uuid']]
    check({'info', 'date', 'threat_level_id', 'analysis', 'distribution'} <= set(event), event.keys())
    for o in event['Object']:
        relations, one_of = MISP[o['name']]
        seen[o['name']] = seen.get(o['name'], 0) + 1
        uuids.append(o['uuid'])
        check({'template_uuid', 'template_version', 'meta-category'} <= set(o), o)
        check(one_of & {a['object_relation'] for a in o['Attribute']}, 'requiredOneOf', o)
        for a in o['Attribute']:
            uuids.append(a['uuid'])
            check(relations.get(a['object_relation']) == a['type'] and isinstance(a['value'], str), a)
            check(a['type'] != 'port' or 0 < int(a['value']) < 65536, a)
    for a in event['Attribute']:
        uuids.append(a['uuid'])
        check(a['type'] in ('domain', 'url', 'sha256', 'ja3-fingerprint-md5', 'ip-dst') and a['value'], a)
    check(len(uuids) == len(set(uuids)), 'a uuid twice')
    check(set(seen) == set(MISP), seen)


with open(path, encoding='ascii') as file:
    {'eve': eve, 'conn.log': conn, 'cape': cape, 'stix': stix, 'misp': misp}[form](file.read())
for what in wrong[:10]:
    print('#', form + ':', what[:300])
sys.exit(bool(wrong))
