# SPDX-License-Identifier: GPL-2.0-only
# The family's table of commands, and the policies it uses, as facts, a line each.

function name(word, prefix)
{
	word = tolower(word)
	gsub("_", "-", word)
	if (index(word, prefix) == 1)
		word = substr(word, length(prefix) + 1)
	return word
}

function rule(text,   set)
{
	if (text ~ /^SB_POLICY_NAME$/)
		return "string max-len:15"
	if (match(text, /^NLA_POLICY_EXACT_LEN\(.*\)$/)) {
		text = substr(text, 22, length(text) - 22)
		return "binary exact-len:" (text == "ETH_ALEN" ? 6 : text)
	}
	if (match(text, /^NLA_POLICY_MIN\(NLA_U[0-9]+, [0-9]+\)$/)) {
		gsub(/NLA_POLICY_MIN\(NLA_|\)/, "", text)
		sub(", ", " min:", text)
		return tolower(text)
	}
	if (match(text, /^NLA_POLICY_MAX\(NLA_U[0-9]+, [A-Z0-9_]+\)$/)) {
		gsub(/NLA_POLICY_MAX\(NLA_|\)/, "", text)
		sub(", ", " max:", text)
		sub("SINKBRIDGE_ACTION_FORWARD", "4", text)
		sub("SINKBRIDGE_MAX_FLOOD_SAMPLE", "64", text)
		sub("SINKBRIDGE_MAX_DISTANCE", "32", text)
		return tolower(text)
	}
	if (text == "NLA_POLICY_RANGE(NLA_BINARY, 4, 16)")
		return "binary min-len:4 max-len:16"
	if (match(text, /^NLA_POLICY_FULL_RANGE\(NLA_U32, &[a-z_]+\)$/)) {
		gsub(/NLA_POLICY_FULL_RANGE\(NLA_U32, &|\)/, "", text)
		return "u32 min:" low[text] " max:" high[text]
	}
	if (match(text, /^NLA_POLICY_NESTED\([a-z_]+\)$/)) {
		gsub(/NLA_POLICY_NESTED\(|\)/, "", text)
		return "nest " text
	}
	if (match(text, /^\{ \.type = NLA_[A-Z0-9]+ \}$/)) {
		gsub(/\{ \.type = NLA_| \}/, "", text)
		return tolower(text)
	}
	return "unknown " text
}

/^#define SB_POLICY_NAME/ && !/NLA_NUL_STRING, \.len = SINKBRIDGE_NAME_LEN - 1 / { print "unknown", $0 }

/^static struct netlink_range_validation/ { range = $4 }
range != "" && /\.min/ { low[range] = value_of($3) }
range != "" && /\.max/ { high[range] = value_of($3) }

BEGIN {
	known["SINKBRIDGE_MIN_FLOWS"] = known["SINKBRIDGE_MIN_FLOODS"] = 16
	known["SINKBRIDGE_MAX_FLOWS"] = 4194304
	known["SINKBRIDGE_MAX_FLOODS"] = 65536
}

function value_of(word)
{
	sub(",", "", word)
	return word in known ? known[word] : word
}

/nla_policy sb_policy_[a-z_]+\[/ {
	policy = $0
	sub(/^.*nla_policy /, "", policy)
	sub(/\[.*/, "", policy)
	prefix = "sinkbridge-a-"
	if ($0 ~ /SERVER_MAX/) prefix = prefix "server-"
	if ($0 ~ /RULE_MAX/) prefix = prefix "rule-"
	if ($0 ~ /FLOW_MAX/) prefix = prefix "flow-"
	if ($0 ~ /FLOOD_MAX/) prefix = prefix "flood-"
	next
}
/^\};/ { policy = "" }
policy != "" && /^\t\[/ {
	split($0, side, /\][ \t]*= /)
	sub(/^\t\[/, "", side[1])
	sub(/,$/, "", side[2])
	attribute = name(side[1], prefix)
	text = rule(side[2])
	if (text ~ /^nest /) {
		# which nest is accepted: the name of a set of the specification
		nest = text
		sub("nest ", "", nest)
		used[nest] = 1
		text = nest
		sub("sb_policy_", "nest ", text)
		gsub("_", "-", text)
	}
	accepts[policy] = accepts[policy] attribute " " text "\n"
}

/\.cmd = / {
	command = name(substr($3, 1, length($3) - 1), "sinkbridge-cmd-")
	takes = $0
	sub(/^.*SB_POLICY\(/, "", takes)
	sub(/\).*/, "", takes)
	does = ""
	admin = 0
}
/\.doit = / && command != "" { does = does " do" }
/\.dumpit = / && command != "" { does = does " dump" }
/GENL_UNS_ADMIN_PERM/ && command != "" { admin = 1 }
/^\t\}/ && command != "" {
	print "operations", command, (admin ? "admin" : "open") does
	print_policy(command, takes)
	command = ""
}

function print_policy(topic, policy,   i, n, lines)
{
	n = split(accepts[policy], lines, "\n")
	if (n < 2)
		print "unknown policy", policy
	for (i = 1; i < n; i++)
		print "policy-" topic, lines[i]
}

END {
	for (policy in used) {
		topic = policy
		sub("sb_policy_", "", topic)
		gsub("_", "-", topic)
		print_policy(topic, policy)
	}
}
