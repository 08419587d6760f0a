"""Fills `build/docs/` with the pages and the configuration, for the site builder; run by `make docs`."""

import shutil

from build_site.pages import DOCS, REPOSITORY, assemble

BUILD = REPOSITORY / "build" / "docs"


def main() -> None:
    assemble(BUILD / "pages")
    shutil.copyfile(DOCS / "build_site" / "zensical.toml", BUILD / "zensical.toml")


if __name__ == "__main__":
    main()
