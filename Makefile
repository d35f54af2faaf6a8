# Set-up, sample run and tests on a machine with Python 3.11, 3.12 or 3.13 and nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup run screenshot check style types sql fresh docs kernels test test-slow test-all mutants stack faults faults-long bench render cookbook golden format lock audit clean
VENV := .venv
# what comes before the tests; CI does it by itself, before the tests and the services that run beside them
FIRST := style types sql fresh docs kernels
# an environment that forbids byte code (images do) would compile 1,500 modules for each command that a test starts
export PYTHONDONTWRITEBYTECODE :=

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(VENV)/.ready  ## make .venv from the lock

$(VENV)/.ready: requirements.lock requirements-setup.lock pyproject.toml scripts/setup.sh
	sh scripts/setup.sh $(VENV)

run: setup  ## run the DAGs over a sample mirror and show an answer
	sh scripts/run_sample.sh

screenshot: run  ## make docs/guides/dashboard.png from the sample's page
	PYTHONPATH=.:tests/support $(VENV)/bin/python tests/outputs/test_dashboard.py home/feeds/dashboard.html docs/guides/dashboard.png

check: setup  ## check the sources: lint, format, types, SQL, generated files, documentation
	$(MAKE) --no-print-directory -j4 style types sql fresh docs

style: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: setup
	$(VENV)/bin/mypy

sql: setup
	$(VENV)/bin/sqlfluff lint --disable-progress-bar sql

fresh: setup
	$(VENV)/bin/python -m medline.render --check

docs: setup  ## build the documentation in site/; a broken link is an error
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --quiet --strict

kernels: setup  ## compile the readers, which the first process that reads would do
	$(VENV)/bin/python -m sample.kernels

test: setup  ## run the tests, but for the long ones
	$(MAKE) --no-print-directory -j4 $(FIRST)
	$(VENV)/bin/python -m pytest $(PYTEST_ARGS)

test-slow: setup  ## the long way round of tests that make test runs in short: each real file in each chunk size
	sh scripts/spark.sh
	sh scripts/clients.sh
	$(VENV)/bin/python -m pytest -m slow $(PYTEST_ARGS)

mutants: setup  ## break the sources on purpose, at each place of tests/mutants/mutants.toml: a test must find it
	$(VENV)/bin/python -m tests.mutants $(MUTANTS)

test-all: setup  ## make test, its long tests and make faults in one go, so that no processor waits for another
	$(MAKE) --no-print-directory -j4 $(FIRST)
	$(VENV)/bin/python -m pytest tests tests/faults -m "not slow" $(PYTEST_ARGS)

stack: setup  ## the services of docker-compose.yml, started by hand; needs PostgreSQL and Redis
	$(VENV)/bin/python -m pytest tests/stack --numprocesses=0 $(PYTEST_ARGS)

faults: setup  ## the bounded fault tests: network, kills, full disk, two runs at once
	$(VENV)/bin/python -m pytest tests/faults $(PYTEST_ARGS)

faults-long: setup  ## 100 runs with a bad network, 80 kills, and every writing call failing: hours
	MEDLINE_FAULTS=long $(VENV)/bin/python -m pytest tests/faults $(PYTEST_ARGS)

bench: setup  ## measure the readers against the limit of the machine and against others
	$(VENV)/bin/python -m bench $(BENCH_ARGS)

render: setup  ## write the generated files: sql/tables, checks of keys, docs/reference
	$(VENV)/bin/python -m medline.render

cookbook: setup  ## write the answers in docs/guides/cookbook.md and in the notebooks beside it
	PYTHONPATH=. $(VENV)/bin/python tests/support/cookbook.py
	PYTHONPATH=. $(VENV)/bin/python tests/support/notebooks.py

golden: setup  ## write the rows of tests/lake/golden anew
	$(VENV)/bin/python tests/support/golden.py

format: setup  ## format the sources and fix what the linter can
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

HASHED := --quiet --disable-pip-version-check --require-hashes --only-binary :all:
COMPILE := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --no-header --generate-hashes
LOCK := $(COMPILE) pyproject.toml

lock:  ## pin the dependencies of pyproject.toml, with hashes and without host names; what the image needs, apart
	$(VENV)/bin/python -m pip install $(HASHED) -r requirements-setup.lock
	echo uv | $(COMPILE) --no-annotate - -o requirements-setup.lock
	echo pip-audit | $(COMPILE) --no-annotate - -o requirements-audit.lock
	printf '%s\n' 'pyspark==3.5.*' snowpark-connect-deps-iceberg==1.0.2 | $(COMPILE) --no-annotate - -o requirements-spark.lock
	echo 'duckdb<1.5' | $(COMPILE) --no-annotate - -o requirements-clients.lock
	$(LOCK) --all-extras -o requirements.lock
	$(LOCK) --extra production --constraints requirements.lock --no-annotate -o requirements-production.lock

audit:  ## check the lock against the known advisories; needs a network
	$(VENV)/bin/python -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install $(HASHED) -r requirements-audit.lock
	$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

clean:  ## remove the venv, the sample's home and the site
	rm -rf $(VENV) home site
