PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test lint types bench bench-detection faults

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[postgres,mariadb,dev]'
	touch $@

demo: setup
	$(BIN)/quietdrop demo demo

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

bench-detection: setup
	$(BIN)/python -m pip install --quiet --constraint constraints.txt '.[bench]'
	$(BIN)/python -m benchmarks.detection $(if $(DATA),--data $(DATA))

faults: setup
	$(BIN)/python -m benchmarks.faults.measure $(if $(MARIADB),--mariadb $(MARIADB))

bench: setup
	$(BIN)/python benchmarks/assess_speed.py
