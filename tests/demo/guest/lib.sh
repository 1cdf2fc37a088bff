# SPDX-License-Identifier: GPL-2.0-only
# What the guest's scripts share. To be sourced by BusyBox sh; descriptor 3 is the guest's serial line, because in
# the dialogues 0 and 1 are the connection.

step()
{
	echo >&3
	echo "== $*" >&3
}

note()
{
	echo "   $*" >&3
}

# The command as typed, then what it says.
run()
{
	echo "\$ $*" >&3
	"$@" >&3 2>&1 || note "(status $?)"
}

# take N: the next N bytes of the connection, in hexadecimal, each followed by a blank.
take()
{
	timeout 30 dd bs=1 "count=$1" 2>/dev/null | hexdump -v -e '1/1 "%02x "'
}

# The words of a terminal without its control characters, each line behind a mark.
heard()
{
	printf '%s\n' "$1" | tr -cd '\012\040-\176' | sed -n '/[^ ]/s/^/   < /p' >&3
}

# type TEXT END: TEXT as typed, and END behind it, in printf's escapes.
type_in()
{
	note "> $1"
	printf "$1$2"
}

# listen PATTERN SECONDS: reads until what was read ends in PATTERN; says what was heard.
listen()
{
	local text= char newline='
'

	while IFS= read -r -t "$2" -n 1 char; do
		text=$text${char:-$newline}
		case $text in
		*$1)
			heard "$text"
			return 0
			;;
		esac
	done
	heard "$text"
	note "(expected '$1', which did not come)"
	return 1
}
