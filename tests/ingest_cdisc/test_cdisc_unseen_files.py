"""One small package in every file form it may come in: all give the same subjects, events and arms."""

import io
import json
import zipfile
from datetime import date

import pandas as pd
import polars as pl
import pyreadstat
import pytest
from packages import AE, DM, package, parsed, tables, write

PROVENANCE = ("delivery_id", "document_id", "source_file")


def facts(folder):
    found = tables(folder)
    assert found["document"].height == 1, found["refusal"]["explanation"].to_list()
    return {
        name: found[name].drop(column for column in PROVENANCE if column in found[name].columns).rows()
        for name in ("subject", "event", "arm")
    }


def csv_of(text, separator=","):
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return "\n".join(separator.join(line) for line in lines)


def version_1_0(text, name):
    """Dataset-JSON 1.0 counts the rows in a first column of its own."""
    frame = parsed(text)
    items = [{"OID": "ITEMGROUPDATASEQ", "name": "ITEMGROUPDATASEQ", "label": "Record identifier", "type": "integer"}]
    items += [{"OID": f"IT.{name}.{each}", "name": each, "label": each, "type": "string"} for each in frame.columns]
    rows = [[at, *row] for at, row in enumerate(frame.to_numpy().tolist(), start=1)]
    group = {"records": len(rows), "name": name, "label": name, "items": items, "itemData": rows}
    return {"datasetJSONVersion": "1.0.0", "clinicalData": {"studyOID": "S", "itemGroupData": {f"IG.{name}": group}}}


def version_1_1(text, name):
    frame = parsed(text)
    columns = [{"itemOID": f"IT.{each}", "name": each, "label": each, "dataType": "string"} for each in frame.columns]
    head = {
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": name,
        "name": name,
        "records": len(frame),
        "columns": columns,
    }
    return head | {"rows": frame.to_numpy().tolist()}


def lines_of(text, name):
    head = version_1_1(text, name)
    return "\n".join(json.dumps(line) for line in (head, *head.pop("rows")))


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


CSVS = {"dm.csv": csv_of(DM), "ae.csv": csv_of(AE)}


def both(dm, ae, form):
    """The two files of the package in one form, by their names."""
    return {dm: form(DM), ae: form(AE)}


def quoted(text):
    return '"' + csv_of(text, '","').replace("\n", '"\n"') + '"'


def with_lower_case_header(text):
    header, rows = csv_of(text).split("\n", 1)
    return f"{header.lower()}\n{rows}"


DEEP = "m5/datasets/s/tabulations/sdtm"
FORMS = {
    "upper case": both("DM.CSV", "AE.CSV", csv_of),
    "mixed case, nested": both(f"{DEEP}/Dm.csv", f"{DEEP}/aE.Csv", csv_of),
    "lower-case variables": both("dm.csv", "ae.csv", with_lower_case_header),
    "byte order mark": both("dm.csv", "ae.csv", lambda text: "\ufeff" + csv_of(text)),
    "semicolons": both("dm.csv", "ae.csv", lambda text: csv_of(text, ";")),
    "tabs, Windows": both("dm.csv", "ae.csv", lambda text: csv_of(text, "\t").replace("\n", "\r\n")),
    "tabs by name": both("dm.tsv", "ae.tsv", lambda text: csv_of(text, "\t")),
    "all quoted": both("dm.csv", "ae.csv", quoted),
    "Dataset-JSON 1.0": both("dm.json", "ae.json", lambda text: json.dumps(version_1_0(text, "X"))),
    "Dataset-JSON 1.1": both("dm.json", "ae.json", lambda text: json.dumps(version_1_1(text, "X"))),
    "Dataset-JSON 1.1 as lines": both("dm.ndjson", "ae.ndjson", lambda text: lines_of(text, "X")),
    "a ZIP": {"package.zip": zipped(CSVS)},
    "a ZIP with a folder": {"package.zip": zipped({f"study/sdtm/{name}": text for name, text in CSVS.items()})},
    "a ZIP of each": {f"{name[:2]}.zip": zipped({name: text}) for name, text in CSVS.items()},
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return facts(package(tmp_path_factory.mktemp("plain") / "s", dm=DM, ae=AE))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_facts(tmp_path, expected, form):
    for name, content in FORMS[form].items():
        path = tmp_path / "s" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert facts(tmp_path / "s") == expected


def test_a_zip_is_a_delivery_too_and_study_yaml_in_it_or_beside_it_is_read(tmp_path, expected):
    (tmp_path / "s.zip").write_bytes(zipped(CSVS))
    assert facts(tmp_path / "s.zip") == expected
    (tmp_path / "t.zip").write_bytes(zipped(CSVS | {"study.yaml": "trial_id: inside"}))
    assert tables(tmp_path / "t.zip")["document"]["trial_id"].to_list() == ["inside"]
    beside = tmp_path / "u"
    beside.mkdir()
    (beside / "package.zip").write_bytes(zipped(CSVS))
    (beside / "study.yaml").write_text("trial_id: beside")
    assert tables(beside)["document"]["trial_id"].to_list() == ["beside"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 no archive", "cannot be unpacked"),
        (zipped({"../dm.csv": "x"}), "points outside"),
        (zipped({"/dm.csv": "x"}), "points outside"),
        (zipped(CSVS)[:-30], "cannot be unpacked"),
        (zipped({"data.txt": "x"}), "there is no adsl or dm data set"),
    ],
)
def test_a_zip_that_cannot_be_trusted_is_refused_with_the_fix(tmp_path, content, said):
    (tmp_path / "s.zip").write_bytes(content)
    found = tables(tmp_path / "s.zip")
    assert found["document"].is_empty()
    assert said in found["refusal"]["explanation"][0]
    assert str(tmp_path) not in str(found["refusal"].rows())


def test_a_zip_that_unpacks_to_gigabytes_is_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dm.csv", b"a" * 120_000_000)
    (tmp_path / "s.zip").write_bytes(packed.getvalue())
    assert "would unpack to 120000000 bytes" in tables(tmp_path / "s.zip")["refusal"]["explanation"][0]


def test_files_that_are_no_data_set_by_name_or_variables_are_named_in_the_refusal(tmp_path):
    folder = package(tmp_path / "s", dm=DM, adverse_events_final="PATIENT | EVENT\n a | x")
    explanation = tables(folder)["refusal"]["explanation"][0]
    assert "no adae or ae data set" in explanation
    assert "Not read, by their names: adverse_events_final.csv." in explanation


@pytest.mark.parametrize(
    ("name", "said"),
    [("ae.txt", "ae.txt is in a format that is not"), ("AE.sas7bdat", "AE.sas7bdat does not begin as a SAS"),
     ("ae.dat", "Not read, by their names: ae.dat.")],
)  # fmt: skip
def test_a_data_set_in_another_format_is_named(tmp_path, name, said):
    folder = package(tmp_path / "s", dm=DM)
    (folder / name).write_text("x", encoding="utf-8")
    assert said in tables(folder)["refusal"]["explanation"][0]


def test_a_latin_1_csv_is_read_and_the_note_says_so(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    (folder / "ae.csv").write_bytes(csv_of(AE).replace("felt sick", "Übelkeit").encode("latin-1"))
    found = tables(folder)
    assert "Übelkeit" in found["event"]["verbatim"].to_list()
    assert "ae.csv is not UTF-8 and was read as Windows-1252." in found["source_table"]["note"][0]


def test_long_names_and_texts_of_transport_files_version_8_are_read(tmp_path):
    """Version 5 ends names at 8 and texts at 200 signs."""
    folder = package(tmp_path / "s", dm=DM)
    frame = parsed(AE)
    frame["AETERM"] = "x" * 300
    frame["A_NAME_OF_MORE_THAN_EIGHT_SIGNS"] = "y"
    pyreadstat.write_xport(frame, str(folder / "ae.xpt"), file_format_version=8, table_name="AE")
    events = tables(folder)["event"]
    assert events["verbatim"].str.len_chars().to_list() == [300, 300, 300]


def test_typed_columns_of_parquet_are_read_as_what_they_hold(tmp_path, expected):
    """Categories, dates and whole numbers, as pandas and R write them."""
    folder = tmp_path / "s"
    folder.mkdir()
    dm, ae = parsed(DM), parsed(AE)
    for name in ("ARM", "ACTARM", "USUBJID"):
        dm[name] = dm[name].astype("category")
    dm["RFXSTDTC"] = [date.fromisoformat(text) if text else None for text in dm["RFXSTDTC"]]
    ae["AESEQ"], ae["AETOXGR"] = ae["AESEQ"].astype("int32"), ae["AETOXGR"].astype("float64")
    ae["AESTDTC"] = pd.to_datetime(ae["AESTDTC"])
    dm.to_parquet(folder / "dm.parquet")
    ae.to_parquet(folder / "ae.parquet")
    assert facts(folder) == expected


def test_numbers_and_missing_values_of_transport_files_are_read_as_what_they_hold(tmp_path, expected):
    folder = package(tmp_path / "s", dm=DM)
    frame = parsed(AE)
    frame["AESEQ"], frame["AETOXGR"] = frame["AESEQ"].astype(float), [2.0, 3.0, float("nan")]
    pyreadstat.write_xport(frame, str(folder / "ae.xpt"), file_format_version=5, table_name="AE")
    assert tables(folder)["event"]["grade"].to_list() == [2, 3, None]
    subject = tables(folder)["subject"].drop("delivery_id", "document_id").rows()
    assert subject == expected["subject"]


def test_a_data_set_without_rows_is_a_listing_without_events(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    write(parsed(AE).head(0), folder / "ae.csv")
    found = tables(folder)
    assert (found["document"].height, found["event"].height, found["refusal"].height) == (1, 0, 0)
    assert found["arm"].filter(pl.col("n_at_risk") > 0).height == 2
