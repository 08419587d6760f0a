"""The explorer's pages: what they say is what the tables say, and a page keeps to itself."""

import io
import re
from html import unescape

import duckdb
import polars as pl
import pytest
from lakes import published
from starlette.testclient import TestClient

from safety_pipeline.explore.app import application
from safety_pipeline.explore.choices import Option
from safety_pipeline.explore.layout import _ENVIRONMENT, MENU
from safety_pipeline.explore.pages import by_arm, by_dose, compare, coverage, overview, signals
from safety_pipeline.explore.published import Published

LINK = re.compile(r'(?:href|action)="(/[^"#]*)"')


@pytest.fixture(scope="module")
def client(shipped_lake):
    with TestClient(application(shipped_lake / "published"), base_url="http://127.0.0.1") as opened:
        yield opened


def arm_lines(page):
    [matrix] = re.findall(r'<table class="matrix.*?</table>', page, re.DOTALL)
    return [unescape(arm) for arm in re.findall(r'<th scope="row">(.*?)<', matrix)]


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("address", [address for address, _ in MENU])
def test_every_page_of_the_menu_answers_with_one_heading_and_a_title(client, address):
    page = client.get(address).text
    assert page.count("<h1>") == 1
    assert 'aria-current="page"' in page


def test_every_link_of_the_pages_leads_somewhere(client):
    links = {unescape(link) for address, _ in MENU for link in LINK.findall(client.get(address).text)}
    assert len(links) > 100
    assert [link for link in links if client.get(link).status_code != 200] == []


@pytest.mark.parametrize("address", [*(address for address, _ in MENU), "/compare?concept=nausea"])
def test_a_negative_number_has_a_minus_sign_and_no_hyphen(client, address):
    assert re.findall(r"(?<![\w–-])-\d", text_of(client, address)) == []


def test_by_dose_shows_each_answer_of_the_mart(client, shipped_lake):
    page = text_of(client, "/dose?concept=edema")
    answers = published(shipped_lake, "mart_incidence_by_dose").filter(concept="edema")
    arms = published(shipped_lake, "mart_incidence_by_arm").filter(concept="edema")
    for label in (*answers["label"], *arms["label"]):
        assert label in page


@pytest.mark.parametrize(
    ("page", "limit", "address"),
    [
        (by_arm, "MAX_ROWS", "/arms?all=yes"),
        (compare, "MAX_ROWS", "/compare"),
        (coverage, "MAX_REASONS", "/coverage"),
        (overview, "MAX_TERMS", "/overview"),
        (signals, "MAX_ROWS", "/signals"),
    ],
)
def test_a_page_says_that_it_shows_the_first_lines_only_where_there_are_more(client, monkeypatch, page, limit, address):
    asked = []
    first = Published.first
    monkeypatch.setattr(Published, "first", lambda *given, **values: asked.append(first(*given, **values)) or asked[-1])
    monkeypatch.setattr(page, limit, 1_000_000)
    client.get(address)
    n_lines = len(asked[-1][0])
    assert n_lines > 1
    for most, says_so in ((n_lines, False), (n_lines - 1, True)):
        monkeypatch.setattr(page, limit, most)
        assert ("the first" in text_of(client, address).lower().replace("the first group", "")) is says_so


@pytest.mark.parametrize(("page", "address"), [(coverage, "/coverage"), (overview, "/overview")])
def test_a_matrix_shows_its_first_arms_and_counts_the_others(client, monkeypatch, page, address):
    whole = text_of(client, address)
    assert "further arms" not in whole
    n_arms = len(arm_lines(client.get(address).text))
    monkeypatch.setattr(page, "MAX_ARMS", 2)
    shown = arm_lines(client.get(address).text)
    assert len(shown) == 2 < n_arms
    assert all(arm in whole for arm in shown)
    assert f"{n_arms - 2} further arms are in the download" in text_of(client, address)


@pytest.mark.parametrize(("n_drugs", "is_typed"), [(300, False), (301, True)])
def test_a_name_is_typed_where_nobody_would_read_the_list_of_them(n_drugs, is_typed):
    options = [Option(f"drug-{at}", f"Drug {at}") for at in range(n_drugs)]
    parts = _ENVIRONMENT.get_template("parts.html.j2").module
    field = parts.select("drug", "Drug", options, "drug-7", "every drug")
    assert ("<select" in field, 'type="search"' in field) == (not is_typed, is_typed)
    assert ('value="Drug 7" placeholder="every drug"' in field) is is_typed
    assert ('<option value="drug-7" selected>' in field) is not is_typed


@pytest.mark.parametrize("asked", ["oedema", "Edema", "EDEMA", "edema"])
def test_an_event_is_found_in_another_spelling(client, asked):
    assert "Edema by dose of imatinib" in text_of(client, f"/dose?concept={asked}")


def test_an_event_that_is_not_there_is_answered_with_near_ones(client):
    assert "There is no concept “haemorhage”. Near: Haemorrhage" in text_of(client, "/dose?concept=haemorhage")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/dose?drug=nosuch", "There is no drug “nosuch”. Shown is imatinib."),
        ("/arms?trial=nosuch", "There is no trial “nosuch”. Shown is B2222 (GIST)."),
        ("/overview?trial=nosuch", "There is no trial “nosuch”. Shown is B2222 (GIST)."),
        ("/compare?family=nosuch", "There is no comparison “nosuch”. Shown is B2222 (GIST), 600 mg/day against 400"),
        ("/coverage?drug=nosuch", "There is no drug “nosuch”. Shown is every drug."),
        ("/signals?drug=nosuch", "There is no drug “nosuch”. Shown is every drug."),
    ],
)
def test_what_is_not_there_is_said_with_what_is_shown_instead(client, address, said):
    assert said in text_of(client, address)


def test_a_caution_names_each_dose_once_and_grades_where_not_both_are_meant(client):
    page = text_of(client, "/dose?concept=edema")
    assert "Graded with several editions: 400 mg/day." in page
    assert "fatal events are not counted: 400 mg/day, severe; 600 mg/day, severe." in page


def test_very_many_arms_that_say_nothing_are_one_line(client, monkeypatch):
    monkeypatch.setattr(by_dose, "MOST_SILENT", 0)
    page = text_of(client, "/dose?concept=edema")
    assert "imatinib 400 mg twice daily" not in page
    assert "1 arms not known not known" in page


def test_a_trial_left_out_leaves_the_other_one(client):
    page = text_of(client, "/dose?concept=edema&leave_out=B2222")
    assert "without B2222: computed anew" in page
    assert "5/17, 29.4 % (13.3 to 53.1)" in page
    assert "57/74" not in page


def test_a_number_leads_to_its_printed_cell_and_crosswalk(client, shipped_lake):
    arms = published(shipped_lake, "mart_incidence_by_arm")
    row = arms.filter(arm_label="imatinib 400 mg", concept="edema", grade_band="any")
    page = text_of(client, f"/number/{row['incidence_id'].item()}")
    for said in ("52 (71.2)", "Table 3", "table_3.tsv", "line 5, column 2", "CTC v2.0 Edema, grade 4", "Anasarca"):
        assert said in page


def test_an_answer_shows_the_arms_at_the_dose(client, shipped_lake):
    row = published(shipped_lake, "mart_incidence_by_dose").filter(
        concept="edema", grade_band="any", dose_mg_per_day=400
    )
    page = text_of(client, f"/answer/{row['dose_id'].item()}")
    assert "2 trials from 29.4 to 71.2 %" in page
    assert "52/73" in page
    assert "5/17" in page


def test_compare_shows_each_difference_with_its_p_value(client, shipped_lake):
    page = text_of(client, "/compare?band=any")
    rows = published(shipped_lake, "mart_comparison").filter("is_main_row", grade_band="any")
    has_none = [pl.col(name).str.starts_with("0/") for name in ("group_patients", "reference_patients")]
    shown = rows.filter(~pl.all_horizontal(has_none))
    for row in shown.to_dicts():
        assert row["row_label"] in page
        assert row["label"].replace(" percentage points", "") in page


def test_a_comparison_names_methods_after_their_people(client):
    comparison = re.findall(r"/comparison/\w+", client.get("/compare").text)[0]
    page = text_of(client, comparison)
    assert "Newcombe hybrid score" in page
    assert "Fisher, minimum likelihood" in page


def test_coverage_shows_what_is_known_of_every_arm(client, shipped_lake):
    page = text_of(client, "/coverage")
    for row in published(shipped_lake, "mart_incidence_by_arm").filter("is_headline").to_dicts():
        assert row["arm_label"] in page
        assert row["status_label"] in page


def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script_of_the_data(client):
    for address, _ in MENU:
        answer = client.get(address)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) == []
        assert re.findall(r"<script(?! src=\"/static/(?:app|review)\.js\" defer></script>)", answer.text) == []
        assert " style=" not in answer.text


def test_markup_in_an_address_is_shown_as_text(client):
    page = client.get("/dose", params={"concept": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_page_asked_by_another_name_is_refused(client):
    assert client.get("/dose", headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize("address", ["/number/none", "/answer/none", "/comparison/none", "/releases/none"])
def test_what_is_not_in_the_release_is_said_so(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Not in this release" in answer.text


def test_an_address_without_a_page_keeps_the_menu(client):
    answer = client.get("/nosuch")
    assert answer.status_code == 404
    assert "No such page" in answer.text
    assert 'href="/dose"' in answer.text


def test_nothing_can_be_written(client):
    assert {client.request(verb, "/dose").status_code for verb in ("POST", "PUT", "DELETE")} == {405}


def test_a_download_holds_the_rows_chosen(client):
    frame = pl.read_parquet(io.BytesIO(client.get("/download/mart_incidence_by_dose.parquet?concept=edema").content))
    assert set(frame["concept"]) == {"edema"}
    assert frame["label"].to_list().count("2 trials from 29.4 to 71.2 %") == 1


def test_a_downloaded_csv_holds_no_formula(client):
    lines = client.get("/download/mart_comparison.csv").text.splitlines()
    cells = [cell for line in lines for cell in line.split(",")]
    assert any(cell.startswith("'+") for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


@pytest.mark.parametrize(
    "address",
    ["/download/forest.svg?concept=edema&drug=imatinib&band=any", "/download/rejected.csv", "/download/x.exe"],
)
def test_only_files_of_the_pages_are_there(client, address):
    answer = client.get(address)
    assert (answer.status_code == 200 and answer.text.startswith("<svg")) == ("forest" in address)


def test_a_lake_without_a_release_says_what_to_do(tmp_path):
    with TestClient(application(tmp_path), base_url="http://127.0.0.1") as client:
        answer = client.get("/dose")
    assert (answer.status_code, "safety-pipeline run" in answer.text) == (503, True)


def test_a_release_of_another_version_is_told_in_a_sentence(computed_lake):
    database = (computed_lake / "published" / "latest").resolve() / "safety.duckdb"
    database.parent.chmod(0o755)
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("ALTER TABLE mart_comparison DROP COLUMN caution")
    with TestClient(application(computed_lake / "published"), base_url="http://127.0.0.1") as client:
        answer = client.get("/compare?drug=imatinib")
    assert answer.status_code == 503
    assert "it has no mart_comparison.caution. `safety-pipeline run` publishes it anew." in answer.text
