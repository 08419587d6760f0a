"""The frame of every page: one layout, one style sheet, and the headers that keep a page to itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from safety_pipeline.publish.plots.words import figure, named, probability

STATIC = Path(__file__).parent / "static"
# Nothing is loaded from elsewhere, nothing runs but our one script, and no other page may frame this one.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
Menu = tuple[tuple[str, str], ...]
# In the order of the menu; the intake desk is added where it is switched on.
MENU: Menu = (
    ("/dose", "By dose"),
    ("/arms", "By trial and arm"),
    ("/compare", "Compare"),
    ("/signals", "Signals"),
    ("/coverage", "Coverage"),
    ("/overview", "Overview"),
    ("/releases", "Releases"),
    ("/review", "Crosswalk"),
)


@dataclass(frozen=True)
class Page:
    """One page: its template, title and what the template shows; ``status`` is the HTTP status."""

    template: str
    title: str
    content: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


def rendered(page: Page, *, path: str, release_id: str, menu: Menu = MENU) -> HTMLResponse:
    """The page in its frame, every text of the data escaped; without a release yet, `release_id` is empty."""
    html = _ENVIRONMENT.get_template(page.template).render(
        {**page.content, "title": page.title, "menu": menu, "path": path, "release_id": release_id}
    )
    return HTMLResponse(html, status_code=page.status)


def address(path: str, **chosen: str | None) -> str:
    """A path with the choices that are made; what is left open does not stand in the address."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{path}?{query}" if query else path


_ENVIRONMENT = Environment(
    loader=PackageLoader("safety_pipeline.explore"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals["address"] = address
_ENVIRONMENT.filters |= {"figure": figure, "named": named, "probability": probability}
