.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The newest Python that is really there (a name on the PATH may be a shim that leads nowhere).
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
BIN := .venv/bin

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

install: .venv/installed ## Make the virtual environment from the hash-pinned lock

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@echo "making the virtual environment (a minute the first time) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## See it work: Kafka, worker, articles in, events out (ONCE=1: end by itself)
	@$(BIN)/tickertape demo $(if $(ONCE),--once)

# Two processes, each with a Kafka of its own; the tests of a file stay together, for they share what is dear to make.
TEST_JOBS ?= 2
test: install ## Run all tests, those on the embedded Kafka too (TEST_JOBS=0: in one process)
	@$(BIN)/python -m pytest -n $(TEST_JOBS) --dist loadfile

check: install ## Formatting, lint, types, contracts, deployment files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/tickertape schema check
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml

bench: install ## Ratios of speed, side by side with what a user would do instead (PART=one, JSON=path)
	@$(BIN)/python -m tests.bench $(if $(PART),--part $(PART)) $(if $(JSON),--json $(JSON))

chaos: install ## Kill, stop, cut and feed it everything; the table of what held (KILLS=n: only so many kills, SLOW=1, JSON=path)
	@$(BIN)/python -m tests.chaos $(if $(KILLS),--kills $(KILLS) W2) $(if $(SEED),--seed $(SEED)) $(if $(SLOW),--slow) \
		$(if $(JSON),--json $(JSON))

soak: install ## All faults at random for a while; what is then missing, repeated, contradictory, foreign (MINUTES=30 SEED=n)
	@$(BIN)/python -m tests.chaos.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

eval: install ## Quality: all headline metrics beside what is to be reached
	@$(BIN)/python -m tests.eval.headline

errors: install ## The commonest errors with sentences (SET=plover, probe, negatives, factuality or own)
	@$(BIN)/python -m tests.eval.errors $(or $(SET),own)

LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet --no-emit-index-url --no-emit-find-links

lock: install ## Resolve the dependencies anew, for development and for the image
	$(LOCK) pyproject.toml --extra dev --extra embedded --extra archive --extra analytics --upgrade --output-file requirements.lock
	echo 'hatchling==1.28.0' | $(LOCK) pyproject.toml - --no-annotate --constraint requirements.lock \
		--output-file deploy/requirements.lock

clean: ## Remove the virtual environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

.PHONY: help install demo test check bench chaos soak eval errors lock clean
