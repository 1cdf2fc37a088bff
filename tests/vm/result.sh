# SPDX-License-Identifier: GPL-2.0-only
# How every stage tells its results: one line a test, then its log if it failed. To be sourced by bash after lib.sh.
# tests/run sets LOGS, a folder; RESULTS, the file in which those of the stage are counted; PATTERNS, words of which a test's name
# must hold one.

logs=${LOGS:-$build_dir/logs/alone}
results=${RESULTS:-$logs/results.alone}
mkdir -p "$logs"

# wanted NAME: whether the user asked for this test.
wanted()
{
	local word

	[ -n "$PATTERNS" ] || return 0
	for word in $PATTERNS; do
		[[ $1 == *"$word"* ]] && return 0
	done
	return 1
}

# result ok|FAIL|skip KIND NAME SECONDS [LOG | REASON]
result()
{
	local text log=$logs/$2-${3//\//_}.log

	printf -v text '%-4s %-12s %s  (%.1f s)' "$1" "$2" "$3" "$4"
	[ "$1" != skip ] || text+=": $5"
	if [ "$1" = FAIL ] && [ -e "$5" ]; then
		[ "$5" = "$log" ] || cp "$5" "$log"
		text+=$'\n'$(tail -n 60 "$5" | tr -d '\000\r' | sed 's/^/    | /')
		text+=$'\n'"    | (the whole log: $log)"
	fi
	# One writer at a time: stages run side by side.
	{
		flock 9
		printf '%s\n' "$text"
		echo "$1 $2 $3" >>"$results"
	} 9>>"$logs/lock"
}

# attempt KIND NAME COMMAND…: a test that is one command, which fails by its exit status.
attempt()
{
	local kind=$1 name=$2 log start=$EPOCHREALTIME

	shift 2
	wanted "$kind $name" || return 0
	log=$logs/$kind-${name//\//_}.log
	if ("$@") >"$log" 2>&1 </dev/null; then
		result ok "$kind" "$name" "$(seconds_since "$start")"
	else
		result FAIL "$kind" "$name" "$(seconds_since "$start")" "$log"
	fi
}

seconds_since()
{
	local now=$EPOCHREALTIME

	echo "$(((${now/./} - ${1/./}) / 100000))e-1"
}
