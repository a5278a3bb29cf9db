# Tianmu: everything a person or CI runs. `make demo` and `make test` need only Python 3.11, Node and a C compiler.

SHELL := /bin/bash
VENV  := .venv
BIN   := $(VENV)/bin
# Python 3.11 where it is installed, else any python3 that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell command -v python3.11 || command -v python3)

PROMPT := a red fox walks across a snowfield at dusk, slow pan left

BASE_STAMP := $(VENV)/.base
DEV_STAMP  := $(VENV)/.dev
BENCH_STAMP := $(VENV)/.bench

.PHONY: help demo test check bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    set everything up, make one shot and one film, and show where they lie"
	@echo "make test    set everything up and run the tests"
	@echo "make check   lint, format, types and the contracts between layers"
	@echo "make bench   run every benchmark; each prints a table"
	@echo "make clean   remove the environment and everything that was built"

demo: $(BASE_STAMP)
	@mkdir -p out
	@$(BIN)/tianmu shot "$(PROMPT)" -o out/fox.mp4 --sheet --overwrite
	@$(BIN)/tianmu film examples/first-light.fountain --engine animatic -o out/first-light
	@echo
	@ls -lh out/fox* out/first-light/*

test: $(DEV_STAMP)
	@OMP_NUM_THREADS=1 $(BIN)/python -W error -m pytest -m "not slow" -q --durations=15 -n logical --maxprocesses 4 --dist loadfile

check: $(DEV_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports

bench: $(BENCH_STAMP)
	@set -e; for file in benchmarks/*.py; do echo; echo "== $$file"; $(BIN)/python "$$file"; done

clean:
	rm -rf $(VENV) build dist out .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than what it was made from only when the environment has to be made again.
$(BASE_STAMP): pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Tianmu needs Python 3.11 or newer, and found '$(PYTHON)', which is not; install it, or say: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "Setting up $(VENV): this takes a few minutes the first time."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch==2.13.0
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[voices]'
	@touch $@

$(BENCH_STAMP): $(BASE_STAMP)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[voices,bench]'
	@touch $@

$(DEV_STAMP): $(BASE_STAMP)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[voices,dev]'
	@touch $@
