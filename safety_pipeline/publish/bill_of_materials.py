"""The packages a release was made with, as a CycloneDX bill of materials: what to search when one is found unsafe."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT = "safety-pipeline"
FILE = "sbom.cdx.json"


def bill_of_materials(product: str = PRODUCT) -> str:
    """The product, every package it needs as installed here, and which needs which; equal packages give equal text."""
    needs = _needs(product)
    described = {name: _described(name) for name in needs}
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", **_component(product, described[product])}},
        "components": [
            {"type": "library", **_component(name, described[name])} for name in sorted(needs) if name != product
        ],
        "dependencies": [
            {
                "ref": _purl(name, described[name]),
                "dependsOn": [_purl(each, described[each]) for each in sorted(needed)],
            }
            for name, needed in sorted(needs.items())
        ],
    }
    return json.dumps(content, indent=1) + "\n"


def _needs(product: str) -> Mapping[str, set[str]]:
    """Each package that the product needs, by any way, with those that it needs itself."""
    found: dict[str, set[str]] = {}
    waiting = [(product, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        needed = dict(_required(name, extras))
        new = set(needed) - found.get(name, set())
        if name in found and not new:
            continue
        found.setdefault(name, set()).update(needed)
        waiting += list(needed.items())
    return found


def _required(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The packages that one needs here with these extras, each with the extras it is wanted with."""
    for line in _described(name).get_all("Requires-Dist") or []:
        wanted = Requirement(line)
        is_wanted = wanted.marker is None or any(wanted.marker.evaluate({"extra": each}) for each in ("", *extras))
        if is_wanted and _is_installed(wanted.name):
            yield canonicalize_name(wanted.name), frozenset(wanted.extras)


def _is_installed(name: str) -> bool:
    try:
        _described(name)
    except metadata.PackageNotFoundError:
        return False
    return True


@cache
def _described(name: str) -> metadata.PackageMetadata:
    """What an installed package says of itself; read once, since the file is parsed at every question otherwise."""
    return metadata.metadata(name)


def _component(name: str, package: metadata.PackageMetadata) -> dict[str, Any]:
    purl = _purl(name, package)
    stated = package.get_all("License-Expression") or []
    licences = {"licenses": [{"expression": each} for each in stated]} if stated else {}
    return {"bom-ref": purl, "name": name, "version": package["Version"], "purl": purl, **licences}


def _purl(name: str, package: metadata.PackageMetadata) -> str:
    return f"pkg:pypi/{name}@{package['Version']}"
