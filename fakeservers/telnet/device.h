/* SPDX-License-Identifier: GPL-2.0-only */
/* device: what the device that we play is: its files, its processes, its BusyBox. */
#ifndef FAKESERVERS_TELNET_DEVICE_H
#define FAKESERVERS_TELNET_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "labconf.h"
#include "machine.h"

#define DEVICE_BUSYBOX	"BusyBox v1.19.4 (2014-05-22 13:41:56 CST)"
#define DEVICE_KERNEL	"2.6.36"
#define DEVICE_BUILD	"#1 Thu May 22 13:52:10 CST 2014"

const struct machine *device_machine(const struct labconf_telnet *conf);

/* Of lab.conf, or of the device.  NULL: no such file.  path is absolute. */
const uint8_t *device_file(const struct labconf_telnet *conf, const char *path, size_t *len);

extern const char device_mounts[];
extern const char device_processes[];

#endif /* FAKESERVERS_TELNET_DEVICE_H */
