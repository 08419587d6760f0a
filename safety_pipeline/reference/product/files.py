"""The files of the data product and what is in each."""

import json
from io import BytesIO
from pathlib import Path

from safety_pipeline.reference.product.concept_map import concept_maps
from safety_pipeline.reference.product.sssom import sssom_text
from safety_pipeline.reference.readers.reading_report import samples_markdown
from safety_pipeline.reference.references import References

LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
_README = Path(__file__).parents[1] / "data" / "crosswalk_product.md"


def product_files(references: References) -> dict[str, bytes]:
    """The content of each file by its name; the same references give the same bytes."""
    table = references.dim_grade_map().collect()
    parquet = BytesIO()
    table.write_parquet(parquet)
    text = {
        "crosswalk.csv": table.write_csv(),
        "crosswalk.sssom.tsv": sssom_text(references, licence=LICENCE),
        "README.md": _readme(references),
    }
    for edition, resource in concept_maps(references).items():
        text[f"concept_map_{edition}_to_v4.03.json"] = json.dumps(resource, indent=1, ensure_ascii=False) + "\n"
    return {"crosswalk.parquet": parquet.getvalue(), **{name: content.encode() for name, content in text.items()}}


def _readme(references: References) -> str:
    """The page with its version and the changelog in numbers."""
    versions = references.crosswalk_version.sort("released_on", descending=True)
    lines = [
        f"| {row['version']} | {row['released_on']} | {row['n_changed']} of {row['n_rows']} | {row['what_changed']} |"
        for row in versions.to_dicts()
    ]
    page = _README.read_text(encoding="utf-8")
    filled = page.replace("@@VERSION@@", str(versions["version"].first())).replace("@@CHANGES@@", "\n".join(lines))
    return filled.replace("@@SAMPLES@@", samples_markdown())
