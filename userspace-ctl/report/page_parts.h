/* SPDX-License-Identifier: GPL-2.0-only */
/* page_parts: the files of page/, as they are, within the program. */
#ifndef SINKCTL_REPORT_PAGE_PARTS_H
#define SINKCTL_REPORT_PAGE_PARTS_H

extern const char page_html[], page_html_end[];
extern const char page_css[], page_css_end[];
extern const char page_js[], page_js_end[];
extern const char page_uplot_css[], page_uplot_css_end[];
extern const char page_uplot_js[], page_uplot_js_end[];

#endif /* SINKCTL_REPORT_PAGE_PARTS_H */
