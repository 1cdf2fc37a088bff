# SPDX-License-Identifier: GPL-2.0-only
# The verbs. What they do is written in tests/vm and in the folders' own Makefiles; Kbuild lists the module's parts.

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)
RELEASE := $(shell uname -r)
# The running kernel's headers; without any, those of Debian's 6.1, which are fetched into the cache.
KDIR ?= $(if $(wildcard /lib/modules/$(RELEASE)/build/Makefile),/lib/modules/$(RELEASE)/build,6.1)
PREFIX ?= /usr/local
PARTS := $(patsubst %/Makefile,%,$(wildcard userspace-ctl/Makefile fakeservers/Makefile))
DKMS_SOURCE = $(DESTDIR)/usr/src/sinkbridge-$(VERSION)

export PREFIX DESTDIR

.PHONY: all module $(PARTS) deps demo check check-long bench style headers install uninstall dkms-source dkms-install clean help

all: module $(PARTS)

module:
	tests/vm/module $(KDIR)

$(PARTS):
	$(MAKE) -C $@

deps:
	tests/vm/install-packages

# The demo builds the module for the kernel of its machine itself.
demo: deps
	@echo "== sinkctl and the fake servers are built"
	@$(MAKE) -s --no-print-directory $(PARTS)
	@tests/demo/run

# The tests build the module for each of their kernels themselves.
check: deps
	$(MAKE) $(PARTS)
	tests/run $(CHECK)

check-long: deps
	$(MAKE) $(PARTS)
	TEST_LONG=1 tests/run $(CHECK)

bench: deps
	$(MAKE) $(PARTS)
	tests/bench/run $(BENCH)

# Which lines of the module the selftests run, in the kernel that counts them.
coverage: deps
	$(MAKE) $(PARTS)
	tests/run uml-debug

style: deps
	tests/run style

# The module goes to the kernel whose headers are KDIR.
KRELEASE = $(shell $(MAKE) -s -C $(KDIR) kernelrelease)
MODULE = $(DESTDIR)/lib/modules/$(KRELEASE)/updates/sinkbridge.ko

install uninstall: headers

headers:
	@[ -e $(KDIR)/Makefile ] || { echo "no headers of the running kernel $(RELEASE):" \
		"expected linux-headers-$(RELEASE) to be installed, or KDIR=folder" >&2; exit 1; }

install: all
	for part in $(PARTS); do $(MAKE) -C $$part install || exit; done
	install -D -m 644 build/kmod-$(KRELEASE)/sinkbridge.ko $(MODULE)
	[ -n "$(DESTDIR)" ] || depmod $(KRELEASE)

uninstall:
	for part in $(PARTS); do $(MAKE) -C $$part uninstall || exit; done
	rm -f $(MODULE)
	[ -n "$(DESTDIR)" ] || depmod $(KRELEASE)

# The files of which DKMS builds the module.
dkms-source:
	mkdir -p $(DKMS_SOURCE)/kmod/uapi/linux
	cp dkms.conf Kbuild $(DKMS_SOURCE)/
	cp kmod/*.[ch] $(DKMS_SOURCE)/kmod/
	cp kmod/uapi/linux/*.h $(DKMS_SOURCE)/kmod/uapi/linux/

dkms-install: dkms-source
	dkms install -m sinkbridge -v $(VERSION)

clean:
	rm -rf build

help:
	@echo 'make               build the module (KDIR=kernel headers), sinkctl and the fake servers into build/'
	@echo 'make deps          install the Debian packages that building and testing need'
	@echo 'make demo          the whole experiment in a disposable virtual machine'
	@echo 'make check         all tests; CHECK="qemu-6.12 flow" for a part: stages, words of test names'
	@echo 'make check-long    the same with tests that take their time'
	@echo 'make bench         how fast, against bridge, nftables, tcpdump, nginx …; BENCH="deliver_1 absorb" for a part'
	@echo 'make coverage      the selftests in the debug kernel, and which lines of the module they ran'
	@echo 'make style         checkpatch'
	@echo 'make install       module, tools and manual pages, below PREFIX (/usr/local) and DESTDIR'
	@echo 'make dkms-install  the module by DKMS, rebuilt with each new kernel'
	@echo 'make uninstall     undo install'
	@echo 'make clean         remove build/ (the kernels in /var/cache/sinkbridge stay)'
