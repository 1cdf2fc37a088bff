// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into a program that speaks generic netlink: the FAIL_NTH-th allocation that the kernel
 * makes for its messages, but the first (which asks for the family), fails (fault-injection).  The file FAIL_LOG gets a letter: f if one has
 * failed, - if there were not so many.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned long left;	/* allocations until the one that fails; 0: it has */
static int sends;

static void arm(void)
{
	static int begun;
	char text[24];
	int fd, len;

	if (sends < 2)
		return;
	if (!begun++)
		left = strtoul(getenv("FAIL_NTH") ?: "0", NULL, 10);
	fd = left ? open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC) : -1;
	len = snprintf(text, sizeof(text), "%lu", left);
	if (fd < 0)
		return;
	if (write(fd, text, (size_t)len) != len)
		abort();
	close(fd);
}

/* Opening the file may be what fails: then it is over, too. */
static void disarm(void)
{
	char text[24] = "";
	ssize_t len = 0;
	int fd;

	if (!left)
		return;
	fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		len = read(fd, text, sizeof(text) - 1);
	left = len > 0 ? strtoul(text, NULL, 10) : 0;
	if (fd >= 0 && (write(fd, "0", 1) != 1 || close(fd)))
		abort();
}

static __attribute__((destructor)) void tell(void)
{
	const char *log = getenv("FAIL_LOG");
	int fd = log ? open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;

	if (fd >= 0 && write(fd, left || sends < 2 ? "-" : "f", 1) == 1)
		close(fd);
}

ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
	       socklen_t to_len)
{
	ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) =
		dlsym(RTLD_NEXT, "sendto");
	ssize_t ret;

	sends++;
	arm();
	ret = real(fd, data, len, flags, to, to_len);
	disarm();
	return ret;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t (*real)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
	ssize_t ret;

	arm();
	ret = real(fd, msg, flags);
	disarm();
	return ret;
}
