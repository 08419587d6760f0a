"""Broken and hostile files: one clear refusal, no crash, nothing fetched, nothing lost."""

from pathlib import Path

import pytest
from ingest_ctgov.register_reading import OTHER, counts, module, record, tables_of

DEEP = b"[" * 200_000
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE clinical_study [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<clinical_study><id_info><nct_id>NCT00000001</nct_id></id_info><brief_title>&d;</brief_title></clinical_study>"""

BROKEN = {
    "empty.json": (b"", "is_readable_json"),
    "cut.json": (b'{"protocolSection": {', "is_readable_json"),
    "deep.json": (DEEP, "is_readable_json"),
    "long_number.json": (b'{"protocolSection": ' + b"9" * 10_000 + b"}", "is_readable_json"),
    "latin.json": ('{"protocolSection": "é"}'.encode("latin-1"), "is_readable_json"),
    "list.json": (b"[]", "is_a_register_record"),
    "number.json": (b"7", "is_a_register_record"),
    "other.json": (b'{"resourceType": "Bundle"}', "is_a_register_record"),
    "no_number.json": (b'{"protocolSection": {}}', "is_a_register_record"),
    "cut.xml": (b"<clinical_study><id_info>", "is_readable_xml"),
    "other.xml": (b"<article/>", "is_a_register_record"),
    "no_number.xml": (b"<clinical_study/>", "is_a_register_record"),
    "deep.xml": (b"<a>" * 5_000 + b"</a>" * 5_000, "is_readable_xml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_record_is_one_refusal_that_names_it_and_the_fix(tmp_path: Path, name: str) -> None:
    content, rule = BROKEN[name]
    found = tables_of(content, tmp_path, name)
    refusal = found["refusal"].row(0, named=True)
    assert (found["refusal"].height, refusal["rule"]) == (1, rule)
    assert refusal["source_file"] == name
    assert "fetch" in refusal["explanation"]
    assert found["document"].is_empty()


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    found = tables_of(LAUGHS, tmp_path, "laughs.xml")
    titles = found["document"]["title"].to_list()
    assert found["refusal"].height + len(titles) >= 1
    assert all(title is None or "haha" not in title for title in titles)


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me")
    content = (
        f'<!DOCTYPE clinical_study [<!ENTITY x SYSTEM "{secret.as_uri()}">]><clinical_study><id_info><nct_id>'
        "NCT00000001</nct_id></id_info><brief_title>&x;</brief_title></clinical_study>"
    )
    found = tables_of(content.encode(), tmp_path, "outside.xml")
    assert not any("do not read me" in str(value) for row in found["document"].rows() for value in row)


def test_html_and_formulas_in_a_term_are_data(tmp_path: Path) -> None:
    changed = record()
    term = "=HYPERLINK(1) <script>alert(1)</script>"
    module(changed)["otherEvents"][0]["term"] = term
    assert counts(tables_of(changed, tmp_path), term, OTHER) == [("EG000", 1, 20, None)]


def test_half_characters_do_not_stop_the_reader(tmp_path: Path) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["term"] = "Rash \ud800 here"
    assert tables_of(changed, tmp_path)["cell"].height == 5


@pytest.mark.parametrize("wrong", ["text", 5, [1], True, {"a": 1}])
@pytest.mark.parametrize("key", ["eventGroups", "seriousEvents", "otherEvents", "timeFrame", "frequencyThreshold"])
def test_a_part_of_the_wrong_type_is_refused_and_the_rest_is_read(tmp_path: Path, key: str, wrong: object) -> None:
    changed = record()
    module(changed)[key] = wrong
    found = tables_of(changed, tmp_path)
    assert found["document"].height == 1
    is_text = key in ("timeFrame", "frequencyThreshold") and isinstance(wrong, str | int) and wrong is not True
    assert is_text or key == "frequencyThreshold" or any(key in row for row in found["refusal"]["explanation"])


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    from ingest_ctgov.register_reading import tables  # noqa: PLC0415

    (tmp_path / "folder").mkdir()
    assert tables(tmp_path / "folder")["refusal"]["rule"].to_list() == ["is_a_file"]
