"""The dashboard of Superset as files: everything it names is there, and its bars are those of the marts."""

import re
from pathlib import PurePosixPath

import duckdb
import pytest
import yaml
from lakes import REPOSITORY

from safety_pipeline.publish.metrics import metrics
from safety_pipeline.superset.bundle import bundle

FILTERS = ["Drug", "Event", "Grade band", "Attribution", "Edition", "Trial"]


@pytest.fixture(scope="module")
def files():
    return {name: yaml.safe_load(text) for name, text in bundle().items()}


@pytest.fixture(scope="module")
def database(shipped_lake):
    with duckdb.connect(str(shipped_lake / "published" / "safety.duckdb"), read_only=True) as opened:
        yield opened


def of_kind(files, kind):
    return {PurePosixPath(name).stem: content for name, content in files.items() if name.startswith(f"{kind}/")}


def test_no_file_is_left_over_from_an_earlier_bundle(files):
    folder = REPOSITORY / "dashboards" / "superset" / "bundle"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(files)


def test_every_chart_names_a_dataset_of_the_bundle_and_columns_and_metrics_it_has(files):
    datasets = {each["uuid"]: each for each in of_kind(files, "datasets").values()}
    for name, chart in of_kind(files, "charts").items():
        dataset = datasets[chart["dataset_uuid"]]
        columns = {column["column_name"] for column in dataset["columns"]}
        settings = chart["params"]
        named = [
            *settings.get("all_columns", []),
            *settings.get("groupbyRows", []),
            *settings.get("groupbyColumns", []),
        ]
        asked = [*settings.get("metrics", []), *([settings["metric"]] if "metric" in settings else [])]
        assert set(named) <= columns, name
        assert set(asked) <= {metric["metric_name"] for metric in dataset["metrics"]}, name
        assert named or asked, name


def test_the_dashboard_shows_every_chart_once(files):
    shown = [block["meta"]["uuid"] for block in files["dashboards/safety.yaml"]["position"].values()
             if isinstance(block, dict) and block["type"] == "CHART"]  # fmt: skip
    assert sorted(shown) == sorted(chart["uuid"] for chart in of_kind(files, "charts").values())


def test_no_row_of_the_page_is_wider_than_the_page(files):
    position = files["dashboards/safety.yaml"]["position"]
    rows = [block for block in position.values() if isinstance(block, dict) and block["type"] == "ROW"]
    assert all(sum(position[child]["meta"]["width"] for child in row["children"]) <= 12 for row in rows)


def test_the_filters_narrow_every_chart_that_has_their_column_and_say_so_of_no_other(files):
    dashboard = files["dashboards/safety.yaml"]
    tables = {each["uuid"]: each for each in of_kind(files, "datasets").values()}
    of_chart = {chart["uuid"]: tables[chart["dataset_uuid"]] for chart in of_kind(files, "charts").values()}
    numbers = {
        block["meta"]["chartId"]: of_chart[block["meta"]["uuid"]]
        for block in dashboard["position"].values()
        if isinstance(block, dict) and block["type"] == "CHART"
    }
    configured = dashboard["metadata"]["native_filter_configuration"]
    assert [each["name"] for each in configured] == FILTERS
    for each in configured:
        column = each["targets"][0]["column"]["name"]
        without = {
            number
            for number, table in numbers.items()
            if column not in {column["column_name"] for column in table["columns"]}
        }
        assert set(each["scope"]["excluded"]) == without


def test_every_metric_of_the_marts_is_a_metric_of_its_dataset(files):
    declared = {(row["table_name"], row["metric"], row["expression"]) for row in metrics().collect().to_dicts()}
    known = {
        (table, metric["metric_name"], metric["expression"])
        for table, dataset in of_kind(files, "datasets").items()
        for metric in dataset["metrics"]
    }
    assert known == declared


def test_every_column_of_the_release_is_described_as_in_the_dictionary(files, database):
    described = {
        (table, column): description
        for table, column, description in database.execute(
            "SELECT table_name, column_name, description FROM data_dictionary"
        ).fetchall()
    }
    for table, dataset in of_kind(files, "datasets").items():
        for column in dataset["columns"]:
            if "expression" not in column:
                assert column["description"].startswith(described[table, column["column_name"]])


def test_every_calculated_column_and_metric_is_sql_that_the_release_answers(files, database):
    for table, dataset in of_kind(files, "datasets").items():
        calculated = [column["expression"] for column in dataset["columns"] if "expression" in column]
        for sql in (*calculated, *(metric["expression"] for metric in dataset["metrics"])):
            database.execute(f"SELECT {sql} FROM {table} LIMIT 1").fetchall()


@pytest.mark.parametrize(
    ("dose", "shapes"),
    [
        # 57 of 74: a mark at 77.0 % inside its limits.
        (600, [("limits", 66.3), ("mark", 77.0)]),
        # 5 of 17 and 52 of 73: from trial to trial, without a mark.
        (400, [("range", 29.4)]),
        # No trial counts it.
        (800, []),
    ],
)
def test_a_bar_is_drawn_where_the_article_prints_it(files, database, dose, shapes):
    columns = files["datasets/safety/mart_incidence_by_dose.yaml"]["columns"]
    bar = next(column["expression"] for column in columns if column["column_name"] == "bar")
    sql = f"""SELECT {bar} FROM mart_incidence_by_dose
              WHERE concept = 'edema' AND grade_band = 'any' AND drug = 'imatinib' AND dose_mg_per_day = ?"""
    html = database.execute(sql, [dose]).fetchone()[0]
    assert [(kind, float(left)) for kind, left in re.findall(r'ae-([a-z-]+)" style="left:([0-9.]+)%', html)] == shapes


def test_bounds_and_intervals_have_shapes_of_their_own(files, database):
    columns = files["datasets/safety/mart_incidence_by_arm.yaml"]["columns"]
    bar = next(column["expression"] for column in columns if column["column_name"] == "bar")
    drawn = {
        kind: set(re.findall(r"<span class=\"ae-([a-z-]+)\"", html))
        for kind, html in database.execute(f"SELECT value_kind, {bar} FROM mart_incidence_by_arm").fetchall()
    }
    assert drawn["point"] == {"limits", "mark"}
    assert drawn["bounds"] == {"bounds"}
    assert drawn["not_known"] == set()


def test_a_link_to_the_explorer_holds_any_name_of_a_drug(files, database):
    columns = files["datasets/safety/mart_signal.yaml"]["columns"]
    cells = next(column["expression"] for column in columns if column["column_name"] == "cells")
    sql = f"SELECT {cells} FROM (SELECT 'edema' AS concept, 'imatinib + \"x\" & y' AS drug)"
    assert 'drug=imatinib%20%2B%20%22x%22%20%26%20y"' in database.execute(sql).fetchone()[0]
