# Everything sets itself up: `make book` builds the reference review, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: book test oracles lock clean

book: $(READY)
	$(BIN)/livingreview build

test: $(READY)
	$(BIN)/python tests/browser/find_browser.py
	$(BIN)/ruff check lib tests
	$(BIN)/ruff format --check lib tests
	$(BIN)/python -m pytest

oracles: $(READY)
	$(BIN)/python tests/oracles/run.py

# The lock first, with hashes; then this package, which has none, without asking the network again.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra test pyproject.toml -o requirements.lock

clean:
	rm -rf _build $(VENV)
