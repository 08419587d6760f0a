"""Superset on one lake: signed in, on this machine only, asking no other machine, and reading the release read-only."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy.engine.url import URL
from sqlalchemy.pool import NullPool

LAKE = Path(os.environ["SAFETY_LAKE"])
SECRET_KEY = (Path(os.environ["SUPERSET_HOME"]) / "secret_key").read_text()

# Nobody sees anything without signing in.
PUBLIC_ROLE_LIKE = None
FAB_API_SWAGGER_UI = False
ENABLE_UI_THEME_ADMINISTRATION = False
SESSION_COOKIE_SAMESITE = "Strict"

# Superset's start page loads a counting pixel of scarf.sh whatever SCARF_ANALYTICS says (apache/superset #41124), and
# its default policy allows it. This one allows no other machine: no pixel, no map tiles, no web fonts.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "default-src": ["'self'"],
        "base-uri": ["'self'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'", "blob:", "data:"],
        "object-src": "'none'",
        "script-src": ["'self'", "'strict-dynamic'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "worker-src": ["'self'", "blob:"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "referrer_policy": "no-referrer",
    "session_cookie_secure": False,
}

# The legend of the dashboard is drawn with the classes of its style sheet.
HTML_SANITIZATION_SCHEMA_EXTENSIONS = {"attributes": {"div": ["className"], "span": ["className"]}}


def DB_CONNECTION_MUTATOR(  # noqa: N802  (Superset's name)
    uri: URL, params: dict[str, Any], *_: Any
) -> tuple[URL, dict[str, Any]]:
    """The database of the release that is current now; DuckDB may open this file and no other.

    A release's folder never changes and each has a path of its own, so a new release shows with the next question,
    and no connection is kept that could hold an old one.
    """
    file = (LAKE / "published" / "latest").resolve() / "safety.duckdb"
    opened = {"read_only": True, "config": {"enable_external_access": "false", "lock_configuration": "true"}}
    return uri.set(database=str(file)), {**params, "connect_args": opened, "poolclass": NullPool}
