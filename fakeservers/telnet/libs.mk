# SPDX-License-Identifier: GPL-2.0-only
# telnet options: libtelnet
LIBS_telnet := -ltelnet
