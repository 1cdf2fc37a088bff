#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The exports of a run, read as those who take them in do: members, types, references, as their makers document them.
# usage: export_test.sh SINKCTL

sinkctl=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
bad=0

result()
{
	number=$((number + 1))
	[ "$1" = 0 ] && echo "ok $number - $2" || { echo "not ok $number - $2"; bad=1; }
}

bash "$(dirname "$0")/hostile_run.sh" "$work/run" || { echo "not ok 1 - export: no run"; exit 1; }
for form in eve conn.log cape stix misp; do
	"$sinkctl" export "$work/run" $form -o "$work/$form" && [ -s "$work/$form" ]
	result $? "export: $form written"
	"$sinkctl" export "$work/run" $form | cmp -s - "$work/$form"
	result $? "export: $form is the same again, and on standard output"
	! LC_ALL=C grep -q '[^ -~	]' "$work/$form"
	result $? "export: $form is plain ASCII"
	python3 "$(dirname "$0")/export_check.py" $form "$work/$form" "$work/run"
	result $? "export: $form is as its readers expect"
done
for words in "" "$work/run" "$work/run pdf" "$work/run eve -o" "$work/run eve more" "/proc eve" "/nowhere eve"; do
	# shellcheck disable=SC2086
	said=$("$sinkctl" export $words 2>&1 >/dev/null)
	[ $? = 2 ] && [ "$(wc -l <<<"$said")" = 1 ] && [[ $said == *expected* ]]
	result $? "export: bad words '${words/$work/}' are refused"
done
"$sinkctl" export "$work/run" eve -o "$work/run/nowhere/file" 2>/dev/null
[ $? = 1 ]
result $? "export: a file that cannot be written"
exit $bad
