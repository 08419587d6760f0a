"""The five documents that come with the program: where they lie, and a lake that begins with them."""

from pathlib import Path

from safety_pipeline.land.place import place

SHIPPED = (
    "gist_400_vs_600_2002",
    "gist_long_term_2008",
    "kit_solid_tumour_nct02461849",
    "melanoma_high_dose_2006",
    "trastuzumab_imatinib_nct00084513",
)
_PACKAGED = Path(__file__).resolve().parent.parent / "_shipped"
_IN_THE_CLONE = Path(__file__).resolve().parent.parent.parent / "data_lake" / "landed" / "literature"


def shipped_documents() -> list[Path]:
    """The folder of each document: those that the wheel carries, or those of the clone."""
    folder = _PACKAGED if _PACKAGED.is_dir() else _IN_THE_CLONE
    return [folder / name for name in SHIPPED]


def land_shipped(lake: Path) -> list[str]:
    """Copy the documents that the lake does not hold; answers their names. What is there stays as it is."""
    literature = lake / "landed" / "literature"
    return [place(each, lake).name for each in shipped_documents() if not (literature / each.name).exists()]
