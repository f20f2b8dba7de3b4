# Each target prepares what it needs, on a machine with Python 3.11+, make and the system's package manager.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# How many processes the tests may use.
WORKERS ?= auto

# A test run starts hundreds of processes: none compiles again what another one did.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check style types bench serve format

demo: $(READY)
	$(BIN)/psabridge demo $(if $(ONCE),--once) $(if $(MOVE),--move $(MOVE)) $(if $(FRESH),--fresh)

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

check: style types

style: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.house.rules

types: $(READY)
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m tests.bench.run

# Every kill, every restore and every fault of the reference month (docs/proof.md): minutes.
prove-kills: $(READY)
	$(BIN)/python -m tests.proof.kills $(PROVE)

prove-restores: $(READY)
	$(BIN)/python -m tests.proof.restores $(PROVE)

prove-faults: $(READY)
	$(BIN)/python -m tests.proof.faults $(PROVE)

serve: $(READY)
	$(BIN)/psabridge sync --keep-going

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): requirements/dev.lock pyproject.toml
	$(PYTHON) scripts/prepare.py $(VENV)
	touch $(READY)
