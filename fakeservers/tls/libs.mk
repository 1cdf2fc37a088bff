# SPDX-License-Identifier: GPL-2.0-only
LIBS_tls := -lssl
