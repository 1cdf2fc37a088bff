// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <uuid/uuid.h>

#include "export.h"

/* The same run gives the same ids: who takes it in twice has it once. */
const char *uuid_of(const char *space, const char *name, char text[UUID_TEXT])
{
	uuid_t in, out;

	if (uuid_parse(space ? space : "6a0a2f6e-5d0e-5c0b-9d7b-3f1f0c6a53b1", in))
		uuid_clear(in);
	uuid_generate_sha1(out, in, name, strlen(name));
	uuid_unparse_lower(out, text);
	return text;
}
