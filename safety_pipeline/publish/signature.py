"""Signatures of releases with OpenSSH (`ssh-keygen -Y`), whose keys people who publish mostly have.

What is signed is the manifest of the release, which holds the hash of each of its files.
"""

import shutil
import subprocess
from pathlib import Path

from safety_pipeline.publish.release import MANIFEST
from safety_pipeline.tables.storage import write_text

SIGNATURE = f"{MANIFEST}.sig"
_PURPOSE = "safety-release"


class SignatureError(Exception):
    """A release that cannot be signed, or whose signature does not hold; the message says why."""


def sign(release: Path, key: Path) -> Path:
    """Sign the release with a private key, in its folder; answers the signature's file."""
    signed = _ssh_keygen(["sign", "-f", str(key), "-n", _PURPOSE], release)
    if signed.returncode:
        raise SignatureError(f"The release was not signed with {key}: {_last_line(signed.stderr)}")
    write_text(release / SIGNATURE, signed.stdout)
    return release / SIGNATURE


def signed_by(release: Path, signers: Path) -> str:
    """Who signed the release, of the people whose public keys the file of allowed signers holds."""
    if not (release / SIGNATURE).exists():
        raise SignatureError(f"{release} is not signed.")
    signature = ["-s", str(release / SIGNATURE), "-f", str(signers)]
    named = _ssh_keygen(["find-principals", *signature], release)
    if named.returncode:
        raise SignatureError(f"{release / SIGNATURE} is of nobody in {signers}.")
    name = named.stdout.splitlines()[0]
    if _ssh_keygen(["verify", *signature, "-I", name, "-n", _PURPOSE], release).returncode:
        raise SignatureError(f"{release / SIGNATURE}: the manifest is not the one that was signed.")
    return name


def _ssh_keygen(arguments: list[str], release: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SignatureError("ssh-keygen is not installed: it comes with OpenSSH.")
    manifest = (release / MANIFEST).read_text(encoding="utf-8")
    # A passphrase is asked for at the terminal, not at this input.
    return subprocess.run([program, "-Y", *arguments], input=manifest, capture_output=True, text=True, check=False)  # noqa: S603


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["ssh-keygen gave no reason"])[-1]
