// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl top: flows and floods live, as on the screen of top. */
#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "format.h"
#include "format_flood.h"
#include "report/line.h"
#include "report/safe.h"
#include "top_rows.h"

static const char help[] =
"usage: sinkctl top BRIDGE [every SECONDS] [run FOLDER]\n"
"\n"
"Shows the flows and floods of a bridge, ever anew. With the folder of a run the names that the guest\n"
"asked for stand beside their addresses. Where standard output is no terminal it prints one list.\n"
"\n"
"keys:  p packets/s   b bits/s   t total   a age   d destination   r reverse   what to sort by\n"
"       g a row for each destination   n names or addresses   space pause   + - pace\n"
"       up down, page up, page down, home   h help   q quit\n";

#define FLOODS_MAX	64	/* floods that are held; the fastest are shown */
#define FLOODS_SHOWN	6
#define NAMES_MAX	65536

struct screen {
	struct ipc	*ipc;
	const char	*bridge;
	FILE		*events;	/* of the run */
	json_t		*names;
	struct top_rows	top;
	struct ipc_bridge info;
	struct ipc_flood floods[FLOODS_MAX];
	size_t		flood_count;
	uint64_t	counters[2][__SINKBRIDGE_COUNTERS];	/* now and before */
	uint64_t	every;		/* ms */
	enum top_sort	sort;
	bool		reversed, numeric, paused, helping;
	size_t		first;		/* row on the screen */
	int		error;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int take_flow(const struct ipc_flow *flow, void *data)
{
	return top_add(data, flow);
}

static int take_flood(const struct ipc_flood *flood, void *data)
{
	struct screen *screen = data;
	size_t least = 0;

	if (screen->flood_count < FLOODS_MAX) {
		screen->floods[screen->flood_count++] = *flood;
		return 0;
	}
	for (size_t i = 1; i < FLOODS_MAX; i++)
		if (screen->floods[i].rate < screen->floods[least].rate)
			least = i;
	if (flood->rate > screen->floods[least].rate)
		screen->floods[least] = *flood;
	return 0;
}

static int by_rate(const void *a, const void *b)
{
	const struct ipc_flood *x = a, *y = b;

	return x->rate < y->rate ? 1 : x->rate > y->rate ? -1 : x->id < y->id ? -1 : 1;
}

/* What the servers have told since the last time: names of addresses. */
static void read_names(struct screen *screen)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	long at;

	while (screen->events && (at = ftell(screen->events)) >= 0 &&
	       (len = getline(&line, &room, screen->events)) > 0) {
		json_t *event, *answer, *dns;

		if (line[len - 1] != '\n') {	/* not written to its end yet */
			fseek(screen->events, at, SEEK_SET);
			break;
		}
		if (!strstr(line, "\"event_type\":\"dns\""))
			continue;
		event = line_parse(line, len);
		dns = json_object_get(event, "dns");
		answer = json_array_get(json_object_get(dns, "answers"), 0);
		if (json_is_string(json_object_get(answer, "rdata")) &&
		    json_is_string(json_object_get(dns, "rrname")) &&
		    json_object_size(screen->names) < NAMES_MAX)
			json_object_set(screen->names,
					json_string_value(json_object_get(answer, "rdata")),
					json_object_get(dns, "rrname"));
		json_decref(event);
	}
	if (screen->events)
		clearerr(screen->events);
	free(line);
}

/* 0 or a negative errno: the bridge is not there any more. */
static int look(struct screen *screen)
{
	int err = ipc_bridge_get(screen->ipc, screen->bridge, &screen->info);

	if (err)
		return err;
	memcpy(screen->counters[1], screen->counters[0], sizeof(screen->counters[0]));
	err = ipc_stats_get(screen->ipc, screen->bridge, screen->counters[0]);
	if (err)
		return err;
	top_begin(&screen->top, now_ms());
	err = ipc_flow_dump(screen->ipc, screen->bridge, NULL, take_flow, &screen->top);
	screen->flood_count = 0;
	if (!err)
		err = ipc_flood_dump(screen->ipc, screen->bridge, 0, take_flood, screen);
	qsort(screen->floods, screen->flood_count, sizeof(*screen->floods), by_rate);
	top_end(&screen->top, screen->sort, screen->reversed);
	read_names(screen);
	/* a table that changes faster than it can be read is read again the next time */
	return err == -EINTR ? 0 : err;
}

/* "cnc.example:23" or "172.1.0.2:23", of text that commands no terminal */
static const char *destination(struct screen *screen, const struct in6_addr *addr, uint16_t port,
			       bool has_port, size_t columns, char room[SAFE_MAX])
{
	char plain[ADDR_TEXT_MAX], number[8] = "";
	json_t *name = screen->numeric ? NULL :
		json_object_get(screen->names, addr_text(addr, plain));

	if (has_port)
		snprintf(number, sizeof(number), ":%u", port);
	if (!name) {
		char text[ADDR_PORT_MAX];

		snprintf(room, SAFE_MAX, "%s", has_port ? addr_port_text(addr, port, text) :
			 addr_text(addr, plain));
		return room;
	}
	columns -= columns > strlen(number) + 8 ? strlen(number) : 0;
	safe_json(name, columns < 200 ? columns : 200, room);
	strcat(room, number);
	return room;
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

/* How many packets a second a counter got since the last look. */
static double counter_rate(const struct screen *screen, int counter)
{
	uint64_t since = screen->top.taken - screen->top.taken_before;
	uint64_t grown = screen->counters[0][counter] - screen->counters[1][counter];

	return screen->top.taken_before && since ? grown * 1000.0 / since : 0;
}

static double drop_rate(const struct screen *screen)
{
	static const char *const names[] = {
#define TOP_COUNTER(name, text) #name,
		SINKBRIDGE_COUNTERS(TOP_COUNTER)
	};
	double rate = 0;

	for (int i = 0; i < __SINKBRIDGE_COUNTERS; i++)
		if (!strncmp(names[i], "drop_", 5))
			rate += counter_rate(screen, i);
	return rate;
}

static void head_lines(struct screen *screen, char lines[2][256])
{
	char time[TIME_TEXT_MAX], in[16], out[16], drops[16];

	time_text(screen->top.taken, time);
	snprintf(lines[0], 256, "sinkctl top - %s  %.8s UTC  flows %u of %u  floods %u  rows by %s%s%s",
		 screen->bridge, time + 11, screen->info.flows, screen->info.settings.max_flows,
		 screen->info.floods, top_sort_name(screen->sort), screen->reversed ? " reversed" : "",
		 screen->paused ? "  PAUSED" : "");
	snprintf(lines[1], 256, "from guests %s packets/s  from servers %s packets/s  dropped %s packets/s",
		 top_number(counter_rate(screen, SINKBRIDGE_COUNTER_guest_rx), in),
		 top_number(counter_rate(screen, SINKBRIDGE_COUNTER_server_rx), out),
		 top_number(drop_rate(screen), drops));
}

#define FLOW_HEAD "%-5s %-22s %-*s %-10s %-11s %7s %7s %7s %7s %6s"

static void flow_line(struct screen *screen, const struct top_row *row, int wide, char text[512])
{
	char proto[PROTO_TEXT_MAX], from[ADDR_PORT_MAX], to[SAFE_MAX];
	char rate[16], bits[16], packets[16], bytes[16], age[16];
	uint64_t seconds = screen->top.taken > row->start ?
		(screen->top.taken - row->start) / 1000 : 0;

	if (screen->top.grouped)
		snprintf(from, sizeof(from), "%u flow%s", row->flows, row->flows == 1 ? "" : "s");
	else if (has_ports(row->protocol))
		addr_port_text(&row->guest_addr, row->guest_l4, from);
	else
		addr_text(&row->guest_addr, from);
	snprintf(age, sizeof(age), seconds < 6000 ? "%llus" : "%lluh",
		 (unsigned long long)(seconds < 6000 ? seconds : seconds / 3600));
	snprintf(text, 512, FLOW_HEAD, proto_text(row->protocol, proto), from, wide,
		 destination(screen, &row->dest_addr, row->dest_l4, has_ports(row->protocol), wide, to),
		 row->server, state_text(row->state), top_number(row->packet_rate, rate),
		 top_number(row->bit_rate, bits), top_number(row->packets, packets),
		 top_number(row->bytes, bytes), age);
}

static void flood_line(struct screen *screen, const struct ipc_flood *flood, int wide, char text[512])
{
	char proto[PROTO_TEXT_MAX], to[SAFE_MAX], rate[16], peak[16], packets[16];

	snprintf(text, 512, "FLOOD %-5s %-11s %-*s %7s packets/s, peak %s, %s packets, %u source%s",
		 proto_text(flood->protocol, proto), flood_kind_text(flood->kind), wide,
		 destination(screen, &flood->dest_addr, flood->dest_port, flood->dest_ports == 1 &&
			     has_ports(flood->protocol), wide, to),
		 top_number(flood->rate, rate), top_number(flood->peak, peak),
		 top_number(flood->packets, packets), flood->src_addrs,
		 flood->src_addrs == 1 ? "" : "s");
}

static void flow_head(int wide, char text[512])
{
	snprintf(text, 512, FLOW_HEAD, "PROTO", "GUEST", wide, "DESTINATION", "SERVER", "STATE",
		 "PKT/S", "BIT/S", "PACKETS", "BYTES", "AGE");
}

static void put_line(int line, attr_t attributes, const char *text)
{
	move(line, 0);
	attrset(attributes);
	addnstr(text, COLS - 1);
	if (attributes & A_REVERSE)
		for (int i = getcurx(stdscr); i < COLS - 1; i++)
			addch(' ');
	attrset(A_NORMAL);
	clrtoeol();
}

static void draw_help(void)
{
	const char *at = help;

	for (int line = 0; *at && line < LINES; line++) {
		char text[512];
		size_t len = strcspn(at, "\n");

		snprintf(text, sizeof(text), "%.*s", (int)len, at);
		put_line(line, A_NORMAL, text);
		at += len + (at[len] == '\n');
	}
}

static void draw(struct screen *screen)
{
	char text[512], lines[2][256];
	int wide = COLS > 120 ? COLS - 91 : 24, line = 0;
	size_t shown = 0, rows;

	erase();
	if (screen->helping) {
		draw_help();
		refresh();
		return;
	}
	head_lines(screen, lines);
	put_line(line++, A_BOLD, lines[0]);
	put_line(line++, A_NORMAL, lines[1]);
	for (; shown < screen->flood_count && shown < FLOODS_SHOWN && line < LINES - 3; shown++) {
		flood_line(screen, &screen->floods[shown], wide, text);
		put_line(line++, A_BOLD, text);
	}
	flow_head(wide, text);
	put_line(line++, A_REVERSE, text);
	rows = LINES > line ? LINES - line : 1;
	if (screen->first + rows > screen->top.count)
		screen->first = screen->top.count > rows ? screen->top.count - rows : 0;
	for (size_t i = screen->first; i < screen->top.count && line < LINES; i++) {
		flow_line(screen, screen->top.order[i], wide, text);
		put_line(line++, A_NORMAL, text);
	}
	refresh();
}

static void set_sort(struct screen *screen, enum top_sort sort)
{
	screen->reversed = false;
	screen->sort = sort;
	screen->first = 0;
}

static void scroll_by(struct screen *screen, long rows)
{
	long first = (long)screen->first + rows;

	screen->first = first > 0 ? first : 0;
}

/* True: it is to be drawn anew at once, of what was read last. */
static bool take_key(struct screen *screen, int key)
{
	static const char sorts[] = "pbtad";
	const char *sort = key > 0 && key < 128 ? strchr(sorts, key) : NULL;

	if (sort)
		set_sort(screen, sort - sorts);
	else if (key == 'q' || key == 'Q')
		stopped = 1;
	else if (key == 'r')
		screen->reversed = !screen->reversed;
	else if (key == 'g')
		screen->top.grouped = !screen->top.grouped;
	else if (key == 'n')
		screen->numeric = !screen->numeric;
	else if (key == ' ')
		screen->paused = !screen->paused;
	else if (key == 'h' || key == '?')
		screen->helping = !screen->helping;
	else if (key == '+' && screen->every > 200)
		screen->every /= 2;
	else if (key == '-' && screen->every < 60000)
		screen->every *= 2;
	else if (key == KEY_UP)
		scroll_by(screen, -1);
	else if (key == KEY_DOWN)
		scroll_by(screen, 1);
	else if (key == KEY_PPAGE)
		scroll_by(screen, -LINES / 2);
	else if (key == KEY_NPAGE)
		scroll_by(screen, LINES / 2);
	else if (key == KEY_HOME)
		screen->first = 0;
	else if (key != KEY_RESIZE)
		return false;
	return true;
}

static void show(struct screen *screen)
{
	uint64_t next = 0;

	while (!stopped && !screen->error) {
		struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
		uint64_t now = now_ms();
		bool again = false;
		int key;

		if (now >= next || next > now + screen->every) {
			if (!screen->paused)
				screen->error = look(screen);
			draw(screen);
			next = now_ms() + screen->every;
			continue;
		}
		if (poll(&fd, 1, next - now) > 0 && fd.revents & (POLLHUP | POLLERR) &&
		    !(fd.revents & POLLIN))
			return;
		while ((key = getch()) != ERR)
			again |= take_key(screen, key);
		if (again && screen->top.order) {
			/* in the new order; a change of grouping needs the flows again */
			next = screen->paused ? next : 0;
			top_end(&screen->top, screen->sort, screen->reversed);
			draw(screen);
		}
	}
}

static void show_screen(struct screen *screen)
{
	struct sigaction action = { .sa_handler = stop };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	show(screen);
	endwin();
}

/* Two looks, for the rates, and one list. */
static void print_list(struct screen *screen)
{
	char text[512], lines[2][256];

	screen->error = look(screen);
	if (!screen->error) {
		poll(NULL, 0, screen->every);
		screen->error = look(screen);
	}
	if (screen->error)
		return;
	head_lines(screen, lines);
	printf("%s\n%s\n", lines[0], lines[1]);
	for (size_t i = 0; i < screen->flood_count; i++) {
		flood_line(screen, &screen->floods[i], 24, text);
		puts(text);
	}
	flow_head(44, text);
	puts(text);
	for (size_t i = 0; i < screen->top.count; i++) {
		flow_line(screen, screen->top.order[i], 44, text);
		puts(text);
	}
}

static int open_run(struct screen *screen, const char *folder)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/events.jsonl", folder);
	screen->events = fopen(path, "re");
	return screen->events ? 0 : bad_usage("top: %s: %s, expected the folder of a run", path,
					      strerror(errno));
}

int cmd_top(int argc, char **argv)
{
	static struct screen screen = { .every = 1000 };
	struct words words = { .what = "top", .word = argv + 1, .left = argc - 1 };
	uint64_t seconds = 1;
	const char *folder;
	int err;

	if (words_help(&words, help))
		return 0;
	err = words_bridge(&words, &screen.bridge);
	while (!err && words.left) {
		if (words_take(&words, "every")) {
			err = words_number(&words, "every", 1, 3600, &seconds);
		} else if (words_take(&words, "run")) {
			folder = words_next(&words);
			err = folder ? open_run(&screen, folder) :
				bad_usage("top: nothing after 'run', expected a folder");
		} else {
			err = words_end(&words);
		}
	}
	if (!err)
		err = command_connect(&words, &screen.ipc);
	if (err)
		return err;
	setlocale(LC_CTYPE, "");
	screen.every = 1000 * seconds;
	screen.names = json_object();
	/* what is wrong is to be said before the screen is taken */
	screen.error = ipc_bridge_get(screen.ipc, screen.bridge, &screen.info);
	if (!screen.error && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO))
		show_screen(&screen);
	else if (!screen.error)
		print_list(&screen);
	if (screen.events)
		fclose(screen.events);
	json_decref(screen.names);
	top_free(&screen.top);
	return command_end(&words, screen.ipc, screen.bridge, screen.error);
}
