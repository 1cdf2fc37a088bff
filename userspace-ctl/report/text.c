// SPDX-License-Identifier: GPL-2.0-only
/* The report as text: what happened, most telling first. */
#include <string.h>

#include "facts.h"
#include "put.h"
#include "report.h"
#include "safe.h"

static void render_head(json_t *facts, FILE *file)
{
	json_t *run = json_object_get(facts, "run"), *word;
	const char *start = facts_string(run, "start");
	size_t i;

	fputs("sinkbridge: what the guest did\n==============================\n\n", file);
	if (*start) {
		fprintf(file, "Run       %.10s %.*s, %.1f s, on bridge ", start, TIME(start),
			json_number_value(json_object_get(run, "seconds")));
		put_plain(file, json_object_get(run, "bridge"), 20);
		fputs("\nCommand  ", file);
		json_array_foreach(json_object_get(run, "command"), i, word) {
			putc(' ', file);
			put_plain(file, word, 200);
		}
		if (json_object_get(run, "signal"))
			fprintf(file, "\n          ended by signal %lld\n",
				(long long)facts_number(run, "signal"));
		else
			fprintf(file, "\n          ended with status %lld\n",
				(long long)facts_number(run, "exit_status"));
	}
	fputs("Observed  ", file);
	put_count(file, facts_number(facts, "flows"), "flow", "flows");
	fputs(", ", file);
	put_count(file, facts_number(facts, "events"), "event", "events");
	putc('\n', file);
}

static void render_cnc(json_t *list, FILE *file)
{
	json_t *cnc;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Command and control");
	json_array_foreach(list, i, cnc) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_place(file, cnc);
		put_names(file, cnc);
		fputs(" contacted by ", file);
		put_plain(file, json_object_get(cnc, "src_ip"), 39);
		if (facts_number(cnc, "registrations")) {
			fputs("\n      family ", file);
			put_plain(file, json_object_get(cnc, "family"), 20);
			fputs(", id \"", file);
			put_plain(file, json_object_get(cnc, "id"), 80);
			fputs("\", registered ", file);
			put_count(file, facts_number(cnc, "registrations"), "time", "times");
			fputs(", kept alive ", file);
			put_count(file, facts_number(cnc, "keepalives"), "time", "times");
			fputs(", given ", file);
			put_count(file, facts_number(cnc, "commands"), "command", "commands");
		}
		if (facts_number(cnc, "unknown")) {
			fputs("\n      spoke another protocol ", file);
			put_count(file, facts_number(cnc, "unknown"), "time", "times");
			fputs(", first ", file);
			put_plain(file, json_object_get(cnc, "unknown_raw"), 60);
		}
		putc('\n', file);
	}
}

static void render_telnet(json_t *logins, json_t *typed, FILE *file)
{
	json_t *entry;
	size_t i;

	if (json_array_size(logins)) {
		title(file, "Telnet logins tried");
		fputs("  TIMES  USER              PASSWORD          RESULT   FIRST AT\n", file);
	}
	json_array_foreach(logins, i, entry) {
		if (enough(file, logins, i))
			break;
		put_number(file, facts_number(entry, "count"), 7);
		fputs("  ", file);
		put_text(file, json_object_get(entry, "username"), 16);
		fputs("  ", file);
		put_text(file, json_object_get(entry, "password"), 16);
		fprintf(file, "  %-7s  ", json_is_true(json_object_get(entry, "success")) ?
			"let in" : "refused");
		put_place(file, entry);
		putc('\n', file);
	}
	if (json_array_size(typed))
		title(file, "Commands typed after the login");
	json_array_foreach(typed, i, entry) {
		if (enough(file, typed, i))
			break;
		put_number(file, facts_number(entry, "count"), 7);
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "command"), 110);
		putc('\n', file);
	}
}

static void render_credentials(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Credentials reported by the guest");
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "address"), 39);
		fprintf(file, ":%lld  ", (long long)facts_number(entry, "port"));
		put_plain(file, json_object_get(entry, "username"), 40);
		putc('/', file);
		put_plain(file, json_object_get(entry, "password"), 40);
		fputs("  reported to ", file);
		put_place(file, entry);
		putc('\n', file);
	}
}

static void render_dns(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Names asked for");
	fputs("  TIMES  TYPE   ANSWER           ASKED OF         NAME\n", file);
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		put_number(file, facts_number(entry, "count"), 7);
		fputs("  ", file);
		put_text(file, json_object_get(entry, "rrtype"), 5);
		fputs("  ", file);
		put_text(file, json_object_get(entry, json_object_get(entry, "rdata") ?
					       "rdata" : "rcode"), 15);
		fputs("  ", file);
		put_text(file, json_object_get(entry, "dest_ip"), 15);
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "rrname"), 80);
		putc('\n', file);
	}
}

static void render_http(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "HTTP requests");
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		put_number(file, facts_number(entry, "count"), 7);
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "http_method"), 10);
		putc(' ', file);
		put_plain(file, json_object_get(entry, "url"), 100);
		fputs(" of ", file);
		put_place(file, entry);
		if (*facts_string(entry, "hostname")) {
			fputs(", host ", file);
			put_plain(file, json_object_get(entry, "hostname"), 60);
		}
		fprintf(file, "\n           answered %lld with ",
			(long long)facts_number(entry, "status"));
		put_count(file, facts_number(entry, "length"), "byte", "bytes");
		if (facts_number(entry, "request_body_bytes")) {
			fputs(", sent ", file);
			put_count(file, facts_number(entry, "request_body_bytes"), "byte", "bytes");
		}
		if (*facts_string(entry, "http_user_agent")) {
			fputs(", agent ", file);
			put_plain(file, json_object_get(entry, "http_user_agent"), 60);
		}
		putc('\n', file);
	}
}

static void render_sink(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Everything else: what was said first");
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_text(file, json_object_get(entry, "proto"), 4);
		put_place(file, entry);
		put_names(file, entry);
		fputs(", ", file);
		put_count(file, facts_number(entry, "packets"), "packet", "packets");
		fputs(", ", file);
		put_count(file, facts_number(entry, "bytes"), "byte", "bytes");
		if (*facts_string(entry, "first_bytes")) {
			fputs("\n      ", file);
			put_plain(file, json_object_get(entry, "first_bytes"), 48);
			fputs("  ", file);
			put_plain(file, json_object_get(entry, "first_text"), 40);
		}
		putc('\n', file);
	}
}

static void render_services(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Services contacted");
	fputs("  PROTO   PORT  SERVER           ADDRESSES    FLOWS       PACKETS           BYTES\n",
	      file);
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_text(file, json_object_get(entry, "proto"), 5);
		fprintf(file, "  %5lld  ", (long long)facts_number(entry, "dest_port"));
		put_text(file, json_object_get(entry, "server"), 15);
		put_number(file, facts_number(entry, "contacts"), 11);
		put_number(file, facts_number(entry, "flows"), 9);
		put_number(file, facts_number(entry, "packets"), 14);
		put_number(file, facts_number(entry, "bytes"), 16);
		putc('\n', file);
	}
}

static void render_contacts(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Who was contacted");
	fputs("  PROTO  SERVER               SENT    RECEIVED  BYTES BOTH WAYS  DESTINATION\n", file);
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_text(file, json_object_get(entry, "proto"), 5);
		fputs("  ", file);
		put_text(file, json_object_get(entry, "server"), 15);
		put_number(file, facts_number(entry, "packets"), 10);
		put_number(file, facts_number(entry, "packets_back"), 12);
		put_number(file, facts_number(entry, "bytes") + facts_number(entry, "bytes_back"), 17);
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "dest_ip"), 39);
		put_ports(file, entry);
		put_names(file, entry);
		putc('\n', file);
	}
}

static void render_drops(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Dropped");
	json_array_foreach(list, i, entry) {
		put_number(file, facts_number(entry, "packets"), 12);
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "text"), 100);
		fputs(" (", file);
		put_plain(file, json_object_get(entry, "reason"), 40);
		fputs(")\n", file);
	}
}

static void render_fetches(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "What it would have fetched");
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "url"), 200);
		fputs("  by ", file);
		put_plain(file, json_object_get(entry, "tool"), 20);
		fputs(", typed at ", file);
		put_place(file, entry);
		putc('\n', file);
	}
}

void report_render(json_t *facts, FILE *file)
{
	json_t *missing = json_object_get(facts, "missing"), *line;
	size_t i;

	render_head(facts, file);
	render_cnc(json_object_get(facts, "cnc"), file);
	render_attacks(facts, file);
	render_cases(facts, file);
	render_telnet(json_object_get(facts, "logins"), json_object_get(facts, "typed"), file);
	render_credentials(json_object_get(facts, "credentials"), file);
	render_fetches(json_object_get(facts, "fetches"), file);
	render_dns(json_object_get(facts, "dns"), file);
	render_http(json_object_get(facts, "http"), file);
	render_sink(json_object_get(facts, "sink"), file);
	render_services(json_object_get(facts, "services"), file);
	render_contacts(json_object_get(facts, "contacts"), file);
	render_drops(json_object_get(facts, "drops"), file);
	if (json_array_size(missing))
		title(file, "What this report does not know");
	json_array_foreach(missing, i, line) {
		fputs("  ", file);
		put_plain(file, line, 200);
		putc('\n', file);
	}
}
