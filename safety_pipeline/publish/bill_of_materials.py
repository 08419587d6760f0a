"""The packages a release was made with, as a CycloneDX bill of materials: what to search when one is found unsafe."""

import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT = "safety-pipeline"
FILE = "sbom.cdx.json"


def bill_of_materials(product: str = PRODUCT) -> str:
    """The product, every package it needs as installed here, and which needs which; equal packages give equal text."""
    needs = _needs(product)
    described = {name: metadata.distribution(name) for name in needs}
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
    for line in metadata.requires(name) or []:
        wanted = Requirement(line)
        is_wanted = wanted.marker is None or any(wanted.marker.evaluate({"extra": each}) for each in ("", *extras))
        if is_wanted and _is_installed(wanted.name):
            yield canonicalize_name(wanted.name), frozenset(wanted.extras)


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _component(name: str, package: metadata.Distribution) -> dict[str, Any]:
    purl = _purl(name, package)
    is_told = "License-Expression" in package.metadata
    licences = {"licenses": [{"expression": package.metadata["License-Expression"]}]} if is_told else {}
    return {"bom-ref": purl, "name": name, "version": package.version, "purl": purl, **licences}


def _purl(name: str, package: metadata.Distribution) -> str:
    return f"pkg:pypi/{name}@{package.version}"
