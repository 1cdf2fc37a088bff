/* SPDX-License-Identifier: GPL-2.0-only */
/* login: which user and password open the door. */
#ifndef FAKESERVERS_LOGIN_H
#define FAKESERVERS_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labconf.h"

struct login {
	const uint8_t *username, *password;
	size_t username_len, password_len;
	unsigned int attempt;		/* of this connection, from 1 */
	bool cut;			/* longer than is kept */
	bool success;
};

bool login_accepts(const struct labconf_logins *conf, const struct login *login);

#endif /* FAKESERVERS_LOGIN_H */
