// SPDX-License-Identifier: GPL-2.0-only
/* The processors of devices. */
#include "machine.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#define PROGRAM_MAX	128

static const char cpu_mips[] =
	"system type\t\t: Ralink SoC\n"
	"processor\t\t: 0\n"
	"cpu model\t\t: MIPS 24Kc V5.0\n"
	"BogoMIPS\t\t: 386.04\n"
	"wait instruction\t: yes\n"
	"microsecond timers\t: yes\n"
	"tlb_entries\t\t: 32\n"
	"extra interrupt vector\t: yes\n"
	"hardware watchpoint\t: yes\n"
	"ASEs implemented\t: mips16 dsp\n"
	"VCED exceptions\t\t: not available\n"
	"VCEI exceptions\t\t: not available\n";

static const char cpu_arm5[] =
	"Processor\t: ARM926EJ-S rev 5 (v5l)\n"
	"BogoMIPS\t: 218.72\n"
	"Features\t: swp half thumb fastmult edsp java\n"
	"CPU implementer\t: 0x41\n"
	"CPU architecture: 5TEJ\n"
	"CPU variant\t: 0x0\n"
	"CPU part\t: 0x926\n"
	"CPU revision\t: 5\n\n"
	"Hardware\t: hi3518\n";

static const char cpu_arm7[] =
	"Processor\t: ARMv7 Processor rev 5 (v7l)\n"
	"BogoMIPS\t: 1196.03\n"
	"Features\t: swp half thumb fastmult vfp edsp neon vfpv3 tls vfpv4\n"
	"CPU implementer\t: 0x41\n"
	"CPU architecture: 7\n"
	"CPU part\t: 0xc07\n\n"
	"Hardware\t: hi3520d\n";

static const char cpu_other[] =
	"processor\t: 0\n"
	"BogoMIPS\t: 398.13\n";

static const struct machine machines[] = {
	{ "mips", "mips", cpu_mips, 32, true, EM_MIPS, 0x70001007 },
	{ "mipsel", "mips", cpu_mips, 32, false, EM_MIPS, 0x70001007 },
	{ "arm", "armv5tejl", cpu_arm5, 32, false, EM_ARM, 0x05000002 },
	{ "arm7", "armv7l", cpu_arm7, 32, false, EM_ARM, 0x05000400 },
	{ "aarch64", "aarch64", cpu_other, 64, false, EM_AARCH64, 0 },
	{ "x86", "i686", cpu_other, 32, false, EM_386, 0 },
	{ "x86_64", "x86_64", cpu_other, 64, false, EM_X86_64, 0 },
	{ "powerpc", "ppc", cpu_other, 32, true, EM_PPC, 0 },
	{ "sh4", "sh4", cpu_other, 32, false, EM_SH, 9 },
	{ "m68k", "m68k", cpu_other, 32, true, EM_68K, 0 },
	{ "sparc", "sparc", cpu_other, 32, true, EM_SPARC, 0 },
};

#define COUNT	(sizeof(machines) / sizeof(machines[0]))

const struct machine *machine_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (!name || strcmp(machines[i].name, name) == 0)
			return &machines[i];
	return NULL;
}

struct writer {
	const struct machine *machine;
	uint8_t *to;
};

static void put(struct writer *w, uint64_t value, unsigned int bytes)
{
	unsigned int i;

	for (i = 0; i < bytes; i++)
		w->to[w->machine->big ? bytes - 1 - i : i] = value >> 8 * i;
	w->to += bytes;
}

static size_t build(const struct machine *machine, uint8_t *program)
{
	unsigned int word = machine->bits / 8, header = word == 8 ? 64 : 52;
	struct writer w = { machine, program };
	uint64_t base = 0x400000;

	memset(program, 0, EI_NIDENT);
	w.to += EI_NIDENT;
	memcpy(program, ELFMAG, SELFMAG);
	program[EI_CLASS] = word == 8 ? ELFCLASS64 : ELFCLASS32;
	program[EI_DATA] = machine->big ? ELFDATA2MSB : ELFDATA2LSB;
	program[EI_VERSION] = EV_CURRENT;
	put(&w, ET_EXEC, 2);
	put(&w, machine->elf, 2);
	put(&w, EV_CURRENT, 4);
	put(&w, base + 0x40d0, word);		/* entry */
	put(&w, header, word);			/* program headers at */
	put(&w, 0, word);			/* no section headers: stripped */
	put(&w, machine->flags, 4);
	put(&w, header, 2);
	put(&w, word == 8 ? 56 : 32, 2);
	put(&w, 1, 2);
	put(&w, word == 8 ? 64 : 40, 2);
	put(&w, 0, 4);
	put(&w, PT_LOAD, 4);
	if (word == 8)
		put(&w, PF_R | PF_X, 4);
	put(&w, 0, word);
	put(&w, base, word);
	put(&w, base, word);
	put(&w, 0x20000, word);
	put(&w, 0x20000, word);
	if (word == 4)
		put(&w, PF_R | PF_X, 4);
	put(&w, 0x10000, word);
	return w.to - program;
}

const uint8_t *machine_program(const struct machine *machine, size_t *len)
{
	static uint8_t programs[COUNT][PROGRAM_MAX];
	static size_t lens[COUNT];
	size_t i = machine - machines;

	if (!lens[i])
		lens[i] = build(machine, programs[i]);
	*len = lens[i];
	return programs[i];
}
