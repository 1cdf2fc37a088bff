#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every parser for a moment under libFuzzer: the kept cases, then new inputs for FUZZ_MOMENT seconds at most.

. ./lib.sh

FUZZ=$BIN/../../fuzz
CASES=$PWD/../../tests/fuzz/cases
[ -n "$(ls "$FUZZ"/fuzz_* 2>/dev/null)" ] || { echo "ok 1 - fuzz targets # SKIP no clang"; echo "1..1"; exit 0; }

moment()
{
	local name=${1##*/fuzz_} cases=

	mkdir -p "$WORK/corpus/$name"
	[ ! -d "$CASES/$name" ] || cases=$CASES/$name
	(cd "$WORK" && timeout 60 "$1" -runs=5000 -max_total_time="${FUZZ_MOMENT:-2}" -max_len=2048 -print_final_stats=1 "corpus/$name" \
		${cases:+"$cases"}) >"$WORK/fuzz.log" 2>&1 &&
		grep -q 'number_of_executed_units: [1-9]' "$WORK/fuzz.log" || { tail -n 20 "$WORK/fuzz.log"; return 1; }
}
for target in "$FUZZ"/fuzz_*; do
	[ -x "$target" ] && check "${target##*/fuzz_}" moment "$target"
done
finish
