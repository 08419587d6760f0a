"""A sound file with a few bytes or parts lost, doubled, overwritten or put in; the same for the same random numbers."""

import io
import zipfile
from random import Random

from damaged.structure import restructured

FRAGMENTS = (
    b"", b"\t", b"\n", b"\r", b" ", b",", b";", b"|", b'"', b"0", b"9" * 40, b"(", b")", b"%", b"<", b"-", b"..",
    b"\xff\xfe", b"\0" * 8, b"&x;", b"<td colspan='99999'>", b"</tr>", b"12 (3.4) 5 (6.7)", b"1e400", b"NaN",
    b"\xe2\x80\xa8", b"{", b"[", b"null", b"PK", b"Total", b"Grade 3-4", b"N = 73", b"=1+1",
)  # fmt: skip
MOST_CHANGES = 6
LONGEST_CUT = 60
ZIP = b"PK\x03\x04"


def damaged(content: bytes, random: Random) -> bytes:
    """The file damaged; of a packed one mostly a file within it, since damage to the packing ends the reading early."""
    if content.startswith(ZIP) and random.random() < 0.8:
        return _inside(content, random)
    if content.lstrip()[:1] in (b"<", b"{", b"[") and random.random() < 0.5:
        return restructured(content, random) or _overwritten(content, random)
    if random.random() < 0.5:
        return _overwritten(content, random)
    for _ in range(random.randint(1, MOST_CHANGES)):
        content = _changed(content, random)
    return content if random.random() < 0.9 else content[: random.randint(1, max(len(content), 1))]


def _changed(content: bytes, random: Random) -> bytes:
    start = random.randint(0, len(content))
    end = min(len(content), start + random.choice((0, 1, 1, random.randint(0, LONGEST_CUT))))
    middle = random.choice((random.choice(FRAGMENTS), random.randbytes(random.randint(0, 8)), content[start:end] * 2))
    return content[:start] + middle + content[end:]


def _overwritten(content: bytes, random: Random) -> bytes:
    """A file of the same length with a few other bytes: formats that count their bytes are still opened."""
    changed = bytearray(content)
    for _ in range(random.randint(1, MOST_CHANGES) if changed else 0):
        changed[random.randrange(len(changed))] = random.choice((random.randrange(256), *b"0123456789,. -"))
    return bytes(changed)


def _inside(content: bytes, random: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    name = random.choice(sorted(members))
    members[name] = damaged(members[name], random)
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, text in members.items():
            packed.writestr(each, text)
    return changed.getvalue()
