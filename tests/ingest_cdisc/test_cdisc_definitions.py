"""What define.xml says of the criteria, in the shapes of its versions, and that a hostile one does no harm."""

import pytest
from packages import ADSL, AE, DM, adae, package, tables

NAUSEA = adae("a | 1 | x | Nausea | 1 | Y | 1")
V2 = 'xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.0"'
V1 = 'xmlns="http://www.cdisc.org/ns/odm/v1.2" xmlns:def="http://www.cdisc.org/ns/def/v1.0"'


def odm(body, spaces=V2):
    version = f'<MetaDataVersion OID="M">{body}</MetaDataVersion>'
    return f'<?xml version="1.0"?><ODM {spaces}><Study OID="S">{version}</Study></ODM>'


def described(label):
    text = f'<Description><TranslatedText xml:lang="en">{label}</TranslatedText></Description>'
    return f'<ItemDef OID="IT.G" Name="ATOXGR" DataType="text">{text}</ItemDef>'


def dictionary(name, version, oid="CL.D"):
    return f'<CodeList OID="{oid}" Name="D"><ExternalCodeList Dictionary="{name}" Version="{version}"/></CodeList>'


BY_CODE_LIST = '<ItemDef OID="IT.G" Name="ATOXGR"><CodeListRef CodeListOID="CL.D"/></ItemDef>'
BY_COMMENT = """<ItemDef OID="IT.G" Name="ATOXGR" def:CommentOID="COM.G"/><def:CommentDef OID="COM.G"><Description>
    <TranslatedText>Graded by NCI CTCAE
    version 5.0</TranslatedText></Description></def:CommentDef>"""


def read(folder, xml, name="define.xml", **datasets):
    package(folder, **(datasets or {"adsl": ADSL, "adae": NAUSEA}))
    (folder / name).write_bytes(xml if isinstance(xml, bytes) else xml.encode())
    return tables(folder)


def grading(found):
    return found["document"].select("grading_system", "grading_system_basis").row(0)


@pytest.mark.parametrize(
    ("xml", "edition"),
    [
        (odm(described("Analysis Toxicity Grade (CTCAE v4.03)")), "CTCAE v4.03"),
        (odm(BY_CODE_LIST + dictionary("NCI CTCAE", "4.0")), "CTCAE v4.03"),
        (odm(BY_COMMENT), "CTCAE v5.0"),
        (odm('<ItemDef OID="1" Name="ATOXGR" def:Label="Grade, CTCAE 3.0"/>', V1), "CTCAE v3.0"),
        (odm('<ItemDef OID="1" Name="ATOXGR" Comment="CTC version 2.0"/>', V1), "CTC v2.0"),
        (odm(described("Common Terminology Criteria for Adverse Events Version 5.0")), "CTCAE v5.0"),
        (odm(dictionary("CTCAE", "5.0") + dictionary("MedDRA", "8.0", "CL.M")), "CTCAE v5.0"),
        (odm(described("CTCAE v4.0") + dictionary("CTCAE", "5.0")), "CTCAE v4.03"),
    ],
)
def test_define_xml_states_the_edition_of_the_grades(tmp_path, xml, edition):
    assert grading(read(tmp_path / "s", xml)) == (edition, "stated")


@pytest.mark.parametrize(
    "xml",
    [
        odm(described("Analysis Toxicity Grade")),
        odm(described("CTCAE grade 3 or worse")),
        odm(described("CTCAE v3.0 until 2010, CTCAE v4.0 after")),
        odm(dictionary("MedDRA", "4.0")),
        odm('<ItemDef OID="1" Name="LBTOXGR" Comment="CTCAE v4.0"/>'),
    ],
)
def test_without_exactly_one_edition_it_is_not_stated(tmp_path, xml):
    assert grading(read(tmp_path / "s", xml)) == ("not stated", "not_stated")


def test_study_yaml_stands_before_define_xml(tmp_path):
    study = "grading_system: {edition: CTCAE v5.0, basis: stated, evidence: protocol}"
    found = read(tmp_path / "s", odm(described("CTCAE v4.0")), adsl=ADSL, adae=NAUSEA, study=study)
    assert grading(found) == ("CTCAE v5.0", "stated")


def test_the_note_names_the_dictionaries_and_the_evidence_names_the_place(tmp_path):
    found = read(tmp_path / "s", odm(BY_CODE_LIST + dictionary("CTCAE", "4.0") + dictionary("MedDRA", "8.0", "M")))
    assert "CTCAE 4.0, MedDRA 8.0" in found["source_table"]["note"][0]
    assert found["document"]["grading_system_evidence"][0] == "define.xml, ATOXGR"


def test_the_define_xml_beside_the_events_is_meant(tmp_path):
    package(tmp_path / "s" / "sdtm", dm=DM, ae=AE)
    (tmp_path / "s" / "sdtm" / "define2-0-0.xml").write_text(odm(described("CTCAE v4.0").replace("ATOXGR", "AETOXGR")))
    (tmp_path / "s" / "define.xml").write_text(odm(described("CTCAE v5.0")))
    assert grading(tables(tmp_path / "s"))[0] == "CTCAE v4.03"


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = [
    b"not xml",
    b"",
    b"\xff\xfe\x00",
    odm("<ItemDef").encode(),
    f'<!DOCTYPE x [<!ENTITY e0 "lol">{BOMB}]>{odm(described("&e11;"))[21:]}'.encode(),
    f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>{odm(described("&f; CTCAE"))[21:]}'.encode(),
    b"<a>" * 5000 + b"</a>" * 5000,
    odm('<ItemDef OID="1" Name="ATOXGR" CommentOID="1"/>').encode(),
]


@pytest.mark.parametrize("xml", HOSTILE)
def test_a_broken_or_hostile_define_xml_costs_itself_only(tmp_path, xml):
    found = read(tmp_path / "s", xml)
    assert found["event"].height == 1
    assert grading(found)[0] == "not stated"
    assert set(found["refusal"]["rule"]) <= {"dataset_is_readable"}
    assert "hostname" not in str(found["source_table"].rows())
