# SPDX-License-Identifier: GPL-2.0-only
# Lines of the topics into the list of build/bench.json. $goals: the text of tests/bench/goals.
# A ratio is a speed, above 1 we are faster; where the goal is a cost, how many times the peer's.

def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def range_of: {median: median, min: min, max: max};
def quotient($a; $b): if $b > 0 then $a / $b * 1000 | round / 1000 else null end;

($goals | split("\n") | map(select(test("^[a-z]")) | [splits("[ \t]+")] |
	{name: .[0], peer: .[1], kind: .[2], goal: (.[3] | tonumber? // null)})) as $goals |

def goal_of: . as $entry |
	first($goals[] | select(.name == $entry.name and (.peer == "-" or .peer == $entry.peer_name))) // {};
# The goals' order; what only begins with a goal's name ("absorb_uncounted") follows it.
def place: .name as $name | .x as $x |
	[([$goals | to_entries[] | .value.name as $known | select($name | startswith($known))] |
		max_by(.value.name | length).key) // ($goals | length), $name, .peer_name, $x];

# A pair's lines, whose figures begin at a field.
def pair($at):
	map(map(tonumber? // .)) | map(.[$at]) as $ours | map(.[$at + 1]) as $peers | map(.[$at + 3] // 0) as $ground |
	{name: .[0][1], peer_name: .[0][2], unit: .[0][$at + 2], ours: ($ours | range_of), peer: ($peers | range_of),
		runs: length} |
	goal_of as $goal | (.unit | test("^[nmu]?s(/|$)")) as $time |
	($goal.kind == "cost" or ($time | not)) as $upright |
	def ratio($a; $b): if $upright then quotient($a; $b) else quotient($b; $a) end;
	# each round's two stand side by side in time: the median of the rounds' ratios
	.ratio = ([range($ours | length) | ratio($ours[.]; $peers[.]) | values] | if . == [] then null else median end) |
	if ($ground | median) > 0 then
		.generator = ($ground | range_of) |
		.ratio_net = ratio(.ours.median - .generator.median; .peer.median - .generator.median)
	else . end |
	if $goal.goal == null or .ratio == null then .
	elif $goal.kind == "cost" then .goal = $goal.goal | .goal_is = "at most" | .met = (.ratio <= .goal)
	else .goal = $goal.goal | .goal_is = "at least" | .met = (.ratio >= .goal) end;

def fact:
	{name: .[0][1], unit: .[0][3], ours: (map(.[2] | tonumber) | range_of), runs: length} |
	goal_of as $goal |
	if $goal.kind == "limit" then .met = (.ours.median <= $goal.goal)
	elif $goal.kind == "never" then .met = (.ours.max <= $goal.goal)
	else . end |
	if has("met") then .goal = $goal.goal | .goal_is = "at most" else . end;

[inputs | split(" ")] | [
	(map(select(.[0] == "ROUND")) | group_by(.[1:3])[] | pair(3)),
	(map(select(.[0] == "POINT")) | group_by(.[1:4])[] | pair(4) + {x: (.[0][3] | tonumber)}),
	(map(select(.[0] == "FACT")) | group_by(.[1])[] | fact)
] | sort_by(place)
