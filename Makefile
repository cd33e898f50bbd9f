# What a person types. Each target brings what it needs, and does nothing twice.
#   make demo      a running Coterie on http://127.0.0.1:8000
#   make test      every test, a browser included
#   make install   .venv with everything, and .venv/bin/coterie in it
#   make check     format, lint, types, imports, then make test: what CI runs
#   make bench     every benchmark, against its peers; writes docs/reference/benchmarks.md
#   make schema    write docs/reference/schema.sql from the migrations
#   make lock      pin the newest dependencies again

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUNNING := $(VENV)/.running
COMPLETE := $(VENV)/.complete
BROWSER := $(VENV)/.browser
OLDEST := $(VENV)/.oldest-postgres
AXE := tests/stories/node_modules/axe-core/axe.min.js
ARGS ?=

.PHONY: install demo test check bench schema lock
.DEFAULT_GOAL := install

install: $(COMPLETE)

demo: $(RUNNING)
	exec $(BIN)/coterie demo $(ARGS)

test: $(COMPLETE) $(BROWSER) $(AXE) $(OLDEST)
	$(BIN)/pytest $(ARGS)

check: $(COMPLETE)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(MAKE) test

bench: $(COMPLETE)
	$(BIN)/python -m benchmarks.run $(ARGS)

schema: $(RUNNING)
	$(BIN)/python -m coterie.kit.schema docs/reference/schema.sql

lock:
	scripts/lock

$(BIN)/python:
	scripts/make-venv $(VENV)

# What runs Coterie. The package itself is this folder.
$(RUNNING): $(BIN)/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# What tests it, too.
$(COMPLETE): $(RUNNING) requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

$(BROWSER): $(COMPLETE)
	scripts/find-browser $(BIN)
	touch $@

# For the test of an operator's own server.
$(OLDEST): $(COMPLETE)
	scripts/find-postgres
	touch $@

$(AXE): tests/stories/package-lock.json
	scripts/need npm npm
	npm ci --prefix tests/stories --no-audit --no-fund --loglevel=error
	touch $@
