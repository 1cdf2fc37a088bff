/* SPDX-License-Identifier: GPL-2.0-only */
/* machine: processors that the device can have, as a loader tells them apart. */
#ifndef FAKESERVERS_TELNET_MACHINE_H
#define FAKESERVERS_TELNET_MACHINE_H

#include <stddef.h>
#include <stdint.h>

struct machine {
	const char *name;		/* in lab.conf */
	const char *uname;
	const char *cpuinfo;
	uint8_t bits;			/* 32 or 64 */
	uint8_t big;			/* endian */
	uint8_t elf;			/* e_machine */
	uint32_t flags;			/* e_flags */
};

/* name NULL: the default, mips.  NULL: there is none of that name. */
const struct machine *machine_find(const char *name);

/* The beginning of a program for it: ELF header, one program header. */
const uint8_t *machine_program(const struct machine *machine, size_t *len);

#endif /* FAKESERVERS_TELNET_MACHINE_H */
