// SPDX-License-Identifier: GPL-2.0-only
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../command.h"
#include "netns.h"

/*
 * A single queue with a vnet header; who opens it later by TUNSETIFF, as QEMU
 * and User Mode Linux do, says itself whether it wants the header.
 */
static int make_persistent(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETPERSIST, 1))
		err = -errno;
	close(fd);
	return err;
}

bool tap_make(struct lab *lab, char name[SINKBRIDGE_NAME_LEN])
{
	char commands[128], path[64], error[IP_ERROR];
	int err;

	lab_port_name(lab->conf->bridge, 't', 0, name);
	if (if_nametoindex(name))
		return refused("tap %s: the interface is there already", name), false;
	err = journal_write(&lab->journal, "port %s", name);
	if (!err)
		err = make_persistent(name);
	if (err)
		return refused("tap %s: %s", name, strerror(-err)), false;
	snprintf(path, sizeof(path), "net/ipv6/conf/%s/disable_ipv6", name);
	netns_sysctl(path, "1");
	snprintf(commands, sizeof(commands),
		 "link set %s addrgenmode none\nlink set %s master %s up\n", name, name,
		 lab->conf->bridge);
	if (!ip_batch(NULL, commands, error))
		return refused("tap %s: %s", name, error), false;
	return true;
}
