"""Whether the exported crosswalk is valid by the tools of the standards it is written in: SSSOM and FHIR R4.

Run `safety-pipeline reference export FOLDER`, then `python benchmarks/product_standards.py FOLDER` in an environment of
its own with `pip install sssom fhir.resources`; both bring many packages that the product does not need.
"""

import json
import sys
from pathlib import Path

from fhir.resources.R4B.conceptmap import ConceptMap
from sssom.constants import DEFAULT_VALIDATION_TYPES
from sssom.parsers import parse_sssom_table
from sssom.validators import validate


def check_sssom(path: Path) -> str:
    mappings = parse_sssom_table(str(path))
    # Every check of the library; a fault raises.
    validate(msdf=mappings, validation_types=DEFAULT_VALIDATION_TYPES, fail_on_error=True)
    return (
        f"{path.name}: {len(mappings.df)} mappings, valid ({', '.join(each.name for each in DEFAULT_VALIDATION_TYPES)})"
    )


def check_concept_map(path: Path) -> str:
    # In R4B ConceptMap is that of R4, letter for letter; a fault raises.
    resource = ConceptMap.model_validate(json.loads(path.read_text("utf-8")))
    n_elements = sum(len(group.element) for group in resource.group)
    return f"{path.name}: {n_elements} grades, valid"


def main(folder: Path) -> None:
    lines = [check_sssom(path) for path in sorted(folder.glob("*.sssom.tsv"))]
    lines += [check_concept_map(path) for path in sorted(folder.glob("concept_map_*.json"))]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
