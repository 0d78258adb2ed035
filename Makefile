# Everything sets itself up: `make book` builds the reference review, `make check` looks at a change in two minutes,
# `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Set up for the book; for the tests as well. Neither mark is there while something is being installed.
BOOK := $(VENV)/.book
TESTS := $(VENV)/.tests
# Wheels with known hashes, without asking the network for a tool that builds one.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --only-binary :all:
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
WORKERS ?= 2
# A file of tests stays with one worker; the longest come first, in the order of tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: book lint check test words oracles audit sbom lock clean

book: $(BOOK)
	$(BIN)/livingreview build

lint: $(TESTS)
	$(BIN)/ruff check lib tests
	$(BIN)/ruff format --check lib tests
	$(BIN)/mypy

check: lint
	$(PYTEST) -m "not browser and not build and not slow"

test: lint
	$(BIN)/python tests/browser/find_browser.py
	$(PYTEST)

# The template of every message, for translators.
words: $(BOOK)
	$(BIN)/python -m livingreview.book.message_template

oracles: $(TESTS)
	$(BIN)/python tests/oracles/run.py

# The tools that build, then the lock, in which one dependency has no wheel and is built with those tools; then this
# package. An installation that was killed leaves no mark behind: the next one begins with an empty folder.
$(BOOK): requirements-build.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@test -e $@ || rm -rf $(VENV)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@rm -f $@
	$(LOCKED) -r requirements-build.lock
	$(LOCKED) --no-binary autograd-gamma --no-build-isolation --use-pep517 -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(TESTS): $(BOOK) requirements-test.lock
	@rm -f $(BOOK)
	$(LOCKED) --no-binary autograd-gamma --no-build-isolation --use-pep517 -r requirements-test.lock
	@touch $(BOOK) $@

# Of what the book is made, and whether any of it has a known fault: with tools in a folder of their own.
AUDIT := .venv-audit
$(AUDIT)/.ready: requirements-audit.lock
	rm -rf $(AUDIT)
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-audit.lock
	@touch $@

sbom: $(AUDIT)/.ready
	mkdir -p _build
	$(AUDIT)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o _build/sbom.cdx.json

audit: $(AUDIT)/.ready
	for lock in requirements*.lock; do $(AUDIT)/bin/pip-audit --disable-pip --require-hashes -r $$lock || exit 1; done

lock:
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra test -c requirements.lock pyproject.toml -o requirements-test.lock
	$(COMPILE) --group build -c requirements-test.lock -o requirements-build.lock
	$(COMPILE) --group audit -o requirements-audit.lock

clean:
	rm -rf _build $(VENV) $(AUDIT)
