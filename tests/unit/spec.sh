#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The netlink specification, the interface header and the module's policies say the same, and the ABI document knows
# the same counters.  What each of them says is made into facts, a line each, and these are compared by topic.

cd "$(dirname "$0")" || exit 1
top=../..
spec=${SPEC:-$top/Documentation/netlink/specs/sinkbridge.yaml}
header=${HEADER:-$top/kmod/uapi/linux/sinkbridge.h}
policy=${POLICY:-$top/kmod/netlink.c}
abi=${ABI:-$top/Documentation/ABI/testing/sysfs-class-net-sinkbridge}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL
# facts SIDE FILE
facts()
{
	awk -f "spec_$1.awk" "$2" >"$work/unsorted" && sort "$work/unsorted" >"$work/$1"
}
facts yaml "$spec" && facts header "$header" && facts policy "$policy" || exit 1

count=0
failed=0
# result STATUS NAME FILE: a line of TAP, and the file as its explanation.
result()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=1
		sed 's/^/# /' "$3"
		echo "not ok $count - $2"
	fi
}

# same SIDE TOPIC NAME: the specification and the other side have the same facts, and there are some.
same()
{
	grep "^$2 " "$work/yaml" >"$work/a"
	grep "^$2 " "$work/$1" >"$work/b"
	diff "$work/a" "$work/b" >"$work/diff" && [ -s "$work/a" ]
	result $? "$3" "$work/diff"
}

cat "$work/yaml" "$work/header" "$work/policy" | grep "^unknown " >"$work/diff"
[ ! -s "$work/diff" ]
result $? 'spec: everything is understood' "$work/diff"
same header commands 'spec: numbers of the commands'
same header constants 'spec: constants'
for topic in $(cut -d ' ' -f 1 "$work/yaml" "$work/header" | sort -u); do
	case $topic in
	attributes-*)	same header "$topic" "spec: numbers of the attributes of ${topic#*-}" ;;
	enum-*)		same header "$topic" "spec: values of ${topic#*-}" ;;
	esac
done
same policy operations 'spec: kinds and permissions of the commands'
for topic in $(cut -d ' ' -f 1 "$work/yaml" "$work/policy" | sort -u); do
	case $topic in
	policy-*)	same policy "$topic" "spec: what ${topic#*-} accepts" ;;
	esac
done

# the counters' files
sed -n 's,^What:.*/sinkbridge/stats/,,p' "$abi" >"$work/a"
sed -n 's/^\tX(\([a-z0-9_]*\),.*/\1/p' "$header" | diff "$work/a" - >"$work/diff" && [ -s "$work/a" ]
result $? 'spec: the ABI document has all counters' "$work/diff"
echo "1..$count"
exit $failed
