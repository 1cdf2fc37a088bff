#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The page of a report in a real browser: nothing of what a guest said is run, hidden or sent; it fits a phone.
# usage: page_test.sh SINKCTL [FOLDER FOR PICTURES]

. "$(dirname "$0")/browser.sh"
sinkctl=$1
pictures=${2:-}
work=$(mktemp -d)
trap 'browser_stop; rm -rf "$work"' EXIT
number=0
bad=0

result()
{
	number=$((number + 1))
	[ "$1" = 0 ] || bad=1
	[ "$1" = 0 ] && echo "ok $number - $2" || echo "not ok $number - $2"
}

# same WHAT HAVE WANT
same()
{
	[ "$2" = "$3" ]
	result $? "page: $1"
	[ "$2" = "$3" ] || echo "# have $2, expected $3"
}

bash "$(dirname "$0")/hostile_run.sh" "$work/run" || { echo "not ok 1 - page: no run to show"; exit 1; }
"$sinkctl" report "$work/run" --html "$work/page.html"
result $? "page: written"
size=$(stat -c %s "$work/page.html")
[ "$size" -lt $((5 << 20)) ]
result $? "page: $size bytes of 5 MiB"
# the island ends where it should, and what is in it is plain ASCII
[ "$(grep -o '</script' "$work/page.html" | wc -l)" = 3 ] && ! LC_ALL=C grep -q $'\xe2\x80\xae' "$work/page.html"
result $? "page: no end tag and no mark of the guest's in the source"
! grep -E '(src|href) *= *"?(https?:)?//' "$work/page.html" >/dev/null
result $? "page: refers to nothing outside"

if why=$(browser_missing); then
	echo "ok $((number + 1)) - page: in a browser # SKIP $why"
	exit $bad
fi

# what the window must be like, whatever its size
look()
{
	browser_open "$work/page.html"
	same "$1: drawn" "$(browser_run 'return document.documentElement.dataset.ready')" '"yes"'
	same "$1: no wider than the window" \
		"$(browser_run 'return document.documentElement.scrollWidth <= innerWidth')" true
	same "$1: no script of the guest's" "$(browser_run 'return [typeof window.owned, document.title,
		document.querySelectorAll("script").length, document.querySelectorAll("img,iframe,object,embed,svg,link,form").length]')" \
		'["undefined","sinkbridge: what the guest did",3,0]'
	same "$1: charts" "$(browser_run 'return document.querySelectorAll(".u-wrap canvas").length >= 3')" true
	same "$1: console" "$(browser_log)" ''
}

browser_start 1200 900 light || { result 1 "page: a browser"; exit 1; }
look light
same "all sections" "$(browser_run 'return [...document.querySelectorAll("section")].map(s => s.id).join(" ")')" \
	'"timeline attacks cnc spreading logins dialogues contacts dns http files tls other unknown indicators missing"'
same "script tags are text" "$(browser_run 'return document.getElementById("dns").textContent.includes("<script>owned=1</script>")')" true
same "marks are told, not obeyed" "$(browser_run '
	const text = document.body.textContent;
	return [/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\u0000-\u0008\u001b]/.test(text), text.includes("\\u{202e}"), text.includes("\\x1b")]')" \
	'[false,true,true]'
same "text of the guest is isolated" "$(browser_run '
	const style = getComputedStyle(document.querySelector(".g"));
	return [style.unicodeBidi, style.direction]')" '["isolate","ltr"]'
same "a long name is cut" "$(browser_run 'return document.getElementById("http").textContent.length < 20000')" true
same "no request leaves" "$(browser_run '
	return fetch("https://192.0.2.1/").then(() => "sent", () => performance.getEntriesByType("resource").length)')" 0
browser_log >/dev/null
same "the policy refuses a script without its number" "$(browser_run '
	const s = document.createElement("script"); s.textContent = "window.injected = 1"; document.body.append(s);
	return typeof window.injected')" '"undefined"'
same "sorting" "$(browser_run '
	const t = document.querySelector("#logins table"), b = t.querySelector("th button");
	const first = () => +t.querySelector("tbody td").textContent;
	b.click(); const most = first(); b.click(); return most > first()')" true
same "more rows" "$(browser_run '
	const s = document.getElementById("dns"), n = () => s.querySelectorAll("tbody tr").length, before = n();
	s.querySelector(".more button").click(); return n() > before')" true
same "a dialogue opens" "$(browser_run '
	return document.querySelector("#dialogues details[open] pre").textContent.includes("/bin/busybox MIRAI")')" true
[ -z "$pictures" ] || browser_shot "$pictures/report-light.png"
browser_stop
browser_start 1200 900 dark || { result 1 "page: a browser"; exit 1; }
look dark
same "dark: it is" "$(browser_run '
	const c = getComputedStyle(document.body).backgroundColor.match(/\d+/g); return +c[0] + +c[1] + +c[2] < 150')" true
[ -z "$pictures" ] || browser_shot "$pictures/report-dark.png"
browser_stop
browser_start 360 780 light || { result 1 "page: a browser"; exit 1; }
look "360 pixels"
[ -z "$pictures" ] || browser_shot "$pictures/report-phone.png"
browser_stop
exit $bad
