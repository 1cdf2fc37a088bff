// SPDX-License-Identifier: GPL-2.0-only
/* Giving up privileges. */
#include "priv.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

unsigned int priv_raise_files(unsigned int files)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	if (limit.rlim_cur < files) {
		struct rlimit more = { .rlim_cur = files, .rlim_max = limit.rlim_max };

		if (more.rlim_max < files)
			more.rlim_max = files;
		if (setrlimit(RLIMIT_NOFILE, &more) < 0) {
			more.rlim_cur = more.rlim_max = limit.rlim_max;
			(void)setrlimit(RLIMIT_NOFILE, &more);
		}
		if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
			return 0;
	}
	return limit.rlim_cur > files ? files : (unsigned int)limit.rlim_cur;
}

static int failed(const char *what)
{
	fprintf(stderr, "giving up privileges: %s: %s\n", what, strerror(errno));
	return -1;
}

/* Numbers of capabilities are dense; the kernel ends the list with EINVAL. */
static int drop_bounding_set(void)
{
	int cap, is_set;

	for (cap = 0; (is_set = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0; cap++) {
		if (is_set && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -1;
	}
	return 0;
}

static int become(const char *user)
{
	struct passwd *entry;

	errno = 0;
	entry = getpwnam(user);
	if (!entry) {
		fprintf(stderr, "giving up privileges: no user \"%s\", expected one of passwd(5)\n",
			user);
		return -1;
	}
	if (entry->pw_uid == 0 || entry->pw_gid == 0) {
		fprintf(stderr, "giving up privileges: user \"%s\" is root, expected another\n",
			user);
		return -1;
	}
	if (drop_bounding_set() < 0)
		return failed("capability bounding set");
	if (setgroups(0, NULL) < 0)
		return failed("setgroups");
	if (setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0)
		return failed("setresgid");
	if (setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0)
		return failed("setresuid");
	return 0;
}

static int clear_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return failed("ambient capabilities");
	if (syscall(SYS_capset, &header, none) < 0)
		return failed("capset");
	return 0;
}

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3];
	size_t i;

	if (syscall(SYS_capget, &header, now) < 0)
		return true;
	for (i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		if (now[i].effective | now[i].permitted | now[i].inheritable)
			return true;
	}
	return false;
}

static int verify(bool was_root)
{
	uid_t uids[3];
	gid_t gids[3];
	int cap, is_set;

	errno = EPERM;
	if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 || !uids[0] || !uids[1] || !uids[2])
		return failed("still root");
	if (was_root && (getresgid(&gids[0], &gids[1], &gids[2]) < 0 || !gids[0] || !gids[1] ||
			 !gids[2] || getgroups(0, NULL) != 0))
		return failed("still in a group of before");
	if (has_capabilities())
		return failed("still has capabilities");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return failed("no_new_privs is not set");
	for (cap = 0; was_root && (is_set = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0; cap++) {
		if (is_set)
			return failed("capability bounding set is not empty");
	}
	if (setuid(0) == 0)
		return failed("could become root again");
	return 0;
}

int priv_drop(const char *user)
{
	bool root = geteuid() == 0;

	if (root && become(user) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return failed("no_new_privs");
	if (clear_capabilities() < 0)
		return -1;
#ifdef __SANITIZE_ADDRESS__
	/* the leak check at exit traces its own process */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
	return verify(root);
}
