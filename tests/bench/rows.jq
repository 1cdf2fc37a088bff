# SPDX-License-Identifier: GPL-2.0-only
# Rows of cells, as the tables show them, from the list of bench.json.

def number: if . == null then "-" elif . >= 100 then round | tostring else . * 100 | round / 100 | tostring end;
def range: if . == null then "-" elif .min == .max then .median | number
	else "\(.median | number) (\(.min | number)-\(.max | number))" end;
def verdict: if .goal == null then "-"
	else (if .goal_is == "at least" then ">= " else "<= " end) + "\(.goal): " + (if .met then "met" else "missed" end) end;

def heads: ["name", "peer", "ours", "peer's", "unit", "ratio", "net", "goal"];
def cells: [.name + (if .x then " at \(.x)" else "" end), .peer_name // "-", (.ours | range), (.peer | range), .unit,
	(.ratio | number), (.ratio_net | number), verdict];
