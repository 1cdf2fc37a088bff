/* SPDX-License-Identifier: GPL-2.0-only */
/* applets: what the commands of the device's BusyBox print. */
#ifndef FAKESERVERS_TELNET_APPLETS_H
#define FAKESERVERS_TELNET_APPLETS_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "files.h"
#include "labconf.h"

/* What a command works with. */
struct call {
	const char *const *argv;	/* argv[0]: the applet's name */
	unsigned int argc;
	const uint8_t *input;		/* of a pipe or a file; NULL: the terminal */
	size_t input_len;
	struct bytes *out;		/* standard output */
	struct bytes *err;		/* the terminal */
	struct files *files;
	const struct labconf_telnet *conf;
};

struct applet {
	const char *name;
	/* the exit status; NULL: the shell does it itself (sh, exit) */
	int (*run)(struct call *call);
};

/* NULL: no such applet. */
const struct applet *applet_find(const char *name);
/* The applet that a program path like /bin/cat stands for, or NULL. */
const struct applet *applet_of_path(const char *path);

/* What "busybox" alone says. */
void applet_list(struct bytes *out);

int applet_echo(struct call *call);
int applet_cat(struct call *call);
int applet_head(struct call *call);
int applet_grep(struct call *call);
int applet_dd(struct call *call);
int applet_cp(struct call *call);
int applet_mv(struct call *call);
int applet_rm(struct call *call);
int applet_touch(struct call *call);
int applet_ls(struct call *call);
int applet_wget(struct call *call);
int applet_tftp(struct call *call);
int applet_curl(struct call *call);
int applet_ftpget(struct call *call);

#endif /* FAKESERVERS_TELNET_APPLETS_H */
