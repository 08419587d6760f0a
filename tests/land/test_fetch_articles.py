"""Fetching of articles from Europe PMC, against a local server that replays answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from click.testing import CliRunner, Result

from safety_pipeline.cli import main
from safety_pipeline.land.client import Options
from safety_pipeline.land.europe_pmc import URL_VARIABLE, EuropePmc, article_named
from safety_pipeline.tables.delivery import RefusedError

TABLE = """<table-wrap><label>Table 2</label><caption><p>Adverse events</p></caption><table>
<thead><tr><th>Event</th><th>Drug 400 mg (N=73)</th></tr></thead>
<tbody><tr><td>Edema</td><td>52 (71.2)</td></tr><tr><td>Rash</td><td>18 (24.7)</td></tr></tbody></table></table-wrap>"""


def article(number: str, body: str = TABLE) -> str:
    ids = "".join(
        f'<article-id pub-id-type="{kind}">{name}</article-id>'
        for kind, name in (("pmcid", f"PMC{number}"), ("doi", "10.1000/x.1"))
    )
    title = "<title-group><article-title>Two <i>doses</i></article-title></title-group>"
    front = f"<front><article-meta>{ids}{title}<pub-date><year>2019</year></pub-date></article-meta></front>"
    return f"<article>{front}<body>{body}</body></article>"


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, tuple[int, str]], list[str]]]:
    """The address of a server, its answers by path or DOI, and what it was asked."""
    answers: dict[str, tuple[int, str]] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            parts = urlsplit(self.path)
            wanted = parse_qs(parts.query).get("query", [parts.path.split("/")[-2]])[0]
            status, body = answers.get(wanted, (404, ""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    started = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=started.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{started.server_port}/rest", answers, asked
    started.shutdown()
    thread.join()
    started.server_close()


@pytest.fixture
def land(server, tmp_path, monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, server[0])

    def landed(source: str) -> Result:
        return CliRunner().invoke(main, ["land", source, "--lake", str(tmp_path)])

    return landed


def held(doi: str, *numbers: str) -> tuple[int, str]:
    return 200, json.dumps({"resultList": {"result": [{"doi": doi, "pmcid": number} for number in numbers]}})


def test_an_article_is_fetched_by_its_number_and_lands_as_a_file_would(server, land, tmp_path):
    server[1]["PMC123"] = (200, article("123"))
    said = land("pmc123")
    assert said.exit_code == 0, said.output
    assert said.output.startswith(f"Asking {server[0]} for PMC123.")
    assert (tmp_path / "landed" / "literature" / "pmc123" / "PMC123.xml").is_file()
    assert "drug_400_mg: Drug 400 mg; N = 73" in said.output


def test_the_draft_of_a_fetched_article_knows_its_title_doi_and_year(server, land, tmp_path):
    server[1]["PMC123"] = (200, article("123"))
    land("PMC123")
    drafted = yaml.safe_load((tmp_path / "landed" / "literature" / "pmc123" / "document.yaml").read_text("utf-8"))
    known = drafted["document"]
    assert (known["title"], known["doi"], known["year"]) == ("Two doses", "10.1000/x.1", 2019)


@pytest.mark.parametrize("source", ["10.1000/x.1", "https://doi.org/10.1000/x.1", "doi:10.1000/X.1"])
def test_a_doi_is_looked_up_first(server, land, tmp_path, source):
    doi = article_named(source)
    server[1][f'DOI:"{doi}"'] = held("10.1000/x.1", "PMC77")
    server[1]["PMC77"] = (200, article("77"))
    assert land(source).exit_code == 0
    assert (tmp_path / "landed" / "literature" / "pmc77" / "PMC77.xml").is_file()
    assert len(server[2]) == 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (held("10.1000/x"), "holds no text of it"),
        (held("10.1000/other", "PMC1"), "holds no text of it"),
        (held("10.1000/x", "PMC1", "PMC2"), "several numbers (PMC1, PMC2)"),
        ((200, "not JSON"), "is not a list of articles"),
    ],
)
def test_a_doi_without_one_held_article_says_so(server, land, answer, sentence):
    server[1]['DOI:"10.1000/x"'] = answer
    said = land("10.1000/x")
    assert said.exit_code == 1
    assert sentence in said.output


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((404, ""), "holds no open text of it"),
        ((200, "<html>sorry</html>"), "is no article"),
        ((200, article("999")), "answered with another article"),
    ],
)
def test_an_answer_that_is_not_that_article_lands_nothing(server, land, tmp_path, answer, sentence):
    server[1]["PMC5"] = answer
    said = land("PMC5")
    assert said.exit_code == 1
    assert sentence in said.output
    assert not (tmp_path / "landed" / "literature").exists()


def test_offline_it_says_what_to_do_instead():
    options = Options("http://127.0.0.1:9/rest", attempts=1, first_wait_seconds=0.01)
    with EuropePmc(options) as articles, pytest.raises(RefusedError) as refused:
        articles.store("PMC1", Path("/nowhere"))
    assert "cannot be reached (ConnectError)" in refused.value.explanation
    assert "copy its tables into a CSV" in refused.value.explanation


@pytest.mark.parametrize("source", ["table.csv", "PMC", "10.1/x", "PMC12x", "NCT00000001"])
def test_other_names_are_no_articles(source):
    assert article_named(source) is None
