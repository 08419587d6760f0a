"""Who may write: only a browser that was opened with this start's token, and only from pages of its own."""

import secrets

from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

READING = {"GET", "HEAD"}
NOT_OPENED = "Open the desk with the address that `safety-pipeline desk` has printed; it holds this start's token."
FROM_ELSEWHERE = "Another page asked for this; nothing was done."


class Guard:
    """Answers 403 before anything is read; the token in the address becomes a cookie and leaves the address."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._refusal(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        name = f"desk_{(scope.get('server') or ('', 0))[1]}"
        if scope["method"] in READING and self._is_token(_asked(scope)):
            opened = RedirectResponse("/desk", status_code=303)
            opened.set_cookie(name, self._token, path="/desk", httponly=True, samesite="strict")
            return opened
        if not self._is_token(_cookie(headers, name)):
            return PlainTextResponse(NOT_OPENED, status_code=403)
        if scope["method"] not in READING and not _is_from_here(headers):
            return PlainTextResponse(FROM_ELSEWHERE, status_code=403)
        return None

    def _is_token(self, text: str) -> bool:
        return secrets.compare_digest(text.encode(), self._token.encode())


def _asked(scope: Scope) -> str:
    return QueryParams(scope["query_string"]).get("token", "")


def _cookie(headers: Headers, name: str) -> str:
    found: str = cookie_parser(headers.get("cookie", "")).get(name, "")
    return found


def _is_from_here(headers: Headers) -> bool:
    """Every browser of today says `Sec-Fetch-Site`; an older one says `Origin`."""
    site = headers.get("sec-fetch-site")
    return site == "same-origin" if site else headers.get("origin") == f"http://{headers.get('host')}"
