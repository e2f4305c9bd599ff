# OpenJuki: what one can do with this tree. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# The system's own Python first: distributions build it optimised, which many a Python built by hand is not.
CAN_SET_UP = -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON ?= $(shell /usr/bin/python3 $(CAN_SET_UP) && echo /usr/bin/python3 || command -v python3.11 || command -v python3)
BIN := .venv/bin
SETUP := $(PYTHON) tools/setup.py
SOURCES := $(wildcard src tests tools benchmarks specs)

##@ Use
.PHONY: python
python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "setup: Python 3.11 or later is needed; on Debian 12: apt-get install python3, or make PYTHON=/path/to/python3.11" >&2; exit 1; }

.PHONY: setup
setup: python ## make .venv with everything the demonstration and the tests need (once per lock)
	@$(SETUP) core

.PHONY: demo
demo: setup ## a country on this machine, and its story
	@$(BIN)/openjuki country up --check
	@$(BIN)/openjuki country story

##@ Check
.PHONY: test
test: lint ## everything: lint, types, import rules, tests, specs, generated pages
	@$(SETUP) core postgres counter reader
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 10 --durations-min 1
	@$(MAKE) --no-print-directory docs-check

.PHONY: lint
lint: setup ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: setup ## rewrite the sources in the house's format
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

##@ Measure
.PHONY: bench
bench: python ## side-by-side measurements against named peers; BENCH=name for one
	@$(SETUP) core bench
	$(BIN)/python -m benchmarks $(BENCH)

.PHONY: campaign
campaign: setup ## the long searches, kept in proof/; SEARCH=name for one
	@$(BIN)/python -m benchmarks.campaign $(SEARCH)

##@ Write
# Each of these modules writes one page from the code or from results, and with --check says whether the page is up to date.
PAGES := $(patsubst %.py,tools.%,$(notdir $(wildcard $(addprefix tools/,proof.py mission.py protocol.py commands.py architecture.py))))

.PHONY: docs
docs: setup ## write the generated pages anew
	@for page in $(PAGES); do $(BIN)/python -m $$page || exit 1; done

.PHONY: docs-check
docs-check: setup ## are the generated pages what the code says?
	@for page in $(PAGES); do $(BIN)/python -m $$page --check || exit 1; done

.PHONY: proof
proof: setup ## docs/proof.md from the recorded results in proof/
	@$(BIN)/python -m tools.proof

.PHONY: lock
lock: setup ## settle the packages anew, by hash and without any download address
	@$(BIN)/python tools/lock.py

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
