/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ca: the lab's own certificate authority.
 *
 * Made once, kept in a folder that all servers share: ca.pem for the guest to
 * trust, ca.key and leaf.key for the servers.  Whoever trusts ca.pem believes
 * every name; it is for guests and nobody else.
 */
#ifndef FAKESERVERS_TLS_CA_H
#define FAKESERVERS_TLS_CA_H

#include <stddef.h>
#include <time.h>

#include <openssl/x509.h>

struct ca;

/* Reads it, or makes it.  NULL: *error tells why (static text or strerror's). */
struct ca *ca_open(const char *folder, const char **error);
void ca_close(struct ca *ca);	/* NULL is fine */

/*
 * A certificate for a name or an address as text, any bytes; valid around the
 * time now.  NULL: out of memory.
 */
X509 *ca_issue(struct ca *ca, const char *name, size_t len, time_t now);

X509 *ca_certificate(const struct ca *ca);
EVP_PKEY *ca_leaf_key(const struct ca *ca);	/* of all that it issues */

#endif /* FAKESERVERS_TLS_CA_H */
