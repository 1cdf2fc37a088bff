/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names: the attack vectors and options of the Mirai family, by name and
 * number, as its published sources and analyses give them.
 */
#ifndef FAKESERVERS_CNC_NAMES_H
#define FAKESERVERS_CNC_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a bot makes of the text of an option. */
enum mirai_value {
	MIRAI_VALUE_NUMBER,		/* decimal */
	MIRAI_VALUE_ADDRESS,		/* dotted IPv4 */
	MIRAI_VALUE_TEXT,
};

/* NULL: no vector (option) of the family has that number. */
const char *mirai_vector_name(uint8_t vector);
const char *mirai_option_name(uint8_t key);

/* The name, or a decimal number 0..255: variants have vectors and options of their own. */
bool mirai_vector_parse(const char *text, uint8_t *vector);
bool mirai_option_parse(const char *text, size_t len, uint8_t *key);

/* Would a bot understand the value?  NULL: yes; otherwise what was expected. */
const char *mirai_value_check(uint8_t key, const char *value);

#endif /* FAKESERVERS_CNC_NAMES_H */
