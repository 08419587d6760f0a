"""What is generated from the crosswalk is up to date, and safe to open."""

import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from safety_pipeline.reference.reading_report import with_readings
from safety_pipeline.reference.report import with_counts
from safety_pipeline.reference.review_page import review_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "crosswalk.md"


def payload(page):
    return json.loads(re.search(r'id="crosswalk">(.*?)</script>', page, re.DOTALL).group(1))


def test_the_counts_in_the_docs_are_those_of_the_data(references):
    page = PAGE.read_text(encoding="utf-8")
    assert with_readings(with_counts(page, references)) == page, (
        "run: python -m safety_pipeline.reference counts docs/crosswalk.md"
    )


def test_the_review_page_holds_every_row_and_needs_no_network(references):
    page = review_page(references)
    assert len(payload(page)["rows"]) == references.grade_map.height
    assert not re.search(r"(src|href)\s*=|https?://|@import", page)


def test_markup_in_a_users_term_stays_text_in_the_review_page(references):
    attack = "</script><img src=x onerror=alert(1)><!--"
    one = references.grade_map.head(1).with_columns(rationale=pl.lit(attack))
    page = review_page(replace(references, grade_map=one))
    assert attack not in page
    assert "<img" not in page
    assert payload(page)["rows"][0][-1] == attack
