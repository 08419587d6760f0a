"""The addresses of the intake desk: open a file, say something of a place, accept, discard."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from safety_pipeline.explore.intake.answers import AnswerError
from safety_pipeline.explore.intake.apply_answer import SCOPES, apply_answer
from safety_pipeline.explore.intake.drafts import Draft, Drafts
from safety_pipeline.explore.intake.guard import Guard
from safety_pipeline.explore.intake.places import Place
from safety_pipeline.explore.intake.view import desk_view, fields_of
from safety_pipeline.explore.layout import Page
from safety_pipeline.reference import References
from safety_pipeline.tables.delivery import RefusedError

LARGEST_BYTES = 20_000_000
MENU_ENTRY = ("/desk", "Intake desk")
Handler = Callable[[Request], Awaitable[Response]]
Shown = Callable[[Request, Page], Response]


@dataclass(frozen=True)
class Intake:
    """The desk of one lake, the token of this start, and the references that say what a cell becomes."""

    drafts: Drafts
    token: str
    references: References

    @classmethod
    def of(cls, lake: Path, token: str, references: References) -> "Intake":
        return cls(Drafts(lake), token, references)


def routes(intake: Intake, shown: Shown) -> list[Route]:
    """All of the desk behind its guard; `shown` puts a page into its frame."""
    desk = _Desk(intake, shown)
    paths: dict[str, tuple[Handler, str]] = {
        "": (desk.start, "GET"),
        "/open": (desk.open, "POST"),
        "/reopen": (desk.reopen, "POST"),
        "/{key}": (desk.document, "GET"),
        "/{key}/said": (desk.said, "POST"),
        "/{key}/settled": (desk.settled, "POST"),
        "/{key}/accepted": (desk.accepted, "POST"),
        "/{key}/discarded": (desk.discarded, "POST"),
    }
    guard = [Middleware(Guard, token=intake.token)]
    return [
        Route(f"/desk{path}", handler, methods=[method], middleware=guard) for path, (handler, method) in paths.items()
    ]


class _Desk:
    """One method an address; whatever reads or writes files runs beside the loop."""

    def __init__(self, intake: Intake, shown: Shown) -> None:
        self._intake, self._shown = intake, shown

    async def start(self, request: Request) -> Response:
        return self._shown(request, self._start_page())

    async def open(self, request: Request) -> Response:
        name = request.query_params.get("name", "")
        try:
            draft = await run_in_threadpool(self._intake.drafts.open, name, await _body(request))
        except RefusedError as error:
            return JSONResponse({"refused": error.explanation}, status_code=422)
        return JSONResponse({"address": f"/desk/{draft.key}"})

    async def reopen(self, request: Request) -> Response:
        asked = await _form(request)
        try:
            draft = await run_in_threadpool(self._intake.drafts.reopen, asked.get("document_id", ""))
        except RefusedError as error:
            return self._shown(request, self._start_page(error.explanation))
        return _to(f"/desk/{draft.key}")

    async def document(self, request: Request) -> Response:
        draft = self._draft(request)
        return await self._document_shown(request, draft, Place.of(request.query_params.get("at", "")))

    async def said(self, request: Request) -> Response:
        draft, asked = self._draft(request), await _form(request)
        place = Place.of(asked.get("place", ""))
        if place is None:
            raise HTTPException(404)
        try:
            await run_in_threadpool(apply_answer, draft, place, asked, asked.get("scope", "this"))
        except AnswerError as error:
            return await self._document_shown(request, draft, place, str(error))
        return _to(f"/desk/{draft.key}?at={place}")

    async def settled(self, request: Request) -> Response:
        draft, asked = self._draft(request), await _form(request)
        await run_in_threadpool(draft.settle, {asked.get("question", "")})
        return _to(f"/desk/{draft.key}")

    async def accepted(self, request: Request) -> Response:
        draft, asked = self._draft(request), await _form(request)
        missing = await run_in_threadpool(draft.missing)
        if missing and "as_draft" not in asked:
            return await self._document_shown(request, draft, None, f"Not accepted yet. {missing}")
        text = draft.text
        try:
            folder = await run_in_threadpool(self._intake.drafts.accept, draft)
        except RefusedError as error:
            return await self._document_shown(request, draft, None, error.explanation)
        content = {"folder": folder, "text": text, "missing": missing, "document_id": folder.name}
        return self._shown(request, Page("desk_landed.html.j2", f"{folder.name} is landed", content))

    async def discarded(self, request: Request) -> Response:
        await run_in_threadpool(self._intake.drafts.discard, self._draft(request))
        return _to("/desk")

    def _draft(self, request: Request) -> Draft:
        try:
            return self._intake.drafts[request.path_params["key"]]
        except KeyError:
            raise HTTPException(404, "This document is no longer at the desk; open its file again.") from None

    def _start_page(self, refused: str = "") -> Page:
        landed = list(self._intake.drafts.landed())
        return Page(
            "desk.html.j2", "Intake desk", {"landed": landed, "refused": refused, "lake": self._intake.drafts.lake}
        )

    async def _document_shown(self, request: Request, draft: Draft, place: Place | None, notice: str = "") -> Response:
        view = await run_in_threadpool(desk_view, draft, self._intake.references)
        content = {
            "view": view,
            "draft": draft,
            "notice": notice,
            "place": place,
            "fields": fields_of(draft, place) if place and place.kind in SCOPES else (),
            "scopes": SCOPES.get(place.kind, {}) if place else {},
            "sections": [line for table in view.tables for line in table.lines if line.role == "section"],
        }
        return self._shown(request, Page("desk_document.html.j2", f"{draft.document_id} at the desk", content))


async def _body(request: Request) -> bytes:
    """What was sent, as long as it is no larger than a table file may be."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_BYTES:
            raise HTTPException(413, f"This file is larger than {LARGEST_BYTES} bytes; land one table a file.")
    return bytes(content)


async def _form(request: Request) -> Mapping[str, str]:
    return dict(parse_qsl((await _body(request)).decode("utf-8", "replace"), keep_blank_values=True))


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303)
