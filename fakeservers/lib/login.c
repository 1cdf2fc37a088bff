// SPDX-License-Identifier: GPL-2.0-only
/* The login policy. */
#include "login.h"

#include <string.h>

/* expected NULL: anything */
static bool is_same(const char *expected, const uint8_t *text, size_t len)
{
	return !expected || (strlen(expected) == len && memcmp(expected, text, len) == 0);
}

bool login_accepts(const struct labconf_logins *conf, const struct login *login)
{
	size_t i;

	if (conf->any)
		return true;
	if (conf->accept_attempt && login->attempt == conf->accept_attempt)
		return true;
	if (login->cut)
		return false;
	for (i = 0; i < conf->accept_count; i++) {
		const struct labconf_login *accept = &conf->accept[i];

		if (is_same(accept->user, login->username, login->username_len) &&
		    is_same(accept->password, login->password, login->password_len))
			return true;
	}
	return false;
}
