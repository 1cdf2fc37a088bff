// SPDX-License-Identifier: GPL-2.0-only
/* Certificates by name. */
#include "issue.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_SECONDS	86400	/* shorter than a certificate is valid */

struct slot {
	char *name;
	size_t len;
	time_t made;
	X509 *certificate;
};

struct issue {
	struct ca *ca;
	uint64_t made;
	struct slot slots[ISSUE_MAX];	/* one name each, the newest that falls there */
};

struct issue *issue_new(struct ca *ca)
{
	struct issue *issue = calloc(1, sizeof(*issue));

	if (issue)
		issue->ca = ca;
	return issue;
}

static void forget(struct slot *slot)
{
	free(slot->name);
	X509_free(slot->certificate);
	*slot = (struct slot){};
}

void issue_free(struct issue *issue)
{
	for (size_t i = 0; issue && i < ISSUE_MAX; i++)
		forget(&issue->slots[i]);
	free(issue);
}

static struct slot *slot_of(struct issue *issue, const char *name, size_t len)
{
	uint32_t hash = 2166136261;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)name[i]) * 16777619;
	return &issue->slots[(hash ^ hash >> 16) % ISSUE_MAX];
}

X509 *issue_for(struct issue *issue, const char *name, size_t len, time_t now)
{
	struct slot *slot = slot_of(issue, name, len);

	if (slot->certificate && slot->len == len && memcmp(slot->name, name, len) == 0 &&
	    now >= slot->made && now - slot->made < KEPT_SECONDS)
		return slot->certificate;
	forget(slot);
	slot->name = malloc(len + 1);
	slot->certificate = slot->name ? ca_issue(issue->ca, name, len, now) : NULL;
	if (!slot->certificate) {
		forget(slot);
		return NULL;
	}
	memcpy(slot->name, name, len);
	slot->len = len;
	slot->made = now;
	issue->made++;
	return slot->certificate;
}

uint64_t issue_made(const struct issue *issue)
{
	return issue->made;
}
