// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attacks: the kernel's records of floods, and where it kept none, what flows,
 * the capture and the servers tell of destinations that got much.
 */
#include <stdlib.h>
#include <string.h>

#include "attack_json.h"
#include "facts.h"
#include "observe.h"
#include "orders.h"
#include "prefix.h"

#define RECORDS_MAX	2000
#define RECORD_BYTES	12000	/* with its samples */
#define ATTACKS_MAX	1000
#define CANDIDATE_PACKETS 500
#define CANDIDATE_RATE	100.0	/* on average, if there is no capture to tell the peak */
#define REQUESTS_PEAK	20	/* of HTTP in one second: faster than who reads the answers */
#define SAMPLES_MAX	(OBSERVE_PARTS * OBSERVE_SAMPLES + 64)

/* One destination that got much. */
struct candidate {
	uint8_t		protocol;
	const char	*dest_ip;
	json_t		*record;	/* the kernel's event, or NULL */
	json_t		*target;	/* from the flows, or NULL */
	struct observe_target *observed;
	int64_t		requests;
};

static json_t *member(json_t *object, const char *name)
{
	return json_object_get(object, name);
}

static uint8_t protocol_of(const char *proto)
{
	static const struct {
		const char *name;
		uint8_t number;
	} known[] = {
		{ "TCP", IPPROTO_TCP }, { "UDP", IPPROTO_UDP }, { "ICMP", IPPROTO_ICMP },
		{ "IPv6-ICMP", IPPROTO_ICMPV6 }, { "ICMPv6", IPPROTO_ICMPV6 },
		{ "GRE", IPPROTO_GRE }, { "SCTP", IPPROTO_SCTP }, { "UDPLITE", IPPROTO_UDPLITE },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(proto, known[i].name))
			return known[i].number;
	return atoi(proto) & 255;
}

/* The last state of each record counts: it comes when the flood ends, too. */
void facts_take_flood(struct facts *facts, json_t *event)
{
	json_t *flood = member(event, "flood"), *entry;
	json_t *values[] = { member(event, "in_iface"), member(flood, "id") };

	if (!json_is_object(flood)) {
		facts_add(facts->broken, "floods.jsonl", 1);
		return;
	}
	entry = member(member(facts->lists, "records"), facts_key(facts, values, 2));
	if (!entry) {
		facts->floods++;
		if (json_object_size(member(facts->lists, "records")) >= RECORDS_MAX) {
			facts_add(facts->not_kept, "records", 1);
			return;
		}
		entry = facts_entry_of(facts, "records", values, 2);
		if (!entry)
			return;
		facts->kept += RECORD_BYTES;
	}
	if (facts_number(flood, "packets") >=
	    facts_number(member(member(entry, "event"), "flood"), "packets"))
		json_object_set(entry, "event", event);
}

static size_t from_hex(const char *text, uint8_t *bytes, size_t room)
{
	size_t len = 0;

	for (; len < room && text[0] && text[1]; text += 2) {
		char pair[3] = { text[0], text[1], '\0' }, *end;

		bytes[len++] = strtoul(pair, &end, 16);
		if (*end)
			return 0;
	}
	return len;
}

/* Samples of the record as bytes in room; returns how many. */
static size_t take_samples(json_t *flood, struct attack_sample *samples, uint8_t (*room)[256],
			   size_t max)
{
	json_t *hex;
	size_t i, count = 0;

	json_array_foreach(member(flood, "samples"), i, hex) {
		if (count == max)
			break;
		if (!json_is_string(hex))
			continue;
		samples[count].bytes = room[count];
		samples[count].len = from_hex(json_string_value(hex), room[count], 256);
		samples[count].number = count;
		samples[count].plain = false;
		count++;
	}
	return count;
}

static void take_record(json_t *flood, struct attack_traffic *traffic)
{
	json_t *flags = member(flood, "tcp_flags");

	traffic->scan = !strcmp(facts_string(flood, "kind"), "scan");
	traffic->packets = facts_number(flood, "packets");
	traffic->bytes = facts_number(flood, "bytes");
	traffic->seconds = facts_real(flood, "duration");
	traffic->peak = facts_number(flood, "peak");
	traffic->sources = facts_number(flood, "sources");
	traffic->destinations = facts_number(flood, "destinations");
	traffic->src_ports = facts_number(flood, "src_ports");
	traffic->dest_ports = facts_number(flood, "dest_ports");
	traffic->lengths = facts_number(flood, "lengths");
	traffic->length_min = facts_number(flood, "length_min");
	traffic->length_max = facts_number(flood, "length_max");
	traffic->ttl_min = facts_number(flood, "ttl_min");
	traffic->ttl_max = facts_number(flood, "ttl_max");
	traffic->flags_known = json_is_object(flags);
	traffic->syn = facts_number(flags, "syn");
	traffic->ack = facts_number(flags, "ack");
	traffic->fin = facts_number(flags, "fin");
	traffic->rst = facts_number(flags, "rst");
	traffic->psh = facts_number(flags, "psh");
	traffic->urg = facts_number(flags, "urg");
}

/* Flows alone: how many there were stands for how many ports. */
static void take_target(json_t *target, struct attack_traffic *traffic)
{
	traffic->packets = facts_number(target, "packets");
	traffic->bytes = facts_number(target, "bytes");
	traffic->seconds = facts_real(target, "seconds");
	traffic->peak = facts_real(target, "packets_per_second");
	traffic->destinations = 1;
	traffic->sources = 1 + facts_number(target, "other_sources");
	traffic->src_ports = 1 + facts_number(target, "other_ports");
	traffic->dest_ports = 1 + facts_number(target, "other_dest_ports");
	traffic->kernel_ports = !facts_number(target, "no_kernel_ports");
}

static void add_sink_sample(struct facts *facts, json_t *target, struct attack_traffic *traffic,
			    struct attack_sample *sample, uint8_t room[256])
{
	json_t *values[] = { member(target, "proto"), member(target, "dest_ip"),
			     member(target, "dest_port") };
	const char *key = facts_key(facts, values, 3);
	json_t *sink = key ? member(member(facts->lists, "sink"), key) : NULL;

	if (!*facts_string(sink, "first_bytes"))
		return;
	sample->len = from_hex(facts_string(sink, "first_bytes"), room, 256);
	sample->bytes = room;
	sample->plain = true;
	traffic->samples = sample;
	traffic->sample_count = 1;
}

/* Addresses that the guests really have: a server spoke with them. */
static bool is_forged(struct facts *facts, const char *source, uint32_t sources)
{
	json_t *guests = member(facts->lists, "guests");

	return sources > 1 || (json_object_size(guests) && *source && !member(guests, source));
}

static void set_times(json_t *attack, const struct candidate *candidate, unsigned int parts,
		      bool from_parts)
{
	json_t *flood = member(candidate->record, "flood");
	double first = facts_real(candidate->target, "first");
	double last = facts_real(candidate->target, "last");
	char text[40];

	if (flood && !from_parts) {
		facts_copy(attack, flood, "start");
		facts_copy(attack, flood, "end");
		return;
	}
	if (candidate->observed) {
		first = last = 0;
		for (size_t i = 0; i < OBSERVE_PARTS; i++) {
			const struct observe_part *part = &candidate->observed->parts[i];

			if (!(parts >> i & 1) || !part->packets)
				continue;
			first = !first || part->first < first ? part->first : first;
			last = part->last > last ? part->last : last;
		}
	}
	json_object_set_new(attack, "start", json_string(facts_time_text(first, text)));
	json_object_set_new(attack, "end", json_string(facts_time_text(last, text)));
}

static unsigned int verdict_parts(enum attack attack, unsigned int parts, size_t verdicts)
{
	if (verdicts < 2)
		return parts;
	return attack == ATTACK_SYN ? 1 : attack == ATTACK_ACK ? 2 : attack == ATTACK_STOMP ? 4 : parts;
}

/* From the capture, if that has most of it: a flood's packets are not in it when the kernel keeps them. */
static void add_curve(struct facts *facts, json_t *attack, const struct candidate *candidate,
		      unsigned int parts)
{
	uint64_t captured = 0;
	json_t *curve = NULL;

	for (size_t i = 0; candidate->observed && i < OBSERVE_PARTS; i++)
		captured += parts >> i & 1 ? candidate->observed->parts[i].packets : 0;
	if (captured * 2 >= (uint64_t)facts_number(attack, "packets") && captured)
		curve = attack_curve_json(candidate->observed, parts);
	else if (candidate->record)
		curve = facts_flood_curve(facts, candidate->record);
	if (curve)
		json_object_set_new(attack, "curve", curve);
}

static void add_attack(struct facts *facts, const struct candidate *candidate,
		       const struct attack_traffic *traffic, const struct attack_verdict *verdict,
		       unsigned int parts, bool from_parts)
{
	json_t *place = candidate->record ? candidate->record : candidate->target;
	const char *source = facts_string(place, "src_ip");
	json_t *attack, *names = member(facts->names, candidate->dest_ip);

	attack = json_pack("{s:s, s:s, s:s, s:b, s:o}", "attack", attack_name(verdict->attack),
			   "title", attack_title(verdict->attack), "why", verdict->why,
			   "forged", is_forged(facts, source, traffic->sources),
			   "varied", attack_varied_json(verdict->varied));
	if (!attack)
		return;
	json_object_set_new(attack, "seen_by", json_string(from_parts ? "capture" :
		candidate->record ? "kernel" : candidate->observed ? "capture" : "flows"));
	facts_copy_all(attack, place, (const char *const[]){ "in_iface", "src_ip", "proto",
		       "dest_ip", NULL });
	attack_set_numbers(attack, traffic, verdict);
	set_times(attack, candidate, parts, from_parts);
	if (verdict->domain[0])
		json_object_set_new(attack, "domain", json_string(verdict->domain));
	if (names)
		json_object_set(attack, "names", names);
	if (member(candidate->record, "flood"))
		facts_copy(attack, member(candidate->record, "flood"), "delivered");
	json_object_set_new(attack, "samples", attack_samples_json(traffic));
	add_curve(facts, attack, candidate, parts);
	if (attack_is_one(verdict->attack) && facts_may_append(facts, "attacks", facts->attacks, ATTACKS_MAX))
		json_array_append(facts->attacks, attack);
	else if (!attack_is_one(verdict->attack) && verdict->attack != ATTACK_SMALL) {
		json_t *fast = facts_entry_of(facts, "fast", (json_t *[]){ member(attack, "proto"),
			member(attack, "dest_ip"), member(attack, "attack"),
			member(attack, "start") }, 4);

		if (fast)
			json_object_update(fast, attack);
	}
	json_decref(attack);
}

static void judge(struct facts *facts, const struct candidate *candidate,
		  const struct attack_traffic *traffic, unsigned int parts, bool from_parts)
{
	struct attack_verdict verdicts[ATTACK_VERDICTS];
	size_t count;

	if (!traffic->packets)
		return;
	count = attack_recognise(traffic, verdicts);
	for (size_t i = 0; i < count; i++)
		add_attack(facts, candidate, traffic, &verdicts[i],
			   verdict_parts(verdicts[i].attack, parts, count), from_parts);
}

/* Kinds of packet that are kept apart, if the capture has as much of them as the kernel counted. */
static bool judge_parts(struct facts *facts, const struct candidate *candidate)
{
	const struct observe_target *observed = candidate->observed;
	struct attack_sample samples[SAMPLES_MAX];
	struct attack_traffic traffic;
	uint64_t all = 0, most = 0;

	if (!observed || observed->protocol == IPPROTO_TCP)
		return false;
	for (size_t i = 0; i < OBSERVE_PARTS; i++) {
		all += observed->parts[i].packets;
		if (observed->parts[i].packets > most)
			most = observed->parts[i].packets;
	}
	if (!all || most * 50 >= all * 49)
		return false;
	for (size_t i = 0; i < OBSERVE_PARTS; i++) {
		observe_traffic(observed, 1 << i, &traffic, samples);
		judge(facts, candidate, &traffic, 1 << i, true);
	}
	return true;
}

/*
 * Is what was captured for that destination the flood, and hardly anything else?  Then it has
 * all of it, also the packets before the kernel called it a flood.
 */
static bool is_of_flood(const struct observe_target *observed, uint64_t packets)
{
	uint64_t all = 0;

	for (size_t i = 0; observed && i < OBSERVE_PARTS; i++)
		all += observed->parts[i].packets;
	return all >= packets && packets * 100 >= all * 85;
}

/* The packets before the kernel called it a flood went on to the server, and are in the capture. */
static void add_first(const struct candidate *candidate, struct attack_traffic *traffic)
{
	uint64_t packets = 0, bytes = 0;

	for (size_t i = 0; candidate->observed && i < OBSERVE_PARTS; i++) {
		packets += candidate->observed->parts[i].packets;
		bytes += candidate->observed->parts[i].bytes;
	}
	if (packets * 4 > traffic->packets || json_is_true(member(member(candidate->record, "flood"),
							      "delivered")))
		return;
	/* those that the kernel kept as its sample are in both */
	if (packets <= traffic->sample_count)
		return;
	traffic->packets += packets - traffic->sample_count;
	traffic->bytes += bytes * (packets - traffic->sample_count) / packets;
}

static void judge_candidate(struct facts *facts, struct candidate *candidate)
{
	static uint8_t room[64][256];
	struct attack_sample samples[SAMPLES_MAX];
	struct attack_traffic traffic = { 0 };
	json_t *flood = member(candidate->record, "flood");
	bool from_parts = false;

	if (judge_parts(facts, candidate))
		return;
	if (flood && is_of_flood(candidate->observed, facts_number(flood, "packets"))) {
		observe_traffic(candidate->observed, 7, &traffic, samples);
		from_parts = true;
	} else if (flood) {
		take_record(flood, &traffic);
		traffic.src_port = facts_number(candidate->record, "src_port");
		traffic.dest_port = facts_number(candidate->record, "dest_port");
		traffic.samples = samples;
		traffic.sample_count = take_samples(flood, samples, room, 64);
		add_first(candidate, &traffic);
	} else if (candidate->observed && candidate->observed->series.used) {
		observe_traffic(candidate->observed, 7, &traffic, samples);
	} else {
		take_target(candidate->target, &traffic);
		if (traffic.seconds > 0 && traffic.packets / traffic.seconds < CANDIDATE_RATE)
			return;
		traffic.src_port = facts_number(candidate->target, "src_port");
		traffic.dest_port = facts_number(candidate->target, "dest_port");
		add_sink_sample(facts, candidate->target, &traffic, samples, room[0]);
	}
	traffic.protocol = candidate->protocol;
	traffic.requests = candidate->requests;
	traffic.flows = facts_number(candidate->target, "flows");
	if (facts_number(candidate->target, "packets_back") > (int64_t)traffic.packets_back) {
		traffic.packets_back = facts_number(candidate->target, "packets_back");
		traffic.bytes_back = facts_number(candidate->target, "bytes_back");
	}
	judge(facts, candidate, &traffic, 7, from_parts);
}

static int more_packets(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int64_t n = facts_number(x->record ? member(x->record, "flood") : x->target, "packets");
	int64_t m = facts_number(y->record ? member(y->record, "flood") : y->target, "packets");

	return n < m ? 1 : n > m ? -1 : 0;
}

/* Records by protocol and destination, so that flows are not told of twice. */
static size_t list_records(struct facts *facts, struct candidate *list, json_t *told)
{
	json_t *entry;
	const char *key;
	size_t count = 0;

	json_object_foreach(member(facts->lists, "records"), key, entry) {
		json_t *event = member(entry, "event");
		json_t *values[] = { member(event, "proto"), member(event, "dest_ip") };
		const char *place = facts_key(facts, values, 2);

		list[count++] = (struct candidate){
			.protocol = protocol_of(facts_string(event, "proto")),
			.dest_ip = facts_string(event, "dest_ip"), .record = event,
			.target = member(member(facts->lists, "targets"), place),
		};
		json_object_set_new(told, place, json_true());
	}
	return count;
}

static size_t list_targets(struct facts *facts, struct candidate *list, json_t *told)
{
	json_t *target;
	const char *key;
	size_t count = 0;

	json_object_foreach(member(facts->lists, "targets"), key, target) {
		if (facts_number(target, "packets") < CANDIDATE_PACKETS || member(told, key))
			continue;
		list[count++] = (struct candidate){
			.protocol = protocol_of(facts_string(target, "proto")),
			.dest_ip = facts_string(target, "dest_ip"), .target = target,
		};
	}
	return count;
}

/* How often the most frequent request was made of each address, if it came fast. */
static void count_requests(struct facts *facts, struct candidate *list, size_t count)
{
	json_t *counts = json_object(), *request;
	const char *key;

	json_object_foreach(member(facts->lists, "requests"), key, request) {
		const char *address = facts_string(request, "dest_ip");

		if (facts_number(request, "peak") >= REQUESTS_PEAK &&
		    facts_number(request, "count") > facts_number(counts, address))
			json_object_set_new(counts, address,
					    json_integer(facts_number(request, "count")));
	}
	for (size_t i = 0; i < count; i++)
		if (list[i].protocol == IPPROTO_TCP &&
		    facts_number(list[i].target, "flows") >= 20)
			list[i].requests = facts_number(counts, list[i].dest_ip);
	json_decref(counts);
}

static bool has_dns_attack(struct facts *facts, json_t *domain)
{
	json_t *attack;
	size_t i;

	json_array_foreach(facts->attacks, i, attack)
		if (!strcmp(facts_string(attack, "attack"), "dns") &&
		    !strcmp(facts_string(attack, "dest_ip"), facts_string(domain, "dest_ip")) &&
		    !strcasecmp(facts_string(attack, "domain"), facts_string(domain, "domain")))
			return true;
	return false;
}

/* Names of one domain that the DNS server was asked for, each once, and many. */
static void judge_domains(struct facts *facts)
{
	json_t *domain;
	const char *key;

	json_object_foreach(member(facts->lists, "domains"), key, domain) {
		struct attack_verdict verdict = {
			.attack = ATTACK_DNS, .share = 100,
			.why = "the DNS server was asked for ever other names of one domain",
		};
		struct attack_traffic traffic = {
			.protocol = IPPROTO_UDP, .packets = facts_number(domain, "count"),
			.peak = facts_number(domain, "peak"), .sources = 1, .destinations = 1,
			.dest_ports = 1, .dest_port = facts_number(domain, "dest_port"),
		};
		struct candidate candidate = {
			.protocol = IPPROTO_UDP, .target = domain,
			.dest_ip = facts_string(domain, "dest_ip"),
		};
		double first = facts_time(facts_string(domain, "timestamp"));
		double last = facts_time(facts_string(domain, "last"));

		if (facts_number(domain, "count") < CANDIDATE_PACKETS || traffic.peak < CANDIDATE_RATE ||
		    facts_number(domain, "different") * 10 < facts_number(domain, "count") * 9 ||
		    has_dns_attack(facts, domain))
			continue;
		traffic.seconds = last - first;
		json_object_set_new(domain, "first", json_real(first));
		json_object_set_new(domain, "last", json_real(last));
		snprintf(verdict.domain, sizeof(verdict.domain), "%s",
			 facts_string(domain, "domain"));
		verdict.varied = VARIED_PAYLOAD;
		add_attack(facts, &candidate, &traffic, &verdict, 0, false);
	}
}

static void observe_all(struct facts *facts, struct candidate *list, size_t count,
			const char *folder)
{
	struct observe *observe = observe_new();

	if (!observe)
		return;
	for (size_t i = 0; i < count; i++)
		if (strcmp(facts_string(member(list[i].record, "flood"), "kind"), "scan"))
			list[i].observed = observe_target(observe, list[i].protocol, list[i].dest_ip);
	observe_read(observe, folder);
	for (size_t i = 0; i < count; i++) {
		if (list[i].observed && !list[i].observed->series.used)
			list[i].observed = NULL;	/* it is not in the capture */
		judge_candidate(facts, &list[i]);
	}
	if (observe->error[0] && strcmp(observe->error, "not there"))
		facts_miss(facts, "capture", observe->error);
	if (observe->cut)
		facts_miss(facts, "capture", "only its first 2 GiB are in the curves");
	if (observe->packets)
		json_object_set_new(facts->lists, "packets", series_json(&observe->all, true));
	observe_free(observe);
}

static int by_packets(const void *a, const void *b)
{
	int64_t x = facts_number(*(json_t *const *)a, "packets");
	int64_t y = facts_number(*(json_t *const *)b, "packets");

	return x < y ? 1 : x > y ? -1 : 0;
}

static void sort_attacks(struct facts *facts)
{
	size_t count = json_array_size(facts->attacks);
	json_t **items = calloc(count + 1, sizeof(*items));

	if (!items)
		return;
	for (size_t i = 0; i < count; i++)
		items[i] = json_incref(json_array_get(facts->attacks, i));
	qsort(items, count, sizeof(*items), by_packets);
	json_array_clear(facts->attacks);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(facts->attacks, items[i]);
	free(items);
}

void facts_finish_floods(struct facts *facts, const char *folder)
{
	size_t max = json_object_size(member(facts->lists, "records")) +
		     json_object_size(member(facts->lists, "targets"));
	struct candidate *list = calloc(max + 1, sizeof(*list));
	json_t *told = json_object();
	size_t count;

	if (!list)
		return;
	count = list_records(facts, list, told);
	count += list_targets(facts, list + count, told);
	json_decref(told);
	qsort(list, count, sizeof(*list), more_packets);
	count_requests(facts, list, count);
	observe_all(facts, list, count, folder);
	judge_domains(facts);
	free(list);
	sort_attacks(facts);
	orders_match(facts);
}
