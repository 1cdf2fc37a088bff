# SPDX-License-Identifier: GPL-2.0-only
# Lines of forward.sh into the list of build/bench.json. Ratios are speeds: above 1 we are faster; for goals
# that say so ("below") they are costs.

def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def range_of: {median: median, min: min, max: max};
def round3: . * 1000 | round / 1000;

{
	deliver_1: 1.15, deliver_100k: 1.0, deliver_nft_1: 1.3, deliver_nft_30k: 2.2, reply: 1.1, absorb: 0.9, newflow: 2.0,
	tcp_bulk: 0.98, rules_scale: 1.1, flows_scale: 1.6, flow_bytes: 0.7
} as $goals |
["rules_scale", "flows_scale", "flow_bytes"] as $costs |
[inputs | split(" ")] |
[
	(map(select(.[0] == "ROUND")) | group_by(.[1])[] |
		(map(.[3] | tonumber)) as $ours | (map(.[4] | tonumber)) as $peer | (map(.[6] // "0" | tonumber)) as $ground |
		.[0] as $first |
		($first[5] | startswith("ns")) as $time |
		($costs | index($first[1])) as $cost |
		{
			name: $first[1], peer_name: $first[2], unit: $first[5],
			ours: ($ours | range_of), peer: ($peer | range_of),
			# each round's two stand side by side in time: the median of the rounds' ratios
			ratio: ([range($ours | length) | if $cost or ($time | not) then $ours[.] / $peer[.] else $peer[.] / $ours[.] end] | median | round3),
			runs: ($ours | length), goal: $goals[$first[1]], goal_is: (if $cost then "at most" else "at least" end)
		} |
		if ($ground | median) > 0 then
			.generator = ($ground | range_of) |
			.ratio_net = ((.peer.median - .generator.median) / (.ours.median - .generator.median) | round3)
		else . end |
		.met = (if .goal == null then null elif $cost then .ratio <= .goal else .ratio >= .goal end)),
	(map(select(.[0] == "FACT")) | group_by(.[1])[] |
		{name: .[0][1], unit: .[0][3], ours: (map(.[2] | tonumber) | range_of), runs: length})
]
