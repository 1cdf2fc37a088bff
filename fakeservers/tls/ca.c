// SPDX-License-Identifier: GPL-2.0-only
/* The lab's certificate authority. */
#include "ca.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define KEY_BITS	2048	/* what old devices know as well */
#define NAME_MAX_LEN	253
/* whatever the guest's clock says: 2000 to 2049, the years of a short date */
#define CA_BEGIN	"20000101000000Z"
#define CA_END		"20491231235959Z"

struct ca {
	EVP_PKEY *key, *leaf_key;
	X509 *certificate;
};

void ca_close(struct ca *ca)
{
	if (!ca)
		return;
	EVP_PKEY_free(ca->key);
	EVP_PKEY_free(ca->leaf_key);
	X509_free(ca->certificate);
	free(ca);
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;
	bool added;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	added = extension && X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
	return added;
}

static bool set_serial(X509 *certificate)
{
	uint8_t bytes[16];
	BIGNUM *number;
	bool set;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bytes[0] &= 0x7f;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
	BN_free(number);
	return set;
}

static bool add_name(X509_NAME *name, const char *field, const char *text, size_t len)
{
	return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const uint8_t *)text,
					  (int)len, -1, 0);
}

static X509 *make_root(EVP_PKEY *key)
{
	static const char name[] = "Lab Root CA";
	X509 *root = X509_new();

	if (root && X509_set_version(root, 2) && set_serial(root) &&
	    ASN1_TIME_set_string_X509(X509_getm_notBefore(root), CA_BEGIN) &&
	    ASN1_TIME_set_string_X509(X509_getm_notAfter(root), CA_END) &&
	    add_name(X509_get_subject_name(root), "CN", name, sizeof(name) - 1) &&
	    add_name(X509_get_subject_name(root), "O", "Lab", 3) &&
	    X509_set_issuer_name(root, X509_get_subject_name(root)) &&
	    X509_set_pubkey(root, key) &&
	    add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE") &&
	    add_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign") &&
	    add_extension(root, root, NID_subject_key_identifier, "hash") &&
	    X509_sign(root, key, EVP_sha256()))
		return root;
	X509_free(root);
	return NULL;
}

/* Into a file of its own first: whoever sees the name sees all of it. */
static bool write_file(int folder, const char *name, mode_t mode, EVP_PKEY *key, X509 *certificate)
{
	char temporary[32];
	FILE *file = NULL;
	bool written;
	int fd;

	snprintf(temporary, sizeof(temporary), ".%s.new", name);
	unlinkat(folder, temporary, 0);
	fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd >= 0)
		file = fdopen(fd, "w");
	if (!file)
		return false;
	written = certificate ? PEM_write_X509(file, certificate) :
		  PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	written = fflush(file) == 0 && written;
	written = fclose(file) == 0 && written;
	return written && renameat(folder, temporary, folder, name) == 0;
}

static FILE *open_file(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

static EVP_PKEY *read_key(int folder, const char *name)
{
	FILE *file = open_file(folder, name);
	EVP_PKEY *key = NULL;

	if (file) {
		key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		fclose(file);
	}
	return key;
}

static bool read_all(struct ca *ca, int folder)
{
	FILE *file = open_file(folder, "ca.pem");

	if (file) {
		ca->certificate = PEM_read_X509(file, NULL, NULL, NULL);
		fclose(file);
	}
	ca->key = read_key(folder, "ca.key");
	ca->leaf_key = read_key(folder, "leaf.key");
	return ca->certificate && ca->key && ca->leaf_key &&
	       X509_check_private_key(ca->certificate, ca->key) == 1;
}

static bool make_all(struct ca *ca, int folder)
{
	EVP_PKEY_free(ca->key);
	EVP_PKEY_free(ca->leaf_key);
	X509_free(ca->certificate);
	ca->key = EVP_RSA_gen(KEY_BITS);
	ca->leaf_key = EVP_RSA_gen(KEY_BITS);
	ca->certificate = ca->key ? make_root(ca->key) : NULL;
	return ca->certificate && ca->leaf_key &&
	       write_file(folder, "ca.key", 0600, ca->key, NULL) &&
	       write_file(folder, "leaf.key", 0600, ca->leaf_key, NULL) &&
	       write_file(folder, "ca.pem", 0644, NULL, ca->certificate);
}

/* The folder above it is there, or can be made as well. */
static int open_folder(const char *path)
{
	char *parent = strdup(path), *slash = parent ? strrchr(parent, '/') : NULL;
	int fd;

	if (slash && slash != parent) {
		*slash = '\0';
		mkdir(parent, 0755);
	}
	free(parent);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* servers start together: one makes it, the others wait for it */
	while (fd >= 0 && flock(fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -1;
	}
	return fd;
}

struct ca *ca_open(const char *path, const char **error)
{
	struct ca *ca = calloc(1, sizeof(*ca));
	bool done;
	int folder;

	*error = "out of memory";
	if (!ca)
		return NULL;
	folder = open_folder(path);
	if (folder < 0) {
		*error = strerror(errno);
		free(ca);
		return NULL;
	}
	done = read_all(ca, folder) || make_all(ca, folder);
	if (!done)
		*error = errno ? strerror(errno) : "the keys could not be made";
	close(folder);
	if (done)
		return ca;
	ca_close(ca);
	return NULL;
}

/* A name that may stand in a certificate, from any bytes. */
static size_t clean(char out[NAME_MAX_LEN + 1], const char *name, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < NAME_MAX_LEN; i++) {
		char c = name[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '.' || c == '-' || c == '_' || c == ':')
			out[n++] = c;
	}
	out[n] = '\0';
	return n;
}

static bool add_alternative(X509 *leaf, X509 *issuer, const char *name, size_t len)
{
	struct in6_addr address;
	char text[NAME_MAX_LEN + 16];

	if (!len)
		return true;
	snprintf(text, sizeof(text), "%s:%s", inet_pton(AF_INET, name, &address) == 1 ||
		 inet_pton(AF_INET6, name, &address) == 1 ? "IP" : "DNS", name);
	return add_extension(leaf, issuer, NID_subject_alt_name, text);
}

X509 *ca_issue(struct ca *ca, const char *bytes, size_t bytes_len, time_t now)
{
	char name[NAME_MAX_LEN + 1];
	size_t len = clean(name, bytes, bytes_len);
	X509 *leaf = X509_new();

	/* a common name has 64 characters at most; a longer one is in the alternatives alone */
	if (leaf && X509_set_version(leaf, 2) && set_serial(leaf) &&
	    ASN1_TIME_adj(X509_getm_notBefore(leaf), now, -30, 0) &&
	    ASN1_TIME_adj(X509_getm_notAfter(leaf), now, 360, 0) &&
	    add_name(X509_get_subject_name(leaf), "CN", len && len <= 64 ? name : "server",
		     len && len <= 64 ? len : 6) &&
	    X509_set_issuer_name(leaf, X509_get_subject_name(ca->certificate)) &&
	    X509_set_pubkey(leaf, ca->leaf_key) &&
	    add_extension(leaf, ca->certificate, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_extension(leaf, ca->certificate, NID_key_usage,
			  "critical,digitalSignature,keyEncipherment") &&
	    add_extension(leaf, ca->certificate, NID_ext_key_usage, "serverAuth,clientAuth") &&
	    add_extension(leaf, ca->certificate, NID_authority_key_identifier, "keyid") &&
	    add_alternative(leaf, ca->certificate, name, len) &&
	    X509_sign(leaf, ca->key, EVP_sha256()))
		return leaf;
	X509_free(leaf);
	return NULL;
}

X509 *ca_certificate(const struct ca *ca)
{
	return ca->certificate;
}

EVP_PKEY *ca_leaf_key(const struct ca *ca)
{
	return ca->leaf_key;
}
