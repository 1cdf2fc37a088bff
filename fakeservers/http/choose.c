// SPDX-License-Identifier: GPL-2.0-only
/* Answers by host and path. */
#include "choose.h"

#include <string.h>

#include "wildcard.h"
#include "path.h"

#define TARGET_MAX	1024	/* of "HOST/PATH" that is looked at */

struct check {
	const char *pattern;		/* of HOST/PATH */
	int status;
	const char *body;
	const char *header;
};

#define MANAGER	"NetworkManager is online\n"
#define APPLE	"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>\n"
#define ONLINE	"X-NetworkManager-Status: online"

/* What they compare is the whole body, to the byte. */
static const struct check checks[] = {
	/* Android, Chrome OS, and what is built on them, on many hosts */
	{ "*/generate_204",				204, "", NULL },
	{ "*/gen_204",					204, "", NULL },
	/* Windows */
	{ "*.msftconnecttest.com/connecttest.txt",	200, "Microsoft Connect Test", NULL },
	{ "*.msftncsi.com/ncsi.txt",			200, "Microsoft NCSI", NULL },
	/* macOS, iOS */
	{ "captive.apple.com/*",			200, APPLE, NULL },
	{ "*.apple.com/library/test/success.html",	200, APPLE, NULL },
	{ "*.apple.com/hotspot-detect.html",		200, APPLE, NULL },
	{ "*.appleiphonecell.com/*",			200, APPLE, NULL },
	/* Firefox */
	{ "detectportal.firefox.com/success.txt*",	200, "success\n", NULL },
	{ "detectportal.firefox.com/canonical.html",	200,
	  "<meta http-equiv=\"refresh\" content=\"0;url=https://support.mozilla.org/kb/captive-portal\"/>",
	  NULL },
	/* NetworkManager, as distributions set it */
	{ "nmcheck.gnome.org/check_network_status.txt",	200, MANAGER, ONLINE },
	{ "network-test.debian.org/nm",			200, MANAGER, ONLINE },
	{ "connectivity-check.ubuntu.com/*",		204, "", ONLINE },
	{ "connectivity-check.ubuntu.com./*",		204, "", ONLINE },
	{ "fedoraproject.org/static/hotspot.txt",	200, "OK", ONLINE },
	{ "conncheck.opensuse.org/*",			200, MANAGER, ONLINE },
	{ "ping.archlinux.org/*",			200, MANAGER, ONLINE },
	{ "networkcheck.kde.org/*",			200, "OK\n", NULL },
	{ "spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html", 200,
	  "<html><head><title>Kindle Reachability Probe Page</title></head><body>"
	  "81ce4465-7167-4dcb-835b-dcc9e44c112a</body></html>", NULL },
};

static const struct {
	const char *extension, *type;
} types[] = {
	{ "html", "text/html" }, { "htm", "text/html" }, { "php", "text/html" },
	{ "txt", "text/plain" }, { "css", "text/css" }, { "js", "application/javascript" },
	{ "json", "application/json" }, { "xml", "application/xml" }, { "png", "image/png" },
	{ "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" }, { "gif", "image/gif" },
	{ "ico", "image/x-icon" }, { "svg", "image/svg+xml" }, { "pdf", "application/pdf" },
	{ "zip", "application/zip" }, { "gz", "application/gzip" },
	{ "exe", "application/x-msdownload" }, { "dll", "application/x-msdownload" },
	{ "apk", "application/vnd.android.package-archive" }, { "sh", "application/x-sh" },
	{ "jar", "application/java-archive" }, { "mp4", "video/mp4" }, { "mp3", "audio/mpeg" },
};

/* "HOST/PATH" without query, cut where there is no more room */
static size_t make_target(char target[TARGET_MAX], const char *host, size_t host_len,
			  const char *url, size_t url_len)
{
	size_t n = host_len < TARGET_MAX / 2 ? host_len : TARGET_MAX / 2, len = url_len;
	const char *path = path_only(url, &len);

	if (n)
		memcpy(target, host, n);
	if (!len || *path != '/')
		target[n++] = '/';
	if (len > TARGET_MAX - n)
		len = TARGET_MAX - n;
	if (len)
		memcpy(target + n, path, len);
	return n + len;
}

static bool fits(const char *pattern, const char *target, size_t len)
{
	const char *last = memrchr(target, '/', len);

	if (strchr(pattern, '/') || !last)
		return wildcard_matches(pattern, target, len);
	last++;
	return wildcard_matches(pattern, last, (size_t)(target + len - last));
}

bool choose_answer(struct choice *choice, const struct labconf_http *conf, const char *host,
		   size_t host_len, const char *url, size_t url_len)
{
	char target[TARGET_MAX];
	size_t len = make_target(target, host, host_len, url, url_len);

	for (size_t i = 0; i < conf->answer_count; i++) {
		const struct labconf_answer *answer = &conf->answers[i];

		if (!fits(answer->pattern, target, len))
			continue;
		*choice = (struct choice){
			.by = "answer-path",
			.status = answer->status,
			.content_type = answer->content_type,
			.location = answer->location,
			.body = answer->body,
			.body_len = answer->body_len,
		};
		if (!choice->content_type)
			choice->content_type = choose_content_type(url, url_len);
		if (!choice->content_type)
			choice->content_type = conf->content_type;
		return true;
	}
	return false;
}

bool choose_connectivity(struct choice *choice, const char *host, size_t host_len,
			 const char *url, size_t url_len)
{
	char target[TARGET_MAX];
	size_t len = make_target(target, host, host_len, url, url_len);

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (!wildcard_matches(checks[i].pattern, target, len))
			continue;
		*choice = (struct choice){
			.by = "connectivity",
			.status = checks[i].status,
			.content_type = checks[i].body[0] == '<' ? "text/html" : "text/plain",
			.header = checks[i].header,
			.body = (const uint8_t *)checks[i].body,
			.body_len = strlen(checks[i].body),
		};
		return true;
	}
	return false;
}

const char *choose_content_type(const char *url, size_t len)
{
	const char *path = path_only(url, &len), *dot = len ? memrchr(path, '.', len) : NULL;

	if (!dot)
		return NULL;
	dot++;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (wildcard_matches(types[i].extension, dot, (size_t)(path + len - dot)))
			return types[i].type;
	return NULL;
}
