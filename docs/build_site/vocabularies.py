"""The page of the closed lists, from `safety_pipeline/tables/vocabulary.py` and the columns that use them."""

from build_site.markdown import page
from safety_pipeline.tables import vocabulary
from safety_pipeline.tables.views import SHOWN

Values = tuple[str, ...]


def vocabularies_page() -> str:
    said = (
        "The columns of the tables hold no other words than these. The [glossary](../words.md) says what they mean.\n"
    )
    return page("Vocabularies", said, *(_section(name, values) for name, values in _lists().items()))


def _lists() -> dict[str, Values]:
    """Constant to values, in the order of the module; a part of another list is one too."""
    return {name: values for name, values in vars(vocabulary).items() if name.isupper() and isinstance(values, tuple)}


def _section(name: str, values: Values) -> str:
    words = "\n".join(f"- `{value}`" for value in values)
    return f"## {name.replace('_', ' ').capitalize()}\n\n{words}\n{_used_in(values)}"


def _used_in(values: Values) -> str:
    places = [
        f"[{table.name}](tables/{table.name}.md).`{column.name}`"
        for table in SHOWN
        for column in table.columns
        if column.allowed == values
    ]
    return f"\nIn {', '.join(places)}.\n" if places else ""
