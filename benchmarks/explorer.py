"""How soon the explorer answers on a million answers: the first chart and each further choice.

Run with `python benchmarks/explorer.py [ROWS]`; it copies the marts of the lake into a database of that many rows.
"""

import sys
import tempfile
import time
from pathlib import Path

import duckdb
from starlette.testclient import TestClient

from safety_pipeline.explore.app import application

LAKE = Path(__file__).resolve().parent.parent / "data_lake" / "published" / "safety.duckdb"
PAGES = (
    "/dose?drug=imatinib",
    "/dose?drug=imatinib&concept=rash",
    "/dose?drug=imatinib%207",
    "/dose?drug=imatinib%208",
    "/coverage?drug=imatinib",
)
TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'shipped'"
COPIED = "INSERT INTO {0} SELECT m.* REPLACE (concat(drug, ' ', i % 3000) AS drug) FROM {0} AS m, range({1}) AS t(i)"


def many(target: Path, rows: int) -> None:
    """A published folder whose marts by arm and by dose hold so many rows, of three thousand drugs."""
    folder = target / "releases" / "many"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "safety.duckdb")) as database:
        database.execute(f"ATTACH '{LAKE}' AS shipped (READ_ONLY)")
        for (name,) in database.execute(TABLES).fetchall():
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM shipped.{name}")
        for name in ("mart_incidence_by_arm", "mart_incidence_by_dose"):
            (there,) = database.execute(f"SELECT count(*) FROM {name}").fetchone()
            database.execute(COPIED.format(name, rows // there))
    (target / "latest").symlink_to("releases/many")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        many(Path(folder), rows)
        with TestClient(application(Path(folder)), base_url="http://127.0.0.1") as client:
            for address in PAGES:
                started = time.perf_counter()
                answer = client.get(address)
                seconds, size = time.perf_counter() - started, len(answer.content) / 1000
                print(f"{address:36} {answer.status_code} {seconds:6.3f} s {size:6.0f} kB")


if __name__ == "__main__":
    main()
