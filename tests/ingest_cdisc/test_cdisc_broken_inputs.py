"""Packages that cannot be read are refused with the file and the fix, and what is broken in one costs no other."""

import json
import zipfile

import pyreadstat
import pytest
from ingest_cdisc.packages import AE, DM, package, parsed, tables, write


def refusal(folder):
    """The only row of a package that is refused as a whole."""
    found = tables(folder)
    assert all(found[name].is_empty() for name in ("document", "arm", "subject", "event"))
    assert found["refusal"].height == 1
    return found["refusal"].row(0, named=True)


def test_a_package_without_events_says_what_to_add(tmp_path):
    row = refusal(package(tmp_path / "s", dm=DM))
    assert row["rule"] == "package_is_complete"
    assert "s: there is no adae or ae data set; put it" in row["explanation"]


def test_a_package_without_subjects_says_what_to_add(tmp_path):
    assert "there is no adsl or dm data set" in refusal(package(tmp_path / "s", ae=AE))["explanation"]


def test_a_single_file_is_not_a_package(tmp_path):
    path = tmp_path / "ae.xpt"
    path.write_bytes(b"x")
    assert "put the data sets into landed/cdisc/<study>/" in refusal(path)["explanation"]


def test_a_packed_data_set_is_refused_unopened(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    with zipfile.ZipFile(folder / "ae.zip", "w") as archive:
        archive.writestr("ae.csv", "x")
    assert "ae.zip is packed; unpack it into the folder." in refusal(folder)["explanation"]


def test_a_link_out_of_the_delivery_is_not_followed(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    outside = tmp_path / "outside.csv"
    outside.write_text("USUBJID,AETERM\na,x\n")
    (folder / "ae.csv").symlink_to(outside)
    assert "is a link to a file outside the delivery" in refusal(folder)["explanation"]


def xpt(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    write(parsed(AE * 1), folder / "ae.xpt")
    return folder, (folder / "ae.xpt").read_bytes()


@pytest.mark.parametrize("cut", [0, 100, 700, -100, -41])
def test_a_transport_file_that_is_cut_short_is_refused(tmp_path, cut):
    folder, content = xpt(tmp_path)
    (folder / "ae.xpt").write_bytes(content[:cut])
    row = refusal(folder)
    assert (row["rule"], row["source_file"]) == ("dataset_is_readable", "ae.xpt")
    assert "export the data set again" in row["explanation"]


def test_a_row_cut_at_a_record_boundary_is_noticed(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    frame = parsed(AE)
    frame["AETERM"] = "x" * 150
    pyreadstat.write_xport(frame, str(folder / "ae.xpt"), file_format_version=5)
    content = (folder / "ae.xpt").read_bytes()
    (folder / "ae.xpt").write_bytes(content[:-160])
    assert "ends inside a row" in refusal(folder)["explanation"]


def test_a_second_data_set_in_a_transport_file_is_not_lost_silently(tmp_path):
    folder, content = xpt(tmp_path)
    (folder / "ae.xpt").write_bytes(content + content[240:])
    assert "holds more than one data set" in refusal(folder)["explanation"]


def dataset_json(**changes):
    columns = [{"name": name, "label": name, "dataType": "string"} for name in ("USUBJID", "AETERM")]
    return {"datasetJSONVersion": "1.1.0", "records": 1, "columns": columns, "rows": [["a", "x"]], **changes}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(dataset_json(records=2)), "says it has 2 records, but has 1 rows"),
        (json.dumps(dataset_json(rows=[["a"]])), "row 1: is not a list of 2 values"),
        (json.dumps(dataset_json(rows=None)), "has no `rows`"),
        (json.dumps(dataset_json(columns=[])), "has no `columns`"),
        (json.dumps(dataset_json(columns=[{"label": "x"}])), "a column without a name"),
        (json.dumps({"clinicalData": {}}), "holds 0 data sets in its `itemGroupData`; export one"),
        (json.dumps({"clinicalData": {"itemGroupData": {"A": {}, "B": {}}}}), "holds 2 data sets"),
        (json.dumps({"clinicalData": {"itemGroupData": {"A": {"itemData": []}}}}), "has no `columns`"),
        ("[" * 100_000, "nested too deeply"),
        ('{"columns": NaN}', "is not JSON"),
        ("", "is not JSON"),
        ("[1]", "is not a Dataset-JSON object"),
    ],
)
def test_a_wrong_dataset_json_is_refused_with_the_reason(tmp_path, content, said):
    folder = package(tmp_path / "s", dm=DM)
    (folder / "ae.json").write_text(content, encoding="utf-8")
    assert said in refusal(folder)["explanation"]


def test_dataset_json_as_lines_is_read(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    head = dataset_json()
    rows = head.pop("rows")
    (folder / "ae.ndjson").write_text("\n".join(json.dumps(line) for line in (head, *rows)), encoding="utf-8")
    assert tables(folder)["event"]["verbatim"].to_list() == ["x"]


def test_a_ragged_csv_is_refused_by_row_without_quoting_it(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    (folder / "ae.csv").write_text("USUBJID,AETERM\na,x\nsecret\n", encoding="utf-8")
    row = refusal(folder)
    assert "row 2 has 1 cells instead of 2" in row["explanation"]
    assert "secret" not in str(row)


def test_a_data_set_without_subjects_column_is_refused(tmp_path):
    row = refusal(package(tmp_path / "s", dm=DM, ae="AETERM | AESEQ\n x | 1"))
    assert "has no variable USUBJID" in row["explanation"]


def test_a_broken_addition_is_refused_alone(tmp_path):
    folder = package(tmp_path / "s", dm=DM, ae=AE)
    (folder / "ex.xpt").write_bytes(b"nothing")
    found = tables(folder)
    assert found["event"].height == 3
    assert found["refusal"].select("source_file", "rule").rows() == [("ex.xpt", "dataset_is_readable")]


def test_two_studies_in_one_folder_are_refused(tmp_path):
    row = refusal(package(tmp_path / "s", dm=DM + "    T | z | A | A | A | A | 2020-01-01", ae=AE))
    assert row["rule"] == "package_is_one_study"


@pytest.mark.parametrize(
    ("study", "said"),
    [
        ("trial: x", "unknown key"),
        ("arms:\n  - {arm: HIGH, dose_mg_per_day: much}", "arms[0].dose_mg_per_day"),
        ("a: &x 1\nb: *x", "aliases"),
        ("arms: [", "mend the YAML"),
        ("- x", "not a list of keys"),
        ("grading_system: {edition: CTCAE v9}", "is not one of"),
    ],
)
def test_a_wrong_study_yaml_is_refused_by_key_and_fix(tmp_path, study, said):
    row = refusal(package(tmp_path / "s", dm=DM, ae=AE, study=study))
    assert row["rule"] == "study_is_valid"
    assert said in row["explanation"]


def test_a_transport_file_in_windows_1252_is_read_and_the_note_says_so(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    write(parsed(AE.replace("felt sick", "malaisé")), folder / "ae.xpt")
    content = (folder / "ae.xpt").read_bytes()
    (folder / "ae.xpt").write_bytes(content.replace("é".encode(), b"\xe9 "))
    found = tables(folder)
    assert "malaisé" in found["event"]["verbatim"].to_list()
    assert "ae.xpt is not UTF-8 and was read as Windows-1252." in found["source_table"]["note"][0]


def test_a_study_yaml_below_the_top_is_read_where_it_is_the_only_one(tmp_path):
    folder = package(tmp_path / "s", dm=DM, ae=AE)
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "study.yaml").write_text(f"trial_id: {name}", encoding="utf-8")
    assert "study.yaml: lies there 2 times; keep one, at the top" in refusal(folder)["explanation"]
    (folder / "two" / "study.yaml").unlink()
    assert tables(folder)["document"]["trial_id"].to_list() == ["one"]
    (folder / "study.yml").write_text("trial_id: top", encoding="utf-8")
    assert tables(folder)["document"]["trial_id"].to_list() == ["top"]


def test_a_study_yaml_that_is_a_link_out_of_the_delivery_is_refused(tmp_path):
    (tmp_path / "elsewhere.yaml").write_text("secret: words", encoding="utf-8")
    folder = package(tmp_path / "s", dm=DM, ae=AE)
    (folder / "study.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    explanation = refusal(folder)["explanation"]
    assert "is a link to a file outside the delivery" in explanation
    assert "secret" not in explanation


def test_a_package_without_any_arm_says_what_to_fill_in(tmp_path):
    dm = "STUDYID | USUBJID | ARM | ACTARM\n S | a | |\n S | b | Screen Failure | Screen Failure"
    assert (
        "dm.csv: no subject is in an arm; fill in the arm."
        in refusal(package(tmp_path / "s", dm=dm, ae=AE))["explanation"]
    )
