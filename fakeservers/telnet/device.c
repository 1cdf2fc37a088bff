// SPDX-License-Identifier: GPL-2.0-only
/* A small MIPS router: enough of it for a loader to find its way. */
#include "device.h"

#include <string.h>

#include "applets.h"

const char device_mounts[] =
	"rootfs / rootfs rw 0 0\n"
	"/dev/root / squashfs ro,relatime 0 0\n"
	"proc /proc proc rw,relatime 0 0\n"
	"sysfs /sys sysfs rw,relatime 0 0\n"
	"tmpfs /dev tmpfs rw,relatime,size=512k,mode=755 0 0\n"
	"devpts /dev/pts devpts rw,relatime,mode=600 0 0\n"
	"tmpfs /var tmpfs rw,relatime 0 0\n"
	"tmpfs /tmp tmpfs rw,relatime 0 0\n";

const char device_processes[] =
	"  PID USER       VSZ STAT COMMAND\n"
	"    1 root      1508 S    init\n"
	"    2 root         0 SW   [kthreadd]\n"
	"    3 root         0 SW   [ksoftirqd/0]\n"
	"    4 root         0 SW   [kworker/0:0]\n"
	"   41 root         0 SW   [bdi-default]\n"
	"   43 root         0 SW   [kblockd]\n"
	"  112 root         0 SW   [mtdblock0]\n"
	"  231 root      1500 S    syslogd -C8\n"
	"  233 root      1496 S    klogd\n"
	"  298 root      2184 S    httpd\n"
	"  311 root      1504 S    telnetd\n"
	"  317 root      1500 S    udhcpc -i eth0\n"
	"  402 root      1512 S    -sh\n";

static const char cpuinfo[] =
	"system type\t\t: Ralink SoC\n"
	"processor\t\t: 0\n"
	"cpu model\t\t: MIPS 24Kc V5.0\n"
	"BogoMIPS\t\t: 386.04\n"
	"wait instruction\t: yes\n"
	"microsecond timers\t: yes\n"
	"tlb_entries\t\t: 32\n"
	"extra interrupt vector\t: yes\n"
	"hardware watchpoint\t: yes\n"
	"ASEs implemented\t: mips16 dsp\n"
	"VCED exceptions\t\t: not available\n"
	"VCEI exceptions\t\t: not available\n";

static const char meminfo[] =
	"MemTotal:          29412 kB\n"
	"MemFree:            9876 kB\n"
	"Buffers:            1632 kB\n"
	"Cached:             5232 kB\n";

static const char version[] =
	"Linux version " DEVICE_KERNEL " (root@build) (gcc version 4.5.2 (Buildroot 2011.05) ) "
	DEVICE_BUILD "\n";

static const char passwd[] =
	"root:x:0:0:root:/:/bin/sh\n"
	"nobody:x:99:99:nobody:/:/bin/false\n";

/*
 * The beginning of a program for MIPS, big endian, as a loader reads it to
 * choose its binary: ELF header, one program header.
 */
static const uint8_t program[] = {
	0x7f, 'E', 'L', 'F', 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0x00, 0x02,			/* EXEC */
	0x00, 0x08,			/* MIPS */
	0x00, 0x00, 0x00, 0x01,
	0x00, 0x40, 0x40, 0xd0,		/* entry */
	0x00, 0x00, 0x00, 0x34,		/* program headers at */
	0x00, 0x00, 0x00, 0x00,		/* no section headers: stripped */
	0x70, 0x00, 0x10, 0x07,		/* noreorder, pic, cpic, o32, mips32r2 */
	0x00, 0x34, 0x00, 0x20, 0x00, 0x01, 0x00, 0x28, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x01,		/* LOAD */
	0x00, 0x00, 0x00, 0x00,
	0x00, 0x40, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x05,		/* read, execute */
	0x00, 0x01, 0x00, 0x00,
};

static const struct {
	const char *path;
	const void *data;
	size_t len;
} files[] = {
	{ "/proc/mounts", device_mounts, sizeof(device_mounts) - 1 },
	{ "/proc/self/mounts", device_mounts, sizeof(device_mounts) - 1 },
	{ "/etc/mtab", device_mounts, sizeof(device_mounts) - 1 },
	{ "/proc/cpuinfo", cpuinfo, sizeof(cpuinfo) - 1 },
	{ "/proc/meminfo", meminfo, sizeof(meminfo) - 1 },
	{ "/proc/version", version, sizeof(version) - 1 },
	{ "/etc/passwd", passwd, sizeof(passwd) - 1 },
	{ "/proc/self/exe", program, sizeof(program) },
	{ "/dev/null", "", 0 },
};

const uint8_t *device_file(const char *path, size_t *len)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(files[i].path, path) == 0) {
			*len = files[i].len;
			return files[i].data;
		}
	}
	if (applet_of_path(path)) {
		*len = sizeof(program);
		return program;
	}
	return NULL;
}
