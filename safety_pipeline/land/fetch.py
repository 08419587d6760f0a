"""Fetching of register records by their number over the public API, one polite request after another."""

import json
import os
import re
from pathlib import Path

import httpx

from safety_pipeline.land.client import MOST_BYTES, Client, Options
from safety_pipeline.settings import REGISTER_URL
from safety_pipeline.tables.delivery import RefusedError
from safety_pipeline.tables.storage import write_text

BASE_URL = "https://clinicaltrials.gov/api/v2"
URL_VARIABLE = REGISTER_URL.name
_NCT = re.compile(r"NCT\d{8}", re.ASCII)


def register_options() -> Options:
    """How the register is asked: at its own address, or at the one of the environment."""
    return Options(os.environ.get(URL_VARIABLE) or BASE_URL)


class Register(Client):
    """The register's API."""

    way_out = "save the record as JSON in a browser and land that file: safety-pipeline land {0}.json"

    def store(self, nct_id: str, folder: Path) -> Path:
        """The record as a file of the folder; an older file gives way only to a complete new one."""
        path = folder / f"{nct_id}.json"
        write_text(path, self.record(nct_id))
        return path

    def record(self, nct_id: str) -> str:
        """The record as the register sends it, after making sure that it is that study's."""
        if not _NCT.fullmatch(nct_id):
            raise RefusedError("is_a_register_number", f"{nct_id}: not a register number; write NCT and eight digits.")
        return _checked(nct_id, self.get(f"studies/{nct_id}", nct_id))


def _checked(nct_id: str, response: httpx.Response) -> str:
    if response.status_code == httpx.codes.NOT_FOUND:
        raise RefusedError("register_has_the_record", f"{nct_id}: the register has no such study; check the number.")
    if response.status_code != httpx.codes.OK or len(response.content) > MOST_BYTES:
        raise RefusedError("register_answers", f"{nct_id}: the register answered with status {response.status_code}.")
    try:
        found = response.json()["protocolSection"]["identificationModule"]["nctId"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RefusedError(
            "is_a_register_record", f"{nct_id}: the register's answer is not a study record; try again later."
        ) from error
    if found != nct_id:
        raise RefusedError(
            "is_that_study", f"{nct_id}: the register answered with {json.dumps(found)[:40]}; ask for that number."
        )
    return response.text
