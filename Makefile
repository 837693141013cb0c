# Everything is installed into .venv; nothing else on the machine is relied on but Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled modules are kept, whatever the machine's habit: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test quick coverage tools lint docs samples pictures bench mutants fuzz corpus dist clean

help: ## This list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1 /p' $(MAKEFILE_LIST) | while read -r target text; do printf '  %-10s %s\n' "$$target" "$$text"; done

$(VENV)/installed: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "riskbook needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	touch $@

demo: $(VENV)/installed ## Assesses the samples into demo/
	$(BIN)/riskbook assess samples/*.xlsx -o demo --redo --force --store demo/history.db || test $$? -eq 1
	@echo
	@echo "The assessed workbooks are in $(CURDIR)/demo: open demo/kitahama-seiki.xlsx"

test: $(VENV)/installed-dev tools ## Everything that CI checks; T=tests/reading, or any arguments of pytest, runs only those tests
ifdef T
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(T)
else
	$(BIN)/ruff check riskbook tests bench
	$(BIN)/ruff format --check riskbook tests bench
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
endif

quick: $(VENV)/installed-dev ## The tests that need no other program and little time; T= as for test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" --hypothesis-profile quick $(T)

coverage: $(VENV)/installed-dev tools ## All tests, and which lines they do not reach (takes twice as long)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --cov=riskbook --cov-report=term

tools: $(VENV)/installed-dev ## Installs what tests check against: LibreOffice, fonts, Chromium, Microsoft's validator
	$(BIN)/python -m tests.tools.install_tools

lint: $(VENV)/installed-dev ## Formats, fixes what ruff can fix, checks types
	$(BIN)/ruff format riskbook tests bench
	$(BIN)/ruff check --fix riskbook tests bench
	$(BIN)/mypy

docs: $(VENV)/installed-docs ## Compiles the texts, makes the pages that follow from the program, and builds the site
	$(BIN)/python -m tests.make_docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "The site is in $(CURDIR)/build/site: open index.html"

samples: $(VENV)/installed-dev ## Makes samples/, workbooks/, tests/assets/ and the templates of reports anew
	$(BIN)/python -m tests.tools.make_samples
	$(BIN)/python -m tests.tools.make_assets
	$(BIN)/python -m tests.tools.make_defects
	$(BIN)/python -m tests.tools.make_seen
	$(BIN)/python -m tests.tools.make_report_templates

pictures: $(VENV)/installed-dev tools ## Makes docs/images/ anew with LibreOffice and Chromium
	$(BIN)/python -m tests.tools.make_pictures
	$(BIN)/python -m tests.tools.make_screenshots
	$(BIN)/python -m tests.tools.make_report_pictures

bench: $(VENV)/installed-dev tools ## Measures riskbook and writes bench/RESULTS.md
	$(BIN)/python -m bench

fuzz: $(VENV)/installed-dev ## Assesses 5,000 workbooks that are broken at random
	$(BIN)/python -m tests.tools.fuzz 5000 $(shell date +%s)

mutants: N ?= 40
mutants: SEED ?= $(shell date +%s)
mutants: $(VENV)/installed-dev ## Changes the code in N=40 small ways; the quick tests should notice; SEED= repeats a run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[mutants]'
	$(BIN)/python -m tests.tools.mutants $(N) $(SEED)

corpus: $(VENV)/installed-dev tools ## Tries the write-back on the workbooks that RISKBOOK_CORPUS names
	$(BIN)/python -m tests.tools.corpus --office --validator

dist: $(VENV)/installed-dev ## Makes the wheel in dist/, for those who use riskbook: docs/en/install.md
	rm -rf build
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

clean: ## Removes everything that make made
	rm -rf $(VENV) demo dist build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
