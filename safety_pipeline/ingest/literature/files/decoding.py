"""Bytes of a text file to text, or a sentence that says how to save it."""

from safety_pipeline.tables.delivery import RefusedError

NO_SUCH_TABLE = "table_number_is_in_the_file"


def utf8(content: bytes, file: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            "table_is_utf8",
            f"{file}: not UTF-8 at byte {error.start + 1}; save it again as UTF-8 (no number was read from it)",
            source_file=file,
        ) from None
    if "\x00" in text:
        raise RefusedError(
            "table_is_utf8",
            f"{file}: holds zero bytes, so it is not UTF-8 text; save it again as UTF-8",
            source_file=file,
        )
    return text


def no_such_table(file: str, number: int, n_tables: int, what: str = "tables") -> RefusedError:
    """The refusal of a table number beyond the last."""
    asked = f"table_number {number} asked for, but {n_tables} {what} are in it; mend table_number, or the file"
    none = f"there are no {what} in it; name a file that has a table"
    return RefusedError(
        NO_SUCH_TABLE,
        f"{file}: {asked if n_tables else none}",
        source_file=file,
    )
