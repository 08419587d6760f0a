"""The report page: self-contained, escaped, equal for equal tables, and readable without colour or network."""

import re
import time
from html.parser import HTMLParser

import polars as pl
import pytest
from lakes import published

from safety_pipeline.publish.report import render
from safety_pipeline.tables.published import PUBLIC_TABLES
from safety_pipeline.tables.summarised import INCIDENCE_OVER_TIME

VOID = {"meta", "br", "wbr", "link", "img"}


def tables_of(lake):
    return {table.name: published(lake, table.name) for table in PUBLIC_TABLES}


@pytest.fixture(scope="module")
def tables(shipped_lake):
    return tables_of(shipped_lake)


@pytest.fixture(scope="module")
def page(tables):
    return render(tables, release_id="r1")


class Reader(HTMLParser):
    """Collects the text a reader sees and the elements that are open when the page ends."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def visible(page):
    return " ".join(" ".join(read(page).text).split())


def test_equal_tables_give_equal_bytes(tables, page):
    assert render(tables, release_id="r1") == page


def test_every_element_is_closed_in_order(page):
    assert read(page).open == []


def test_the_page_asks_for_nothing_from_a_network_and_runs_nothing(page):
    reader = read(page)
    assert not reader.tags & {"script", "iframe", "object", "link", "img"}
    targets = [value for name, value in reader.attributes if name in ("href", "src", "xlink:href", "action")]
    assert targets and all(value.startswith("#") for value in targets)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    assert "url(http" not in page and "@import" not in page


@pytest.mark.parametrize("concept", ["Edema", "Haemorrhage", "Rash"])
@pytest.mark.parametrize("band", ["any grade", "severe (grade 3 or worse)"])
def test_each_headline_concept_and_band_has_a_forest_plot(page, concept, band):
    assert f"<title>{concept}, {band}, by dose</title>" in page


def test_a_negative_number_has_a_minus_sign_and_no_hyphen(page):
    shown = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert re.findall(r"(?<![\w–-])-\d", shown) == []
    assert "(−8.3 to 19.7)" in shown


def test_printed_counts_stand_in_the_plot_and_in_the_table(page):
    assert page.count(">52/73<") >= 2
    assert page.count("71.2 % (60.0 to 80.3)") >= 2


def test_a_crude_total_is_shown_without_an_interval(page):
    assert "63.3 %, no interval" in page


def test_what_is_not_known_says_why_in_words(page):
    text = visible(page)
    assert "not known: not tabulated" in text
    assert "not known: no results" in text
    assert "0.0 % (0.0 to 0.0)" not in text


def test_the_default_row_is_marked(page):
    assert "Range of the trials (default)" in page
    assert 'class="default"' in page


def test_an_interval_is_named_after_its_author(page):
    assert "(Newcombe hybrid score)" in page


def test_what_a_printed_row_and_an_old_severe_count_are_is_said_in_a_sentence(page):
    text = visible(page)
    assert "The printed row holds more than the concept" in text
    assert "Severe as graded with CTC v2.0, on the v4.03 scale a lower bound" in text


def test_an_edition_that_is_not_stated_is_said_once(page):
    assert "not stated (not stated)" not in visible(page)


def test_a_long_name_breaks_after_an_underscore(page):
    assert "melanoma_<wbr>high_<wbr>dose_<wbr>2006" in page


def test_signals_are_worded_as_the_design_asks(page):
    text = visible(page).lower()
    assert "no dose difference shown" in text
    assert "differences inside the interval are not excluded" in text
    assert not re.search(r"\bcauses\b|\bcaused\b|\bsafe\b", text.replace("all causes", ""))


def test_cautions_are_footnotes_that_the_rows_point_to(page):
    assert "<li>A printed row holds more than the concept (superset)</li>" in page
    assert "<li>Two trials: carries no weight</li>" in page


def test_documents_of_the_same_patients_are_named(page):
    assert "The same patients are counted once, from gist_400_vs_600_2002." in visible(page)


def test_an_empty_lake_has_a_page_too():
    page = render({table.name: table.empty().collect() for table in PUBLIC_TABLES}, release_id="none")
    text = visible(page)
    assert "No document is landed." in text
    assert "0 rows were refused." in text
    assert "<svg" not in page


HOSTILE = '</title><script>alert("x")</script>& $\\frac{1}$ \u0000'


def test_no_text_of_the_data_becomes_markup(tables):
    spoilt = {
        name: frame.with_columns(
            pl.concat_str(pl.lit(HOSTILE), pl.col(column)).alias(column)
            for column in ("title", "reason", "row_label", "label", "caution", "basis", "explanation", "arm_id", "drug")
            if column in frame.columns
        )
        for name, frame in tables.items()
    }
    page = render(spoilt, release_id=HOSTILE)
    assert "<script" not in page
    assert read(page).open == []
    assert "&lt;script&gt;" in page


def test_refused_rows_are_counted_by_rule(tables):
    row = {"rule": "n_above_at_risk", "explanation": "More patients affected than at risk."}
    refused = pl.DataFrame([row, row], schema_overrides=tables["rejected"].schema)
    page = render({**tables, "rejected": pl.concat([tables["rejected"], refused], how="diagonal")}, release_id="r")
    assert "2 rows were refused" in visible(page)
    assert "<td>n_above_at_risk</td><td>2</td>" in page


def test_a_failed_check_is_named(tables):
    failed = tables["dq_result"].head(1).with_columns(passed=pl.lit(False), check_name=pl.lit("a_broken_promise"))
    page = render({**tables, "dq_result": pl.concat([tables["dq_result"], failed])}, release_id="r")
    assert "<td>a_broken_promise</td>" in page


def test_the_page_is_drawn_in_a_few_seconds(tables):
    start = time.process_time()
    render(tables, release_id="r1")
    assert time.process_time() - start < 6


def over_time(measure, by_day, estimate, lower, upper):
    known = {"trial_id": "S", "arm_id": "S.1", "document_id": "s", "drug": "x", "concept": "edema", "grade_band": "any"}
    figures = {"estimate": estimate, "ci_lower": lower, "ci_upper": upper, "n_affected_upper": 2}
    named = {"attribution": "related", "measure": measure, "by_day": by_day, "unit": "u", "ci_method": "m"}
    return known | figures | named


def test_arms_with_known_times_have_rates_and_incidences_by_a_day(tables):
    rows = [
        over_time("exposure_adjusted_rate", 200, 5.75, 0.7, 20.8),
        over_time("cumulative_incidence", 28, 0.03, 0.01, 0.12),
        over_time("cumulative_incidence", 84, None, 0.1, 0.2),
    ]
    shown = INCIDENCE_OVER_TIME.from_rows(rows).collect()
    text = visible(render({**tables, "incidence_over_time": shown}, release_id="r1"))
    assert "S.1 any grade, drug-related 5.8 (0.7 to 20.8) 3.0 % (1.0 to 12.0) within 10.0 to 20.0 %" in text


def test_without_subjects_times_there_is_no_section_on_time(page):
    assert "Over time" not in page
