# Needs make, git and a Python of 3.11 to 3.13. Everything else is installed into .venv, everything that runs
# lies under var/, everything that comes out under out/.
.DEFAULT_GOAL := help
.PHONY: help venv lock run up down airflow real browser test pictures faults bench speed lint format check docs snapshots clean

VENV := .venv
BIN := $(VENV)/bin
# The first that really runs: a version manager's shim may exist and only say that its Python doesn't.
PYTHON = $(or $(shell for python in python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1 \
	&& { echo "$$python"; break; }; done),$(error no Python of 3.11 to 3.13 is installed))
# make run AS_OF=2026-03-31 PORTFOLIO=harbor MODE=send
RUN_OPTIONS = $(if $(AS_OF),--as-of $(AS_OF)) $(if $(PORTFOLIO),--portfolio $(PORTFOLIO)) $(if $(MODE),--mode $(MODE))
DAY_OPTIONS = $(if $(AS_OF),--as-of $(AS_OF))
AS_ROOT = $(if $(filter-out 0,$(shell id -u)),sudo --non-interactive)
LAUNCHER = exec $(BIN)/python -m quarterdeck.demo.launcher

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(VENV)/.installed ## install what the lock names into .venv

$(VENV)/.installed: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.txt | cut -d ' ' -f 1)"
	$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

lock: $(VENV)/.installed ## resolve requirements.in for Python 3.11 to 3.13 into requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url requirements.in --output-file requirements.txt

run: $(VENV)/.installed ## run one day of the demo portfolio: AS_OF=2026-03-31 for another day
	@$(LAUNCHER) run $(RUN_OPTIONS)

up: $(VENV)/.installed ## keep the demo running in the background, with Airflow's pages on loopback
	@$(LAUNCHER) up $(DAY_OPTIONS)

down: $(VENV)/.installed ## stop what `make up` started
	@$(LAUNCHER) down

airflow: $(VENV)/.installed ## Airflow's own command line on what `make up` runs: ARGS="dags list"
	@$(LAUNCHER) airflow $(ARGS)

real: $(VENV)/.installed ## run a day of the portfolio with real bookings, and check its published figures
	@$(LAUNCHER) real $(DAY_OPTIONS)
	$(BIN)/pytest -q tests/real

browser: ## install Debian's chromium, where there is none, for the tests of page and mail
	@test -x "$(or $(CHROMIUM),$(shell command -v chromium || command -v chromium-browser))" \
		|| { echo "installing chromium"; $(AS_ROOT) apt-get update --quiet=2 \
			&& $(AS_ROOT) apt-get install --quiet=2 --yes --no-install-recommends chromium >/dev/null; } \
		|| { echo "chromium could not be installed: as root, run apt-get update && apt-get install chromium," \
			"or name one that is there: make test CHROMIUM=/path/to/chromium" >&2; exit 1; }

test: lint browser ## lint, then every test, on two cores
	CHROMIUM="$(CHROMIUM)" $(BIN)/pytest --numprocesses 2 --dist loadscope

PICTURED ?= out/harbor
pictures: $(VENV)/.installed browser ## remake docs/pictures/ from the editions that `make run` left under out/
	CHROMIUM="$(CHROMIUM)" $(BIN)/python docs/pictures/take.py $(PICTURED)

faults: $(VENV)/.installed ## the long campaigns against faults, which `make test` leaves out
	$(BIN)/pytest -m campaign tests/faults

PEERS := var/bench-peers
bench: $(VENV)/.installed browser $(PEERS)/.installed ## measure against what else could be used, into benchmarks/results/
	AWSWRANGLER_PYTHON=$(CURDIR)/$(PEERS)/bin/python $(BIN)/python benchmarks/dynamodb_read.py
	$(BIN)/python benchmarks/metric_registry.py
	$(BIN)/python benchmarks/edition.py

speed: $(VENV)/.installed ## of `make bench` only the metrics: time and memory of all, beside pandas and a full scan
	$(BIN)/python benchmarks/metric_registry.py

$(PEERS)/.installed: benchmarks/requirements.txt
	$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(PEERS)
	$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python --requirement benchmarks/requirements.txt
	@touch $@

lint: $(VENV)/.installed ## style, types, SQL, YAML, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint include/sql
	$(BIN)/yamllint --strict include
	$(BIN)/quarterdeck check
	$(BIN)/lint-imports

format: $(VENV)/.installed ## put style right where that can be done by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix include/sql

check: $(VENV)/.installed ## every mistake in include/, with file and line
	$(BIN)/quarterdeck check

docs: $(VENV)/.installed ## write docs/kpis.md, the catalogue of KPIs, from the headers of their SQL
	$(BIN)/quarterdeck kpis --out docs/kpis.md

snapshots: $(VENV)/.installed ## write the reports that tests compare with anew: read their diff
	SNAPSHOTS=write $(BIN)/pytest -q tests/golden/test_snapshots.py

clean: ## remove what runs leave behind, not the venv
	@test ! -x $(BIN)/python || $(LAUNCHER) down
	rm -rf var out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
