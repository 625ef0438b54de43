# Everything a newcomer types. `make help` lists it. Nothing needs to be there already but make, bash and
# Python 3.11 or newer; what else is missing is installed (as root on Debian) or named in one sentence.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8000
VENV ?= .venv
WORKERS ?= 2
BIN := $(VENV)/bin
TRANSLATIONS := lms/web/translations
CATALOGUES := $(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po)
TEMPLATE := build/messages.pot
COVERAGE := --cov=lms --cov=lms_plugins --cov-branch
# What touches no database of the tests says the same on every one of them, and runs once.
PURE_TESTS := tests/benchmarks tests/index tests/scoring tests/content tests/interchange tests/books
# One thread for linear algebra: the tests run side by side already.
export OPENBLAS_NUM_THREADS := 1
PYTEST := $(BIN)/python -m pytest

.PHONY: help
help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

# ---- running

.PHONY: demo
demo: setup ## Build the demonstration in ./instance and serve it on http://127.0.0.1:$PORT (8000).
	@exec tools/demo.sh $(BIN) $(PORT)

# ---- setting up; each step leaves a stamp, so that a second `make setup` does nothing

.PHONY: setup
setup: $(VENV)/.package $(VENV)/.catalogues ## Make the environment: locked packages, this package, message catalogues.

$(VENV)/bin/python:
	@python="$$(tools/need.sh python)"; "$$python" -m venv $(VENV)

# The lock names every package, so pip need not resolve: with --no-deps it cannot trip over an extra (`coverage[toml]`)
# whose newest release is another than the one locked.
$(VENV)/.locked: requirements.lock | $(VENV)/bin/python
	@echo "Installing the packages of requirements.lock into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@touch $@

# Entry points are read when the package is installed, so a change of setup.cfg installs it again.
$(VENV)/.package: $(VENV)/.locked setup.cfg setup.py pyproject.toml lms/__init__.py
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.catalogues: $(VENV)/.locked $(CATALOGUES)
	@$(if $(CATALOGUES),$(BIN)/pybabel --quiet compile --directory $(TRANSLATIONS),:)
	@touch $@

# ---- testing

.PHONY: test
test: setup tools-for-tests lint test-sqlite test-postgres test-browser ## Run every check: style, types, floors, the suite on SQLite and on PostgreSQL, browser tests.

.PHONY: tools-for-tests
tools-for-tests:
	@tools/need.sh tests

.PHONY: lint
lint: setup ## Check style, types and the floors.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy lms plugins
	$(BIN)/lint-imports

.PHONY: test-sqlite
test-sqlite: setup ## Run the suite on SQLite.
	env -u BARAZA_TEST_DATABASE_URL $(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser"

# By itself: tracing each line makes the suite half as fast, and CI has 40 minutes.
.PHONY: coverage
coverage: setup ## Run the suite on SQLite once more, and print which lines it reaches.
	@rm -f .coverage .coverage.*
	env -u BARAZA_TEST_DATABASE_URL $(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser" $(COVERAGE) --cov-report=term:skip-covered

.PHONY: test-postgres
test-postgres: setup ## Run the same suite on a throw-away PostgreSQL, but for the parts without a database.
	tools/postgres.sh run $(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser" $(PURE_TESTS:%=--ignore=%)

.PHONY: test-browser
test-browser: setup ## Run the tests that drive Chromium.
	env -u BARAZA_TEST_DATABASE_URL $(PYTEST) -m browser

# ---- making what is kept in the repository

.PHONY: catalogues
catalogues: setup ## Bring the message catalogues up to date with the sources, and compile them.
	@mkdir -p $(dir $(TEMPLATE))
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --output $(TEMPLATE) --project Baraza --version "$$($(BIN)/python -c 'import lms; print(lms.__version__)')" \
	  --copyright-holder "the Baraza contributors" --add-location file --sort-by-file \
	  --keywords lazy_gettext --keywords _l --keywords lazy_ngettext:1,2 --keywords lazy_pgettext:1c,2 .
	@for language in fr ar; do \
	  if [ -f $(TRANSLATIONS)/$$language/LC_MESSAGES/messages.po ]; then \
	    $(BIN)/pybabel --quiet update --input-file $(TEMPLATE) --output-dir $(TRANSLATIONS) --locale $$language \
	      --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	  else \
	    $(BIN)/pybabel --quiet init --input-file $(TEMPLATE) --output-dir $(TRANSLATIONS) --locale $$language; \
	  fi; \
	done
	$(BIN)/pybabel compile --statistics --directory $(TRANSLATIONS)

.PHONY: lock
lock: ## Write requirements.lock anew from the ranges in setup.cfg, with the newest releases.
	@tools/lock.sh

.PHONY: vendor
vendor: setup ## Fetch the files named in vendored.toml again, at the versions named there.
	$(BIN)/python tools/vendor.py

.PHONY: wheel
wheel: setup ## Build dist/*.whl by way of the source archive.
	rm -rf build/lib build/bdist.*
	$(BIN)/python -m build --no-isolation

.PHONY: clean
clean: ## Remove what was built; the environment and ./instance stay.
	rm -rf build dist *.egg-info .coverage .coverage.* htmlcov .pytest_cache .mypy_cache .ruff_cache \
	  .hypothesis .import_linter_cache .grimp_cache
	find $(TRANSLATIONS) -name '*.mo' -delete
	rm -f $(VENV)/.catalogues $(VENV)/.package
