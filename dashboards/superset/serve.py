"""Set Superset up and serve the dashboard on one lake; run with the Python of Superset's own environment."""

import argparse
import os
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
USER = "analyst"


def main() -> None:
    """Everything is set up anew where it is missing, and the dashboard is brought to the bundle, at every start."""
    asked = _arguments()
    if not (asked.lake / "published" / "latest" / "safety.duckdb").exists():
        sys.exit(f"{asked.lake / 'published'} holds no release yet: run `safety-pipeline run` first.")
    asked.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _secret(asked.home / "secret_key", length=48)
    password = _secret(asked.home / "password", length=12)
    os.environ |= {
        "SAFETY_LAKE": str(asked.lake.resolve()),
        "SUPERSET_HOME": str(asked.home.resolve()),
        "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
    }
    _set_up(password)
    page = f"http://127.0.0.1:{asked.port}/superset/dashboard/safety/"
    print(f"Superset on {page} (user {USER}, password in {asked.home / 'password'}; stop it with Ctrl-C)", flush=True)
    bind = f"127.0.0.1:{asked.port}"
    server = ["-m", "gunicorn", "--bind", bind, "--threads", "8", "--timeout", "120", "superset.app:create_app()"]
    os.execv(sys.executable, [sys.executable, *server])  # noqa: S606  (our own words)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, default=Path("data_lake"))
    parser.add_argument("--home", type=Path, default=Path(".superset"), help="What Superset keeps: its users, charts.")
    parser.add_argument("--port", type=int, default=8088)
    return parser.parse_args()


def _secret(file: Path, length: int) -> str:
    """The secret in the file, which is made where it is missing and which nobody else can read."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(length))
    return file.read_text()


def _set_up(password: str) -> None:
    """Superset's own tables, the one user, and the bundle, which overwrites the charts it names and no others."""
    from flask_migrate import upgrade
    from superset.app import create_app

    with create_app().app_context():
        from superset import appbuilder, security_manager

        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        if not security_manager.find_user(USER):
            admin = security_manager.find_role("Admin")
            security_manager.add_user(USER, "Safety", "Analyst", "analyst@localhost", admin, password)
        _import_bundle()


def _import_bundle() -> None:
    from flask import g
    from superset import security_manager
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    g.user = security_manager.find_user(USER)
    bundle = FOLDER / "bundle"
    contents = {str(file.relative_to(bundle)): file.read_text(encoding="utf-8") for file in bundle.rglob("*.yaml")}
    ImportAssetsCommand(contents).run()


if __name__ == "__main__":
    main()
