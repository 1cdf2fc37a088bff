// SPDX-License-Identifier: GPL-2.0-only
/* The table of applets, and the small ones. */
#include "applets.h"

#include <string.h>

#include "device.h"

/* chmod, kill, sleep: nothing to say, nothing to wait for */
static int run_true(struct call *call)
{
	return 0;
}

static int run_false(struct call *call)
{
	return 1;
}

static int run_ps(struct call *call)
{
	bytes_put_text(call->out, device_processes);
	return 0;
}

/* in mount's own words: DEVICE on FOLDER type TYPE (OPTIONS) */
static int run_mount(struct call *call)
{
	const char *line = device_mounts;

	while (call->argc == 1 && *line) {
		int device = strcspn(line, " "), folder = strcspn(line + device + 1, " ");
		const char *type = line + device + folder + 2;
		int type_len = strcspn(type, " "), options = strcspn(type + type_len + 1, " ");

		bytes_printf(call->out, "%.*s on %.*s type %.*s (%.*s)\n", device, line, folder,
			     line + device + 1, type_len, type, options, type + type_len + 1);
		line += strcspn(line, "\n") + 1;
	}
	return 0;
}

static int run_uname(struct call *call)
{
	const char *flags = call->argc > 1 ? call->argv[1] : "-s";

	if (strchr(flags, 'a'))
		bytes_printf(call->out, "Linux %s " DEVICE_KERNEL " " DEVICE_BUILD " "
			     "%s GNU/Linux\n", call->conf->hostname,
			     device_machine(call->conf)->uname);
	else if (strchr(flags, 'm'))
		bytes_printf(call->out, "%s\n", device_machine(call->conf)->uname);
	else if (strchr(flags, 'r'))
		bytes_put_text(call->out, DEVICE_KERNEL "\n");
	else if (strchr(flags, 'n'))
		bytes_printf(call->out, "%s\n", call->conf->hostname);
	else
		bytes_put_text(call->out, "Linux\n");
	return 0;
}

static int run_id(struct call *call)
{
	bytes_put_text(call->out, "uid=0(root) gid=0(root)\n");
	return 0;
}

static int run_whoami(struct call *call)
{
	bytes_put_text(call->out, "root\n");
	return 0;
}

static int run_pwd(struct call *call)
{
	bytes_printf(call->out, "%s\n", call->files->cwd);
	return 0;
}

static int run_hostname(struct call *call)
{
	bytes_printf(call->out, "%s\n", call->conf->hostname);
	return 0;
}

static int run_uptime(struct call *call)
{
	bytes_put_text(call->out, " 09:41:12 up 12 days,  3:07, load average: 0.08, 0.05, 0.05\n");
	return 0;
}

static int run_free(struct call *call)
{
	bytes_put_text(call->out,
		       "             total         used         free       shared      buffers\n"
		       "Mem:         29412        19536         9876            0         1632\n"
		       "-/+ buffers:              17904        11508\n"
		       "Swap:            0            0            0\n");
	return 0;
}

static int run_nproc(struct call *call)
{
	bytes_put_text(call->out, "1\n");
	return 0;
}

/* sorted, as BusyBox lists them */
static const struct applet applets[] = {
	{ "ash", NULL },
	{ "cat", applet_cat },
	{ "chmod", run_true },
	{ "cp", applet_cp },
	{ "curl", applet_curl },
	{ "dd", applet_dd },
	{ "echo", applet_echo },
	{ "false", run_false },
	{ "free", run_free },
	{ "ftpget", applet_ftpget },
	{ "grep", applet_grep },
	{ "head", applet_head },
	{ "hostname", run_hostname },
	{ "id", run_id },
	{ "kill", run_true },
	{ "killall", run_true },
	{ "ls", applet_ls },
	{ "mkdir", run_true },
	{ "mount", run_mount },
	{ "mv", applet_mv },
	{ "nproc", run_nproc },
	{ "ps", run_ps },
	{ "pwd", run_pwd },
	{ "rm", applet_rm },
	{ "sh", NULL },
	{ "sleep", run_true },
	{ "sync", run_true },
	{ "tftp", applet_tftp },
	{ "touch", applet_touch },
	{ "true", run_true },
	{ "umount", run_true },
	{ "uname", run_uname },
	{ "uptime", run_uptime },
	{ "wget", applet_wget },
	{ "whoami", run_whoami },
};

const struct applet *applet_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(applets) / sizeof(applets[0]); i++)
		if (strcmp(applets[i].name, name) == 0)
			return &applets[i];
	return NULL;
}

const struct applet *applet_of_path(const char *path)
{
	static const char *const folders[] = { "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/" };
	static const struct applet busybox = { "busybox", NULL };
	size_t i, len;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		len = strlen(folders[i]);
		if (strncmp(path, folders[i], len) != 0)
			continue;
		return strcmp(path + len, "busybox") == 0 ? &busybox : applet_find(path + len);
	}
	return NULL;
}

void applet_list(struct bytes *out)
{
	size_t i;

	bytes_put_text(out, DEVICE_BUSYBOX " multi-call binary.\n"
		       "Copyright (C) 1998-2011 Erik Andersen, Rob Landley, Denys Vlasenko\n"
		       "and others. Licensed under GPLv2.\n"
		       "See source distribution for full notice.\n\n"
		       "Usage: busybox [function] [arguments]...\n"
		       "   or: busybox --list[-full]\n"
		       "   or: function [arguments]...\n\n"
		       "Currently defined functions:\n\t");
	for (i = 0; i < sizeof(applets) / sizeof(applets[0]); i++) {
		if (i)
			bytes_put_text(out, i % 8 ? ", " : ",\n\t");
		bytes_put_text(out, applets[i].name);
	}
	bytes_put_text(out, "\n\n");
}
