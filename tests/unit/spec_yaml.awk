# SPDX-License-Identifier: GPL-2.0-only
# The netlink specification as facts, a line each.  Reads the layout that the file has, not YAML at large:
# what it does not know it names, and the test fails.

function flush_attribute(   type)
{
	if (attribute == "")
		return
	type = order == "big-endian" ? " be16" : kind
	if (subset == "") {
		fact[set, attribute] = type checks
		print "attributes-" set, attribute, value
		if (nested != "" && !(nested == attribute))
			print "unknown nested", attribute, nested
	} else {
		print "policy-" set, attribute fact[subset, attribute]
	}
	attribute = ""
	value++
}

function flush_operation(   i, n, list, text)
{
	if (operation == "")
		return
	print "commands", operation, value
	if (!event) {
		text = admin ? "admin" : "open"
		text = text (has["do"] ? " do" : "") (has["dump"] ? " dump" : "")
		print "operations", operation, text
		for (i in takes)
			print "policy-" operation, i fact["message", i] (fact["message", i] == " nest" ? " " space : "")
	}
	operation = ""
	value++
	admin = event = 0
	space = ""
	delete takes
	delete has
}

/^[a-z]/ {
	flush_attribute()
	flush_operation()
	section = $1
}

section == "version:" && $1 == "version:" { print "constants genl-version", $2 }

section == "definitions:" && /^    [a-z]/ {
	if ($1 == "type:") type = $2
	if ($1 == "name:") { definition = $2; value = 0 }
	if ($1 == "value:") print "constants", definition, $2
}
section == "definitions:" && /^        name:/ { print "enum-" definition, $2, value++ }

section == "attribute-sets:" && /^    [a-z]/ {
	flush_attribute()
	if ($1 == "name:") { set = $2; subset = ""; value = 0 }
	if ($1 == "subset-of:") subset = $2
}
section == "attribute-sets:" && /^      -$/ { flush_attribute() }
section == "attribute-sets:" && /^        [a-z]/ {
	if ($1 == "name:") { attribute = $2; kind = order = nested = checks = "" }
	if ($1 == "type:") kind = " " $2
	if ($1 == "byte-order:") { order = $2 }
	if ($1 == "value:") value = $2
	if ($1 == "nested-attributes:") nested = $2
}
section == "attribute-sets:" && /^          [a-z]/ { checks = checks " " $1 $2 }

section == "operations:" && /^    -$/ { flush_operation() }
section == "operations:" && /^      [a-z]/ {
	part = $1
	sub(":", "", part)
	if (part == "name") operation = $2
	if (part == "value") value = $2
	if (part == "flags") admin = $0 ~ /\[ uns-admin-perm \]/
	if (part == "event") event = 1
	has[part] = 1
}
section == "operations:" && /^        [a-z]+:$/ { side = $1 }
# which subset the nest of a request holds stands in brackets in the text
section == "operations:" && part == "doc" && match($0, /\((server|rule|flow|flood)-[a-z]+/) {
	space = substr($0, RSTART + 1, RLENGTH - 1)
}
section == "operations:" && /^            - / && side == "request:" { takes[$2] = 1 }

END {
	flush_attribute()
	flush_operation()
}
