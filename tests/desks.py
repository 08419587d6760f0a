"""Made-up tables for the intake desk, and the desk behind a client."""

import io
import zipfile
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from safety_pipeline.explore.app import application
from safety_pipeline.explore.intake.routes import Intake
from safety_pipeline.reference import load

TOKEN = "the-token-of-this-start"  # noqa: S105  (of a desk that lives as long as a test)
FROM_HERE = {"sec-fetch-site": "same-origin"}

# Three header levels, sections, a total that is really an arm, and other patients in the last section.
RICH = """<table><caption>Table 2. Treatment-related adverse events (NCI CTCAE v4.03), n (%)</caption>
<thead>
<tr><th rowspan="3">Adverse event</th><th colspan="4">Part A</th><th colspan="2">Part B</th></tr>
<tr><th colspan="2">Imatinib 400 mg (N = 40)</th><th colspan="2">Imatinib 600 mg (N = 38)</th>
<th colspan="2">All (N = 52)</th></tr>
<tr><th>Any grade</th><th>Grade 3-4</th><th>Any grade</th><th>Grade 3-4</th><th>Any grade</th><th>Grade 3-4</th></tr>
</thead><tbody>
<tr><td colspan="7">Skin</td></tr>
<tr><td>Rash</td><td>10 (25.0)</td><td>1 (2.5)</td><td>12 (31.6)</td><td>2 (5.3)</td><td>9 (17.3)</td><td>0</td></tr>
<tr><td>Pruritus</td><td>4 (10.0)</td><td>0</td><td>6 (15.8)</td><td>0</td><td>5 (9.6)</td><td>0</td></tr>
<tr><td colspan="7">Fluid retention</td></tr>
<tr><td>Edema</td><td>20 (50.0)</td><td>0</td><td>27 (71.1)</td><td>1 (2.6)</td><td>19 (36.5)</td><td>1 (1.9)</td></tr>
<tr><td>Pleural effusion</td><td>2 (5.0)</td><td>1 (2.5)</td><td>3 (7.9)</td><td>2 (5.3)</td><td></td><td></td></tr>
<tr><td colspan="7">Laboratory</td></tr>
<tr><td>Anemia</td><td>9 (25.0)</td><td>2 (5.6)</td><td>14 (40.0)</td><td>4 (11.4)</td><td>10 (20.0)</td>
<td>3 (6.0)</td></tr>
</tbody></table>"""
# A sheet that lost how far its headers reach: phases over arms over grades, sections, the last with other patients.
PHASES = """"Table 3. Adverse events during treatment, patients (%)",,,,,,
Toxicity,Double-blind phase,,,,Extension,
,Sorafenib 400 mg bid (N=61),,Placebo (N=58),,Sorafenib 400 mg bid (N=44),
,All,Grade >=3,All,Grade >=3,All,Grade >=3
Skin,,,,,,
Rash,31 (51),4 (7),8 (14),0,15 (34),1 (2)
Hand-foot syndrome,25 (41),7 (11),1 (2),0,9 (20),2 (5)
Laboratory,,,,,,
Lipase increased,12 (21),6 (11),4 (7),2 (4),7 (18),4 (10)
Anemia,9 (16),1 (2),7 (13),1 (2),5 (13),0
"""
PLAIN = "Event,10 mg (n=30),20 mg (n=31)\nSkin rash,3 (10.0),4 (12.9)\nEdema,1 (3.3),2 (6.5)\n"
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Table 1. Adverse events</w:t></w:r></w:p><w:tbl>"
    + "".join(
        "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in line) + "</w:tr>"
        for line in (("Event", "10 mg (n=30)", "20 mg (n=31)"), ("Rash", "3 (10.0)", "4 (12.9)"))
    )
    + "</w:tbl></w:body></w:document>"
)
LISTING = "Subject,Event,Grade\n1001 SOMEBODY,Rash,2\n1002 SOMEBODY,Edema,1\n"


class Desk(TestClient):
    """A browser without a screen that has opened the desk of a lake; `drafts` is what the server keeps."""

    def __init__(self, lake: Path) -> None:
        intake = Intake.of(lake, TOKEN, load())
        super().__init__(application(lake / "published", intake), base_url="http://127.0.0.1:8050")
        self.drafts = intake.drafts


def word_file() -> bytes:
    """A document of a word processor with one table of two counts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", WORD)
    return packed.getvalue()


@contextmanager
def desk_of(lake: Path):
    with Desk(lake) as desk:
        assert desk.get(f"/desk?token={TOKEN}").status_code == 200
        yield desk
