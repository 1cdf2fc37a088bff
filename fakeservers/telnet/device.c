// SPDX-License-Identifier: GPL-2.0-only
/* A small router: enough of it for a loader to find its way. */
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

static const struct {
	const char *path;
	const void *data;
	size_t len;
} files[] = {
	{ "/proc/mounts", device_mounts, sizeof(device_mounts) - 1 },
	{ "/proc/self/mounts", device_mounts, sizeof(device_mounts) - 1 },
	{ "/etc/mtab", device_mounts, sizeof(device_mounts) - 1 },
	{ "/proc/meminfo", meminfo, sizeof(meminfo) - 1 },
	{ "/proc/version", version, sizeof(version) - 1 },
	{ "/etc/passwd", passwd, sizeof(passwd) - 1 },
	{ "/dev/null", "", 0 },
};

const struct machine *device_machine(const struct labconf_telnet *conf)
{
	return machine_find(conf->machine);
}

static const uint8_t *given_file(const struct labconf_telnet *conf, const char *path, size_t *len)
{
	size_t i;

	for (i = 0; i < conf->file_count; i++) {
		if (strcmp(conf->files[i].path, path) == 0) {
			*len = conf->files[i].len;
			return conf->files[i].content;
		}
	}
	return NULL;
}

const uint8_t *device_file(const struct labconf_telnet *conf, const char *path, size_t *len)
{
	const uint8_t *given = given_file(conf, path, len);
	size_t i;

	if (given)
		return given;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(files[i].path, path) == 0) {
			*len = files[i].len;
			return files[i].data;
		}
	}
	if (strcmp(path, "/proc/cpuinfo") == 0) {
		*len = strlen(device_machine(conf)->cpuinfo);
		return (const uint8_t *)device_machine(conf)->cpuinfo;
	}
	if (strcmp(path, "/proc/self/exe") == 0 || applet_of_path(path))
		return machine_program(device_machine(conf), len);
	return NULL;
}
