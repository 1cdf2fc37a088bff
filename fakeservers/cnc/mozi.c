// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mozi and its like over BitTorrent's DHT (BEP 5): a node that answers ping,
 * find_node, get_peers and announce_peer.  A bot finds only us, under as many
 * addresses as it likes: the nodes that we name are made up, and lead back here.
 * Guarded, as every C&C is.
 */
#include <openssl/evp.h>
#include <string.h>

#include "bencode.h"
#include "talk.h"

#define ID_LEN		20
#define NODES		8
#define NODE_LEN	(ID_LEN + 4 + 2)
#define TOKEN_LEN	8
#define REPLY_MAX	512

struct query {
	struct bencode transaction, name, arguments, id, version;
};

/* The same for the same input, and like no other: ids, tokens, addresses. */
static void derive(uint8_t hash[32], const void *seed, size_t len, uint8_t what)
{
	uint8_t input[64] = { what };
	unsigned int size;

	memcpy(input + 1, seed, len < sizeof(input) - 1 ? len : sizeof(input) - 1);
	EVP_Digest(input, sizeof(input), hash, &size, EVP_sha256(), NULL);
}

/* Our id: another for each address that the guest believes to talk to. */
static void own_id(const struct talk *talk, uint8_t id[32])
{
	derive(id, &talk->orig->dest_addr, sizeof(talk->orig->dest_addr), 'i');
}

/* Of no special range. */
static void make_address(uint8_t address[4], const uint8_t *hash)
{
	static const uint8_t first[] = { 5, 24, 31, 37, 46, 62, 77, 78, 82, 85, 91, 94, 109, 176, 188, 213 };

	address[0] = first[hash[0] % sizeof(first)];
	memcpy(address + 1, hash + 1, 3);
	if (!address[3] || address[3] == 255)
		address[3] = 1;
}

/* Ids that share the target's first bytes: as near as a bot hopes for. */
static void put_nodes(struct bytes *reply, const struct bencode *target)
{
	uint8_t nodes[NODES * NODE_LEN], hash[32], *node = nodes;
	unsigned int i;

	for (i = 0; i < NODES; i++, node += NODE_LEN) {
		derive(hash, target->bytes, target->len, i);
		memcpy(node, hash, ID_LEN);
		memcpy(node, target->bytes, 2 + i / 4);
		make_address(node + ID_LEN, hash + ID_LEN);
		node[ID_LEN + 4] = 0x1a;	/* port 6881 */
		node[ID_LEN + 5] = 0xe1;
	}
	bytes_put_text(reply, "5:nodes");
	bencode_put(reply, nodes, sizeof(nodes));
}

static void put_id(struct talk *talk, struct bytes *reply)
{
	uint8_t id[32];

	own_id(talk, id);
	bytes_put_text(reply, "d1:rd2:id");
	bencode_put(reply, id, ID_LEN);
}

static void send_reply(struct talk *talk, struct bytes *reply, const struct query *query,
		       const char *type)
{
	bytes_put_text(reply, "1:t");
	bencode_put(reply, query->transaction.bytes, query->transaction.len);
	bytes_printf(reply, "1:y1:%se", type);
	if (!reply->cut)
		talk_send(talk, reply->data, reply->len);
}

static void send_error(struct talk *talk, const struct query *query, const char *text)
{
	struct bytes reply = BYTES(REPLY_MAX);

	bytes_printf(&reply, "d1:eli%de%zu:%se", 203, strlen(text), text);
	send_reply(talk, &reply, query, "e");
	bytes_free(&reply);
}

static bool take_argument(const struct query *query, const char *key, struct bencode *value)
{
	struct bencode found;

	return bencode_get(&query->arguments, key, &found) && bencode_string(&found, value) &&
	       value->len == ID_LEN;
}

static bool is_query(const struct query *query, const char *name)
{
	return query->name.len == strlen(name) && memcmp(query->name.bytes, name, query->name.len) == 0;
}

static void put_token(struct talk *talk, struct bytes *reply)
{
	uint8_t hash[32];

	derive(hash, &talk->orig->guest_addr, sizeof(talk->orig->guest_addr), 't');
	bytes_put_text(reply, "5:token");
	bencode_put(reply, hash, TOKEN_LEN);
}

static void answer(struct talk *talk, const struct query *query)
{
	struct bytes reply = BYTES(REPLY_MAX);
	struct bencode target;

	put_id(talk, &reply);
	if (is_query(query, "find_node") && take_argument(query, "target", &target)) {
		put_nodes(&reply, &target);
	} else if (is_query(query, "get_peers") && take_argument(query, "info_hash", &target)) {
		put_nodes(&reply, &target);
		put_token(talk, &reply);
	} else if (!is_query(query, "ping") && !(is_query(query, "announce_peer") &&
						  take_argument(query, "info_hash", &target))) {
		bytes_free(&reply);
		send_error(talk, query, "Protocol Error");
		return;
	}
	bytes_put_byte(&reply, 'e');
	send_reply(talk, &reply, query, "r");
	bytes_free(&reply);
}

static void tell(struct talk *talk, const struct query *query)
{
	json_t *object = talk_event_begin(talk, "query");
	struct bencode value;
	int64_t port;

	event_put_string(object, "family", "mozi");
	event_put_bytes(object, "query", query->name.bytes, query->name.len);
	event_put_hex(object, "node_id", query->id.bytes, query->id.len);
	if (query->version.len)
		event_put_hex(object, "version", query->version.bytes, query->version.len);
	if (take_argument(query, "target", &value))
		event_put_hex(object, "target", value.bytes, value.len);
	if (take_argument(query, "info_hash", &value))
		event_put_hex(object, "info_hash", value.bytes, value.len);
	if (bencode_get(&query->arguments, "port", &value) && bencode_int(&value, &port) &&
	    port > 0 && port < 65536)
		event_put_int(object, "port", port);
	talk_event(talk, object);
}

static void tell_unknown(struct talk *talk, const char *kind, const uint8_t *bytes, size_t len)
{
	json_t *object = talk_event_begin(talk, kind);

	event_put_hex(object, "raw", bytes, len);
	talk_event(talk, object);
}

static bool get_string(const struct bencode *dict, const char *key, struct bencode *string)
{
	struct bencode value;

	return bencode_get(dict, key, &value) && bencode_string(&value, string);
}

static void on_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct bencode message = { bytes, bencode_len(bytes, len) }, type;
	struct query query = {};

	if (!message.len || !get_string(&message, "y", &type) || type.len != 1 ||
	    !get_string(&message, "t", &query.transaction) || query.transaction.len > 32) {
		tell_unknown(talk, "unknown", bytes, len < 256 ? len : 256);
		return;
	}
	if (type.bytes[0] != 'q') {	/* an answer, to what we never asked */
		tell_unknown(talk, "answer", bytes, len < 256 ? len : 256);
		return;
	}
	get_string(&message, "v", &query.version);
	if (!get_string(&message, "q", &query.name) ||
	    !bencode_get(&message, "a", &query.arguments) ||
	    !take_argument(&query, "id", &query.id)) {
		tell_unknown(talk, "unknown", bytes, len < 256 ? len : 256);
		send_error(talk, &query, "Protocol Error");
		return;
	}
	tell(talk, &query);
	answer(talk, &query);
}

const struct service mozi_service = {
	.name = "mozi",
	.event = "cnc",
	.guarded = true,
	.transports = TALK_UDP,
	.idle_timeout = 60,
	.reply_max = REPLY_MAX,
	.datagram = on_datagram,
};
