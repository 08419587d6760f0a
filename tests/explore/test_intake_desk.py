"""The intake desk: what is said at a place stands in `document.yaml`, its consequences on the page, and only there."""

import re
from html import unescape

import pytest
import yaml
from desks import FROM_HERE, LISTING, PLAIN, RICH, TOKEN, desk_of, word_file
from starlette.testclient import TestClient

from safety_pipeline.commands.land import landed
from safety_pipeline.explore.app import application
from safety_pipeline.ingest.literature import parse


@pytest.fixture
def lake(tmp_path):
    return tmp_path / "lake"


@pytest.fixture
def desk(lake):
    with desk_of(lake) as client:
        yield client


def opened(desk, content=RICH, name="rich.html"):
    answer = desk.post(f"/desk/open?name={name}", content=content, headers=FROM_HERE)
    assert answer.status_code == 200, answer.text
    return answer.json()["address"]


def tell(desk, address, place, **said):
    """Say something of a place; nothing is shown yet, or what cannot be put in is told."""
    values = {key.replace("__", "."): value for key, value in said.items()}
    form = {"place": place, **values}
    return desk.post(f"{address}/said", data=form, headers=FROM_HERE, follow_redirects=False)


def say(desk, address, place, **said):
    """The same, and the page that follows."""
    answer = tell(desk, address, place, **said)
    return shown(desk.get(answer.headers["location"]) if answer.is_redirect else answer)


def shown(answer):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def accept(desk, address, **how):
    return shown(desk.post(f"{address}/accepted", data=how, headers=FROM_HERE))


def manifest(lake, name="rich"):
    return yaml.safe_load((lake / "landed" / "literature" / name / "document.yaml").read_text())


def complete(desk, address):
    tell(desk, address, "document", trial_id="T-1", document__indication="GIST", document__drug="imatinib")
    for at, dose in enumerate(("400", "600")):
        tell(desk, address, f"arm.{at}", dose_mg_per_day=dose)


def test_what_a_run_still_needs_is_listed_also_of_a_document_opened_again(desk, lake):
    address = opened(desk)
    accept(desk, address, as_draft="yes")
    page = shown(desk.post("/desk/reopen", data={"document_id": "rich"}, headers=FROM_HERE))
    assert "Before a run can read it, answers are missing" in page
    assert "trial_id: not answered yet" in page


def test_every_cell_is_shown_with_what_it_becomes(desk):
    page = shown(desk.get(opened(desk)))
    assert "30 counts" in page
    assert "10 (25.0) 10 of 40" in page
    assert "guess Rash maculo-papular, rash" in page


def test_a_count_that_a_run_will_refuse_says_so_until_its_patients_are_right(desk):
    address = opened(desk)
    page = shown(desk.get(address))
    assert "9 (25.0) 9 of 40 to be refused" in page
    assert "refused: 1 ," in page
    assert "Table 2, line 11, columns 2, 3, 4, 5, 6, 7: a run will refuse what stands here." in page
    assert "n = 9 of N = 40 is 22.5 %, printed is 25.0 %; it would fit N near 36." in page
    sizes = {"n_at_risk.part_a_imatinib_400_mg": "36", "n_at_risk.part_a_imatinib_600_mg": "35"}
    page = say(desk, address, "row.0.10", **sizes)
    assert "9 (25.0) 9 of 36 2 (5.6)" in page
    assert "Table 2, line 11, columns 6, 7: a run will refuse" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", PLAIN),
        ("t.tsv", PLAIN.replace(",", "\t")),
        ("t.txt", PLAIN.replace(",", "\t")),
    ],
)
def test_the_same_table_comes_through_in_every_form_that_land_reads(desk, name, content):
    assert "4 counts" in shown(desk.get(opened(desk, content, name)))


def test_a_table_of_a_word_file_comes_through(desk):
    assert "2 counts" in shown(desk.get(opened(desk, word_file(), "t.docx")))


def test_a_picture_or_another_file_is_refused_with_the_way_out(desk):
    answer = desk.post("/desk/open?name=scan.png", content=b"\x89PNG\r\n", headers=FROM_HERE)
    assert answer.status_code == 422
    assert "scan.png" in answer.json()["refused"]


def test_a_register_record_is_sent_to_land(desk):
    record = '{"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}'
    answer = desk.post("/desk/open?name=NCT00000001.json", content=record, headers=FROM_HERE)
    assert "safety-pipeline land" in answer.json()["refused"]


def test_a_column_gets_the_arm_that_is_named_and_a_new_name_makes_an_arm(desk, lake):
    address = opened(desk)
    page = say(desk, address, "column.0.6", arm="Part B")
    assert "Arm: Part B" in page
    accept(desk, address, as_draft="yes")
    column = manifest(lake)["tables"][0]["columns"][4]
    assert (column["number"], column["role"], column["arm"]) == (6, "arm", "part_b")


def test_a_total_that_is_an_arm_becomes_one_in_all_its_columns(desk):
    address = opened(desk)
    tell(desk, address, "column.0.6", arm="Part B", scope="arm")
    assert [column["role"] for column in draft_of(desk, address)["tables"][0]["columns"]] == ["arm"] * 6


@pytest.mark.parametrize(
    ("role", "shown_as"),
    [
        ("ignore", "2 not read not counts of patients with an event"),
        ("percent", "2 percentages of the counts beside it"),
        ("label", "2 names of the events"),
        ("total", "2 all patients"),
    ],
)
def test_a_column_is_shown_as_what_it_was_turned_into(desk, role, shown_as):
    assert shown_as in say(desk, opened(desk, PLAIN, "plain.csv"), "column.0.2", role=role)


def test_an_ignored_column_keeps_no_arm_and_the_percentages_go_with_their_counts(desk):
    address = opened(desk, PLAIN, "plain.csv")
    tell(desk, address, "column.0.2", role="ignore")
    assert "arm" not in draft_of(desk, address)["tables"][0]["columns"][0]
    tell(desk, address, "column.0.2", role="percent")
    assert [dict(each).get("percent_number") for each in draft_of(desk, address)["tables"][0]["columns"]] == [2]


@pytest.mark.parametrize(
    ("line", "role", "key", "value"), [(2, "header", "header_rows", 2), (3, "below", "last_line", 2)]
)
def test_the_body_of_a_table_begins_and_ends_where_a_person_says(desk, line, role, key, value):
    address = opened(desk, PLAIN, "plain.csv")
    assert "2 counts" in say(desk, address, f"row.0.{line}", role=role)
    assert draft_of(desk, address)["tables"][0][key] == value
    assert "4 counts" in say(desk, address, f"row.0.{line}", role="event")


def test_one_answer_holds_for_every_column_of_counts_where_that_is_asked(desk, lake):
    address = opened(desk, PLAIN, "plain.csv")
    tell(desk, address, "column.0.2", grades="3-4", scope="all")
    accept(desk, address, as_draft="yes")
    assert [column["grades"] for column in manifest(lake, "plain")["tables"][0]["columns"]] == ["3-4", "3-4"]


def test_a_section_says_the_patients_of_the_lines_below_it(desk):
    address = opened(desk)
    arms = [arm["id"] for arm in draft_of(desk, address)["arms"]]
    page = say(desk, address, "row.0.10", **{f"n_at_risk.{arms[0]}": "36", f"n_at_risk.{arms[1]}": "35"})
    assert "9 (25.0) 9 of 36" in page
    assert "14 (40.0) 14 of 35" in page
    assert "20 (50.0) 20 of 40" in page


def draft_of(desk, address):
    """The manifest as it stands, before it is accepted."""
    return desk.drafts[address.rpartition("/")[2]].manifest


def test_a_line_that_is_no_event_is_not_counted_and_says_why(desk):
    address = opened(desk, PLAIN, "plain.csv")
    page = say(desk, address, "row.0.2", role="not_an_event")
    assert "2 counts" in page
    assert "not counted: not a toxicity" in page


def test_an_event_that_the_label_does_not_name_is_matched_at_once(desk):
    address = opened(desk, PLAIN.replace("Edema", "Swelling of the third kind"), "plain.csv")
    assert "event not known" in shown(desk.get(address))
    assert "event not known" not in say(desk, address, "row.0.3", term="Edema limbs")


def test_a_contradiction_is_told_at_once_and_nothing_else_is_lost(desk):
    address = opened(desk)
    page = say(desk, address, "column.0.3", grades="any")
    assert "columns 2 and 3 both count any grades" in page
    assert "30 counts" in say(desk, address, "column.0.3", grades="3-4")


def test_what_cannot_be_a_number_is_told_and_not_put_in(desk):
    address = opened(desk)
    assert "N: “forty” is not a whole number" in say(desk, address, "arm.0", n_at_risk="forty")
    assert draft_of(desk, address)["arms"][0]["n_at_risk"] == 40


@pytest.mark.parametrize(("place", "key"), [("arm.0", "label"), ("document", "document.document_id")])
def test_a_name_cannot_be_taken_away(desk, place, key):
    address = opened(desk, PLAIN, "plain.csv")
    answer = tell(desk, address, place, **{key: ""})
    assert "this cannot be left empty" in shown(answer)
    assert draft_of(desk, address)["arms"][0]["label"] == "10 mg"


def test_an_incomplete_document_is_not_accepted_but_can_be_kept_as_a_draft(desk, lake):
    address = opened(desk)
    assert "document.indication: not answered yet" in accept(desk, address)
    assert not (lake / "landed").exists()
    accept(desk, address, as_draft="yes")
    assert manifest(lake)["document"]["indication"] is None


def test_an_accepted_document_is_the_one_that_land_and_a_person_would_write(desk, lake, tmp_path):
    address = opened(desk)
    complete(desk, address)
    assert "is landed" in accept(desk, address)
    by_desk = (lake / "landed" / "literature" / "rich" / "document.yaml").read_text()
    assert parse(by_desk).trial_id == "T-1"
    source = tmp_path / "rich.html"
    source.write_text(RICH)
    list(landed([str(source)], tmp_path / "other", document_id=None))
    by_hand = manifest(tmp_path / "other")
    by_hand |= {"trial_id": "T-1"}
    by_hand["document"] |= {"indication": "GIST", "drug": "imatinib"}
    by_hand["arms"][0]["dose_mg_per_day"], by_hand["arms"][1]["dose_mg_per_day"] = 400, 600
    assert yaml.safe_load(by_desk) == by_hand


def test_the_question_of_an_answer_goes_and_the_others_stay_beside_their_keys(desk, lake):
    address = opened(desk)
    complete(desk, address)
    accept(desk, address)
    text = (lake / "landed" / "literature" / "rich" / "document.yaml").read_text()
    assert "Which disease was treated" not in text
    assert "# Were patients randomised" in text


def test_landing_the_file_again_keeps_what_was_answered(desk, lake, tmp_path):
    address = opened(desk)
    complete(desk, address)
    accept(desk, address)
    before = (lake / "landed" / "literature" / "rich" / "document.yaml").read_text()
    source = tmp_path / "rich.html"
    source.write_text(RICH)
    list(landed([str(source)], lake, document_id=None))
    assert (lake / "landed" / "literature" / "rich" / "document.yaml").read_text() == before
    assert "The answers given before are kept" in shown(desk.get(opened(desk)))


def test_what_a_person_wrote_in_document_yaml_stays_as_it_was(lake):
    with desk_of(lake) as desk:
        address = opened(desk)
        complete(desk, address)
        accept(desk, address)
        file = lake / "landed" / "literature" / "rich" / "document.yaml"
        file.write_text(file.read_text().replace("trial_id: T-1", "# the number of the sponsor\ntrial_id: T-1"))
        answer = desk.post("/desk/reopen", data={"document_id": "rich"}, headers=FROM_HERE)
        again = answer.url.path
        tell(desk, again, "document", document__year="2024")
        accept(desk, again)
    text = file.read_text()
    assert "# the number of the sponsor\ntrial_id: T-1" in text
    assert yaml.safe_load(text)["document"]["year"] == 2024


def test_a_new_name_of_a_document_is_made_one_that_a_folder_can_have(desk, lake):
    address = opened(desk, PLAIN, "plain.csv")
    tell(desk, address, "document", document__document_id="My trial, v1.2")
    accept(desk, address, as_draft="yes")
    assert manifest(lake, "my_trial_v1_2")["document"]["document_id"] == "my_trial_v1_2"


@pytest.mark.parametrize("broken", ["- a list\n", "document: [\n", "document: {document_id: old}\narms: []\n"])
def test_a_manifest_that_cannot_be_read_is_told_and_left_as_it_is(desk, lake, broken):
    folder = lake / "landed" / "literature" / "old"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text(broken)
    page = shown(desk.post("/desk/reopen", data={"document_id": "old"}, headers=FROM_HERE))
    assert "document.yaml" in page
    assert (folder / "document.yaml").read_text() == broken


def test_another_table_of_the_same_name_gets_a_name_of_its_own(desk, lake):
    accept(desk, opened(desk), as_draft="yes")
    accept(desk, opened(desk, PLAIN, "rich.csv"), as_draft="yes")
    assert manifest(lake, "rich")["tables"][0]["file"] == "rich.html"
    assert manifest(lake, "rich_2")["tables"][0]["file"] == "rich.csv"


def test_a_document_never_takes_the_place_of_another(desk, lake):
    accept(desk, opened(desk), as_draft="yes")
    address = opened(desk, PLAIN, "plain.csv")
    tell(desk, address, "document", document__document_id="rich")
    assert "exists already and does not name plain.csv" in accept(desk, address, as_draft="yes")
    assert manifest(lake, "rich")["tables"][0]["file"] == "rich.html"


def test_a_listing_of_patients_is_refused_and_neither_shown_nor_kept(desk, lake):
    drafts = desk.drafts
    answer = desk.post("/desk/open?name=list.csv", content=LISTING, headers=FROM_HERE)
    assert answer.status_code == 422
    assert "SOMEBODY" not in answer.text
    assert list(drafts.place.rglob("*")) == []
    assert not lake.exists()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", ".hidden.csv", "a/b\\c.csv", "x" * 200 + ".csv"])
def test_no_name_of_a_file_leads_out_of_the_desk(desk, name):
    drafts = desk.drafts
    desk.post("/desk/open", params={"name": name}, content=PLAIN, headers=FROM_HERE)
    inside = [path for path in drafts.place.rglob("*") if path.is_file()]
    assert all(path.resolve().is_relative_to(drafts.place.resolve()) for path in inside)


def test_discarded_documents_and_those_left_at_the_end_are_gone(lake):
    with desk_of(lake) as desk:
        drafts = desk.drafts
        address = opened(desk)
        desk.post(f"{address}/discarded", headers=FROM_HERE)
        assert list(drafts.place.rglob("*.html")) == []
        opened(desk)
    assert not drafts.place.exists()
    assert not lake.exists()


def test_the_explorer_alone_has_no_desk(tmp_path):
    with TestClient(application(tmp_path / "published"), base_url="http://127.0.0.1") as client:
        assert client.get("/desk").status_code == 404
        assert client.post("/desk/open?name=a.csv", content=PLAIN).status_code == 404


def test_without_the_token_of_this_start_nothing_is_answered(desk):
    stranger = TestClient(desk.app, base_url="http://127.0.0.1:8050")
    assert stranger.get("/desk").status_code == 403
    assert stranger.get("/desk?token=another").status_code == 403
    assert stranger.post("/desk/open?name=a.csv", content=PLAIN, headers=FROM_HERE).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:9999"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {},
    ],
)
def test_a_page_of_another_origin_cannot_write(desk, lake, headers):
    answer = desk.post("/desk/open?name=a.csv", content=PLAIN, headers=headers)
    assert answer.status_code == 403
    address = opened(desk)
    assert desk.post(f"{address}/accepted", data={"as_draft": "yes"}, headers=headers).status_code == 403
    assert not lake.exists()


def test_a_browser_that_only_says_its_origin_can_write_from_here(desk):
    answer = desk.post("/desk/open?name=a.csv", content=PLAIN, headers={"origin": "http://127.0.0.1:8050"})
    assert answer.status_code == 200


def test_the_token_leaves_the_address_and_scripts_cannot_read_it(desk):
    answer = TestClient(desk.app, base_url="http://127.0.0.1:8050").get(f"/desk?token={TOKEN}", follow_redirects=False)
    assert answer.headers["location"] == "/desk"
    assert {"HttpOnly", "SameSite=strict", "Path=/desk"} <= set(answer.headers["set-cookie"].split("; "))
