// SPDX-License-Identifier: GPL-2.0-only
/*
 * FTP (RFC 959, 2428): files of a folder to fetch, and whatever the guest
 * sends is stored.
 *
 * Passive transfers work.  Active ones cannot: a server in a lab cannot start
 * a conversation.  PORT is taken and recorded, and the transfer fails as it
 * does behind many a firewall; a client falls back to PASV.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "ftp.h"
#include "talk.h"

#define COMMAND_MAX	1024
#define CHUNK		(32 * 1024)

enum transfer {
	TRANSFER_NONE,
	TRANSFER_LIST,
	TRANSFER_NAMES,
	TRANSFER_RETRIEVE,
	TRANSFER_STORE,
};

struct ftp {
	struct bytes user, cwd, name;	/* name: of the transfer's file */
	bool in, passive, active;
	bool connected;			/* the data connection is there */
	bool ended;			/* and the guest is done with it already */
	enum transfer transfer;
	int fd;				/* of TRANSFER_RETRIEVE */
	uint64_t offset;		/* of REST */
	struct store_file *file;	/* of TRANSFER_STORE, or what came before it */
};

static void on_open(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	ftp->fd = -1;
	ftp->user.max = 256;
	ftp->cwd.max = ftp->name.max = 512;
	bytes_put_byte(&ftp->cwd, '/');
	talk_printf(talk, "220 %s\r\n", talk_banner(talk, "(vsFTPd 3.0.3)"));
}

/* The full name of what a guest names, where it is. */
static void resolve(const struct ftp *ftp, const uint8_t *name, size_t len, struct bytes *path)
{
	bytes_reset(path);
	if (!len || name[0] != '/') {
		bytes_put(path, ftp->cwd.data, ftp->cwd.len);
		if (path->len && path->data[path->len - 1] != '/')
			bytes_put_byte(path, '/');
	}
	bytes_put(path, name, len);
}

static void end_transfer(struct talk *talk, const char *reply)
{
	struct ftp *ftp = talk->state;

	if (ftp->fd >= 0)
		close(ftp->fd);
	ftp->fd = -1;
	if (ftp->transfer == TRANSFER_STORE) {
		talk_file(talk, ftp->name.data, ftp->name.len, ftp->file);
		ftp->file = NULL;
	}
	ftp->transfer = TRANSFER_NONE;
	ftp->passive = ftp->connected = ftp->ended = false;
	talk_data_finish(talk);
	talk_puts(talk, reply);
}

static void put_list(struct talk *talk, bool names)
{
	struct folder_file *files;
	size_t count = folder_list(talk->folder, &files), i;
	char line[512];
	int len;

	for (i = 0; i < count; i++) {
		if (names)
			len = snprintf(line, sizeof(line), "%s\r\n", files[i].name);
		else
			len = snprintf(line, sizeof(line),
				       "-rw-r--r--    1 0        0        %8llu Jan 01 00:00 %s\r\n",
				       (unsigned long long)files[i].size, files[i].name);
		talk_data_send(talk, line, (size_t)len < sizeof(line) ? (size_t)len :
			       sizeof(line) - 1);
	}
	folder_free(files, count);
	end_transfer(talk, "226 Directory send OK.\r\n");
}

static void put_file(struct talk *talk)
{
	static uint8_t chunk[CHUNK];
	struct ftp *ftp = talk->state;
	ssize_t n;

	while ((n = read(ftp->fd, chunk, sizeof(chunk))) > 0)
		if (!talk_data_send(talk, chunk, n))
			return;		/* goes on in data_sent */
	end_transfer(talk, "226 Transfer complete.\r\n");
}

/* Both are there: the command, and the connection. */
static void go(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	if (!ftp->connected)
		return;
	if (ftp->transfer == TRANSFER_LIST || ftp->transfer == TRANSFER_NAMES)
		put_list(talk, ftp->transfer == TRANSFER_NAMES);
	else if (ftp->transfer == TRANSFER_RETRIEVE)
		put_file(talk);
	else if (ftp->transfer == TRANSFER_STORE && ftp->ended)
		end_transfer(talk, "226 Transfer complete.\r\n");
}

static void on_data_open(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	ftp->connected = true;
	go(talk);
}

/* Some clients send before they have read our 150. */
static void on_data_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct ftp *ftp = talk->state;

	if (ftp->transfer != TRANSFER_STORE && ftp->transfer != TRANSFER_NONE)
		return;
	if (!ftp->file)
		ftp->file = store_begin(talk->store);
	store_write(ftp->file, bytes, len);
}

static void on_data_sent(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	if (ftp->transfer == TRANSFER_RETRIEVE)
		put_file(talk);
}

static void on_data_end(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	ftp->ended = true;
	if (ftp->transfer == TRANSFER_STORE)
		end_transfer(talk, "226 Transfer complete.\r\n");
	else if (ftp->transfer != TRANSFER_NONE)
		end_transfer(talk, "426 Failure writing network stream.\r\n");
}

static void begin_transfer(struct talk *talk, enum transfer transfer, const char *reply)
{
	struct ftp *ftp = talk->state;

	if (!ftp->passive) {
		if (ftp->fd >= 0)
			close(ftp->fd);
		ftp->fd = -1;
		talk_puts(talk, ftp->active ? "425 Failed to establish connection.\r\n" :
			  "425 Use PORT or PASV first.\r\n");
		return;
	}
	ftp->transfer = transfer;
	if (transfer == TRANSFER_STORE && !ftp->file)
		ftp->file = store_begin(talk->store);
	talk_puts(talk, reply);
	go(talk);
}

static void retrieve(struct talk *talk, const uint8_t *name, size_t len)
{
	struct ftp *ftp = talk->state;
	uint64_t size;

	resolve(ftp, name, len, &ftp->name);
	ftp->fd = folder_open(talk->folder, ftp->name.data, ftp->name.len, &size);
	if (ftp->fd < 0) {
		talk_puts(talk, "550 Failed to open file.\r\n");
		return;
	}
	if (ftp->offset)
		lseek(ftp->fd, (off_t)ftp->offset, SEEK_SET);
	ftp->offset = 0;
	begin_transfer(talk, TRANSFER_RETRIEVE, "150 Opening BINARY mode data connection.\r\n");
}

static void store(struct talk *talk, const uint8_t *name, size_t len)
{
	struct ftp *ftp = talk->state;

	resolve(ftp, name, len, &ftp->name);
	begin_transfer(talk, TRANSFER_STORE, "150 Ok to send data.\r\n");
}

static void enter_passive(struct talk *talk, bool extended)
{
	struct ftp *ftp = talk->state;
	uint16_t port = talk_data_port(talk);
	const uint8_t *addr = &talk->orig->dest_addr.s6_addr[12];

	if (!port || (!extended && !addr_is_v4(&talk->orig->dest_addr))) {
		talk_puts(talk, port ? "522 Network protocol not supported, use EPSV.\r\n" :
			  "425 Cannot open passive connection.\r\n");
		return;
	}
	store_drop(ftp->file);
	ftp->file = NULL;
	ftp->passive = true;
	ftp->active = ftp->connected = ftp->ended = false;
	if (extended)
		talk_printf(talk, "229 Entering Extended Passive Mode (|||%u|)\r\n", port);
	else
		talk_printf(talk, "227 Entering Passive Mode (%u,%u,%u,%u,%u,%u).\r\n", addr[0],
			    addr[1], addr[2], addr[3], port >> 8, port & 0xff);
}

static void take_port(struct talk *talk, const uint8_t *text, size_t len, bool extended)
{
	struct ftp *ftp = talk->state;
	struct in6_addr addr;
	uint16_t port;
	json_t *object;

	if (!(extended ? ftp_parse_eprt : ftp_parse_port)(text, len, &addr, &port)) {
		talk_printf(talk, "500 Illegal %s command.\r\n", extended ? "EPRT" : "PORT");
		return;
	}
	object = talk_event_begin(talk, "active");
	event_put_addr(object, "address", &addr);
	event_put_int(object, "port", port);
	talk_event(talk, object);
	ftp->active = true;
	ftp->passive = false;
	talk_printf(talk, "200 %s command successful. Consider using %s.\r\n",
		    extended ? "EPRT" : "PORT", extended ? "EPSV" : "PASV");
}

static void change_folder(struct talk *talk, const uint8_t *name, size_t len)
{
	struct ftp *ftp = talk->state;
	struct bytes path = BYTES(512);

	if (len == 2 && name[0] == '.' && name[1] == '.') {
		bytes_put_byte(&path, '/');
	} else {
		resolve(ftp, name, len, &path);
		while (path.len > 1 && path.data[path.len - 1] == '/')
			path.len--;
	}
	bytes_free(&ftp->cwd);
	ftp->cwd = path;
	talk_puts(talk, "250 Directory successfully changed.\r\n");
}

static void tell_size(struct talk *talk, const uint8_t *name, size_t len)
{
	struct ftp *ftp = talk->state;
	struct bytes path = BYTES(512);
	uint64_t size = 0;
	int fd;

	resolve(ftp, name, len, &path);
	fd = folder_open(talk->folder, path.data, path.len, &size);
	bytes_free(&path);
	if (fd < 0) {
		talk_puts(talk, "550 Could not get file size.\r\n");
		return;
	}
	close(fd);
	talk_printf(talk, "213 %llu\r\n", (unsigned long long)size);
}

static void take_offset(struct talk *talk, const uint8_t *text, size_t len)
{
	struct ftp *ftp = talk->state;
	size_t i;

	ftp->offset = 0;
	for (i = 0; i < len && i < 12 && text[i] >= '0' && text[i] <= '9'; i++)
		ftp->offset = ftp->offset * 10 + (text[i] - '0');
	talk_printf(talk, "350 Restart position accepted (%llu).\r\n",
		    (unsigned long long)ftp->offset);
}

/* Commands about files. */
static bool take_file_command(struct talk *talk, const uint8_t *line, size_t len)
{
	const uint8_t *rest;
	size_t n;

	if (talk_is(line, len, "RETR", &rest, &n))
		retrieve(talk, rest, n);
	else if (talk_is(line, len, "STOR", &rest, &n) || talk_is(line, len, "APPE", &rest, &n) ||
		 talk_is(line, len, "STOU", &rest, &n))
		store(talk, rest, n);
	else if (talk_is(line, len, "LIST", &rest, &n) || talk_is(line, len, "MLSD", &rest, &n))
		begin_transfer(talk, TRANSFER_LIST, "150 Here comes the directory listing.\r\n");
	else if (talk_is(line, len, "NLST", &rest, &n))
		begin_transfer(talk, TRANSFER_NAMES, "150 Here comes the directory listing.\r\n");
	else if (talk_is(line, len, "SIZE", &rest, &n))
		tell_size(talk, rest, n);
	else if (talk_is(line, len, "REST", &rest, &n))
		take_offset(talk, rest, n);
	else if (talk_is(line, len, "MKD", &rest, &n))
		talk_puts(talk, "257 Directory created.\r\n");
	else if (talk_is(line, len, "DELE", &rest, &n) || talk_is(line, len, "RMD", &rest, &n) ||
		 talk_is(line, len, "RNTO", &rest, &n))
		talk_puts(talk, "250 Operation successful.\r\n");
	else if (talk_is(line, len, "RNFR", &rest, &n))
		talk_puts(talk, "350 Ready for RNTO.\r\n");
	else
		return false;
	return true;
}

/* Commands about the session. */
static bool take_session_command(struct talk *talk, const uint8_t *line, size_t len)
{
	struct ftp *ftp = talk->state;
	const uint8_t *rest;
	size_t n;

	if (talk_is(line, len, "PASV", &rest, &n) || talk_is(line, len, "EPSV", &rest, &n))
		enter_passive(talk, (line[0] | 0x20) == 'e');
	else if (talk_is(line, len, "PORT", &rest, &n) || talk_is(line, len, "EPRT", &rest, &n))
		take_port(talk, rest, n, (line[0] | 0x20) == 'e');
	else if (talk_is(line, len, "CWD", &rest, &n) || talk_is(line, len, "XCWD", &rest, &n))
		change_folder(talk, rest, n);
	else if (talk_is(line, len, "CDUP", &rest, &n))
		change_folder(talk, (const uint8_t *)"..", 2);
	else if (talk_is(line, len, "PWD", &rest, &n) || talk_is(line, len, "XPWD", &rest, &n))
		talk_printf(talk, "257 \"%.*s\" is the current directory\r\n",
			    (int)ftp->cwd.len, (const char *)ftp->cwd.data);
	else if (talk_is(line, len, "TYPE", &rest, &n))
		talk_puts(talk, "200 Switching to Binary mode.\r\n");
	else if (talk_is(line, len, "MODE", &rest, &n) || talk_is(line, len, "STRU", &rest, &n) ||
		 talk_is(line, len, "ALLO", &rest, &n) || talk_is(line, len, "SITE", &rest, &n))
		talk_puts(talk, "200 Ok.\r\n");
	else
		return false;
	return true;
}

static void take_password(struct talk *talk, const uint8_t *password, size_t len)
{
	struct ftp *ftp = talk->state;

	if (!ftp->user.len) {
		talk_puts(talk, "503 Login with USER first.\r\n");
		return;
	}
	ftp->in = talk_login(talk, ftp->user.data, ftp->user.len, password, len);
	bytes_reset(&ftp->user);
	talk_puts(talk, ftp->in ? "230 Login successful.\r\n" : "530 Login incorrect.\r\n");
}

/* Commands that need no login. */
static bool take_first_command(struct talk *talk, const uint8_t *line, size_t len)
{
	struct ftp *ftp = talk->state;
	const uint8_t *rest;
	size_t n;

	if (talk_is(line, len, "USER", &rest, &n)) {
		bytes_reset(&ftp->user);
		bytes_put(&ftp->user, rest, n);
		ftp->in = false;
		talk_puts(talk, "331 Please specify the password.\r\n");
	} else if (talk_is(line, len, "PASS", &rest, &n)) {
		take_password(talk, rest, n);
	} else if (talk_is(line, len, "QUIT", &rest, &n)) {
		talk_puts(talk, "221 Goodbye.\r\n");
		talk_finish(talk, "quit");
	} else if (talk_is(line, len, "SYST", &rest, &n)) {
		talk_puts(talk, "215 UNIX Type: L8\r\n");
	} else if (talk_is(line, len, "FEAT", &rest, &n)) {
		talk_puts(talk, "211-Features:\r\n EPRT\r\n EPSV\r\n PASV\r\n REST STREAM\r\n SIZE\r\n"
			  " UTF8\r\n211 End\r\n");
	} else if (talk_is(line, len, "NOOP", &rest, &n) || talk_is(line, len, "OPTS", &rest, &n)) {
		talk_puts(talk, "200 Ok.\r\n");
	} else {
		return false;
	}
	return true;
}

static void on_line(struct talk *talk, const uint8_t *line, size_t len)
{
	struct ftp *ftp = talk->state;
	const uint8_t *rest;
	size_t n;

	/* the password is in its own event */
	if (!talk_is(line, len, "PASS", &rest, &n))
		talk_command(talk, line, len);
	if (ftp->transfer != TRANSFER_NONE) {
		if (talk_is(line, len, "ABOR", &rest, &n) || talk_is(line, len, "QUIT", &rest, &n))
			end_transfer(talk, "426 Transfer aborted.\r\n");
		else
			return;		/* one at a time; it is told in the event */
	}
	if (take_first_command(talk, line, len))
		return;
	if (!ftp->in)
		talk_puts(talk, "530 Please login with USER and PASS.\r\n");
	else if (talk_is(line, len, "ABOR", &rest, &n))
		talk_puts(talk, "225 No transfer to ABOR.\r\n");
	else if (!take_session_command(talk, line, len) && !take_file_command(talk, line, len))
		talk_puts(talk, "500 Unknown command.\r\n");
}

static void on_ending(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	if (store_size(ftp->file)) {
		talk_file(talk, ftp->name.data, ftp->name.len, ftp->file);
		ftp->file = NULL;
	}
}

static void on_close(struct talk *talk)
{
	struct ftp *ftp = talk->state;

	store_drop(ftp->file);
	if (ftp->fd >= 0)
		close(ftp->fd);
	bytes_free(&ftp->user);
	bytes_free(&ftp->cwd);
	bytes_free(&ftp->name);
}

const struct service ftp_service = {
	.name = "ftp",
	.transports = TALK_TCP,
	.state_size = sizeof(struct ftp),
	.idle_timeout = 300,
	.line_max = COMMAND_MAX,
	.open = on_open,
	.line = on_line,
	.ending = on_ending,
	.close = on_close,
	.data_open = on_data_open,
	.data_input = on_data_input,
	.data_sent = on_data_sent,
	.data_end = on_data_end,
};
