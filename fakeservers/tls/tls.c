// SPDX-License-Identifier: GPL-2.0-only
/* TLS between the socket and the protocol, over buffers in memory. */
#include "tls.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "clock.h"
#include "fingerprint.h"
#include "issue.h"

/* what one receive can carry, and a record that was not complete before */
#define PLAIN_MAX	(96 * 1024)
#define NAME_MAX_LEN	255

struct tls {
	struct server *server;
	SSL_CTX *context;
	struct ca *ca;
	struct issue *issue;
};

struct tls_state {
	struct tls *tls;
	SSL *ssl;
	BIO *in, *out;		/* the SSL's */
	bool told;		/* the event */
	bool broken;
	bool closed;		/* the guest said so */
	const char *alert;	/* the last one that the guest sent */
	json_t *client;		/* what its hello tells; NULL: none was seen */
};

static const struct stream_layer tls_layer;

/* One callback at a time: all connections share it. */
static uint8_t plain[PLAIN_MAX];

static const char *version_text(uint16_t version)
{
	switch (version) {
	case 0x0304:
		return "TLS 1.3";
	case 0x0303:
		return "TLS 1.2";
	case 0x0302:
		return "TLS 1.1";
	case 0x0301:
		return "TLS 1.0";
	case 0x0300:
		return "SSL 3.0";
	default:
		return "unknown";
	}
}

static json_t *describe_hello(const struct hello *hello)
{
	char text[JA3_TEXT_MAX], hash[JA3_HASH_SIZE], ja4_text[JA4_SIZE];
	json_t *client = json_object(), *ja3 = json_object();

	if (hello->has_sni)
		event_put_bytes(client, "sni", hello->sni, hello->sni_len);
	ja3_text(text, hello);
	ja3_hash(hash, text);
	event_put_string(ja3, "hash", hash);
	event_put_bytes(ja3, "string", text, strlen(text));
	json_object_set_new(client, "ja3", ja3);
	ja4(ja4_text, hello);
	event_put_string(client, "ja4", ja4_text);
	if (hello->has_alpn)
		event_put_bytes(client, "client_alpn", hello->alpn, hello->alpn_len);
	event_put_string(client, "client_version", version_text(hello->version));
	return client;
}

/* Of each message of a handshake: the first that the client sends is its hello. */
static void on_message(int is_ours, int version, int type, const void *bytes, size_t len, SSL *ssl,
		       void *data)
{
	struct tls_state *state = data;
	struct hello hello;

	if (is_ours || type != SSL3_RT_HANDSHAKE || state->client)
		return;
	if (hello_parse(&hello, bytes, len))
		state->client = describe_hello(&hello);
}

static void on_info(const SSL *ssl, int where, int value)
{
	struct stream *stream = SSL_get_app_data(ssl);
	struct tls_state *state = stream->layer_state;

	if (where == SSL_CB_READ_ALERT && value >> 8 == SSL3_AL_FATAL)
		state->alert = SSL_alert_desc_string_long(value);
}

static int on_certificate(SSL *ssl, void *data)
{
	struct tls *tls = data;
	struct stream *stream = SSL_get_app_data(ssl);
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	char address[ADDR_TEXT_MAX];
	X509 *certificate;

	if (!name || !*name)
		name = addr_text(&stream->orig.dest_addr, address);
	certificate = issue_for(tls->issue, name, strlen(name), clock_now(tls->server));
	return certificate && SSL_use_certificate(ssl, certificate) == 1 &&
	       SSL_use_PrivateKey(ssl, ca_leaf_key(tls->ca)) == 1;
}

/* A client that offers only what we do not speak is answered all the same. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
		   const unsigned char *in, unsigned int in_len, void *data)
{
	static const unsigned char ours[] = "\x08http/1.1\x08http/1.0";
	unsigned char *chosen;

	if (SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, in, in_len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *make_context(struct tls *tls)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (!context)
		return NULL;
	/* old devices know no better */
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(context, 0);
	SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
	SSL_CTX_set_dh_auto(context, 1);
	/* each handshake is seen whole, and an idle connection costs little */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
			    SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_cert_cb(context, on_certificate, tls);
	SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
	SSL_CTX_set_info_callback(context, on_info);
	SSL_CTX_set_msg_callback(context, on_message);
	return context;
}

struct tls *tls_new(struct server *server)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	const char *error = "out of memory";

	if (!tls) {
		server_warn(server, "TLS: %s", error);
		return NULL;
	}
	tls->server = server;
	tls->ca = ca_open(server->conf->ca_folder, &error);
	tls->issue = tls->ca ? issue_new(tls->ca) : NULL;
	tls->context = tls->issue ? make_context(tls) : NULL;
	if (tls->context)
		return tls;
	server_warn(server, "the lab's CA in %s: %s", server->conf->ca_folder, error);
	tls_free(tls);
	return NULL;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	SSL_CTX_free(tls->context);
	issue_free(tls->issue);
	ca_close(tls->ca);
	free(tls);
}

uint64_t tls_certificates(const struct tls *tls)
{
	return issue_made(tls->issue);
}

bool tls_start(struct tls *tls, struct stream *stream)
{
	struct tls_state *state = calloc(1, sizeof(*state));

	if (!state)
		return false;
	state->tls = tls;
	state->ssl = SSL_new(tls->context);
	state->in = BIO_new(BIO_s_mem());
	state->out = BIO_new(BIO_s_mem());
	if (!state->ssl || !state->in || !state->out) {
		BIO_free(state->in);
		BIO_free(state->out);
		SSL_free(state->ssl);
		free(state);
		return false;
	}
	SSL_set_bio(state->ssl, state->in, state->out);
	SSL_set_accept_state(state->ssl);
	SSL_set_app_data(state->ssl, stream);
	SSL_set_msg_callback_arg(state->ssl, state);
	stream->layer = &tls_layer;
	stream->layer_state = state;
	return true;
}

static bool flush(struct stream *stream, struct tls_state *state)
{
	char *bytes;
	long len = BIO_get_mem_data(state->out, &bytes);
	bool sent = true;

	if (len > 0)
		sent = stream_send_wire(stream, bytes, (size_t)len);
	(void)BIO_reset(state->out);
	return sent;
}

bool tls_is_established(const struct stream *stream)
{
	const struct tls_state *state = stream->layer_state;

	return stream->layer == &tls_layer && SSL_is_init_finished(state->ssl);
}

json_t *tls_describe(const struct stream *stream)
{
	const struct tls_state *state = stream->layer_state;
	const unsigned char *protocol;
	unsigned int len;
	json_t *object;

	if (stream->layer != &tls_layer)
		return NULL;
	object = state->client ? json_copy(state->client) : json_object();
	if (!SSL_is_init_finished(state->ssl))
		return object;
	event_put_string(object, "version", version_text((uint16_t)SSL_version(state->ssl)));
	event_put_string(object, "cipher", SSL_get_cipher(state->ssl));
	SSL_get0_alpn_selected(state->ssl, &protocol, &len);
	if (len)
		event_put_bytes(object, "alpn", protocol, len);
	return object;
}

static void tell(struct stream *stream, struct tls_state *state, const char *failed)
{
	json_t *object;

	if (state->told)
		return;
	state->told = true;
	object = tls_describe(stream);
	if (failed)
		event_put_string(object, "failed", failed);
	event_end(stream->server->events, &stream->orig, "tls", object);
}

static const char *failure(const struct tls_state *state)
{
	unsigned long error = ERR_peek_last_error();
	const char *text = error ? ERR_reason_error_string(error) : NULL;

	if (state->alert)	/* of the guest: as "unknown CA" */
		return state->alert;
	return text ? text : "the connection ended";
}

/* Decrypts what is there into the common buffer; how much. */
static size_t decrypt(struct stream *stream, struct tls_state *state)
{
	size_t len = 0;
	int n = 1;

	while (len < sizeof(plain)) {
		n = SSL_read(state->ssl, plain + len, (int)(sizeof(plain) - len));
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (n > 0)
		return len;
	switch (SSL_get_error(state->ssl, n)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		break;
	case SSL_ERROR_ZERO_RETURN:
		state->closed = true;
		break;
	default:
		state->broken = true;
	}
	return len;
}

static void layer_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct tls_state *state = stream->layer_state;
	bool was_ready = SSL_is_init_finished(state->ssl);

	ERR_clear_error();
	if (state->broken || BIO_write(state->in, bytes, (int)len) != (int)len) {
		stream_abort(stream, "tls");
		return;
	}
	len = decrypt(stream, state);
	if (SSL_is_init_finished(state->ssl))
		tell(stream, state, NULL);
	else if (state->broken)
		tell(stream, state, failure(state));
	if (!flush(stream, state))
		return;
	if (!was_ready && SSL_is_init_finished(state->ssl) && stream->ops->secured)
		stream->ops->secured(stream);
	if (len && !stream->closing)
		stream->ops->data(stream, plain, len);
	if (stream->closing || stream->finishing)
		return;
	if (state->broken)
		stream_finish(stream, "tls");
	else if (state->closed && stream->ops->end)
		stream->ops->end(stream);
	else if (state->closed)
		stream_finish(stream, "closed");
}

static bool layer_send(struct stream *stream, const void *bytes, size_t len)
{
	struct tls_state *state = stream->layer_state;

	if (!len)
		return true;
	ERR_clear_error();
	if (!SSL_is_init_finished(state->ssl) || SSL_write(state->ssl, bytes, (int)len) <= 0) {
		stream_abort(stream, "tls");
		return false;
	}
	return flush(stream, state);
}

static void layer_finish(struct stream *stream)
{
	struct tls_state *state = stream->layer_state;

	ERR_clear_error();
	if (!state->broken && SSL_is_init_finished(state->ssl))
		SSL_shutdown(state->ssl);
	flush(stream, state);
}

static void layer_free(struct stream *stream)
{
	struct tls_state *state = stream->layer_state;

	ERR_clear_error();
	tell(stream, state, failure(state));
	json_decref(state->client);
	SSL_free(state->ssl);	/* and the buffers */
	free(state);
	stream->layer = NULL;
}

static const struct stream_layer tls_layer = {
	.data = layer_data,
	.send = layer_send,
	.finish = layer_finish,
	.free = layer_free,
};
