// SPDX-License-Identifier: GPL-2.0-only
#include "page_parts.h"

/* Paths are from where the compiler runs, which is the folder above. */
#define PART(name, path) \
	__asm__(".section .rodata\n" \
		".global " #name ", " #name "_end\n" \
		#name ":\n.incbin \"" path "\"\n" #name "_end:\n.byte 0\n.previous\n")

PART(page_html, "report/page/page.html");
PART(page_css, "report/page/page.css");
PART(page_js, "report/page/page.js");
PART(page_uplot_css, "report/page/uplot/uPlot.min.css");
PART(page_uplot_js, "report/page/uplot/uPlot.iife.min.js");
