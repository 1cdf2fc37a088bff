# SPDX-License-Identifier: GPL-2.0-only
# Lines of the topics into the list of build/bench.json. $goals: the text of tests/bench/goals.
# A ratio is a speed, above 1 we are faster; where the goal is a cost, how many times the peer's.

def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def range_of: {median: median, min: min, max: max};
def round3: . * 1000 | round / 1000;

($goals | split("\n") | map(select(test("^[a-z]")) | [splits("[ \t]+")] |
	{name: .[0], peer: .[1], kind: .[2], goal: (.[3] | tonumber)})) as $goals |
[inputs | split(" ")] |
[
	(map(select(.[0] == "ROUND")) | group_by(.[1:3])[] |
		(map(.[3] | tonumber)) as $ours | (map(.[4] | tonumber)) as $peer | (map(.[6] // "0" | tonumber)) as $ground |
		.[0] as $first |
		([$goals[] | select(.name == $first[1] and (.peer == "-" or .peer == $first[2]))][0]) as $goal |
		($first[5] | test("^[nm]?s")) as $time |
		($goal.kind == "cost") as $cost |
		{
			name: $first[1], peer_name: $first[2], unit: $first[5],
			ours: ($ours | range_of), peer: ($peer | range_of),
			# each round's two stand side by side in time: the median of the rounds' ratios
			ratio: ([range($ours | length) | if $cost or ($time | not) then $ours[.] / $peer[.] else $peer[.] / $ours[.] end] | median | round3),
			runs: ($ours | length), goal: $goal.goal, goal_is: (if $cost then "at most" else "at least" end)
		} |
		if ($ground | median) > 0 then
			.generator = ($ground | range_of) |
			.ratio_net = ((.peer.median - .generator.median) / (.ours.median - .generator.median) | round3)
		else . end |
		.met = (if .goal == null then null elif $cost then .ratio <= .goal else .ratio >= .goal end)),
	(map(select(.[0] == "FACT")) | group_by(.[1])[] |
		{name: .[0][1], unit: .[0][3], ours: (map(.[2] | tonumber) | range_of), runs: length})
]
