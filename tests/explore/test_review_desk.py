"""The review desk: every row can be found, those first that most published patients depend on, texts as imported."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from lakes import published
from official_files import official_files
from starlette.testclient import TestClient

from safety_pipeline.explore.app import application
from safety_pipeline.reference import load
from safety_pipeline.reference.own_files.official import import_official

ROW = re.compile(r'data-row="([^"]+)"')


@pytest.fixture(scope="module")
def client(shipped_lake):
    with TestClient(application(shipped_lake / "published"), base_url="http://127.0.0.1") as opened:
        yield opened


def page(client, **asked):
    answer = client.get(f"/review?{urlencode(asked)}")
    assert answer.status_code == 200
    return answer.text


def shown(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def rows(html):
    return [unescape(each) for each in ROW.findall(html)]


def test_rows_come_first_that_most_published_patients_depend_on(client, shipped_lake):
    """The row of the largest cells: of each arm its largest one, and arms added up."""
    facts, bridge = (published(shipped_lake, name) for name in ("fact_toxicity", "bridge_toxicity_grade_map"))
    of_arms = (
        facts.filter(count_unit="patients").drop_nulls("arm_id").select("toxicity_id", "arm_id", "n_affected_upper")
    )
    largest: dict[str, dict[str, int]] = {}
    for row, arm, n in (
        bridge.join(of_arms, on="toxicity_id").select("grade_map_id", "arm_id", "n_affected_upper").rows()
    ):
        arms = largest.setdefault(row, {})
        arms[arm] = max(arms.get(arm, 0), n or 0)
    patients = {row: sum(arms.values()) for row, arms in largest.items() if not row.startswith("v4")}
    found = rows(page(client))
    assert patients[found[0]] == max(patients.values())
    assert [patients[row] for row in found] == sorted((patients[row] for row in found), reverse=True)
    assert f"{patients[found[0]]} published patients" in shown(page(client))


def test_every_row_is_reached_page_by_page(client):
    asked = {"edition": "CTC v2.0", "q": "edema", "sort": "term"}
    found, number = [], 1
    while True:
        html = page(client, **asked, page=number)
        found += rows(html)
        if 'rel="next"' not in html:
            break
        number += 1
    grades = load().grade_map.filter(grading_system="CTC v2.0")
    named = grades.filter(grades["term"].str.to_lowercase().str.contains("edema"))["grade_map_id"]
    assert set(named) <= set(found)
    assert len(found) == len(set(found))
    assert f"{len(found)} rows" in shown(page(client, **asked))


def test_a_filter_leaves_only_its_rows(client):
    assert {row[:4] for row in rows(page(client, edition="CTCAE v3.0"))} == {"v3.0"}
    wide = rows(page(client, edition="CTC v2.0", q="hemoglobin", only="wide"))
    assert [row for row in wide if row.startswith("v2.0/hemoglobin/")] == ["v2.0/hemoglobin/4"]


@pytest.mark.parametrize("asked", [{"page": "0"}, {"page": "-3"}, {"page": "999999"}, {"page": "x"}, {"sort": "x"}])
def test_an_address_that_makes_no_sense_is_answered_with_rows(client, asked):
    assert len(rows(page(client, **asked))) > 0


def test_without_a_release_the_rows_are_there_and_nothing_depends_on_them(tmp_path):
    with TestClient(application(tmp_path / "published"), base_url="http://127.0.0.1") as client:
        html = page(client)
    assert len(rows(html)) == 20
    assert "No published count depends on it" in html


def test_both_texts_stand_beside_each_other_as_soon_as_they_are_imported(computed_lake, tmp_path):
    with TestClient(application(computed_lake / "published"), base_url="http://127.0.0.1") as client:
        before = shown(page(client, q="edema", edition="CTC v2.0"))
        assert "No official text is in this lake yet" in before
        for file in official_files(tmp_path):
            import_official(file, computed_lake, load())
        after = shown(page(client, q="old text", edition="CTC v2.0", sort="term"))
    assert "CTC v2.0, grade 2 old text 2" in after
    assert "2 new text 2" in after
    assert "4 no such grade" in after


def test_markup_in_a_reason_or_an_official_text_stays_text(computed_lake, tmp_path):
    attack = "<img src=x onerror=alert(1)>"
    overlay = computed_lake / "reference"
    overlay.mkdir()
    (overlay / "verdict.csv").write_text(
        "grade_map_id,verdict,grade_lower,grade_upper,grade_preferred,comment,reviewer,reviewed_on\n"
        f"v2.0/edema/1,change,1,1,1,{attack},A,2026-11-28\n"
    )
    with TestClient(application(computed_lake / "published"), base_url="http://127.0.0.1") as client:
        html = page(client, q="onerror")
    assert attack not in html
    assert "Reviewed by A" in html
