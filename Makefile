# Everything a newcomer or a build machine needs is one word here; `make help` lists the words.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
# The system's own comes first: one that pyenv compiled, unoptimised, takes a fifth longer for everything.
PYTHON ?= $(shell for name in /usr/bin/python3.11 python3.11 python3.12 python3.13 python3; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; from importlib.util import find_spec as has; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13) and (has("pip") or has("ensurepip"))))' 2>/dev/null && echo $$name && break; done)
# Some images forbid Python to keep what it compiled: then each process compiles all it imports again.
unexport PYTHONDONTWRITEBYTECODE
# What is never imported is never compiled: that shortens the first start.
WHAT_IS_PINNED = install -qq --disable-pip-version-check --require-hashes --no-deps --no-compile
INSTALL = $(BIN)/python -m pip $(WHAT_IS_PINNED)
SUITE = $(BIN)/python -m pytest -q -n 2 --dist worksteal --ignore=tests/faults
# What `check --deploy` has to find faultless.
PRODUCTION = SITE_URL=https://aid.example.org BEHIND_PROXY=1 \
	SECRET_KEY=only-for-the-deployment-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	DATABASE_URL=postgresql://aidtracker@db/aidtracker \
	DATABASE_OWNER_URL=postgresql://aidtracker_owner@db/aidtracker REDIS_URL=redis://broker:6379/0

CHECKS = check-style check-types check-imports check-templates check-migrations check-settings

.PHONY: help run stop test faults bench check $(CHECKS) format lock clean chromium

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with pip is needed and was not found. Install it (Debian: apt-get install python3-venv), or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)
	@# Where the interpreter has a pip, that brings ours: unpacking the one of ensurepip takes far longer.
	@$(PYTHON) -m pip --python $@ $(WHAT_IS_PINNED) -r requirements-local.txt 2>/dev/null || $@ -m ensurepip >/dev/null || { \
		echo "$(PYTHON) could not make a virtual environment. On Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/installed-run: requirements.txt requirements-local.txt | $(BIN)/python
	@echo "Installing what the program needs ..."
	@$(INSTALL) -r requirements-local.txt
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed-run | $(BIN)/python
	@echo "Installing what the tests need ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

run: $(VENV)/installed-run ## Start everything; PORT=8000 chooses the port, Ctrl+C stops it.
	@exec $(BIN)/python -m aidtracker.local run

stop: $(VENV)/installed-run ## Stop what `make run` started in another terminal.
	@$(BIN)/python -m aidtracker.local stop

test: $(VENV)/installed-dev chromium ## Run all tests, the browser's too; they bring their own database.
	@$(SUITE)

faults: $(VENV)/installed-dev chromium ## Run the slow tests that kill servers, and all that `make test` draws only some of.
	@$(BIN)/python -m pytest -q tests/faults; faults=$$?; \
	$(SUITE) --whole && exit $$faults

bench: $(VENV)/installed-dev ## Measure what operations cost; SIZE=smoke, reference, scale or a number, ONLY=G1,G5.
	@$(BIN)/python -m bench $(or $(SIZE),smoke) $(if $(ONLY),--only $(ONLY))

check: $(CHECKS) ## Check style, types, imports, templates, migrations and settings.
$(CHECKS): $(VENV)/installed-dev

check-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types:
	$(BIN)/mypy .

check-imports:
	$(BIN)/lint-imports --no-cache

check-templates:
	$(BIN)/djlint templates --lint --quiet

check-migrations:
	$(BIN)/python manage.py makemigrations --check --dry-run

check-settings:
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/installed-dev ## Rewrite the code in the house style.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: $(VENV)/installed-dev ## Write the lock files anew from pyproject.toml; UPGRADE=--upgrade takes newer versions.
	@$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.txt
	@$(COMPILE) $(UPGRADE) --group pyproject.toml:local -c requirements.txt -o requirements-local.txt
	@$(COMPILE) $(UPGRADE) --group pyproject.toml:dev -c requirements.txt -c requirements-local.txt -o requirements-dev.txt

# The headless shell is the same browser without windows, which opens a page in half of the time.
chromium: INSTALL_CHROMIUM = DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-dejavu-core
chromium:
	@command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "Installing Chromium for the browser tests ..."; \
			apt-get update -qq && { $(INSTALL_CHROMIUM) chromium-headless-shell >/dev/null 2>&1 || $(INSTALL_CHROMIUM) chromium >/dev/null; }; \
		else \
			echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium-headless-shell, or chromium) and run make test again." >&2; exit 1; \
		fi; }

clean: ## Stop the program and remove everything that it and the tests wrote, the data included.
	@if [ -x $(BIN)/python ] && [ -e $(VENV)/installed-run ]; then $(BIN)/python -m aidtracker.local stop; fi
	@rm -rf var $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
