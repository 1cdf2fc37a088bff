# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A headless Chromium by its driver's protocol: curl and jq are enough. Sourced by tests of pages.
#
#   browser_missing              why there is none (and success), or failure
#   browser_start WIDTH HEIGHT [light|dark]
#   browser_open FILE            absolute path
#   browser_run SCRIPT           what it returns, as JSON
#   browser_shot FILE [full]     a picture of the window, or of the whole page
#   browser_log                  what the page's console said, one message a line
#   browser_stop

browser_missing()
{
	local program

	for program in chromedriver chromium curl jq; do
		command -v "$program" >/dev/null || { echo "$program is not installed"; return 0; }
	done
	return 1
}

# call METHOD PATH [JSON]: the value of the answer
browser_call()
{
	curl -s -m 300 -X "$1" "http://127.0.0.1:$browser_port/$2" ${3:+-H 'Content-Type: application/json' -d "@-"} <<<"${3:-}" |
		jq -c .value
}

browser_start()
{
	local try

	# The driver gives a browser a minute to come up. Where the disk is slow and the caches are cold that may be too
	# little for the first, of which the next finds all in memory.
	for try in 1 2 3; do
		browser_try "$@" && return
		echo "# no browser at attempt $try" >&2
		browser_stop
	done
	return 1
}

browser_try()
{
	local answer i

	browser_dir=$(mktemp -d)
	: >"$browser_dir/out"
	chromedriver --port=0 --log-path=/dev/null >"$browser_dir/out" 2>&1 &
	browser_pid=$!
	browser_port=
	for ((i = 0; i < 600; i++)); do
		browser_port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$browser_dir/out")
		[ -z "$browser_port" ] || break
		kill -0 $browser_pid 2>/dev/null || break
		sleep 0.1
	done
	[ -n "$browser_port" ] || { echo "chromedriver did not start: $(cat "$browser_dir/out")" >&2; return 1; }
	answer=$(browser_call POST session "$(jq -nc --arg dir "$browser_dir/profile" --argjson width "$1" --argjson height "$2" '
		{capabilities: {alwaysMatch: {browserName: "chrome", "goog:loggingPrefs": {browser: "ALL"},
		"goog:chromeOptions": {binary: "/usr/bin/chromium", args: ["--headless=new", "--no-sandbox", "--disable-gpu",
			"--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" + $dir, "--window-size=1280,900"],
			mobileEmulation: {deviceMetrics: {width: $width, height: $height, pixelRatio: 1,
				mobile: ($width < 600), touch: ($width < 600)}}}}}}')")
	browser_session=$(jq -r '.sessionId // empty' <<<"$answer")
	[ -n "$browser_session" ] || { echo "no session: $answer" >&2; return 1; }
	browser_call POST "session/$browser_session/goog/cdp/execute" \
		"{\"cmd\": \"Emulation.setEmulatedMedia\", \"params\": {\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"${3:-light}\"}]}}" >/dev/null
}

browser_open()
{
	browser_call POST "session/$browser_session/url" "$(jq -nc --arg url "file://$1" '{url: $url}')" >/dev/null
}

browser_run()
{
	browser_call POST "session/$browser_session/execute/sync" "$(jq -nc --arg script "$1" '{script: $script, args: []}')"
}

browser_shot()
{
	local size

	if [ "${2:-}" = full ]; then
		size=$(browser_run 'return {x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight, scale: 1}')
		browser_call POST "session/$browser_session/goog/cdp/execute" \
			"{\"cmd\": \"Page.captureScreenshot\", \"params\": {\"captureBeyondViewport\": true, \"clip\": $size}}" |
			jq -r .data | base64 -d >"$1"
	else
		browser_call GET "session/$browser_session/screenshot" | jq -r . | base64 -d >"$1"
	fi
}

browser_log()
{
	browser_call POST "session/$browser_session/se/log" '{"type": "browser"}' | jq -r '.[].message'
}

browser_stop()
{
	[ -z "${browser_session:-}" ] || browser_call DELETE "session/$browser_session" >/dev/null
	[ -z "${browser_pid:-}" ] || { kill "$browser_pid" 2>/dev/null; wait "$browser_pid" 2>/dev/null; }
	rm -rf "${browser_dir:-}"
	browser_pid='' browser_session=''
}
