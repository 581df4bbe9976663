# The commands of this checkout; `make` alone lists them.
# Linters come first and pytest last, so that a run ends with pytest's own summary line.

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run doctor update format lint types contracts static tidy check test coverage sim crash mutants prove bench lock clean
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTHON ?=
WORKERS ?= 2
ARGS ?=

# How many simulated days of trouble: few at the desk, more before a change lands.
SEEDS_CHECK ?= 200
SEEDS_TEST ?= 1000

# What `make sim` looks at: one day (SEED=7), or many (SEEDS=1000, FROM= names the first).
SEED ?=
SEEDS ?=
FROM ?= 0

# Asking costs some 30 ms with the interpreter in .venv. Only when it says no (or is not there) is a Python
# looked for that starts at all; which one is good enough to build from is for tools/setup.py to say.
define ensure
	@$(BIN)/python -I -S -B tools/setup.py $(1) --fresh 2>/dev/null || { \
	  for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null; then \
	      exec "$$python" -B tools/setup.py $(1); fi; done; \
	  echo "setup: No Python 3 was found: install Python 3.11 or newer, then run \`make setup\` again." >&2; \
	  exit 1; }
endef

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

setup: ## build .venv from the locked files (PYTHON= chooses the interpreter)
	$(call ensure,runtime)

setup-dev: ## the same with the tools for development
	$(call ensure,dev)

run: setup ## start the desk (ARGS="run --once" and the like)
	@$(BIN)/python -m bot $(or $(ARGS),run)

doctor: setup ## look whether a desk can run here
	@$(BIN)/python -m bot doctor $(ARGS)

update: ## back up, fetch the new version, set up, migrate, restart (UNIT= names the service)
	$(call ensure,runtime)
	@$(BIN)/python -m tools.update $(if $(UNIT),--unit $(UNIT)) $(ARGS)

format: setup-dev ## rewrite the code in the one format
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lint: setup-dev ## format check and lint with the ban list
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .

types: setup-dev ## mypy --strict on everything
	@$(BIN)/mypy -n $(WORKERS)

contracts: setup-dev ## who may import whom
	@$(BIN)/python -m tools.contracts

tidy: setup-dev ## the tidy ratchet, the glossary, the documents
	@$(BIN)/python -m pytest -q tests/architecture -m "not slow"

static: lint types contracts

check: static ## before every commit: all of the above, unit, contract, journeys, seeds
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not pg and not slow" --seeds $(SEEDS_CHECK) $(ARGS)

test: static ## everything that CI runs: check, PostgreSQL, slow tests, more seeds
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --seeds $(SEEDS_TEST) $(ARGS)

coverage: setup-dev ## every branch of what decides about orders is taken by a test, or this fails
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow and not pg" -p no:cacheprovider \
	  --cov=trading --cov-config=.ci/order_path.coverage.toml --cov-report=term \
	  --deselect tests/unit/domain/test_protocol_model.py tests/unit/domain tests/unit/engine $(ARGS)

sim: setup-dev ## print the simulated day SEED=n, or play SEEDS=n days (FROM=) on all cores
	@$(if $(SEED)$(SEEDS),,echo "sim: say which day (make sim SEED=7) or how many (make sim SEEDS=1000)." >&2; exit 2)
	@$(BIN)/python -m tests.sim $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM)) $(ARGS)

crash: setup-dev ## every crash point of the named days, double crashes, triple ones
	@$(BIN)/python -m tests.sim.crash $(ARGS)

mutants: setup-dev ## plant every known bug and say which seed finds it, and how fast
	@$(BIN)/python -m tests.sim.survival $(ARGS)

prove: setup-dev ## the long run: seeds, crash points, mutants; goes on where it stopped
	@HYPOTHESIS_PROFILE=prove $(BIN)/python -m tests.sim.prove $(ARGS)

bench: setup-dev ## workloads with their figures
	@$(BIN)/python -m benchmarks $(ARGS)

lock: setup-dev ## resolve pyproject.toml anew into the two hash-locked files
	@$(BIN)/python -m tools.lock

clean: ## remove what the tools left behind; .venv stays
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov build
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
