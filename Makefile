# Everything is installed into .venv; nothing else on the machine is relied on but Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TODAY := $(shell date +%F)

.PHONY: demo test quick lint docs samples pictures bench fuzz corpus dist clean

$(VENV)/installed: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "riskbook needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(VENV)/installed
	$(BIN)/riskbook assess samples/*.xlsx -o demo --redo --force --store demo/history.db || test $$? -eq 1
	@echo
	@echo "The assessed workbooks are in $(CURDIR)/demo: open demo/kitahama-seiki.xlsx"

test: $(VENV)/installed-dev
	$(BIN)/python tests/install_tools.py
	$(BIN)/ruff check riskbook tests bench
	$(BIN)/ruff format --check riskbook tests bench
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --cov=riskbook --cov-report=term

quick: $(VENV)/installed-dev
	$(BIN)/pytest -n 2 -m "not slow"

lint: $(VENV)/installed-dev
	$(BIN)/ruff format riskbook tests bench
	$(BIN)/ruff check --fix riskbook tests bench
	$(BIN)/mypy

docs: $(VENV)/installed-dev
	$(BIN)/python -m tests.make_docs

samples: $(VENV)/installed-dev
	$(BIN)/python -m tests.make_samples
	$(BIN)/python -m tests.make_assets
	$(BIN)/python -m tests.make_defects

pictures: $(VENV)/installed-dev
	$(BIN)/python tests/install_tools.py
	$(BIN)/python -m tests.make_pictures

bench: $(VENV)/installed-dev
	$(BIN)/python tests/install_tools.py
	$(BIN)/python -m bench

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz 5000 $(shell date +%s)

corpus: $(VENV)/installed-dev
	$(BIN)/python tests/install_tools.py
	$(BIN)/python -m tests.corpus --office --validator

dist: $(VENV)/installed-dev
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) demo dist build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
