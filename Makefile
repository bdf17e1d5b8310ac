PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup browser demo test lint types docs reference bench bench-detection faults audit fleet fuzz pictures same-outputs mutants

# Modules are compiled when they are first imported: most never are.
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt --no-compile --editable

# 4 GB is more than the tests need, and more than the 64 MB that a container has by default.
IN_MEMORY = $$([ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null \
	&& echo TMPDIR=/dev/shm)

# Everything that the tests, the benchmarks and the checks need.
setup: $(VENV)/.all

# Only what the job itself needs.
$(VENV)/.job: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) .
	touch $@

$(VENV)/.all: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) '.[postgres,mariadb,duckdb,oidc,dask,bench,docs,dev]'
	touch $(VENV)/.job $@

# The browser that the pages are tested in. The tests say so if it is missing.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq \
		&& apt-get install -qq --yes --no-install-recommends chromium >/dev/null; } \
		|| echo "no chromium here: the tests in a browser are left out"

demo: $(VENV)/.job
	$(BIN)/quietdrop demo demo

# Two processes a core, because tests often wait for servers, disks and browsers. Each process starts
# with one stretch of the tests, so what the tests of a file share is made once. Matrices use one
# thread in each process. Temporary files are kept in memory if there is room: SQLite waits for disks.
test: setup browser
	env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(IN_MEMORY) \
		$(BIN)/python -m pytest --numprocesses $$((2 * $$(nproc))) --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

# The site of docs/, in build/site. A broken link or a page without a place fails.
docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# The pages of docs/reference and the config's JSON schema, from the code.
reference: setup
	$(BIN)/python -m benchmarks.reference

fuzz: setup
	$(BIN)/python -m benchmarks.mutations $(if $(NUMBER),--number $(NUMBER)) $(if $(SEED),--seed $(SEED))

# Small faults put into the code, to see whether the tests notice.
mutants: setup
	$(BIN)/python -m benchmarks.mutants $(if $(NUMBER),--number $(NUMBER)) $(if $(SEED),--seed $(SEED)) \
		$(if $(WHERE),--where $(WHERE))

audit: setup
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip

# A thread a process: two processes whose matrices have two threads each are in each other's way.
bench-detection: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.detection $(if $(DATA),--data $(DATA))

# The digest and the pages of docs/screenshots, from a simulated Monday on which everything happens.
pictures: setup browser
	$(BIN)/python -m benchmarks.showcase

faults: setup
	$(BIN)/python -m benchmarks.faults.measure $(if $(MARIADB),--mariadb $(MARIADB))

# Many clinics with a process killed midway, on the own cores and on two workers of Dask's.
fleet: setup
	$(BIN)/python -m benchmarks.fleet $(CLINICS)

# POSTGRES=postgresql://USER@HOST/DATABASE measures a table there as well, beside psql.
bench: setup
	$(BIN)/python -m benchmarks.speed $(POSTGRES)
	$(BIN)/python benchmarks/assess_speed.py
	$(BIN)/python -m benchmarks.rehearse_speed
	$(BIN)/python -m benchmarks.pages_speed
	$(BIN)/python -m benchmarks.pages_load

# Every message, assessment and export of this tree; two such folders are compared by
# `python -m benchmarks.same_outputs compare A B`.
same-outputs: setup
	$(BIN)/python -m benchmarks.same_outputs write $(or $(FOLDER),same-outputs) $(if $(CDNOW),--cdnow $(CDNOW))
