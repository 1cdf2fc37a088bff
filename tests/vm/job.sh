# SPDX-License-Identifier: GPL-2.0-only
# The host's side of a boot, common to boot-uml and boot-qemu: options, the job folder that the guest sees as
# /run/job, the time limit, the exit status. To be sourced by bash after lib.sh.

vm_memory=1024
vm_cpus=2
vm_timeout=600
vm_shares=()
vm_console=
vm_append=

# job_options OPTION… : sets the vm_ variables and command[]; unknown options are refused.
job_options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel | --mem | --smp | --share | --timeout | --console | --append | --accel)
			[ $# -ge 2 ] || die "$1: expected a value"
			;;&
		--kernel)	vm_kernel=$2 ;;
		--mem)		vm_memory=$(job_number "$@") ;;
		--smp)		vm_cpus=$(job_number "$@") ;;
		--timeout)	vm_timeout=$(job_number "$@") ;;
		--console)	vm_console=$2 ;;
		--append)	vm_append=$2 ;;
		--accel)	vm_accel=$2 ;;
		--share)
			[[ $2 == /*:* && -d ${2%:*} && ${2##*:} =~ ^[a-z0-9-]+$ ]] ||
				die "--share $2: expected DIR:TAG, an absolute folder that exists and a word of [a-z0-9-]"
			vm_shares+=("$2")
			;;
		--)
			shift
			break
			;;
		*)
			die "unknown option '$1': see the head of this script"
			;;
		esac
		shift 2
	done
	command=("$@")
	[ ${#command[@]} -gt 0 ] || die "no command: expected -- COMMAND… at the end"
}

job_number()
{
	[[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || die "$1 $2: expected a number from 1 to 999999"
	echo "$2"
}

# job_create MODULES PORT: writes what the guest needs to know.
job_create()
{
	job=$(mktemp -d "${TMPDIR:-/tmp}/sinkbridge-vm.XXXXXX")
	trap job_remove EXIT
	trap 'exit 130' INT TERM HUP
	{
		printf 'VM_KERNEL=%q\n' "$vm_kernel"
		printf 'vm_modules=%q\n' "$1"
		printf 'vm_port=%q\n' "$2"
	} >"$job/vm"
	{
		printf 'cd %q || exit 125\n' "$PWD"
		[ -z "$TEST_LONG" ] || printf 'export TEST_LONG=%q\n' "$TEST_LONG"
		printf 'exec'
		printf ' %q' "${command[@]}"
		echo
	} >"$job/command"
	for share in "${vm_shares[@]}"; do
		echo "${share%:*} ${share##*:}"
	done >"$job/shares"
	[ -n "$vm_console" ] || vm_console=$job/console
	mkdir "$job/uml"
	: >"$vm_console"
}

# The machine runs in a process group of its own, led by timeout, so that one signal by number ends all of it.
job_run()
{
	timeout -k 5 "$vm_timeout" "$@" &
	job_pid=$!
	{ wait "$job_pid"; } 2>/dev/null
	job_exit=$?
	job_pid=
}

job_remove()
{
	if [ -n "$job_pid" ]; then
		kill "$job_pid" 2>/dev/null
		wait "$job_pid" 2>/dev/null
	fi
	rm -rf "$job"
}

# Ends with the command's status; 124 when the time was up; 125 when the kernel died or never started the command.
job_finish()
{
	if [ -s "$job/status" ]; then
		exit "$(cat "$job/status")"
	fi
	tail -n 40 "$vm_console" >&2
	case $job_exit in
	124 | 137)
		say "$vm_kernel: not done after $vm_timeout s; the end of its console is above"
		exit 124
		;;
	esac
	say "$vm_kernel: the kernel ended before the command did; the end of its console is above"
	exit 125
}
