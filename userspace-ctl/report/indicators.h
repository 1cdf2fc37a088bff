/* SPDX-License-Identifier: GPL-2.0-only */
/* indicators: what to look for elsewhere, from the facts of a report. */
#ifndef SINKCTL_REPORT_INDICATORS_H
#define SINKCTL_REPORT_INDICATORS_H

#include <jansson.h>

/*
 * {"domains", "urls", "sha256", "ja3", "ja4"}, arrays of strings each;
 * {"addresses": [{"address", "roles": […]}]}; {"more": how many found them full}
 */
json_t *indicators(json_t *root);

#endif /* SINKCTL_REPORT_INDICATORS_H */
