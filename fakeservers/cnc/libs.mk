# SPDX-License-Identifier: GPL-2.0-only
# Tsunami speaks IRC
PARTS_cnc := irc
