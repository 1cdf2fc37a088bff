# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A process that reads what a burst leaves it, on one CPU: stopped while the burst comes, so that the time of the
# burst is the kernel's part alone; then it goes on until it has nothing left, and that time is the other part.
# Work of the machine beside it only adds to both: of several bursts the least counts.

state_of() { read -r _ _ state _ <"/proc/$1/stat"; }
is_stopped() { state_of "$1"; [ "$state" = T ]; }
is_asleep() { state_of "$1"; [ "$state" = S ]; }

# halt PID
halt() {
	kill -STOP "$1"
	wait_until is_stopped "$1"
}

# drain PID: the nanoseconds it runs until it sleeps. Who looks runs only when nobody else wants the CPU.
drain() {
	chrt -i 0 bash -c '
		begin=$EPOCHREALTIME
		kill -CONT "$1"
		while read -r _ _ state _ <"/proc/$1/stat" && [ "$state" != S ]; do
			:
		done
		end=$EPOCHREALTIME
		echo $(((${end/.} - ${begin/.}) * 1000))' - "$1"
}

least() { sort -n | head -n 1; }
