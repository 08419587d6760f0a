"""`safety.duckdb` in the clients that BI drivers ship: it opens, describes itself, and leads to the printed cells."""

import json
import os
import subprocess
import sys

import duckdb
import pytest
from lakes import REPOSITORY

from safety_pipeline.publish.database import KEYED_UP_TO, create_statement
from safety_pipeline.tables.published import FACT_TOXICITY, PUBLIC_TABLES
from safety_pipeline.tables.views import PRINTED_CELL

CLIENTS = ("1.2.2", "1.4.5", "1.5.6")
QUESTION = """
import json, sys
sys.path.insert(0, sys.argv[1])
import duckdb
with duckdb.connect(sys.argv[2], read_only=True) as database:
    print(json.dumps([duckdb.__version__, database.execute(sys.argv[3]).fetchall()]))
"""
KEYS = "SELECT constraint_type FROM duckdb_constraints() WHERE table_name = '{}' ORDER BY 1"
COMMENT = (
    "SELECT comment FROM duckdb_columns() WHERE table_name = 'mart_incidence_by_dose' AND column_name = 'value_kind'"
)


def query_of_the_guide():
    guide = (REPOSITORY / "dashboards" / "README.md").read_text(encoding="utf-8")
    return guide.split("```sql\n")[1].split("```")[0]


def second_query_of_the_guide():
    guide = (REPOSITORY / "dashboards" / "README.md").read_text(encoding="utf-8")
    return guide.split("```sql\n")[2].split("```")[0]


def client(version):
    folder = REPOSITORY / ".venv" / "duckdb-clients" / version
    if not folder.is_dir():
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail(f"{folder} is missing, and skips are forbidden here: run `make clients`")
        pytest.skip(f"NO DUCKDB {version}: run `make clients` to test the database with it")
    return folder


def asked(lake, version, sql):
    command = [sys.executable, "-c", QUESTION, str(client(version)), str(lake / "published" / "safety.duckdb"), sql]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answered_by, rows = json.loads(done.stdout)
    assert answered_by == version
    return rows


@pytest.fixture(scope="module")
def database(shipped_lake):
    with duckdb.connect(str(shipped_lake / "published" / "safety.duckdb"), read_only=True) as opened:
        yield opened


@pytest.mark.clients
@pytest.mark.parametrize("version", CLIENTS)
def test_an_older_client_leads_from_an_incidence_to_the_printed_cell(shipped_lake, version):
    rows = asked(shipped_lake, version, query_of_the_guide())
    label, document, table, row, column, printed, *place = rows[0]
    assert label == "52/73, 71.2 % (60.0 to 80.3)"
    assert (document, row, printed) == ("gist_400_vs_600_2002", "Edema or fluid retention", "52 (71.2)")
    assert (table, column, place) == ("Table 3", "Any grade / 400 mg (N=73)", ["table_3.tsv", 5, 2])


@pytest.mark.clients
@pytest.mark.parametrize("version", CLIENTS)
def test_an_older_client_leads_from_a_cell_to_the_crosswalk_rows_that_graded_it(shipped_lake, version):
    rows = asked(shipped_lake, version, second_query_of_the_guide())
    assert rows
    assert {row[:5] for row in map(tuple, rows)} == {("52 (71.2)", "any", "CTC v2.0", "Edema", "Edema limbs")}


def test_the_view_of_printed_cells_has_each_cell_and_arm_once_for_each_answer_of_its_dose(database):
    """An arm with an answer by dose shows its cells there; no arm and no cell behind a number is missing."""
    arms = "SELECT DISTINCT incidence_id FROM printed_cell EXCEPT SELECT incidence_id FROM incidence_by_arm"
    assert database.execute(arms).fetchall() == []
    told = "SELECT DISTINCT dose_id, incidence_id, toxicity_id FROM printed_cell"
    joined = """
        SELECT dose_id, incidence_id, toxicity_id FROM incidence_by_arm
        LEFT JOIN bridge_dose_trial USING (incidence_id) LEFT JOIN bridge_incidence_toxicity USING (incidence_id)
    """
    for one, other in ((told, joined), (joined, told)):
        assert database.execute(f"({one}) EXCEPT ({other})").fetchall() == []
    assert database.execute("SELECT count(*) FROM printed_cell WHERE printed LIKE '%71.2%'").fetchone()[0] > 0


def test_the_view_of_printed_cells_is_described(database):
    told = "SELECT comment FROM duckdb_views() WHERE view_name = 'printed_cell'"
    assert database.execute(told).fetchone()[0].startswith("One row per answer by dose")


@pytest.mark.clients
@pytest.mark.parametrize("version", CLIENTS)
def test_an_older_client_reads_the_comments(shipped_lake, version):
    assert "any count within `bounds` fits" in asked(shipped_lake, version, COMMENT)[0][0]


def test_every_public_table_is_in_the_database_with_its_rows(database, shipped_lake):
    tables = {name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert tables == {table.name for table in PUBLIC_TABLES}
    for name in tables:
        file = shipped_lake / "published" / f"{name}.parquet"
        counts = f"SELECT (SELECT count(*) FROM {name}), (SELECT count(*) FROM read_parquet('{file}'))"
        in_database, in_file = database.execute(counts).fetchone()
        assert in_database == in_file or name == "dq_result", name


def test_a_key_is_primary_and_one_with_an_empty_column_is_unique(database):
    kinds = {
        name: {kind for (kind,) in database.execute(KEYS.format(name)).fetchall()} for name in ("dim_arm", "coverage")
    }
    assert kinds == {"dim_arm": {"PRIMARY KEY", "NOT NULL"}, "coverage": {"UNIQUE", "NOT NULL"}}


def test_a_table_of_many_rows_has_no_index():
    assert "PRIMARY KEY" in create_statement(FACT_TOXICITY, with_key=True)
    assert "PRIMARY KEY" not in create_statement(FACT_TOXICITY, with_key=False)
    assert KEYED_UP_TO == 100_000


def test_the_dictionary_in_the_database_names_every_column(database):
    missing = """
        SELECT c.table_name, c.column_name FROM duckdb_columns() AS c
        LEFT JOIN data_dictionary AS d ON d.table_name = c.table_name AND d.column_name = c.column_name
        WHERE NOT c.internal AND (d.description IS NULL OR d.is_nullable <> c.is_nullable AND c.table_name <> $view)
    """
    assert database.execute(missing, {"view": PRINTED_CELL.name}).fetchall() == []


def test_the_release_says_what_it_is_made_of(database):
    kinds = database.execute("SELECT kind, count(*) FROM release_input GROUP BY kind").fetchall()
    assert dict(kinds)["document"] == 5
    assert {"code", "package", "reference", "setting"} <= set(dict(kinds))
    assert database.execute("SELECT n_documents FROM release").fetchone() == (5,)
