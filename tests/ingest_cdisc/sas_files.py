"""A SAS data set (`.sas7bdat`) of texts, written by hand: 32 bits, little-endian, not compressed, one page."""

import struct
from collections.abc import Sequence

from safety_pipeline.ingest.cdisc.files.sas7bdat import MAGIC

_PAGE = 8_192
_HEADER = 1_024
_UTF8 = 20
_MIXED = 0x0200
_TEXT = 2


def sas7bdat(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The file with a column of texts for each name."""
    widths = [max([1, *(len(row[at].encode()) for row in rows)]) for at in range(len(names))]
    data = b"".join(
        b"".join(cell.encode().ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
    return _header() + _page(_subheaders(names, widths, len(rows)), data, len(rows))


def _header() -> bytes:
    content = bytearray(_HEADER)
    content[: len(MAGIC)] = MAGIC
    content[32], content[35], content[37], content[39], content[70] = 0x22, 0x22, 1, ord("1"), _UTF8
    content[84:92], content[92:156], content[156:164] = b"SAS FILE", b"DATA".ljust(64), b"DATA    "
    struct.pack_into("<III", content, 196, _HEADER, _PAGE, 1)
    content[216:224], content[224:240] = b"9.0401M6", b"X64_SRV".ljust(16)
    return bytes(content)


def _page(subheaders: list[bytes], data: bytes, n_rows: int) -> bytes:
    """Pointers to the subheaders, then the rows, then from the end of the page the subheaders themselves."""
    page = bytearray(_PAGE)
    n_pointers = len(subheaders)
    struct.pack_into("<HHHH", page, 16, _MIXED, n_rows + n_pointers, n_pointers, 0)
    end = _PAGE
    for at, content in enumerate(subheaders):
        end -= len(content)
        page[end : end + len(content)] = content
        struct.pack_into("<IIBBH", page, 24 + 12 * at, end, len(content), 0, 0, 0)
    begin = 24 + 12 * n_pointers
    begin += begin % 8 and 8 - begin % 8
    page[begin : begin + len(data)] = data
    return bytes(page)


def _subheaders(names: Sequence[str], widths: Sequence[int], n_rows: int) -> list[bytes]:
    row_size = bytearray(480)
    struct.pack_into("<I", row_size, 0, 0xF7F7F7F7)
    struct.pack_into("<II", row_size, 20, sum(widths), n_rows)
    struct.pack_into("<I", row_size, 36, len(names))
    struct.pack_into("<I", row_size, 52, _PAGE)
    struct.pack_into("<I", row_size, 60, n_rows)
    column_size = struct.pack("<III", 0xF6F6F6F6, len(names), 0)
    places, blob = [], b""
    for name in names:
        places.append((len(blob), len(name)))
        blob += name.encode().ljust(-(-len(name) // 4) * 4, b"\0")
    # The text begins after the signature; places count from there, its own length among them.
    head = struct.pack("<HHII", len(blob) + 4, 0, 0, 0)
    text = struct.pack("<I", 0xFFFFFFFD) + head + blob
    name_pointers = b"".join(struct.pack("<HHHH", 0, len(head) + at, size, 0) for at, size in places)
    column_names = struct.pack("<IHHI", 0xFFFFFFFF, len(name_pointers) + 8, 0, 0) + name_pointers + b"\0" * 8
    offsets = [sum(widths[:at]) for at in range(len(widths))]
    attributes = b"".join(
        struct.pack("<IIHBB", at, width, 4, _TEXT, 0) for at, width in zip(offsets, widths, strict=True)
    )
    column_attributes = struct.pack("<IHHI", 0xFFFFFFFC, len(attributes) + 8, 0, 0) + attributes + b"\0" * 8
    formats = [struct.pack("<I", 0xFFFFFBFE) + bytes(48) for _ in names]
    return [bytes(row_size), column_size, text, column_names, column_attributes, *formats]
