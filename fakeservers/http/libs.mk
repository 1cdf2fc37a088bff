# SPDX-License-Identifier: GPL-2.0-only
LIBS_http := -lhttp_parser
PARTS_http := tls
