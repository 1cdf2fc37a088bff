// SPDX-License-Identifier: GPL-2.0-only
/* The report as text: orders, attacks, and spreading. */
#include "facts.h"
#include "put.h"
#include "report.h"
#include "safe.h"

static void put_command(json_t *command, FILE *file)
{
	const char *name;
	json_t *value;
	size_t i;

	fprintf(file, "  %.*s  ", TIME(facts_string(command, "timestamp")));
	if (json_object_get(command, "text"))
		fputs("told: ", file);
	else if (json_object_get(command, "vector_name"))
		put_plain(file, json_object_get(command, "vector_name"), 20);
	else
		fprintf(file, "vector %lld", (long long)facts_number(command, "vector"));
	if (json_object_get(command, "text")) {
		put_plain(file, json_object_get(command, "text"), 100);
		putc('\n', file);
		return;
	}
	fputs(" on", file);
	json_array_foreach(json_object_get(command, "targets"), i, value) {
		fputs(i ? ", " : " ", file);
		put_plain(file, value, 43);
	}
	fprintf(file, " for %lld s", (long long)facts_number(command, "duration"));
	json_object_foreach(json_object_get(command, "options"), name, value) {
		char room[SAFE_MAX];

		fprintf(file, ", %s=", safe_text(name, strlen(name), 30, room));
		put_plain(file, value, 60);
	}
	putc('\n', file);
}

/* What was seen of what was asked for. */
static void put_answers(json_t *facts, json_t *command, FILE *file)
{
	json_t *index, *attack;
	size_t i;

	json_array_foreach(json_object_get(command, "attacks"), i, index) {
		attack = json_array_get(json_object_get(facts, "attacks"), json_integer_value(index));
		fputs("            seen: ", file);
		put_plain(file, json_object_get(attack, "title"), 60);
		if (json_object_get(attack, "differs"))
			fputs(", which is not what was asked for", file);
		putc('\n', file);
	}
}

static void render_commands(json_t *facts, json_t *list, FILE *file)
{
	json_t *command, *seen;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Commands given to the guest, and what it did");
	json_array_foreach(list, i, command) {
		if (enough(file, list, i))
			break;
		put_command(command, file);
		seen = json_object_get(command, "seen");
		fputs("            ", file);
		if (seen) {
			put_rate(file, seen);
			fputs(", ", file);
			put_count(file, facts_number(seen, "flows"), "flow", "flows");
			putc('\n', file);
		} else if (json_array_size(json_object_get(command, "attacks"))) {
			fputs("no flow of its own\n", file);
		} else {
			fputs("no flow to its targets was seen\n", file);
		}
		put_answers(facts, command, file);
	}
}

/* "477", or how many. */
static void put_port_count(json_t *attack, const char *count, const char *first, FILE *file)
{
	int64_t ports = facts_number(attack, count);

	if (ports > 1)
		put_count(file, ports, "port", "ports");
	else
		fprintf(file, "port %lld", (long long)facts_number(attack, first));
}

static void put_list(json_t *list, FILE *file)
{
	json_t *word;
	size_t i;

	json_array_foreach(list, i, word) {
		fputs(i ? ", " : "", file);
		put_plain(file, word, 40);
	}
}

static void put_attack(json_t *attack, FILE *file)
{
	const char *proto = facts_string(attack, "proto");

	fprintf(file, "  %.*s  ", TIME(facts_string(attack, "start")));
	put_plain(file, json_object_get(attack, "title"), 60);
	fputs(" on ", file);
	if (json_object_get(attack, "domain")) {
		put_plain(file, json_object_get(attack, "domain"), 80);
		fputs(" by way of ", file);
	}
	put_plain(file, json_object_get(attack, "dest_ip"), 39);
	put_names(file, attack);
	if (!strcmp(proto, "TCP") || !strcmp(proto, "UDP")) {
		fputs(", from ", file);
		put_port_count(attack, "src_ports", "src_port", file);
		fputs(" to ", file);
		put_port_count(attack, "dest_ports", "dest_port", file);
	}
	fputs("\n            ", file);
	put_rate(file, attack);
	fputs(", ", file);
	put_number(file, facts_number(attack, "peak"), 0);
	fputs(" in the busiest second\n            ", file);
	if (json_is_true(json_object_get(attack, "forged"))) {
		fputs("from forged sources: ", file);
		put_count(file, facts_number(attack, "sources"), "address", "addresses");
	} else {
		fputs("from ", file);
		put_plain(file, json_object_get(attack, "src_ip"), 39);
	}
	if (json_array_size(json_object_get(attack, "varied")))
		fputs("; varied: ", file);
	put_list(json_object_get(attack, "varied"), file);
	fputs("\n            told by: ", file);
	put_plain(file, json_object_get(attack, "why"), 90);
	putc('\n', file);
}

static void render_fast(json_t *list, FILE *file)
{
	json_t *entry;
	size_t i;

	if (!json_array_size(list))
		return;
	title(file, "Much traffic, but no attack");
	json_array_foreach(list, i, entry) {
		if (enough(file, list, i))
			break;
		fputs("  ", file);
		put_plain(file, json_object_get(entry, "title"), 40);
		fputs(", ", file);
		put_plain(file, json_object_get(entry, "proto"), 8);
		fputs(" to ", file);
		put_plain(file, json_object_get(entry, "dest_ip"), 39);
		fputs(", ", file);
		put_rate(file, entry);
		fputs(": ", file);
		put_plain(file, json_object_get(entry, "why"), 80);
		putc('\n', file);
	}
}

void render_attacks(json_t *facts, FILE *file)
{
	json_t *list = json_object_get(facts, "attacks"), *attack;
	size_t i;

	render_commands(facts, json_object_get(facts, "commands"), file);
	if (json_array_size(list))
		title(file, "Attacks");
	json_array_foreach(list, i, attack) {
		if (enough(file, list, i))
			break;
		put_attack(attack, file);
	}
	render_fast(json_object_get(facts, "fast"), file);
}

static void put_victim(json_t *victim, FILE *file)
{
	json_t *reported = json_object_get(victim, "reported"), *url;
	size_t i;

	fputs("    ", file);
	put_plain(file, json_object_get(victim, "address"), 39);
	put_names(file, victim);
	if (facts_number(victim, "sessions")) {
		fputs(": ", file);
		put_count(file, facts_number(victim, "logins"), "login", "logins");
	}
	if (json_object_get(victim, "username")) {
		fputs(", let in as ", file);
		put_plain(file, json_object_get(victim, "username"), 30);
		putc('/', file);
		put_plain(file, json_object_get(victim, "password"), 30);
		fputs(", ", file);
		put_count(file, facts_number(victim, "commands"), "command", "commands");
	}
	if (reported) {
		fputs("; reported to ", file);
		put_place(file, reported);
	}
	json_array_foreach(json_object_get(victim, "downloads"), i, url) {
		fputs(i ? ", " : "; to fetch ", file);
		put_plain(file, url, 80);
	}
	putc('\n', file);
}

void render_cases(json_t *facts, FILE *file)
{
	json_t *list = json_object_get(facts, "cases"), *one, *victim, *victims;
	size_t i, j;

	if (json_array_size(list))
		title(file, "Spreading");
	json_array_foreach(list, i, one) {
		if (enough(file, list, i))
			break;
		victims = json_object_get(one, "victims");
		fputs("  ", file);
		put_plain(file, json_object_get(one, "src_ip"), 39);
		fputs(" tried ", file);
		put_count(file, facts_number(one, "scanned"), "address", "addresses");
		fputs(" for logins, and spoke with ", file);
		put_count(file, json_array_size(victims), "host", "hosts");
		putc('\n', file);
		json_array_foreach(victims, j, victim) {
			if (enough(file, victims, j))
				break;
			put_victim(victim, file);
		}
	}
}
