# SPDX-License-Identifier: GPL-2.0-only
# The interface header as facts, a line each: enum values in order, numeric constants, counters.

function name(word)
{
	sub(",.*", "", word)
	word = tolower(word)
	gsub("_", "-", word)
	return word
}

/^enum sinkbridge_/ {
	topic = $2
	value = 0
	sub("sinkbridge_", "", topic)
	if (topic == "cmd") { list = "commands"; prefix = "sinkbridge-cmd-" }
	else if (topic == "attr") { list = "attributes-message"; prefix = "sinkbridge-a-" }
	else if (topic ~ /^attr_/) {
		sub("attr_", "", topic)
		list = "attributes-" topic
		prefix = "sinkbridge-a-" topic "-"
	} else {
		gsub("_", "-", topic)
		list = "enum-" topic
		prefix = topic
		sub("port-kind", "port", prefix)
		sub("flow-state", "flow", prefix)
		sub("flow-end", "end", prefix)
		sub("flood-kind", "flood", prefix)
		prefix = "sinkbridge-" prefix "-"
	}
	inside = topic != "counter"
	next
}
/^\}/ { inside = 0 }
inside && /^\tSINKBRIDGE_/ {
	word = name($1)
	if ($0 ~ /^\t[A-Z0-9_]+ *=/)
		print "unknown value", word
	if (index(word, prefix) != 1)
		print "unknown prefix", word
	word = substr(word, length(prefix) + 1)
	# the specification's own count of commands begins with the first
	if (list != "commands" || word != "unspec")
		print list, word, value
	value++
}

/^#define SINKBRIDGE_[A-Z_]+[ \t]+[0-9]+/ {
	word = name($2)
	sub("sinkbridge-", "", word)
	print "constants", word, $3
}

/^\tX\(/ {
	word = $0
	sub(/^\tX\(/, "", word)
	print "attributes-stats", name(word), ++counter
}
