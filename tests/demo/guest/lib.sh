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

# type_in TEXT END: TEXT as typed, and END behind it, in printf's escapes.
type_in()
{
	typed=$1
	note "> $1"
	printf "$1$2"
}

# listen PATTERN SECONDS: reads until a line ends in PATTERN; says the lines that came, without control characters, and
# without the echo of what was typed.
listen()
{
	local line= char

	while IFS= read -r -t "$2" -n 1 char; do
		case $char in
		[[:print:]])	line=$line$char ;;
		'')		heard "$line"; line= ;;
		esac
		case $line in
		*$1)
			heard "$line"
			return 0
			;;
		esac
	done
	heard "$line"
	note "(expected '$1', which did not come)"
	return 1
}

heard()
{
	[ -z "$1" ] || [ "$1" = "$typed" ] || note "< $1"
}
