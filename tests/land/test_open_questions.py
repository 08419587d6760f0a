"""What `land` asks of a data package: each question names the key of `study.yaml` that answers it."""

from pathlib import Path

from safety_pipeline.ingest.cdisc import read
from safety_pipeline.land.open_questions import open_questions
from safety_pipeline.tables.delivery import Delivery


def asked(folder: Path, arm: str, study: str = "") -> list[str]:
    """The keys asked for, of a package of one subject in one arm."""
    folder.mkdir()
    (folder / "dm.csv").write_text(f"USUBJID,ARM,RFXSTDTC\nperson-1,{arm},2020-01-01\n", encoding="utf-8")
    (folder / "ae.csv").write_text("USUBJID,AEDECOD,AESTDTC\nperson-1,Rash,2020-01-02\n", encoding="utf-8")
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    lines = list(open_questions(read(Delivery("cdisc.s", "cdisc", folder, "0")).tables()))
    assert not any("person-1" in line for line in lines)
    return [line.split(":")[0] for line in lines]


def test_what_is_not_said_is_asked(tmp_path: Path) -> None:
    assert asked(tmp_path / "s", "Arm A") == ["basis", "allocation", "grading_system", "drug", "dose"]


def test_what_the_label_or_the_study_file_says_is_not_asked(tmp_path: Path) -> None:
    study = "allocation: randomised\ngrading_system: {edition: CTCAE v4.03}"
    assert asked(tmp_path / "s", "Gavorelin 5 mg QD", study) == ["basis"]


def test_placebo_needs_no_dose(tmp_path: Path) -> None:
    study = "allocation: randomised\ngrading_system: {edition: CTCAE v4.03}\ndrug: gavorelin"
    assert asked(tmp_path / "s", "Placebo", study) == ["basis"]
