"""The application: which address leads to which page, and what every answer carries."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safety_pipeline.explore import downloads
from safety_pipeline.explore.intake import routes as intake_routes
from safety_pipeline.explore.layout import MENU, SECURITY_HEADERS, STATIC, Page, rendered
from safety_pipeline.explore.pages import by_arm, by_dose, cells, compare, coverage, overview, releases, signals
from safety_pipeline.explore.published import NothingPublishedError, Published
from safety_pipeline.explore.review import page as review
from safety_pipeline.explore.review.crosswalk import Crosswalk

# A page of another machine must not reach this one through a name of its own that leads here.
HOSTS = ["127.0.0.1", "localhost"]
Handler = Callable[[Published, Mapping[str, str]], Page]


class _SecurityHeaders:
    """Adds the headers to every answer, errors and files included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers)


def application(published: Path, intake: intake_routes.Intake | None = None) -> Starlette:
    """The pages on one folder of published tables, which only read; with an intake desk, that one can write too."""
    data, crosswalk = Published(published), Crosswalk(published.parent)
    menu = (*MENU, intake_routes.MENU_ENTRY) if intake else MENU

    def shown(request: Request, page: Page) -> Response:
        return rendered(page, path=request.url.path, release_id=data.release_id(), menu=menu)

    pages: Mapping[str, Handler] = {
        "/dose": by_dose.page,
        "/arms": by_arm.page,
        "/compare": compare.page,
        "/signals": signals.page,
        "/coverage": coverage.page,
        "/overview": overview.page,
        "/review": lambda data, asked: review.page(crosswalk, data, asked),
        "/releases": releases.page,
        "/releases/diff": releases.difference,
        "/answer/{id}": lambda data, asked: cells.answer(data, asked["id"]),
        "/number/{id}": lambda data, asked: cells.number(data, asked["id"]),
        "/comparison/{id}": lambda data, asked: compare.comparison(data, asked["id"]),
        "/releases/{id}": lambda data, asked: releases.release(data, asked["id"]),
    }
    routes = [Route(path, _answering(data, handler, shown)) for path, handler in pages.items()]
    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/desk" if intake else "/dose")),
            *routes,
            *(intake_routes.routes(intake, shown) if intake else ()),
            Route("/download/{name}", lambda request: downloads.download(data, request)),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=_closing(data, intake),
        middleware=[Middleware(_SecurityHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
        exception_handlers={
            NothingPublishedError: lambda request, error: shown(request, _said("Nothing to show yet", str(error), 503)),
            404: lambda request, _: shown(request, _said("No such page", "The pages are in the menu above.", 404)),
        },
    )


def _closing(
    data: Published, intake: intake_routes.Intake | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """The life of the application: at its end the database is let go, and what was not accepted at the desk."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        data.close()
        if intake:
            intake.drafts.close()

    return life


def _answering(data: Published, handler: Handler, shown: intake_routes.Shown) -> Callable[[Request], Response]:
    """The endpoint of a page: what stands in the path and after the question mark is asked of it."""

    def endpoint(request: Request) -> Response:
        return shown(request, handler(data, {**request.query_params, **request.path_params}))

    return endpoint


def _said(title: str, sentence: str, status: int) -> Page:
    return Page("sentence.html.j2", title, {"sentence": sentence}, status)
