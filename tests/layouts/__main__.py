"""Prints how many cells of the shared article tables are right, refused or wrong, by form of file.

PYTHONPATH=tests python -m layouts ../shared/samples/literature_tables

A second argument asks for the forms whose name holds it. LAYOUTS_PRINTER is the WeasyPrint that prints pages too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page, sync_playwright

from layouts.aligned_text import aligned
from layouts.page_layouts import STYLES, Printed, page, word_file
from layouts.printed_truth import COLUMNS, Cell, Truth, plain
from safety_pipeline.ingest.literature import draft_manifest, read, understand
from safety_pipeline.ingest.literature.files.pdf import child, tables
from safety_pipeline.tables.delivery import Delivery

Maker = Callable[[Path, Path], None]
OPEN_GRADES = {"PMC2678276_T3": "any"}


def main() -> int:
    """One line a form of file; fails where a cell is wrong."""
    tables.ask = lambda _module, content: child.tables(content)  # the same reading, without a process for each file
    samples, wanted = Path(sys.argv[1]), "".join(sys.argv[2:3])
    totals: Counter[str] = Counter()
    print("| form of the file | files | cells | right | refused or asked | wrong |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for form, make in forms(browser.new_page()):
            if wanted not in form:
                continue
            found = sum((_outcome(samples, name, make, Path(place)) for name in COLUMNS), Counter())
            totals += found
            print(_line(form, found))
    print(_line("all", totals))
    return 1 if totals["wrong"] else 0


def _line(form: str, found: Counter[str]) -> str:
    cells = found["right"] + found["refused"]
    return f"| {form} | {found['files']} | {cells} | {found['right']} | {found['refused']} | {found['wrong']} |"


def forms(browser: Page) -> Iterator[tuple[str, Maker]]:
    """Every form, with what makes a file of it from a sample."""
    yield "XML of the article", _copied(".xml")
    yield "CSV", _copied(".csv")
    yield "copied text, tabs kept", _as_text("\t")
    yield "copied text, spaces only", _as_text(" ")
    yield "copied text, columns aligned", _as_aligned_text
    for layout in STYLES:
        yield f"PDF, {layout}", _as_pdf(browser, layout)
    yield from _by_weasyprint()
    for layout in ("merged cells", "with another table", "continued"):
        yield f"DOCX, {layout}", _as_word(layout)


def _copied(ending: str) -> Maker:
    return lambda sample, target: shutil.copy(sample.with_suffix(ending), target.with_suffix(ending))


def _as_text(between: str) -> Maker:
    def make(sample: Path, target: Path) -> None:
        printed = Printed.of(sample.with_suffix(".xml"))
        rows = printed.rows.iter("tr")
        lines = [between.join(" ".join("".join(cell.itertext()).split()) for cell in row) for row in rows]
        text = "\n".join([f"{printed.label} {printed.caption}", "", *lines, "", printed.footnotes])
        target.with_suffix(".txt").write_text(text, "utf-8")

    return make


def _as_pdf(browser: Page, layout: str) -> Maker:
    def make(sample: Path, target: Path) -> None:
        browser.set_content(page(Printed.of(sample.with_suffix(".xml")), layout))
        browser.pdf(path=str(target.with_suffix(".pdf")), prefer_css_page_size=True)

    return make


def _as_aligned_text(sample: Path, target: Path) -> None:
    target.with_suffix(".txt").write_text(aligned(Printed.of(sample.with_suffix(".xml"))), "utf-8")


# WeasyPrint does not turn a page's text.
_NOT_BY_WEASYPRINT = {"turned on the page"}


def _by_weasyprint() -> Iterator[tuple[str, Maker]]:
    """The same pages printed by WeasyPrint, where it is installed; `make layouts` installs it."""
    printer = shutil.which(os.environ.get("LAYOUTS_PRINTER", "weasyprint"))
    if printer is None:
        print("WeasyPrint is not there: its layouts are left out", file=sys.stderr)
        return
    for layout in (each for each in STYLES if each not in _NOT_BY_WEASYPRINT):
        yield f"PDF by WeasyPrint, {layout}", _as_pdf_of(printer, layout)


def _as_pdf_of(printer: str, layout: str) -> Maker:
    def make(sample: Path, target: Path) -> None:
        content = page(Printed.of(sample.with_suffix(".xml")), layout).encode()
        command = [printer, "--quiet", "-", str(target.with_suffix(".pdf"))]
        subprocess.run(command, input=content, check=True)

    return make


def _as_word(layout: str) -> Maker:
    return lambda sample, target: target.with_suffix(".docx").write_bytes(
        word_file(Printed.of(sample.with_suffix(".xml")), layout)
    )


def _outcome(samples: Path, name: str, make: Maker, place: Path) -> Counter[str]:
    """Right, refused and wrong cells of one file; a right one has its event, group, patients, grades and count."""
    truth = Counter(Truth.of(samples, name).cells)
    folder = place / "example"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    make(samples / name, folder / name)
    found = Counter(_read(folder, name))
    right = (truth & found).total()
    wrong = found - truth
    for cell in wrong:
        print(f"WRONG {next(folder.glob(name + '.*')).name}: {cell}", file=sys.stderr)
    return Counter(files=1, right=right, refused=truth.total() - right, wrong=wrong.total())


def _read(folder: Path, name: str) -> Iterator[Cell]:
    """The cells that come out once the draft's questions are answered; none where the table is refused."""
    (file,) = folder.iterdir()
    understood = understand(file)
    if understood.refusal is not None:
        return
    manifest = _answered(draft_manifest(understood, "example"), name)
    (folder / "document.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), "utf-8")
    read_tables = read(Delivery("literature.example", "literature", folder, "")).tables()
    for cell in read_tables["cell"].collect().to_dicts():
        if cell["cell_status"] != "refused":
            yield _cell(cell, name)


def _cell(cell: dict[str, Any], name: str) -> Cell:
    arm = str(cell["arm_id"]).removeprefix("T.")
    groups = {group for group, _, _ in COLUMNS[name][1].values()}
    group = max((each for each in groups if arm.startswith(each)), key=len, default=arm)
    return (plain(cell["row_label"]), group, cell["n_at_risk"], cell["grade_band_as_reported"], cell["n_printed"])


def _answered(draft: dict[str, Any], name: str) -> dict[str, Any]:
    """The draft with what only a reader of the article knows; nothing that it decided is changed."""
    draft["trial_id"] = "T"
    draft["document"] |= {"indication": "a cancer", "drug": "a drug"}
    sizes = {group: n for group, n, _ in COLUMNS[name][1].values()}
    for arm in draft["arms"]:
        arm["dose_note"] = None if arm["dose_mg_per_day"] is not None else "no daily dose"
        arm["n_at_risk"] = arm["n_at_risk"] or next((n for g, n in sizes.items() if arm["id"].startswith(g)), None)
    for table in draft["tables"]:
        if table["threshold"] and not table["threshold"]["scope"]:
            table["threshold"]["scope"] = "any_arm"
        table["grades"] = table["grades"] or OPEN_GRADES.get(name, "3-4")
    return draft


if __name__ == "__main__":
    sys.exit(main())
