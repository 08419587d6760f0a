"""SAS files of both kinds as `pyreadstat` reads them: dates as the numbers they are, texts of either encoding."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline.tables.delivery import RefusedError

FALLBACK_ENCODING = "WINDOWS-1252"
Reader = Callable[..., tuple[Any, Any]]


def parsed(
    reader: Reader, path: Path, kind: str, refused: Callable[[str], RefusedError], **options: Any
) -> tuple[pl.DataFrame, Any, bool]:
    """Rows and metadata, and whether the texts had to be read as Windows-1252; ``refused`` says what is wrong."""
    told = {"output_format": "polars", "disable_datetime_conversion": True, **options}
    try:
        return *reader(str(path), **told), False
    except UnicodeDecodeError:
        pass
    except Exception:  # noqa: BLE001  (broken files fail in many ways, and a message may quote a row)
        raise refused(f"cannot be read as a SAS {kind}") from None
    try:
        return *reader(str(path), encoding=FALLBACK_ENCODING, **told), True
    except Exception:  # noqa: BLE001  (as above)
        raise refused("is neither UTF-8 nor Windows-1252") from None


def labels_of(meta: Any, names: Iterable[str]) -> dict[str, str]:
    """The label of each variable, by its name in capitals; empty where it has none."""
    return {name.upper(): str(meta.column_names_to_labels.get(name) or "") for name in names}
