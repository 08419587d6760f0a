# ruff: noqa: E501 - tables stand as they are printed
"""A small manifest and table that tests change one thing in."""

import io
import zipfile

MANIFEST = """
document:
  document_id: example
  allocation: randomised
  indication: GIST
  drug: imatinib
  has_toxicity_results: true
  document_priority: 1
trial_id: T1
grading_system: {edition: CTC v2.0, basis: stated}
arms:
  - {id: low, label: 400 mg, dose_mg_per_day: 400, n_at_risk: 73}
  - {id: high, label: 600 mg, dose_mg_per_day: 600, n_at_risk: 74}
tables:
"""
TABLE = """
  - label: Table 1
    file: table_1.tsv
    attribution: related
    header_rows: 1
    columns:
      - {number: 2, arm: low, grades: any}
      - {number: 3, arm: high, grades: any}
"""

TEXT = """Table 3.

Main toxicities

Variable All grades Grade 3-4
Edema 28 (48) 1 (2)
Nausea 20 (34)
Rash 7 (12) 2 (3)
"""
MARKDOWN = """Table 2. Toxicity of any cause (N = 20)

| Event | Any grade | Grade >=3 |
|:------|:---------:|----------:|
| Edema | 5 (25.0)  | 1 (5,0)   |
| Nausea | 4 (20·0) | -         |
"""
HTML = """<html><body><p>before</p><table><caption>Table 1. Related events</caption>
<thead><tr><th rowspan="2">Event</th><th colspan="2">400 mg (n = 73)</th><th colspan="2">600 mg (n = 74)</th></tr>
<tr><th>Any grade</th><th>Grade 3&ndash;4</th><th>Any grade</th><th>Grade 3&ndash;4</th></tr></thead>
<tbody><tr><td colspan="5">General disorders</td></tr>
<tr><td>&nbsp;Edema<sup>a</sup></td><td>52 (71.2)</td><td>1 (1.4)</td><td>57 (77.0)</td><td>1 (1.4)</td></tr>
<tr><td>&nbsp;Fatigue</td><td>22 (30.1)</td><td>0</td><td>29 (39.2)<sup>b</sup></td><td>0</td></tr></tbody></table></body></html>
"""
JATS = """<?xml version="1.0" encoding="UTF-8"?>
<table-wrap><label>Table 4</label><caption><p>Grade 3 or 4 events (NCI CTCAE version 4.0)</p></caption>
<table><thead><tr><th/><th>Low (N=73)</th><th>High (N=74)</th></tr></thead>
<tbody><tr><td>Edema</td><td>1 (1.4)</td><td>1 (1.4)</td></tr><tr><td>Rash</td><td>2 (2.7)</td><td>0</td></tr></tbody></table>
<table-wrap-foot><p>n, number</p></table-wrap-foot></table-wrap>
"""

FLAT = """Table 4. Laboratory abnormalities in at least 10% of patients, n (%)
DRUG (n=375) IFN-α (n=360)
All Grades* Grade 3/4*† All Grades* Grade 3/4*
Gastrointestinal
AST 211 (56) 6 (2) 136 (38) 8 (2)
ALT 192 (51) - 144 (40) <1
"""
STACKED = "Table 2a. Toxicity (n=50),,\nEvent,Grade 1-2,Grade 3-4\nAnemia,20 (40),3 (6)\n,,\nTable 2b. Toxicity (n=50),,\nEvent,Grade 1-2,Grade 3-4\nRash,12 (24),2 (4)\n"
ARMS = "Event,Dose (mg),n,Grade 1-2,Grade 3,\nRash,400,20,5 (25),1 (5)\n,600,25,10 (40.0),2 (8.0)\nEdema,400,20,4 (20),<1%\n,600,25,8 32.0,NR\n"
BROKEN = """Table 4. Events
             Drug (n = 120)      Placebo (n = 118)
             Any       Grade 3   Any       Grade 3
Rash         30 (25)   1 (1)     12 (10)   0
Blood creatinine
 increased   12 (10)   0         6 (5)     0
"""
CALS = """<table-wrap><label>Table 1</label><caption><p>Events</p></caption>
<oasis:table xmlns:oasis="http://www.niso.org/standards/z39-96/ns/oasis-exchange/table"><oasis:tgroup cols="5">
<oasis:colspec colnum="1" colname="c1"/><oasis:colspec colname="c2"/><oasis:colspec colname="c3"/><oasis:colspec colname="c4"/><oasis:colspec colname="c5"/>
<oasis:spanspec spanname="high" namest="c4" nameend="c5"/>
<oasis:thead><oasis:row><oasis:entry morerows="1">Event</oasis:entry><oasis:entry namest="c2" nameend="c3">Low (n=73)</oasis:entry><oasis:entry spanname="high">High (n=74)</oasis:entry></oasis:row>
<oasis:row><oasis:entry>Any grade</oasis:entry><oasis:entry>Grade 3-4</oasis:entry><oasis:entry>Any grade</oasis:entry><oasis:entry>Grade 3-4</oasis:entry></oasis:row></oasis:thead>
<oasis:tbody><oasis:row><oasis:entry namest="c1" nameend="c5">Skin</oasis:entry></oasis:row>
<oasis:row><oasis:entry colname="c1"> Rash</oasis:entry><oasis:entry colname="c2">18 (24.7)</oasis:entry><oasis:entry colname="c4">27 (36.5)<sup>a</sup></oasis:entry><oasis:entry colname="c5">2</oasis:entry></oasis:row></oasis:tbody>
</oasis:tgroup></oasis:table></table-wrap>"""

SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Event</t></is></c><c r="B1" t="inlineStr"><is><t>Low (N=73)</t></is></c>
<c r="D1" t="inlineStr"><is><t>High (N=74)</t></is></c></row>
<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="s"><v>0</v></c><c r="E2" t="s"><v>1</v></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Edema</t></is></c><c r="B3"><v>52</v></c><c r="C3" s="1"><v>0.71232876712328763</v></c>
<c r="D3"><v>57</v></c><c r="E3" s="1"><v>0.77027027027027029</v></c></row>
<row r="4"><c r="A4" t="inlineStr"><is><t>Rash</t></is></c><c r="B4"><v>18</v></c><c r="C4" s="1"><v>0.24657534246575341</v></c>
<c r="D4" s="2"><v>45000</v></c></row>
</sheetData><mergeCells><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells></worksheet>"""
STRINGS = """<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>n</t></si><si><t>%</t></si></sst>"""
STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"""


def workbook() -> bytes:
    """A workbook with merged headers, percentages kept as fractions, and a count that became a date."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", SHEET)
        archive.writestr("xl/sharedStrings.xml", STRINGS)
        archive.writestr("xl/styles.xml", STYLES)
    return content.getvalue()
