# SPDX-License-Identifier: GPL-2.0-only
# What the scripts of this folder share: where things are, one builder at a time, Debian's packages without
# touching the user's apt. To be sourced by bash.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top_dir=$(cd "$vm_dir/../.." && pwd)
cache=${SINKBRIDGE_CACHE:-/var/cache/sinkbridge}
build_dir=$top_dir/build

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

say()
{
	echo "${0##*/}: $*" >&2
}

# Waits for, then holds, the lock NAME until this shell ends. A second caller finds the work done.
lock()
{
	mkdir -p "$cache" || die "cannot create the cache $cache: set SINKBRIDGE_CACHE to a folder that can be written"
	exec {lock_fd}>"$cache/$1.lock"
	flock "$lock_fd"
}

# Debian's kernels come from the security suite, which a plain installation need not have configured. So apt is
# given sources and lists of our own, made from the mirror that the user already has.  One at a time: who fetches
# another package has another lock.
apt_private()
{
	local mirror security code

	lock apt
	code=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ "$code" = bookworm ] || die "needs Debian 12 (bookworm), not '${code:-unknown}'"
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		 awk -v r="$code" '$2 == r && $3 == "main" { print $1; exit }')
	security=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		   awk -v r="$code-security" '$2 == r && $3 == "main" { print $1; exit }')
	[ -n "$mirror" ] || die "apt has no source for '$code main': expected one in /etc/apt/sources.list"
	mirror=${mirror%/}
	[ -n "$security" ] || security=${mirror%/debian}/debian-security

	mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial"
	sed "s|^|deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] |" \
		>"$cache/apt/sources.list" <<-END
	$mirror $code main
	$mirror $code-updates main
	$security $code-security main
	END
	apt_options=(-q -o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		     -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
		     -o "Dir::State::lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt/cache"
		     -o APT::Sandbox::User=root -o Acquire::Retries=5)
	[ -n "$(ls "$cache"/apt/lists/*Packages* 2>/dev/null)" ] || apt_update
}

apt_update()
{
	say "fetching the package lists"
	apt-get "${apt_options[@]}" update >"$cache/apt/update.log" 2>&1 ||
		die "apt-get update failed: $(grep -m1 '^[EW]:' "$cache/apt/update.log")"
}

# apt_candidate PACKAGE: the version that apt would fetch.
apt_candidate()
{
	apt-cache "${apt_options[@]}" policy "$1" | awk '$1 == "Candidate:" { print $2 }'
}

# apt_dependency PACKAGE PATTERN: the first dependency of PACKAGE that matches.
apt_dependency()
{
	apt-cache "${apt_options[@]}" --no-all-versions show "$1" |
		sed -n 's/^Depends: //p' | tr -d ' ' | tr ',' '\n' | sed 's/(.*//' | grep -m1 -E "^$2\$"
}

# apt_fetch DIR PACKAGE=VERSION…: the .deb files, checked by apt against the signed lists. The archive drops old
# versions, so lists that have aged are renewed by the caller (see stock).
apt_fetch()
{
	local dir=$1

	shift
	mkdir -p "$dir"
	(cd "$dir" && apt-get "${apt_options[@]}" download "$@") >"$cache/apt/fetch.log" 2>&1
}
