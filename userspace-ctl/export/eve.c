// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suricata's EVE: its own events with the members that its documentation tells
 * of, and no others; all else as alerts, with what was seen as their context.
 */
#include <string.h>

#include "export.h"

static const char *const common[] = {
	"timestamp", "flow_id", "in_iface", "vlan", "src_ip", "src_port", "dest_ip", "dest_port",
	"proto", "icmp_type", "icmp_code", NULL
};

static const char *const dns[] = {
	"version", "type", "id", "flags", "qr", "aa", "tc", "rd", "ra", "opcode", "rcode", "rrname",
	"rrtype", "ttl", "answers", NULL
};
static const char *const http[] = {
	"hostname", "url", "http_port", "http_user_agent", "http_content_type", "http_refer",
	"http_method", "protocol", "status", "redirect", "length", NULL
};
static const char *const tls[] = {
	"subject", "issuerdn", "serial", "fingerprint", "sni", "version", "notbefore", "notafter",
	"ja3", "ja3s", "ja4", "client_alpns", "server_alpns", "session_resumed", NULL
};
static const char *const fileinfo[] = {
	"filename", "magic", "md5", "sha1", "sha256", "size", "state", "stored", "tx_id", NULL
};
static const char *const flow[] = {
	"pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient", "start", "end", "age",
	"state", "reason", NULL
};

static const struct {
	const char *type;
	const char *const *members;
} known[] = {
	{ "dns", dns }, { "http", http }, { "tls", tls }, { "fileinfo", fileinfo }, { "flow", flow },
};

/* Numbers of alerts are ours, from the range that is free for local use. */
static const struct {
	const char *type, *kind;
	int number, severity;
	const char *signature, *category;
} alerts[] = {
	{ "cnc", "register", 1000001, 1, "sinkbridge: guest registered with a C&C",
	  "Malware Command and Control Activity Detected" },
	{ "cnc", "command", 1000002, 1, "sinkbridge: C&C gave a command",
	  "Malware Command and Control Activity Detected" },
	{ "cnc", NULL, 1000003, 2, "sinkbridge: C&C conversation",
	  "Malware Command and Control Activity Detected" },
	{ "telnet", "login", 1000004, 2, "sinkbridge: Telnet login tried",
	  "Attempted Administrator Privilege Gain" },
	{ "telnet", "command", 1000005, 2, "sinkbridge: command typed in a Telnet shell",
	  "Successful Administrator Privilege Gain" },
	{ "telnet", NULL, 1000006, 3, "sinkbridge: Telnet conversation", "Misc activity" },
	{ "report", NULL, 1000007, 1, "sinkbridge: guest reported a login",
	  "A Network Trojan was detected" },
	{ "flood", NULL, 1000008, 1, "sinkbridge: flood", "Attempted Denial of Service" },
	{ "attack", NULL, 1000009, 1, "sinkbridge: attack recognised", "Attempted Denial of Service" },
	{ NULL, NULL, 1000010, 3, "sinkbridge: conversation", "Misc activity" },
};

/* Suricata has three states of a flow. */
static void map_state(json_t *object)
{
	const char *state = facts_string(object, "state");

	if (!strcmp(state, "opening"))
		json_object_set_new(object, "state", json_string("new"));
	else if (!strcmp(state, "closing"))
		json_object_set_new(object, "state", json_string("closed"));
}

/* "dns" in Suricata's eyes: answers with their four members. */
static void map_answers(json_t *object)
{
	json_t *answers = json_array(), *answer, *copy;
	size_t i;

	json_array_foreach(json_object_get(object, "answers"), i, answer) {
		copy = json_object();
		facts_copy_all(copy, answer, (const char *const[]){ "rrname", "rrtype", "ttl", "rdata",
			       NULL });
		if (!json_is_string(json_object_get(copy, "rdata")))
			json_object_del(copy, "rdata");
		json_array_append_new(answers, copy);
	}
	json_object_set_new(object, "answers", answers);
	if (!json_object_get(object, "version"))
		json_object_set_new(object, "version", json_integer(2));
}

static void add_alert(json_t *line, const char *type, json_t *object)
{
	const char *kind = facts_string(object, "kind");
	size_t i = 0;

	while (alerts[i].type && (strcmp(alerts[i].type, type) ||
				  (alerts[i].kind && strcmp(alerts[i].kind, kind))))
		i++;
	json_object_set_new(line, "event_type", json_string("alert"));
	json_object_set_new(line, "alert", json_pack("{s:s, s:i, s:i, s:i, s:s, s:s, s:i, s:{s:O}}",
		"action", "allowed", "gid", 1, "signature_id", alerts[i].number, "rev", 1,
		"signature", alerts[i].signature, "category", alerts[i].category,
		"severity", alerts[i].severity, "context", type, object));
}

static bool put_event(struct export *export, json_t *event);

/* Here a request has its TLS beside it; Suricata makes two events of them. */
static bool put_tls(struct export *export, json_t *event)
{
	json_t *copy = json_copy(event);
	bool right;

	json_object_set_new(copy, "event_type", json_string("tls"));
	right = put_event(export, copy);
	json_decref(copy);
	return right;
}

static bool put_event(struct export *export, json_t *event)
{
	const char *type = facts_string(event, "event_type");
	json_t *object = json_object_get(event, type), *line = json_object(), *copy;
	size_t i = 0;

	if (!json_is_object(object) || !strcmp(type, "stats") || !*facts_string(event, "src_ip")) {
		json_decref(line);
		return true;
	}
	if (strcmp(type, "tls") && json_is_object(json_object_get(event, "tls")) &&
	    !put_tls(export, event)) {
		json_decref(line);
		return false;
	}
	facts_copy_all(line, event, common);
	while (i < sizeof(known) / sizeof(*known) && strcmp(type, known[i].type))
		i++;
	if (i == sizeof(known) / sizeof(*known)) {
		add_alert(line, type, object);
		return export_line(export, line);
	}
	copy = json_object();
	facts_copy_all(copy, object, known[i].members);
	if (!strcmp(type, "flow"))
		map_state(copy);
	if (!strcmp(type, "dns"))
		map_answers(copy);
	if (json_is_string(json_object_get(copy, "client_alpns")))
		json_object_del(copy, "client_alpns");
	if (!strcmp(type, "tls") && json_is_string(json_object_get(copy, "ja3")))
		json_object_set_new(copy, "ja3", json_pack("{s:O}", "hash",
							   json_object_get(copy, "ja3")));
	json_object_set_new(line, "event_type", json_string(type));
	json_object_set_new(line, type, copy);
	return export_line(export, line);
}

/* What the report recognised, without its curves. */
static bool put_attacks(struct export *export)
{
	json_t *attack, *line, *copy;
	size_t i;

	json_array_foreach(json_object_get(export->facts, "attacks"), i, attack) {
		line = json_object();
		json_object_set(line, "timestamp", json_object_get(attack, "start"));
		facts_copy_all(line, attack, common);
		copy = json_copy(attack);
		json_object_del(copy, "curve");
		json_object_del(copy, "samples");
		add_alert(line, "attack", copy);
		json_decref(copy);
		if (!export_line(export, line))
			return false;
	}
	return true;
}

int export_eve(struct export *export)
{
	static const char *const files[] = { "events.jsonl", "flows.jsonl", "floods.jsonl" };

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		export_each(export, files[i], put_event);
	return put_attacks(export) && !ferror(export->file) ? 0 : -1;
}
