# Everything works in .venv/ and needs only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
LAKE ?= data_lake
# Much of a test is waiting for a process; a file's tests stay together, since they share what takes long to make.
# In the order of tests/conftest.py: xdist would begin with the files of most tests, which are the quick ones.
SIDE_BY_SIDE ?= --numprocesses 2 --dist loadfile --no-loadscope-reorder

KILLS ?= 200
PUBLISHES ?= 20

.PHONY: run test long-test browser-test faults cluster-test spark-test soak fuzz fuzz-readers lint bench soundness audit layouts generate docs docs-test tutorial dist wheel-test ui clients pictures superset-pictures explore superset superset-test clean

run: .venv/runtime.stamp
	$(BIN)/safety-pipeline run --lake $(LAKE)

ui: .venv/runtime.stamp
	$(BIN)/safety-pipeline ui --lake $(LAKE)

test: .venv/dev.stamp lint
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not long and not faults and not superset and not site and not browser and not cluster and not soak and not spark_cluster"

# What takes long by nature: the wheel installed, a Java engine, full chains of a sampler. `make test` has a quick example of each.
long-test: .venv/dev.stamp
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m long

# Explorer, desks, report and Dagster UI in a real browser; needs chromium.
browser-test: .venv/dev.stamp
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "browser and not superset and not site"

# Each promise of docs/promises.md under the fault it is made for; KILLS and PUBLISHES make it longer.
faults: .venv/dev.stamp
	SAFETY_KILLS=$(KILLS) SAFETY_PUBLISHES=$(PUBLISHES) $(BIN)/python -m pytest --junitxml .faults.xml tests/faults tests/object_storage \
		tests/check/test_judge_aside.py \
		tests/main_job/test_nothing_blocks_the_rest.py tests/main_job/test_surviving_a_kill.py \
		tests/main_job/test_runs_after_a_small_change.py tests/main_job/test_a_small_change_of_a_large_lake.py; \
	ended=$$?; $(BIN)/python tests/faults/matrix.py .faults.xml; exit $$ended

# The engine on PySpark row by row against Polars, on a cluster of two workers on this machine; needs Java.
spark-test: .venv/dev.stamp
	$(BIN)/python -m pytest -m spark_cluster tests/main_job/test_spark_engine.py

# Runs a delivery each on two workers of Celery, with Redis and Postgres; one worker is killed in the middle.
CLUSTER := .venv/cluster
cluster-test: .venv/dev.stamp $(CLUSTER)/lock.stamp
	$(BIN)/python -m pytest tests/cluster

$(CLUSTER)/lock.stamp: deploy/cluster/requirements.lock pyproject.toml
	test -x $(CLUSTER)/bin/python || $(PYTHON) -m venv $(CLUSTER)
	$(CLUSTER)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	$(CLUSTER)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# Five hundred deliveries in twenty minutes through daemon and sensor; the picture lies in build/soak.
DELIVERIES ?= 500
MINUTES ?= 20
soak: .venv/dev.stamp
	SAFETY_SOAK_DELIVERIES=$(DELIVERIES) SAFETY_SOAK_MINUTES=$(MINUTES) $(BIN)/python -m pytest -s tests/soak

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# TRIALS=400 LAKES=20 SOUNDNESS="--seed 7 --examples found.md" for fewer or other trials.
TRIALS ?= 10000
LAKES ?= 1000
soundness: .venv/dev.stamp
	PYTHONPATH=tests $(BIN)/python -m truth --trials $(TRIALS) --lakes $(LAKES) $(SOUNDNESS)

bench: .venv/dev.stamp
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit 1; done

# The DuckDB versions that BI drivers ship, each in a folder of its own; the tests open our database with them.
CLIENTS := 1.2.2 1.4.5 1.5.6
clients: $(CLIENTS:%=.venv/duckdb-clients/%)
.venv/duckdb-clients/%: | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --target $@ duckdb==$*

# Ten thousand random sets of trials through estimates by dose, contrasts and signals.
fuzz: .venv/dev.stamp
	$(BIN)/python tests/summarise/trials_at_random.py --sets 10000

# Ten thousand damaged files through each reader; the same files for the same seed (some hours; less by --inputs).
FUZZ_READERS ?= --inputs 10000 --seed 1
fuzz-readers: .venv/dev.stamp
	POLARS_MAX_THREADS=1 PYTHONPATH=tests:tests/ingest_cdisc:tests/ingest_literature $(BIN)/python -m damaged $(FUZZ_READERS)

# The documentation as pages in site/; needs no network once the builder's environment is there.
docs: .venv/runtime.stamp .venv/docs.stamp
	PYTHONPATH=docs $(BIN)/python -m build_site
	.venv/docs/bin/zensical build --strict --clean --config-file build/docs/zensical.toml
	rm -rf site && mv build/docs/site site
	@echo "Open site/index.html"

# The built pages in a real browser: no request leaves, search, axe in light, dark and on a phone.
docs-test: .venv/dev.stamp docs
	$(BIN)/python -m pytest -m site tests/browser/test_documentation_site.py

# The builders of site and packages stand alone: nothing of the product needs them.
.venv/docs.stamp: docs/requirements.lock | .venv/bin/python
	$(PYTHON) -m venv .venv/docs
	.venv/docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r docs/requirements.lock
	touch $@

# The source archive and the wheel made of it, in dist/.
dist: .venv/docs.stamp
	rm -rf dist && .venv/docs/bin/python -m build --no-isolation --outdir dist .

# The wheel in an empty environment outside of the clone: a new lake, the main job, the explorer.
wheel-test: dist
	.ci/wheel_test

# The tutorial to the letter, from a fresh clone; what a person sees at each step is written down.
tutorial: .venv/dev.stamp
	PYTHONPATH=tests $(BIN)/python -m documented --seen build/tutorial.txt

# The tables of ../shared in many printed layouts, and how many of their cells are read rightly; needs chromium.
# WeasyPrint, the second printer, has an environment of its own, and needs Pango.
SAMPLES ?= ../shared/samples/literature_tables
layouts: .venv/dev.stamp .venv/layouts.stamp
	LAYOUTS_PRINTER=.venv/layouts/bin/weasyprint PYTHONPATH=tests $(BIN)/python -m layouts $(SAMPLES)

.venv/layouts.stamp: tests/layouts/requirements.lock | .venv/bin/python
	$(PYTHON) -m venv .venv/layouts
	.venv/layouts/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# Known faults of the packages that a user installs, and of no others.
audit: .venv/audit/bin/pip-audit
	.venv/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

.venv/audit/bin/pip-audit: requirements-audit.lock
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock

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

explore: .venv/runtime.stamp
	$(BIN)/safety-pipeline explore --lake $(LAKE)

# Superset pins what we pin otherwise, so that it has an environment of its own (0.9 GB); it serves on 127.0.0.1:8088.
SUPERSET := .venv/superset
superset: $(SUPERSET)/lock.stamp
	$(SUPERSET)/bin/python dashboards/superset/serve.py --lake $(LAKE)

# The real Superset in a real browser; needs chromium.
superset-test: .venv/dev.stamp $(SUPERSET)/lock.stamp
	$(BIN)/python -m pytest tests/superset/test_dashboard.py

$(SUPERSET)/lock.stamp: dashboards/superset/requirements.lock
	test -x $(SUPERSET)/bin/python || $(PYTHON) -m venv $(SUPERSET)
	$(SUPERSET)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# Needs chromium, and a lake that `make run` has made.
pictures: .venv/dev.stamp
	$(BIN)/python docs/pictures/make.py
	PYTHONPATH=tests $(BIN)/python docs/pictures/desks_in_use.py

# The dashboard too, from a Superset of its own.
superset-pictures: .venv/dev.stamp $(SUPERSET)/lock.stamp
	PYTHONPATH=tests $(BIN)/python docs/pictures/superset_in_use.py

clean:
	rm -rf .venv
