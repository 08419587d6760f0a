# Everything works in .venv/ and needs only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
LAKE ?= data_lake
# Much of a test is waiting for a process; a file's tests stay together, since they share what takes long to make.
SIDE_BY_SIDE ?= --numprocesses 2 --dist loadfile

.PHONY: run test lint bench fuzz generate ui clean

run: .venv/runtime.stamp
	$(BIN)/safety-pipeline run --lake $(LAKE)

ui: .venv/runtime.stamp
	$(BIN)/safety-pipeline ui --lake $(LAKE)

test: .venv/dev.stamp lint
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit 1; done

fuzz: .venv/dev.stamp  ## ten thousand random sets of trials through estimates by dose, contrasts and signals
	$(BIN)/python tests/summarise/trials_at_random.py --sets 10000

generate: .venv/dev.stamp
	$(BIN)/python -m safety_pipeline generate

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.lock pyproject.toml | .venv/bin/python
	test -f .venv/dev.stamp || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q safety_pipeline
	$(BIN)/python -c "import matplotlib.font_manager"
	touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

clean:
	rm -rf .venv
