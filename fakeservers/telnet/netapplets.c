// SPDX-License-Identifier: GPL-2.0-only
/*
 * The applets that fetch a file.  Nothing is fetched: what the guest typed is
 * the observation.  It is told that it worked, so that it shows its next step.
 */
#include <stdio.h>
#include <string.h>

#include "applets.h"
#include "device.h"

#define URL_MAX	1024

static const char wget_usage[] =
	DEVICE_BUSYBOX " multi-call binary.\n\n"
	"Usage: wget [-c|--continue] [-s|--spider] [-q|--quiet] [-O|--output-document FILE]\n"
	"\t[--header 'header: value'] [-Y|--proxy on/off] [-P DIR]\n"
	"\t[-U|--user-agent AGENT] URL...\n\n"
	"Retrieve files via HTTP or FTP\n\n"
	"\t-s\tSpider mode - only check file existence\n"
	"\t-c\tContinue retrieval of aborted transfer\n"
	"\t-q\tQuiet\n"
	"\t-P DIR\tSave to DIR (default .)\n"
	"\t-O FILE\tSave to FILE ('-' for stdout)\n"
	"\t-U STR\tUse STR for User-Agent header\n"
	"\t-Y\tUse proxy ('on' or 'off')\n\n";

static const char tftp_usage[] =
	DEVICE_BUSYBOX " multi-call binary.\n\n"
	"Usage: tftp [OPTIONS] HOST [PORT]\n\n"
	"Transfer a file from/to tftp server\n\n"
	"\t-l FILE\tLocal FILE\n"
	"\t-r FILE\tRemote FILE\n"
	"\t-g\tGet file\n"
	"\t-p\tPut file\n\n";

static const char ftpget_usage[] =
	DEVICE_BUSYBOX " multi-call binary.\n\n"
	"Usage: ftpget [OPTIONS] HOST [LOCAL_FILE] REMOTE_FILE\n\n"
	"Retrieve a remote file via FTP\n\n"
	"\t-c,--continue\tContinue previous transfer\n"
	"\t-v,--verbose\tVerbose\n"
	"\t-u,--username\tUsername\n"
	"\t-p,--password\tPassword\n"
	"\t-P,--port\tNumber\n\n";

static int usage(struct call *call, const char *text)
{
	bytes_put_text(call->err, text);
	return 1;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* An empty file stands for what was fetched. */
static int save(struct call *call, const char *url, const char *name)
{
	const struct observer *observer = call->files->observer;
	struct fetch fetch = { call->argv[0], url, name };

	if (observer)
		observer->fetch(observer->data, &fetch);
	if (strcmp(name, "-") == 0 ||
	    files_write(call->files, name, "", 0, false) == FILES_OK)
		return 0;
	bytes_printf(call->err, "%s: can't open '%s': Permission denied\n", call->argv[0], name);
	return 1;
}

/* HOST of [SCHEME://]HOST[:PORT][/PATH] */
static void take_host(const char *url, const char **host, int *host_len, bool *has_port)
{
	const char *scheme = strstr(url, "://");

	*host = scheme ? scheme + 3 : url;
	*host_len = strcspn(*host, "/:");
	*has_port = (*host)[*host_len] == ':';
}

static int fetch(struct call *call, const char *url, const char *to, bool quiet)
{
	const char *host, *path;
	bool has_port;
	int host_len;

	take_host(url, &host, &host_len, &has_port);
	path = strchr(host, '/');
	if (!to)
		to = path && path[1] ? base_name(path + 1) : "index.html";
	if (!quiet)
		bytes_printf(call->err, "Connecting to %.*s (%.*s%s)\n", (int)strcspn(host, "/"),
			     host, (int)strcspn(host, "/"), host, has_port ? "" : ":80");
	if (save(call, url, to))
		return 1;
	if (!quiet)
		bytes_printf(call->err, "%-20.20s 100%% |*******************************|"
			     "     0   0:00:00 ETA\n", to);
	return 0;
}

int applet_wget(struct call *call)
{
	const char *url = NULL, *to = NULL;
	bool quiet = false;
	unsigned int i;

	for (i = 1; i < call->argc; i++) {
		const char *arg = call->argv[i];

		if (arg[0] != '-' || !arg[1]) {
			url = arg;
			continue;
		}
		quiet |= strchr(arg, 'q') && arg[1] != '-';
		if (arg[strlen(arg) - 1] == 'O' && i + 1 < call->argc)
			to = call->argv[++i];
		else if (strncmp(arg, "-O", 2) == 0)
			to = arg + 2;
		else if ((strcmp(arg, "-U") == 0 || strcmp(arg, "-P") == 0) && i + 1 < call->argc)
			i++;
	}
	return url ? fetch(call, url, to, quiet) : usage(call, wget_usage);
}

/* curl [-o FILE | -O] [-s] URL */
int applet_curl(struct call *call)
{
	const char *url = NULL, *to = "-", *name;
	bool own = false;
	unsigned int i;

	for (i = 1; i < call->argc; i++) {
		const char *arg = call->argv[i];

		if (strcmp(arg, "-o") == 0 || strcmp(arg, "-A") == 0 || strcmp(arg, "-H") == 0) {
			if (i + 1 < call->argc && arg[1] == 'o')
				to = call->argv[i + 1];
			i++;
		} else if (arg[0] != '-') {
			url = arg;
		} else {
			own |= arg[1] != '-' && strchr(arg, 'O');
		}
	}
	if (!url) {
		bytes_put_text(call->err, "curl: try 'curl --help' for more information\n");
		return 2;
	}
	name = base_name(url);
	return save(call, url, own && name != url ? name : to);
}

int applet_tftp(struct call *call)
{
	const char *local = NULL, *remote = NULL, *host = NULL;
	char url[URL_MAX];
	unsigned int i;

	for (i = 1; i < call->argc; i++) {
		const char *arg = call->argv[i];

		if (strcmp(arg, "-l") == 0 && i + 1 < call->argc)
			local = call->argv[++i];
		else if (strcmp(arg, "-r") == 0 && i + 1 < call->argc)
			remote = call->argv[++i];
		else if (arg[0] != '-' && !host)
			host = arg;
	}
	if (!host || !(local || remote))
		return usage(call, tftp_usage);
	snprintf(url, sizeof(url), "tftp://%s/%s", host, remote ? remote : local);
	return save(call, url, local ? local : base_name(remote));
}

int applet_ftpget(struct call *call)
{
	const char *names[3] = { NULL };
	char url[URL_MAX];
	unsigned int i, count = 0;

	for (i = 1; i < call->argc; i++) {
		const char *arg = call->argv[i];

		if (arg[0] == '-' && arg[1]) {
			/* -u, -p and -P have a value */
			i += strchr("upP", arg[1]) && !arg[2];
			continue;
		}
		if (count < 3)
			names[count++] = arg;
	}
	if (count < 2)
		return usage(call, ftpget_usage);
	/* HOST [LOCAL] REMOTE */
	snprintf(url, sizeof(url), "ftp://%s/%s", names[0], names[count - 1]);
	return save(call, url, base_name(names[1]));
}
