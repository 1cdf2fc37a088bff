/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * priv: a server talks to malware, so it keeps nothing that it does not need.
 */
#ifndef FAKESERVERS_PRIV_H
#define FAKESERVERS_PRIV_H

/* Raises RLIMIT_NOFILE to at least files, as far as it goes.  The limit now. */
unsigned int priv_raise_files(unsigned int files);

/*
 * Becomes user (its uid and gid, no other groups), never to gain a privilege
 * again: no_new_privs, no capability in any set, the bounding set included.
 * Started without root, it stays who it is and gives up the rest.  Verified
 * afterwards.  Prints the one line that says what failed; 0 or -1.
 */
int priv_drop(const char *user);

#endif /* FAKESERVERS_PRIV_H */
