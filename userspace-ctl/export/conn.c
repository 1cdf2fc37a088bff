// SPDX-License-Identifier: GPL-2.0-only
/* Zeek's conn.log: a connection a line, as its ASCII writer puts it. */
#include <string.h>

#include "export.h"

static const char *const fields[] = {
	"ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service",
	"duration", "orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp",
	"missed_bytes", "history", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes",
	"tunnel_parents",
};
static const char *const types[] = {
	"time", "string", "addr", "port", "addr", "port", "enum", "string", "interval", "count",
	"count", "string", "bool", "bool", "count", "string", "count", "count", "count", "count",
	"set[string]",
};

static void put_row(FILE *file, const char *name, const char *const *cells, size_t count)
{
	fputs(name, file);
	for (size_t i = 0; i < count; i++)
		fprintf(file, "\t%s", cells[i]);
	putc('\n', file);
}

/* Tabs and what is not printed are \xNN, as Zeek has it; nothing is "(empty)". */
static void put_text(FILE *file, const char *text)
{
	if (!*text)
		fputs("-", file);
	for (; *text; text++)
		if (*text > ' ' && *text < 0x7f && *text != '\\')
			putc(*text, file);
		else
			fprintf(file, "\\x%02x", (unsigned char)*text);
}

/* Zeek's words for what became of a connection; OTH: no beginning or end was seen. */
static const char *conn_state(json_t *flow, const char *proto, int64_t back)
{
	const char *state = facts_string(flow, "state");

	if (strcmp(proto, "TCP"))
		return back ? "SF" : "S0";
	if (!back)
		return "S0";
	return !strcmp(state, "closed") ? "SF" : !strcmp(state, "closing") ? "S1" :
	       !strcmp(state, "established") ? "S1" : "OTH";
}

static const char *lower_proto(const char *proto)
{
	return !strcmp(proto, "TCP") ? "tcp" : !strcmp(proto, "UDP") ? "udp" :
	       !strncmp(proto, "ICMP", 4) || !strcmp(proto, "IPv6-ICMP") ? "icmp" : "unknown_transport";
}

/* Zeek counts payloads; a flow has IP packets: what their headers must have taken is off. */
static int64_t payload(int64_t bytes, int64_t packets, const char *proto)
{
	int64_t header = !strcmp(proto, "TCP") ? 40 : 28;

	return bytes > packets * header ? bytes - packets * header : 0;
}

static bool put_flow(struct export *export, json_t *event)
{
	json_t *flow = json_object_get(event, "flow");
	const char *proto = facts_string(event, "proto");
	double start = facts_time(facts_string(flow, "start"));
	double end = facts_time(facts_string(flow, "end"));
	int64_t out = facts_number(flow, "pkts_toserver"), back = facts_number(flow, "pkts_toclient");
	int64_t out_bytes = facts_number(flow, "bytes_toserver");
	int64_t back_bytes = facts_number(flow, "bytes_toclient");
	FILE *file = export->file;

	if (!json_is_object(flow))
		return true;
	fprintf(file, "%.6f\tC%017llx\t", start, (unsigned long long)facts_number(event, "flow_id"));
	put_text(file, facts_string(event, "src_ip"));
	fprintf(file, "\t%lld\t", (long long)facts_number(event, "src_port"));
	put_text(file, facts_string(event, "dest_ip"));
	fprintf(file, "\t%lld\t%s\t", (long long)facts_number(event, "dest_port"), lower_proto(proto));
	put_text(file, facts_string(json_object_get(event, "server"), "name"));
	fprintf(file, "\t%.6f\t%lld\t%lld\t%s\tT\tF\t0\t-\t%lld\t%lld\t%lld\t%lld\t-\n",
		end > start ? end - start : 0, (long long)payload(out_bytes, out, proto),
		(long long)payload(back_bytes, back, proto), conn_state(flow, proto, back),
		(long long)out, (long long)out_bytes, (long long)back, (long long)back_bytes);
	return !ferror(file);
}

int export_conn(struct export *export)
{
	FILE *file = export->file;

	fputs("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
	      "#path\tconn\n", file);
	put_row(file, "#fields", fields, sizeof(fields) / sizeof(*fields));
	put_row(file, "#types", types, sizeof(types) / sizeof(*types));
	export_each(export, "flows.jsonl", put_flow);
	return ferror(file) ? -1 : 0;
}
