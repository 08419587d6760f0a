"""What is said where Spark cannot be used, and what an executor refuses; no Java is needed."""

import json
from dataclasses import asdict

import dagster as dg
import pytest
from click.testing import CliRunner

from safety_pipeline import settings
from safety_pipeline.cli import main
from safety_pipeline.orchestration.assets.engine_resource import engine_of_tables
from safety_pipeline.orchestration.engines import InThisProcess
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making import stages
from safety_pipeline.orchestration.spark import session, tasks
from safety_pipeline.tables import harmonised, ingested

ARTICLE = "literature.melanoma_high_dose_2006"


@pytest.fixture
def no_java(monkeypatch):
    monkeypatch.setattr(session.shutil, "which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    monkeypatch.setattr(session, "find_spec", lambda _: object())


@pytest.fixture
def no_pyspark(monkeypatch):
    monkeypatch.setattr(session, "find_spec", lambda _: None)


def said(lake):
    result = CliRunner().invoke(main, ["run", "--lake", str(lake), "--engine", "spark"])
    assert result.exit_code == 1
    return result.output


def test_without_java_a_run_on_spark_ends_with_one_sentence(no_java, tmp_path):
    assert said(tmp_path) == "Error: Spark needs Java 17 or later and there is none: install it, or --engine polars.\n"


def test_without_pyspark_a_run_on_spark_ends_with_one_sentence(no_pyspark, tmp_path):
    expected = "Error: PySpark is not installed: pip install 'safety-pipeline[spark]', or --engine polars.\n"
    assert said(tmp_path) == expected


def test_a_dagster_run_says_the_same(no_pyspark):
    with pytest.raises(dg.Failure, match="PySpark is not installed"):
        engine_of_tables(dg.build_init_resource_context(config={"name": "spark"}))


def test_what_a_run_is_configured_with_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv(settings.ENGINE.name, "spark")
    engine = engine_of_tables(dg.build_init_resource_context(config={"name": "polars"}))
    assert isinstance(engine, InThisProcess)


@pytest.fixture
def lake(new_lake):
    """One article, ingested."""
    lake = Lake(new_lake)
    made = stages.ingest(lake, ARTICLE)
    lake.write_all({table: made[table.name] for table in ingested.INGESTED}, ARTICLE)
    return lake


def asked(task, **changed):
    return json.loads(json.dumps({"code": tasks._code(), "settings": {}, "task": asdict(task), **changed}))


def test_an_executor_of_another_version_refuses_to_work(lake):
    task = tasks.delivery_task(lake, "harmonised", ARTICLE)
    answer = tasks.answered(asked(task, code="of last year"))
    assert answer.is_of_cluster
    assert "another version" in answer.said


def test_an_executor_that_does_not_see_the_lake_says_so(tmp_path):
    task = tasks.delivery_task(Lake(tmp_path / "elsewhere"), "harmonised", ARTICLE)
    answer = tasks.answered(asked(task))
    assert answer.is_of_cluster
    assert f"does not see {tmp_path / 'elsewhere'}" in answer.said


def test_a_fault_in_one_delivery_is_told_by_its_type_without_what_it_quotes(lake, monkeypatch):
    def broken(_lake, _delivery_id):
        raise KeyError("subject 1001")

    monkeypatch.setitem(tasks._OF_DELIVERIES, "harmonised", broken)
    answer = tasks.answered(asked(tasks.delivery_task(lake, "harmonised", ARTICLE)))
    with pytest.raises(RuntimeError) as fault:
        tasks.files_of(answer, with_message=False)
    assert type(fault.value).__name__ == "KeyError"
    assert "1001" not in str(fault.value)


def test_an_executor_works_with_the_settings_of_the_run_and_not_with_its_own(lake, monkeypatch):
    seen = []
    monkeypatch.setenv(settings.MIN_CELL.name, "7")
    # An executor changes the environment of its process; that of the test is put back.
    monkeypatch.setenv(settings.HIERARCHICAL.name, "0")

    def watched(lake, delivery_id):
        seen.append([tasks.os.environ.get(name) for name in (settings.MIN_CELL.name, settings.HIERARCHICAL.name)])
        return stages.harmonised_tables(lake, delivery_id)

    monkeypatch.setitem(tasks._OF_DELIVERIES, "harmonised", watched)
    task = tasks.delivery_task(lake, "harmonised", ARTICLE)
    answer = tasks.answered(asked(task, settings={settings.HIERARCHICAL.name: "1"}))
    assert seen == [[None, "1"]]
    assert set(answer.files) == {table.path for table in harmonised.HARMONISED}
