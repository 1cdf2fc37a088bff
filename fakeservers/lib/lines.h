/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lines: lines out of a stream of bytes.  CR LF and LF end a line; what is
 * longer than the limit is dropped, and noted in line.cut.
 */
#ifndef FAKESERVERS_LINES_H
#define FAKESERVERS_LINES_H

#include "bytes.h"

struct lines {
	struct bytes line;		/* line.max: the limit */
	bool complete;			/* line was given out: the next byte begins another */
	bool bare;			/* it ended with a line feed alone */
};

/*
 * Consumes bytes up to and including the end of a line; *used says how many.
 * True: the line stands in lines->line, without its end, until the next call.
 */
bool lines_take(struct lines *lines, const uint8_t *bytes, size_t len, size_t *used);
void lines_free(struct lines *lines);

#endif /* FAKESERVERS_LINES_H */
