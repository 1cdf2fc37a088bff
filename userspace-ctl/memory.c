// SPDX-License-Identifier: GPL-2.0-only
/* Memory for much at once. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

#define POPULATE_MIN 65536	/* bytes that are worth a call */

void memory_populate(void *start, size_t len)
{
	uintptr_t page = sysconf(_SC_PAGESIZE);
	uintptr_t first = ((uintptr_t)start + page - 1) & -page;
	uintptr_t end = ((uintptr_t)start + len) & -page;

	if (len >= POPULATE_MIN && end > first)
		madvise((void *)first, end - first, MADV_POPULATE_WRITE);
}
