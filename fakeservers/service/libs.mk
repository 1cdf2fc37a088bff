# SPDX-License-Identifier: GPL-2.0-only
SERVICES := telnet cnc report smtp pop3 ftp tftp irc ntp syslog small
PARTS_service := $(SERVICES) tls
LIBS_service := -ltelnet -lssl
