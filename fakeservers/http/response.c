// SPDX-License-Identifier: GPL-2.0-only
/* HTTP answers. */
#include "response.h"

#include <stdio.h>
#include <string.h>

#include <http_parser.h>

bool response_has_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

/* As HTTP writes it, whatever the locale. */
static void put_date(char *text, size_t size, time_t date)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	gmtime_r(&date, &tm);
	snprintf(text, size, "%.3s, %02d %.3s %d %02d:%02d:%02d GMT", days + 3 * tm.tm_wday,
		 tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
		 tm.tm_sec);
}

static bool add(char *head, size_t *len, const char *name, const char *value)
{
	int n = snprintf(head + *len, RESPONSE_HEAD_MAX - *len, "%s%s\r\n", name, value);

	if (n < 0 || (size_t)n >= RESPONSE_HEAD_MAX - *len)
		return false;
	*len += (size_t)n;
	return true;
}

size_t response_head(char head[RESPONSE_HEAD_MAX], const struct response *response)
{
	char text[80];
	size_t len = 0;
	bool fits;

	snprintf(text, sizeof(text), "%d %s", response->status,
		 http_status_str((enum http_status)response->status));
	fits = add(head, &len, "HTTP/1.1 ", text);
	put_date(text, sizeof(text), response->date);
	fits = fits && add(head, &len, "Date: ", text);
	if (response->location)
		fits = fits && add(head, &len, "Location: ", response->location);
	if (response->header)
		fits = fits && add(head, &len, response->header, "");
	if (response_has_body(response->status)) {
		if (response->content_type)
			fits = fits && add(head, &len, "Content-Type: ", response->content_type);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)response->length);
		fits = fits && add(head, &len, "Content-Length: ", text);
	}
	if (response->close)
		fits = fits && add(head, &len, "Connection: ", "close");
	else if (response->old_keep_alive)
		fits = fits && add(head, &len, "Connection: ", "keep-alive");
	return fits && add(head, &len, "", "") ? len : 0;
}
