"""The crosswalk as a data product: what a user of its files may rely on."""

import json
from io import BytesIO

import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from safety_pipeline.cli import main
from safety_pipeline.reference.product import product_files

CTCAE = "urn:safety-pipeline:ctcae-grade:"


@pytest.fixture(scope="module")
def files(references):
    return product_files(references)


@pytest.fixture(scope="module")
def sssom(files):
    lines = files["crosswalk.sssom.tsv"].decode().splitlines(keepends=True)
    metadata = yaml.safe_load("".join(line[1:] for line in lines if line.startswith("#")))
    rows = pl.read_csv("".join(line for line in lines if not line.startswith("#")).encode(), separator="\t")
    return metadata, rows


def test_the_table_is_the_published_one_in_both_formats(files, references):
    published = references.dim_grade_map().collect()
    assert pl.read_parquet(BytesIO(files["crosswalk.parquet"])).equals(published)
    assert pl.read_csv(files["crosswalk.csv"], infer_schema=False).height == published.height == 15_296


def test_the_same_references_give_the_same_bytes(files, references):
    assert product_files(references) == files


def test_each_sssom_mapping_has_what_the_standard_requires(sssom):
    metadata, rows = sssom
    assert {"mapping_set_id", "mapping_set_version", "license", "curie_map"} <= set(metadata)
    for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        prefixes = rows[column].str.split(":").list.first().unique()
        assert set(prefixes) <= set(metadata["curie_map"])
    assert rows["mapping_justification"].str.starts_with("semapv:").all()


@pytest.mark.parametrize(
    "subject, objects",
    [
        ("v5.0/anemia/3", [("skos:exactMatch", "v4.03/anemia/3")]),
        ("v3.0/dehydration/3", [("skos:broadMatch", "v4.03/dehydration/3")]),
        (
            "v2.0/hypertension/1",
            [("skos:relatedMatch", f"v4.03/hypertension/{grade}") for grade in (1, 2, 3)],
        ),
    ],
)
def test_an_interval_is_one_mapping_for_each_grade_it_holds(sssom, subject, objects):
    rows = sssom[1].filter(subject_id=f"CTCAEGRADE:{subject}").select("predicate_id", "object_id")
    assert rows.rows() == [(predicate, f"CTCAEGRADE:{code}") for predicate, code in objects]


def test_a_grade_without_a_place_on_v4_03_says_that_no_term_was_found(sssom):
    rows = sssom[1].filter(subject_id="CTCAEGRADE:v2.0/edema/4")
    assert rows["object_id"].to_list() == ["sssom:NoTermFound"]


@pytest.mark.parametrize("edition, n_grades", [("v2.0", 1351), ("v3.0", 4476), ("v5.0", 3185), ("v6.0", 3235)])
def test_a_concept_map_holds_every_grade_of_its_edition(files, edition, n_grades):
    resource = json.loads(files[f"concept_map_{edition}_to_v4.03.json"])
    (group,) = resource["group"]
    assert (resource["resourceType"], group["source"], group["target"]) == (
        "ConceptMap",
        f"{CTCAE}{edition}",
        f"{CTCAE}v4.03",
    )
    assert len(group["element"]) == n_grades
    for element in group["element"]:
        for target in element["target"]:
            assert target["equivalence"] in {"equivalent", "wider", "narrower", "inexact", "unmatched"}
            assert ("code" in target) == (target["equivalence"] != "unmatched")
            assert target["comment"]


def test_the_command_writes_the_product(tmp_path):
    answered = CliRunner().invoke(main, ["reference", "export", str(tmp_path / "product"), "--lake", str(tmp_path)])
    assert answered.exit_code == 0, answered.output
    names = {path.name for path in (tmp_path / "product").iterdir()}
    assert {"README.md", "crosswalk.parquet", "crosswalk.csv", "crosswalk.sssom.tsv"} < names
    assert "@@" not in (tmp_path / "product" / "README.md").read_text(encoding="utf-8")
