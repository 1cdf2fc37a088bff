# SPDX-License-Identifier: GPL-2.0-only
# What a healthy kernel never says. To be sourced by bash inside a test kernel.

kernel_log_bad='\] WARNING: |\] BUG: |KASAN|UBSAN|kernel BUG|Oops|general protection|possible circular|possible recursive|'
kernel_log_bad+='possible irq|inconsistent lock|suspicious RCU|sleeping function|scheduling while atomic|bad unlock|'
kernel_log_bad+='ODEBUG|refcount_t|blocked for more than|unregister_netdevice: waiting|list_(add|del) corruption|'
kernel_log_bad+='Kernel panic|held lock freed|nobody cared|Bad page'

# Fails, and prints the log, if it holds such a thing since it was cleared last.
kernel_log_clean()
{
	local said first

	said=$(dmesg)
	first=$(grep -nm1 -E "$kernel_log_bad" <<<"$said") || return 0
	first=${first%%:*}
	echo "--- the kernel's log:"
	sed -n "$((first > 5 ? first - 5 : 1)),$((first + 50))p" <<<"$said"
	return 1
}
