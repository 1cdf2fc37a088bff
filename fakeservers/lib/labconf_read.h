/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of labconf: sections and words as libconfuse finds them, with lines. */
#ifndef FAKESERVERS_LABCONF_READ_H
#define FAKESERVERS_LABCONF_READ_H

#include <confuse.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labconf.h"

#define LABCONF_QUOTE	64

/* One value that the file gives; a list gives several of the same word. */
struct labconf_entry {
	const char	*word;		/* of the cfg */
	char		*value;
	unsigned int	line;
};

struct labconf_section {
	const cfg_t		*cfg;
	struct labconf_entry	*entries;
	size_t			count, room;
};

struct labconf_reader {
	const char		*path;
	bool			failed;		/* the line was printed */
	unsigned int		lines;		/* of the file */
	cfg_t			*cfg;
	struct labconf_section	*sections;
	size_t			count, room;
	size_t			last;		/* the section that was found last */
};

/* A word of the file: in a server's section, types is a mask of enum labconf_type. */
struct labconf_word {
	const char	*name;
	unsigned int	types;
	bool		list;
	bool		(*set)(struct labconf_reader *reader, void *object,
			       const struct labconf_entry *entry);
};

extern const struct labconf_word labconf_server_words[];
extern const struct labconf_word labconf_command_words[];
extern const struct labconf_word labconf_record_words[];	/* labconf_names.c */
extern const struct labconf_word labconf_file_words[];	/* labconf_telnet.c */
extern const struct labconf_word labconf_answer_words[];	/* labconf_web.c */
extern const struct labconf_word labconf_top_words[];	/* labconf.c */

/* Reads the whole file.  False: said why.  Either way the reader is to be freed. */
bool labconf_read(struct labconf_reader *reader);
void labconf_reader_free(struct labconf_reader *reader);

/* What a section says; empty if it says nothing. */
const struct labconf_section *labconf_section(const struct labconf_reader *reader,
					      const cfg_t *cfg);

/* Calls set for each entry, as the table says. */
bool labconf_section_set(struct labconf_reader *reader, const cfg_t *cfg,
			 const struct labconf_word *words, void *object);

/* labconf_server.c: one section of the file */
bool labconf_server_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server);

/* The one line, if none was printed yet; line 0: of the file as a whole.  Returns false. */
bool labconf_fail(struct labconf_reader *reader, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* WORD = "VALUE": expected … */
bool labconf_expected(struct labconf_reader *reader, const struct labconf_entry *entry,
		      const char *format, ...) __attribute__((format(printf, 3, 4)));
bool labconf_no_memory(struct labconf_reader *reader);

/* labconf_value.c: unprintable bytes escaped, long text cut */
const char *labconf_quote(const char *text, char room[LABCONF_QUOTE]);

/* Each returns false after saying what was expected. */
bool labconf_number(struct labconf_reader *reader, const struct labconf_entry *entry,
		    uint64_t min, uint64_t max, uint64_t *value);
bool labconf_seconds(struct labconf_reader *reader, const struct labconf_entry *entry,
		     double max, double *value);
bool labconf_bool(struct labconf_reader *reader, const struct labconf_entry *entry, bool *value);
bool labconf_string(struct labconf_reader *reader, const struct labconf_entry *entry,
		    size_t min, size_t max, char **value);
bool labconf_path(struct labconf_reader *reader, const struct labconf_entry *entry, char **value);
bool labconf_address(struct labconf_reader *reader, const struct labconf_entry *entry,
		     struct in_addr *value);
/* One more text at the end of a list. */
bool labconf_add_text(struct labconf_reader *reader, const struct labconf_entry *entry,
		      struct labconf_text **list, size_t *count, size_t max);
bool labconf_address6(struct labconf_reader *reader, const struct labconf_entry *entry,
		      struct in6_addr *value);
/* min_len: the shortest prefix; host_bits: may they be set?  Without "/N": 32. */
bool labconf_prefix(struct labconf_reader *reader, const struct labconf_entry *entry,
		    unsigned int min_len, unsigned int max_len, bool host_bits,
		    struct in_addr *address, unsigned int *len);
/* labconf_web.c: all bytes of a file, to be freed */
bool labconf_file_bytes(struct labconf_reader *reader, const struct labconf_entry *entry,
			const char *path, uint8_t **body, size_t *len);
/* Room for one more at the end of an array, zeroed; NULL: said so, or above max. */
void *labconf_grow(struct labconf_reader *reader, const struct labconf_entry *entry, void *array,
		   size_t *count, size_t size, size_t max);

#endif /* FAKESERVERS_LABCONF_READ_H */
