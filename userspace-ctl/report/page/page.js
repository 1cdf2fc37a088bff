// SPDX-License-Identifier: GPL-2.0-only
// The page of a report. All that the guest has said gets in as text, never as markup.
'use strict';
(function () {
const facts = JSON.parse(document.getElementById('facts').textContent);
const main = document.getElementById('main');
const nav = document.createElement('div');
const ROWS = 40;
const START = secondsOf((facts.run || {}).start) || facts.series.start;

document.getElementById('nav').append(nav);

function list(name) { return Array.isArray(facts[name]) ? facts[name] : []; }
function number(n) { return typeof n === 'number' ? n.toLocaleString('en') : ''; }
function count(n, one, more) { return number(n) + ' ' + (n === 1 ? one : more); }

function bytes(n) {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	let i = 0;

	for (; n >= 1000 && i < 4; i++)
		n /= 1000;
	return (i ? n.toFixed(n < 10 ? 1 : 0) : String(n)) + ' ' + units[i];
}

function secondsOf(timestamp) {
	const ms = Date.parse(String(timestamp || '').replace(/\+0000$/, 'Z'));

	return Number.isFinite(ms) ? ms / 1000 : 0;
}

function clock(timestamp) {
	const text = String(timestamp || '');

	return text.length > 18 ? text.slice(11, 19) : '';
}

function el(tag, attributes, ...children) {
	const node = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes || {}))
		if (value !== undefined && value !== null)
			node.setAttribute(name, value);
	for (const child of children.flat())
		if (child !== undefined && child !== null && child !== '')
			node.append(child);
	return node;
}

// Characters that are not seen, or that move or hide others: shown by their number.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]|\p{M}{4,}/gu;

// What came from the guest, as text.
function guest(text, max) {
	const node = el('span', { class: 'g' });
	let at = 0, whole = String(text === undefined || text === null ? '' : text), cut = 0;

	max = max || 400;
	if (whole.length > max) {
		cut = whole.length - max;
		whole = whole.slice(0, max);
	}
	for (const match of whole.matchAll(UNSEEN)) {
		const code = Array.from(match[0], c => {
			const n = c.codePointAt(0);

			return n < 256 ? '\\x' + n.toString(16).padStart(2, '0') : '\\u{' + n.toString(16) + '}';
		}).slice(0, 8).join('');

		node.append(whole.slice(at, match.index), el('span', { class: 'esc' }, code));
		at = match.index + match[0].length;
	}
	node.append(whole.slice(at));
	if (cut)
		node.append(el('span', { class: 'esc' }, ' … ' + number(cut) + ' more'));
	return node;
}

function section(id, title, note) {
	const node = el('section', { id }, el('h2', {}, title));

	if (note)
		node.append(el('p', { class: 'soft' }, note));
	main.append(node);
	nav.append(el('a', { href: '#' + id }, title));
	return node;
}

function leftOut(node, name) {
	const n = (facts.left_out || {})[name];

	if (n)
		node.append(el('p', { class: 'soft' }, count(n, 'row is', 'rows are') +
			' left out of this page; report.json, beside it, has all.'));
}

// columns: {title, value(row) for sorting, cell(row) node or text, kind 'n', bar}
function table(node, rows, columns, options) {
	const body = el('tbody'), head = el('tr'), settings = options || {};
	const most = columns.map(c => c.bar ? Math.max(1, ...rows.map(r => +c.value(r) || 0)) : 0);
	const more = el('div', { class: 'more' });
	let shown = settings.rows || ROWS, sorted = -1, down = false, order = rows.slice();

	function draw() {
		body.replaceChildren(...order.slice(0, shown).map(row => el('tr', {}, columns.map((c, i) => {
			const td = el('td', { class: (c.kind || '') + (c.bar ? ' bar' : ''),
				'data-label': c.title }, c.cell ? c.cell(row) : number(c.value(row)));

			if (c.bar)
				td.style.backgroundSize = 100 * (+c.value(row) || 0) / most[i] + '% 70%';
			return td;
		}))));
		more.replaceChildren();
		if (order.length > shown) {
			const button = el('button', { class: 'act', type: 'button' },
				'Show ' + number(Math.min(500, order.length - shown)) + ' more of ' +
				number(order.length));

			button.addEventListener('click', () => { shown += 500; draw(); });
			more.append(button);
		}
	}
	columns.forEach((c, i) => {
		const button = el('button', { type: 'button', title: 'sort' }, c.title);

		button.addEventListener('click', () => {
			down = sorted === i ? !down : c.kind === 'n';
			sorted = i;
			order = rows.slice().sort((a, b) => {
				const x = c.value(a), y = c.value(b);
				const d = x < y || x === undefined ? -1 : x > y || y === undefined ? 1 : 0;

				return down ? -d : d;
			});
			draw();
		});
		head.append(el('th', { class: c.kind === 'n' ? 'n' : '' }, button));
	});
	node.append(el('table', {}, el('thead', {}, head), body), more);
	draw();
}

function place(row) {
	const ip = String(row.dest_ip || ''), port = row.dest_port;

	return (ip.includes(':') ? '[' + ip + ']' : ip) + (port ? ':' + port : '');
}

function named(row) {
	const names = row.names || [];

	return [guest(place(row)), ...(names.length ? [' (', guest(names[0], 80), names.length > 1 ?
		' and ' + (names.length - 1) + ' more' : '', ')'] : [])];
}

function definition(node, pairs) {
	const dl = el('dl', { class: 'facts' });

	for (const [title, value] of pairs)
		if (value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length))
			dl.append(el('dt', {}, title), el('dd', {}, value));
	node.append(dl);
}

function hexDump(hex) {
	const lines = [], all = String(hex || '').replace(/[^0-9a-fA-F]/g, '');

	for (let i = 0; i < all.length && i < 1024; i += 32) {
		const pairs = all.slice(i, i + 32).match(/../g) || [];
		const text = pairs.map(p => {
			const n = parseInt(p, 16);

			return n > 31 && n < 127 ? String.fromCharCode(n) : '.';
		}).join('');

		lines.push((i / 2).toString(16).padStart(4, '0') + '  ' + pairs.join(' ').padEnd(48) + ' ' + text);
	}
	return el('pre', {}, lines.join('\n'));
}

// ---- charts

const charts = [];
function color(i) { return getComputedStyle(document.documentElement).getPropertyValue('--c' + i % 8).trim(); }
function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

function short(n) {
	return n >= 1e6 ? n / 1e6 + 'M' : n >= 1e3 ? n / 1e3 + 'k' : String(n);
}

function plot(chart) {
	const width = Math.max(200, chart.node.clientWidth || 320);
	const axis = { stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 },
		ticks: { stroke: css('--line'), width: 1 }, font: '12px system-ui, sans-serif' };

	if (chart.plot)
		chart.plot.destroy();
	chart.plot = new uPlot({
		width, height: chart.height, tzDate: at => uPlot.tzDate(new Date(at * 1e3), 'Etc/UTC'),
		cursor: { y: false, drag: { x: true, y: false } },
		series: [{ value: '{HH}:{mm}:{ss}' }].concat(chart.names.map((name, i) => ({
			label: name, stroke: color(i), width: 1.6, points: { show: chart.times.length < 3 },
			fill: chart.names.length === 1 ? color(i) + '33' : undefined,
			value: (u, v) => v === null || v === undefined ? '–' : number(v),
		}))),
		axes: [Object.assign({ space: 70, values: [
			[3600, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}', null, null, null, null, null, 1],
			[60, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}', null, null, null, null, null, 1],
			[1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
			[0.001, '{ss}.{fff}', '\n{HH}:{mm}', null, null, null, null, null, 1]] }, axis),
			Object.assign({ size: 52, values: (u, ticks) => ticks.map(short) }, axis)],
		scales: { y: { range: (u, low, high) => [0, Math.max(1, high * 1.08)] } },
	}, [chart.times].concat(chart.lines), chart.node);
}

function chart(node, start, step, lines, height) {
	const names = Object.keys(lines), length = Math.max(0, ...names.map(n => lines[n].length));
	const holder = el('div', { class: 'chart', role: 'img', 'aria-label': 'chart: ' + names.join(', ') });

	if (!length)
		return;
	node.append(holder);
	charts.push({ node: holder, names, height: height || 220,
		times: Array.from({ length: length + 1 }, (x, i) => start + i * step),
		lines: names.map(n => Array.from({ length: length + 1 }, (x, i) => lines[n][i] || 0)) });
}

function drawCharts() {
	for (const one of charts)
		plot(one);
}

// ---- sections, the most telling first

function head() {
	const run = facts.run || {}, node = document.getElementById('head');
	const tiles = el('div', { class: 'tiles' });

	if (run.start)
		node.append(el('p', { class: 'soft' }, run.start.slice(0, 10) + ' ' + clock(run.start) + ' UTC, ' +
			number(Math.round(run.seconds * 10) / 10) + ' s, on bridge ', guest(run.bridge, 40),
			run.signal ? ', ended by signal ' + run.signal :
			', ended with status ' + run.exit_status));
	if (Array.isArray(run.command))
		node.append(el('p', {}, guest(run.command.join(' '), 300)));
	for (const [title, value, id, alarm] of [
		['attacks', list('attacks').length, 'attacks', true], ['C&C servers', list('cnc').length, 'cnc', true],
		['orders', list('commands').length, 'cnc', true], ['hosts logged in to', list('cases').reduce((n, c) =>
			n + (c.victims || []).length + (c.more_victims || 0), 0), 'spreading', true],
		['destinations', list('contacts').length + ((facts.left_out || {}).contacts || 0), 'contacts'],
		['names asked for', list('dns').length + ((facts.left_out || {}).dns || 0), 'dns'],
		['flows', facts.flows, 'contacts'], ['events', facts.events, 'timeline'],
	])
		tiles.append(el('a', { class: 'tile' + (alarm && value ? ' alarm' : ''), href: '#' + id },
			el('b', {}, number(value)), title));
	node.append(tiles);
}

const KINDS = { attack: 4, cnc: 3, command: 3, login: 1, report: 1, dns: 0, http: 2, tls: 2, file: 5, sink: 7, other: 7 };

function timeline() {
	const moments = list('moments'), node = section('timeline', 'Time line', 'Times are UTC.');
	const kinds = [...new Set(moments.map(m => m.kind))], hidden = new Set();
	const holder = el('div'), filters = el('div', { class: 'filters' });

	if (facts.packets && Object.keys(facts.packets.lines).length) {
		node.append(el('h3', {}, 'Packets a second, by protocol'));
		chart(node, facts.packets.start, facts.packets.step, facts.packets.lines, 240);
	}
	if (Object.keys(facts.series.lines).length) {
		node.append(el('h3', {}, 'Events and flows a second, by kind'));
		chart(node, facts.series.start, facts.series.step, facts.series.lines, 200);
	}
	if (!moments.length)
		return;
	node.append(el('h3', {}, 'What happened for the first time, and when'), filters, holder);
	function draw() {
		holder.replaceChildren();
		table(holder, moments.filter(m => !hidden.has(m.kind)), [
			{ title: 'Time', kind: 'w', value: m => m.timestamp, cell: m => clock(m.timestamp) + '  +' +
				(secondsOf(m.timestamp) - START).toFixed(1) + ' s' },
			{ title: 'Kind', kind: 'w', value: m => m.kind, cell: m => {
				const dot = el('span', { class: 'dot' });

				dot.style.background = 'var(--c' + (KINDS[m.kind] || 0) + ')';
				return [dot, m.kind];
			} },
			{ title: 'What', value: m => m.what, cell: m => [guest(m.what, 80), ' ', guest(m.subject, 80)] },
			{ title: 'Where', value: m => m.dest_ip, cell: m => m.dest_ip ? guest(place(m)) : '' },
		], { rows: 25 });
	}
	for (const kind of kinds) {
		const button = el('button', { class: 'act', type: 'button', 'aria-pressed': 'true' }, kind);

		button.addEventListener('click', () => {
			if (!hidden.delete(kind))
				hidden.add(kind);
			button.setAttribute('aria-pressed', String(!hidden.has(kind)));
			draw();
		});
		filters.append(button);
	}
	draw();
	leftOut(node, 'moments');
}

function order(command) {
	if (command.text)
		return guest(command.text, 200);
	return [guest(command.vector_name || 'vector ' + command.vector, 20), ' on ',
		guest((command.targets || []).join(', '), 300), ' for ' + number(command.duration) + ' s',
		...Object.entries(command.options || {}).flatMap(([k, v]) => [', ', guest(k + '=' + v, 120)])];
}

function ports(n, first) { return n > 1 ? count(n, 'port', 'ports') : n ? 'port ' + first : ''; }

function attacks() {
	const rows = list('attacks'), fast = list('fast');
	const node = section('attacks', 'Attacks', rows.length ? 'Recognised from the packets alone; ' +
		'the order is what the C&C had asked for.' : 'No attack was recognised.');

	rows.forEach((a, i) => {
		const card = el('div', { class: 'card' }), asked = list('commands')[a.command];
		const known = a.proto === 'TCP' || a.proto === 'UDP';

		if (i >= 60)
			return;
		card.append(el('h3', {}, a.title, ' ', asked ? a.differs ?
			el('span', { class: 'badge warn' }, 'ordered, but as another attack') :
			el('span', { class: 'badge good' }, 'as ordered') :
			el('span', { class: 'badge' }, 'no order seen'), ' ',
			a.forged ? el('span', { class: 'badge bad' }, 'forged sources') : null));
		definition(card, [
			['Target', [a.domain ? [guest(a.domain, 120), ' by way of '] : [], named({ dest_ip: a.dest_ip,
				names: a.names })].flat()],
			['Ports', known ? 'from ' + ports(a.src_ports, a.src_port) + ' to ' +
				ports(a.dest_ports, a.dest_port) : ''],
			['When', clock(a.start) + ' to ' + clock(a.end) + ', ' + number(a.seconds) + ' s'],
			['How much', number(a.packets) + ' packets, ' + bytes(a.bytes) + ', ' + number(Math.round(a.rate)) +
				' packets/s, ' + number(a.peak) + ' in the busiest second'],
			['Sources', a.forged ? count(a.sources, 'forged address', 'addresses, forged') : guest(a.src_ip)],
			['Varied', (a.varied || []).join(', ') || 'nothing'],
			['Told by', a.why],
			['Asked', asked ? [clock(asked.timestamp) + '  ', order(asked)].flat() : ''],
		]);
		if (a.curve)
			chart(card, a.curve.start, a.curve.step, { 'packets/s': a.curve.rates }, 150);
		if ((a.samples || []).length)
			card.append(el('details', {}, el('summary', {}, 'The first packet'), hexDump(a.samples[0])));
		node.append(card);
	});
	if (rows.length > 60)
		node.append(el('p', { class: 'soft' }, number(rows.length - 60) + ' more in report.json'));
	leftOut(node, 'attacks');
	if (fast.length) {
		node.append(el('h3', {}, 'Much traffic, but no attack'));
		table(node, fast, [
			{ title: 'What', value: f => f.title, cell: f => f.title },
			{ title: 'To', value: f => f.dest_ip, cell: f => [f.proto + ' ', named({ dest_ip: f.dest_ip, names: f.names })].flat() },
			{ title: 'Packets', kind: 'n', bar: true, value: f => f.packets },
			{ title: 'Told by', value: f => f.why, cell: f => f.why },
		]);
	}
}

function cnc() {
	const rows = list('cnc');

	if (!rows.length && !list('commands').length)
		return;
	const node = section('cnc', 'Command and control');
	for (const c of rows.slice(0, 100)) {
		const card = el('div', { class: 'card' }, el('h3', {}, named(c)));

		definition(card, [
			['Family', c.family ? guest(c.family, 40) : ''],
			['Contacted by', guest(c.src_ip)],
			['First, last', clock(c.timestamp) + ' to ' + clock(c.last)],
			['Identity', c.id ? guest(c.id, 120) : c.nick ? guest(c.nick, 120) : c.node_id ? guest(c.node_id, 80) : ''],
			['Channel', c.channel ? guest(c.channel, 120) : ''],
			['Said', [count(c.registrations || 0, 'registration', 'registrations') + ', ' +
				count(c.keepalives || 0, 'keep-alive', 'keep-alives') + ', ' +
				count(c.commands || 0, 'command given', 'commands given')]],
		]);
		if (c.raw)
			card.append(el('details', {}, el('summary', {}, 'Registration'), hexDump(c.raw)));
		if (c.unknown_raw)
			card.append(el('details', {}, el('summary', {}, 'Another protocol, first bytes'), hexDump(c.unknown_raw)));
		node.append(card);
	}
	if (list('commands').length)
		node.append(el('h3', {}, 'Orders, and what was seen of them'));
	if (list('commands').length)
		table(node, list('commands'), [
			{ title: 'Time', value: c => c.timestamp, cell: c => clock(c.timestamp) },
			{ title: 'Asked for', value: c => c.vector_name || c.text, cell: c => [].concat(order(c)) },
			{ title: 'Seen', value: c => (c.attacks || []).length, cell: c => (c.attacks || []).length ?
				(c.attacks.map(i => (list('attacks')[i] || {}).title).join(', ')) :
				c.seen ? number(c.seen.packets) + ' packets to its targets' : 'nothing to its targets' },
			{ title: 'Bytes', value: c => c.raw, cell: c => c.raw ? guest(c.raw, 120) : '' },
		]);
	leftOut(node, 'cnc');
}

function spreading() {
	const cases = list('cases');

	if (!cases.length)
		return;
	const node = section('spreading', 'Spreading', 'Each host that the guest got into or reported, under the guest that did it.');
	for (const c of cases.slice(0, 50)) {
		const card = el('div', { class: 'card' }, el('h3', {}, 'By ', guest(c.src_ip)),
			el('p', {}, 'Tried ' + count(c.scanned || 0, 'address', 'addresses') + ' on login ports, spoke with ' +
			count((c.victims || []).length + (c.more_victims || 0), 'host', 'hosts') + '.'));

		table(card, c.victims || [], [
			{ title: 'Host', kind: 'w', value: v => v.address, cell: v => named({ dest_ip: v.address, names: v.names }) },
			{ title: 'Chain', value: v => (v.sessions ? 1 : 0) + (v.commands ? 1 : 0) + (v.reported ? 2 : 0),
				cell: v => {
				const chain = el('div', { class: 'chain' });
				const steps = [['scan', true], [count(v.logins || 0, 'login', 'logins'), v.logins],
					[v.username !== undefined ? ['in as ', guest(v.username, 30), '/', guest(v.password, 30)] : 'not in',
					v.username !== undefined], [count(v.commands || 0, 'command', 'commands'), v.commands],
					[v.reported ? ['reported to ', guest(place(v.reported))] : 'not reported', v.reported],
					[(v.downloads || []).length ? count(v.downloads.length, 'download', 'downloads') : 'no download',
					(v.downloads || []).length]];

				steps.forEach(([text, done], i) => {
					if (i)
						chain.append(el('span', { class: 'arrow', 'aria-hidden': 'true' }, '→'));
					chain.append(el('span', { class: 'step' + (done ? ' done' : ' soft') }, text));
				});
				return chain;
			} },
			{ title: 'To fetch', value: v => (v.downloads || []).length, cell: v => (v.downloads || []).map(u =>
				el('div', {}, guest(u, 160))) },
		]);
		node.append(card);
	}
	leftOut(node, 'cases');
}

function logins() {
	const rows = list('logins'), reported = list('credentials'), typed = list('typed');

	if (!rows.length && !reported.length)
		return;
	const node = section('logins', 'Logins tried');
	if (rows.length)
		table(node, rows, [
			{ title: 'Times', kind: 'n', bar: true, value: l => l.count },
			{ title: 'User', value: l => l.username, cell: l => guest(l.username, 80) },
			{ title: 'Password', value: l => l.password, cell: l => guest(l.password, 80) },
			{ title: 'Result', value: l => l.success, cell: l => el('span', { class: 'badge ' +
				(l.success ? 'bad' : '') }, l.success ? 'let in' : 'refused') },
			{ title: 'First at', value: l => l.dest_ip, cell: l => guest(place(l)) },
		]);
	leftOut(node, 'logins');
	if (reported.length) {
		node.append(el('h3', {}, 'Logins that the guest reported to others'));
		table(node, reported, [
			{ title: 'Host', value: r => r.address, cell: r => guest(r.address + ':' + r.port) },
			{ title: 'User', value: r => r.username, cell: r => guest(r.username, 80) },
			{ title: 'Password', value: r => r.password, cell: r => guest(r.password, 80) },
			{ title: 'Reported to', value: r => r.dest_ip, cell: r => guest(place(r)) },
			{ title: 'Times', kind: 'n', value: r => r.count },
		]);
		leftOut(node, 'credentials');
	}
	if (typed.length) {
		node.append(el('h3', {}, 'Commands typed, by how often'));
		table(node, typed.slice().sort((a, b) => b.count - a.count), [
			{ title: 'Times', kind: 'n', bar: true, value: t => t.count },
			{ title: 'Command', value: t => t.command, cell: t => guest(t.command, 300) },
		], { rows: 15 });
		leftOut(node, 'typed');
	}
}

function dialogues() {
	const rows = list('sessions').filter(s => (s.commands || []).length || (s.logins || []).length);

	if (!rows.length)
		return;
	const node = section('dialogues', 'Shell dialogues');
	const holder = el('div'), more = el('div', { class: 'more' });
	let shown = 0;

	function draw() {
		for (const s of rows.slice(shown, shown + 25)) {
			const box = el('details', {}, el('summary', {}, clock(s.timestamp) + ' ', named(s), ' from ',
				guest(s.src_ip), ', ' + count((s.logins || []).length + (s.more_logins || 0), 'login', 'logins') + ', ' +
				count((s.commands || []).length + (s.more_commands || 0), 'command', 'commands')));

			box.addEventListener('toggle', () => {
				if (!box.open || box.childElementCount > 1)
					return;
				const text = el('pre', {});

				for (const l of s.logins || [])
					text.append('login: ', guest(l.username, 120), '  password: ', guest(l.password, 120),
						l.success ? '  → let in\n' : '  → refused\n');
				for (const c of s.commands || []) {
					text.append(clock(c.timestamp) + ' # ', guest(c.command, 1000), '\n');
					if (c.output)
						text.append(guest(c.output, 2000), '\n');
				}
				if (s.more_commands)
					text.append('… ' + number(s.more_commands) + ' more\n');
				box.append(text);
			});
			holder.append(box);
		}
		shown += 25;
		more.replaceChildren();
		if (shown < rows.length) {
			const button = el('button', { class: 'act', type: 'button' }, 'Show more of ' + number(rows.length));

			button.addEventListener('click', draw);
			more.append(button);
		}
	}
	draw();
	node.append(holder, more);
	if (holder.firstChild)
		holder.firstChild.open = true;
	leftOut(node, 'sessions');
}

function contacts() {
	const rows = list('contacts'), services = list('services');
	const node = section('contacts', 'Who was contacted');

	if (services.length)
		table(node, services, [
			{ title: 'Service', value: s => s.server, cell: s => [s.proto + ' ' + (s.dest_port || ''), ' ', guest(s.server || '', 40)] },
			{ title: 'Addresses', kind: 'n', value: s => s.contacts },
			{ title: 'Flows', kind: 'n', value: s => s.flows },
			{ title: 'Packets', kind: 'n', bar: true, value: s => s.packets },
			{ title: 'Bytes', kind: 'n', value: s => s.bytes + s.bytes_back, cell: s => bytes(s.bytes + s.bytes_back) },
		], { rows: 15 });
	if (services.length && rows.length)
		node.append(el('h3', {}, 'Destinations'));
	if (rows.length)
		table(node, rows, [
			{ title: 'Name', value: c => (c.names || [])[0], cell: c => (c.names || []).map(n => el('div', {}, guest(n, 80))) },
			{ title: 'Address', value: c => c.dest_ip, cell: c => guest(c.dest_ip) },
			{ title: 'Ports', value: c => (c.ports || [])[0], cell: c => c.proto + ' ' + (c.ports || []).slice(0, 6).join(', ') +
				((c.ports || []).length > 6 || c.more_ports ? ', …' : '') },
			{ title: 'Service', value: c => c.server, cell: c => guest(c.server || '', 40) },
			{ title: 'Sent', kind: 'n', bar: true, value: c => c.bytes, cell: c => bytes(c.bytes) },
			{ title: 'Received', kind: 'n', bar: true, value: c => c.bytes_back, cell: c => bytes(c.bytes_back) },
			{ title: 'Flows', kind: 'n', value: c => c.flows },
		]);
	leftOut(node, 'contacts');
}

function dns() {
	const rows = list('dns');

	if (!rows.length)
		return;
	const node = section('dns', 'Names asked for');
	table(node, rows, [
		{ title: 'Name', value: d => d.rrname, cell: d => guest(d.rrname, 160) },
		{ title: 'Type', value: d => d.rrtype, cell: d => guest(d.rrtype, 12) },
		{ title: 'Answer', value: d => d.rdata || d.rcode, cell: d => guest(d.rdata || d.rcode, 100) },
		{ title: 'Asked of', value: d => d.dest_ip, cell: d => guest(d.dest_ip) },
		{ title: 'Times', kind: 'n', bar: true, value: d => d.count },
		{ title: 'First', value: d => d.timestamp, cell: d => clock(d.timestamp) },
	]);
	leftOut(node, 'dns');
}

function http() {
	const rows = list('http'), files = list('files'), fetches = list('fetches');

	if (rows.length) {
		const node = section('http', 'HTTP');

		table(node, rows, [
			{ title: 'Request', value: h => h.url, cell: h => [guest(h.http_method, 12), ' ', guest(h.url, 240)] },
			{ title: 'Host', value: h => h.hostname, cell: h => [guest(h.hostname || '', 100), ' ', el('span', { class: 'soft' },
				guest(place(h)))] },
			{ title: 'Agent', value: h => h.http_user_agent, cell: h => guest(h.http_user_agent, 120) },
			{ title: 'Status', kind: 'n', value: h => h.status, cell: h => String(h.status || '') },
			{ title: 'Down', kind: 'n', value: h => h.length, cell: h => h.length ? bytes(h.length) : '' },
			{ title: 'Up', kind: 'n', value: h => h.request_body_bytes, cell: h => h.request_body_bytes ? bytes(h.request_body_bytes) : '' },
			{ title: 'Times', kind: 'n', value: h => h.count },
		]);
		leftOut(node, 'http');
	}
	if (fetches.length) {
		const node = section('fetches', 'What it would have fetched');

		table(node, fetches, [
			{ title: 'URL', value: f => f.url, cell: f => guest(f.url, 240) },
			{ title: 'Tool', value: f => f.tool, cell: f => guest(f.tool, 20) },
			{ title: 'Into', value: f => f.dest, cell: f => guest(f.dest || '', 100) },
			{ title: 'Typed at', value: f => f.dest_ip, cell: f => guest(place(f)) },
			{ title: 'Times', kind: 'n', value: f => f.count },
		]);
		leftOut(node, 'fetches');
	}
	if (files.length) {
		const node = section('files', 'Files that the guest gave away');

		table(node, files, [
			{ title: 'Name', value: f => f.filename, cell: f => guest(f.filename, 200) },
			{ title: 'By', value: f => f.app_proto, cell: f => guest(f.app_proto, 20) },
			{ title: 'To', value: f => f.dest_ip, cell: f => guest(place(f)) },
			{ title: 'Size', kind: 'n', value: f => f.size, cell: f => bytes(f.size || 0) },
			{ title: 'SHA-256', value: f => f.sha256, cell: f => guest(f.sha256, 64) },
			{ title: 'Kept', value: f => f.stored, cell: f => f.stored ? 'yes' : ['no: ', guest(f.not_stored, 60)] },
		]);
		leftOut(node, 'files');
	}
}

function tls() {
	const rows = list('tls');

	if (!rows.length)
		return;
	const node = section('tls', 'TLS');
	table(node, rows, [
		{ title: 'Server name', value: t => t.sni, cell: t => guest(t.sni, 160) },
		{ title: 'Where', value: t => t.dest_ip, cell: t => guest(place(t)) },
		{ title: 'Version', value: t => t.version, cell: t => guest(t.version, 20) },
		{ title: 'JA3', value: t => t.ja3, cell: t => guest(t.ja3, 40) },
		{ title: 'JA4', value: t => t.ja4, cell: t => guest(t.ja4, 60) },
		{ title: 'Failed', value: t => t.error || t.alert, cell: t => guest(t.error || t.alert, 80) },
		{ title: 'Times', kind: 'n', value: t => t.count },
	]);
	leftOut(node, 'tls');
}

function unknown() {
	const rows = list('sink'), other = list('other');

	if (other.length) {
		const node = section('other', 'Other services');

		table(node, other, [
			{ title: 'Service', value: o => o.event_type, cell: o => [guest(o.event_type, 30), ' ', guest(o.kind || '', 30)] },
			{ title: 'Where', value: o => o.dest_ip, cell: o => named(o) },
			{ title: 'Times', kind: 'n', bar: true, value: o => o.count },
			{ title: 'The first', value: o => JSON.stringify(o.detail || {}), cell: o => guest(JSON.stringify(o.detail || {}), 300) },
		]);
		leftOut(node, 'other');
	}
	if (!rows.length)
		return;
	const node = section('unknown', 'Unknown conversations', 'No server knew what these were; their first bytes.');
	rows.slice(0, 200).forEach((s, i) => {
		const box = el('details', {}, el('summary', {}, s.proto + ' ', named(s), ', ' +
			count(s.packets || 0, 'packet', 'packets') + ', ' + bytes(s.bytes || 0), s.protocol ?
			[' ', el('span', { class: 'badge' }, guest(s.protocol, 30))] : ''));

		box.append(s.first_bytes ? hexDump(s.first_bytes) : el('p', { class: 'soft' }, 'It said nothing.'));
		box.open = i < 3;
		node.append(box);
	});
	leftOut(node, 'sink');
}

function copyBox(node, title, lines) {
	const box = el('textarea', { readonly: '', rows: String(Math.min(10, lines.length)), 'aria-label': title,
		spellcheck: 'false' });
	const button = el('button', { class: 'act', type: 'button' }, 'Copy');

	if (!lines.length)
		return;
	// one line each: what a guest put into them must not make two
	box.value = lines.map(l => String(l).replace(UNSEEN, c => encodeURIComponent(c.toWellFormed ? c.toWellFormed() : '?'))).join('\n');
	button.addEventListener('click', () => {
		box.select();
		if (navigator.clipboard && navigator.clipboard.writeText)
			navigator.clipboard.writeText(box.value).catch(() => document.execCommand('copy'));
		else
			document.execCommand('copy');
		button.textContent = 'Copied';
	});
	node.append(el('h3', {}, title + ' (' + number(lines.length) + ') ', button), box);
}

function indicators() {
	const i = facts.indicators || {}, node = section('indicators', 'Indicators', 'To look for elsewhere.');
	const roles = {};

	for (const a of i.addresses || [])
		for (const role of a.roles)
			(roles[role] = roles[role] || []).push(a.address);
	copyBox(node, 'Domains', i.domains || []);
	for (const [role, addresses] of Object.entries(roles))
		copyBox(node, 'Addresses: ' + role, addresses);
	copyBox(node, 'URLs', i.urls || []);
	copyBox(node, 'SHA-256', i.sha256 || []);
	copyBox(node, 'JA3', i.ja3 || []);
	copyBox(node, 'JA4', i.ja4 || []);
	if (i.more)
		node.append(el('p', { class: 'soft' }, number(i.more) + ' more did not fit.'));
}

function missing() {
	const rows = list('missing'), drops = list('drops');
	const node = section('missing', 'Not captured, and why', rows.length || drops.length ? '' : 'Nothing is known to be missing.');

	if (rows.length)
		node.append(el('ul', {}, rows.map(r => el('li', {}, guest(r, 300)))));
	if (drops.length) {
		node.append(el('h3', {}, 'Packets that the bridge dropped'));
		table(node, drops, [
			{ title: 'Packets', kind: 'n', bar: true, value: d => d.packets },
			{ title: 'Why', value: d => d.text, cell: d => guest(d.text, 160) },
			{ title: 'Counter', value: d => d.reason, cell: d => el('code', {}, d.reason) },
		]);
	}
	node.append(el('p', { class: 'soft' }, 'The full data is beside this page: report.json (all of it), events.jsonl, ' +
		'flows.jsonl, floods.jsonl, stats.json and the capture.'));
}

main.replaceChildren();
for (const part of [timeline, attacks, cnc, spreading, logins, dialogues, contacts, dns, http, tls, unknown, indicators, missing])
	part();
head();
drawCharts();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCharts);
let wide = window.innerWidth, waiting = 0;
window.addEventListener('resize', () => {
	if (window.innerWidth === wide)
		return;
	wide = window.innerWidth;
	cancelAnimationFrame(waiting);
	waiting = requestAnimationFrame(drawCharts);
});
document.documentElement.dataset.ready = 'yes';
})();
