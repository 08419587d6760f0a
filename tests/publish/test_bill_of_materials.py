"""Each release says in CycloneDX which packages it was made with."""

import json
from importlib import metadata

from lakes import REPOSITORY

from safety_pipeline.publish.bill_of_materials import FILE, bill_of_materials


def test_it_names_the_product_and_every_package_of_the_lock_that_is_installed():
    bill = json.loads(bill_of_materials())
    listed = {each["name"]: each["version"] for each in bill["components"]}
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {line.split("==")[0].split("[")[0] for line in lock if "==" in line and not line.startswith((" ", "#"))}
    here = {name for name in locked if any(metadata.distributions(name=name))}
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "safety-pipeline")
    assert set(listed) == here
    assert listed["polars"] == metadata.version("polars")


def test_it_says_which_package_needs_which():
    bill = json.loads(bill_of_materials())
    needs = {each["ref"].split("@")[0]: each["dependsOn"] for each in bill["dependencies"]}
    assert f"pkg:pypi/polars-runtime-32@{metadata.version('polars-runtime-32')}" in needs["pkg:pypi/polars"]
    known = {each["bom-ref"] for each in bill["components"]}
    assert all(set(needed) <= known for needed in needs.values())


def test_it_lies_in_each_release(shipped_lake):
    assert (shipped_lake / "published" / "latest" / FILE).read_text(encoding="utf-8") == bill_of_materials()
