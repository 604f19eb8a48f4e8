# Every target bootstraps what it needs into .venv; all it takes is Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps
COMPILE := $(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	--override overrides.txt --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Coach needs Python 3.11 or later; set PYTHON=python3.x" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Coach (a minute or two, once) …"
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the development tools (once) …"
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

.PHONY: setup
setup: $(VENV)/.runtime ## Install Coach into .venv

.PHONY: run
run: setup ## Install and start Coach
	$(BIN)/coach run

.PHONY: browser
browser:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -qq -y chromium; } >/dev/null 2>&1 \
		|| echo "No chromium here and no way to install it: the browser tests will be skipped."

.PHONY: test
test: $(VENV)/.dev browser ## Install and run the whole test suite
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

.PHONY: playground
playground: $(VENV)/.dev ## Drive Coach in a Microsoft 365 Agents Playground that runs here
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/playground $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## Check format, lint, imports and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/pyright

.PHONY: format
format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: eval
eval: $(VENV)/.dev ## Evaluate all; ARGS="reviews --data FILE" for one thing on another set
	$(BIN)/python -m evals $(ARGS)

.PHONY: bench
bench: $(VENV)/.dev ## Measure answers, intake, start-up, memory and ingestion
	$(BIN)/python -m evals.bench $(ARGS)

.PHONY: torture
torture: $(VENV)/.dev ## Kill Coach 100 times during a stream of mentions and count what is lost
	$(BIN)/python -m tests.torture $(ARGS)

.PHONY: vectors
vectors: $(VENV)/.runtime ## Embed the known questions anew after a change of the cards
	$(BIN)/python -m knowledge.remembered

.PHONY: lock
lock: $(BIN)/python ## Resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --group dev --output-file requirements-dev.lock
	$(COMPILE) --constraint requirements-dev.lock --output-file requirements.lock
