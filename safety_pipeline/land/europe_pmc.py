"""Fetching of articles from Europe PMC, by their number in PubMed Central or their DOI, as XML."""

import os
import re
from pathlib import Path
from urllib.parse import quote

import httpx

from safety_pipeline.land.client import MOST_BYTES, Client, Options
from safety_pipeline.settings import EUROPE_PMC_URL
from safety_pipeline.tables.delivery import RefusedError
from safety_pipeline.tables.storage import write_text

BASE_URL = "https://www.ebi.ac.uk/europepmc/webservices/rest"
URL_VARIABLE = EUROPE_PMC_URL.name
_NUMBER = re.compile(r"PMC\d{1,9}", re.IGNORECASE | re.ASCII)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII)
_ARTICLE = re.compile(r"<(?:\w+:)?article[\s>]")
BY_HAND = "copy its tables into a CSV or text file, or save the article as XML or PDF, and land that file"


def article_named(source: str) -> str | None:
    """The number or DOI that a source names: `PMC1234567`, `10.1000/xyz`, `https://doi.org/10.1000/xyz`."""
    if _NUMBER.fullmatch(source):
        return source.upper()
    found = _DOI.fullmatch(source)
    return found[1].rstrip(".,;") if found else None


def europe_pmc_options() -> Options:
    """How Europe PMC is asked: at its own address, or at the one of the environment."""
    return Options(os.environ.get(URL_VARIABLE) or BASE_URL)


class EuropePmc(Client):
    """The articles API of Europe PMC."""

    accepts = "application/json, application/xml"
    way_out = BY_HAND

    def store(self, named: str, folder: Path) -> Path:
        """The article as a file of the folder, named by its number."""
        number = named if _NUMBER.fullmatch(named) else self.number_of(named)
        path = folder / f"{number}.xml"
        folder.mkdir(parents=True, exist_ok=True)
        write_text(path, self.article(number))
        return path

    def number_of(self, doi: str) -> str:
        """The number of the article with a DOI, where its text is held."""
        query = quote(f'DOI:"{doi}"', safe="")
        response = self.get(f"search?query={query}&format=json&resultType=lite&pageSize=5", doi)
        found = [str(each.get("pmcid")) for each in _results(doi, response) if _is_about(each, doi)]
        numbers = sorted({each for each in found if _NUMBER.fullmatch(each)})
        if len(numbers) == 1:
            return numbers[0]
        held = "holds no text of it" if not numbers else f"holds it under several numbers ({', '.join(numbers)})"
        raise RefusedError("article_is_held", f"{doi}: Europe PMC {held}; {BY_HAND}.")

    def article(self, number: str) -> str:
        """The XML of an article, after making sure that it is one."""
        response = self.get(f"{number}/fullTextXML", number)
        if response.status_code == httpx.codes.NOT_FOUND:
            raise RefusedError("article_is_held", f"{number}: Europe PMC holds no open text of it; {BY_HAND}.")
        text = response.text
        if response.status_code != httpx.codes.OK or len(response.content) > MOST_BYTES or not _ARTICLE.search(text):
            status = response.status_code
            raise RefusedError("register_answers", f"{number}: Europe PMC's answer is no article (status {status}).")
        if not _names(text, number):
            raise RefusedError(
                "is_that_article", f"{number}: Europe PMC answered with another article; try again later."
            )
        return text


def _results(doi: str, response: httpx.Response) -> list[dict[str, object]]:
    try:
        return [dict(each) for each in response.json()["resultList"]["result"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RefusedError(
            "register_answers", f"{doi}: Europe PMC's answer is not a list of articles; try again later."
        ) from error


def _is_about(result: dict[str, object], doi: str) -> bool:
    return str(result.get("doi", "")).casefold() == doi.casefold()


def _names(text: str, number: str) -> bool:
    """Whether the article gives this number as its own, or none at all."""
    own = re.findall(r'<article-id pub-id-type="pmc(?:id)?">\s*(?:PMC)?(\d+)', text)
    return not own or number.removeprefix("PMC") in own
