"""A release that somebody signed can be told from one that was changed since, or that nobody known has signed."""

import json
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from safety_pipeline.cli import main

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="NO SIGNATURES: ssh-keygen is not installed")


def new_key(folder, name):
    key = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)], check=True)
    return key


def allowed(folder, **keys):
    file = folder / "signers"
    file.write_text("".join(f"{name}@example.org {key.with_suffix('.pub').read_text()}" for name, key in keys.items()))
    return file


@pytest.fixture
def lake(tmp_path):
    """A lake with one release of one file."""
    release = tmp_path / "lake" / "published" / "releases" / "abc"
    release.mkdir(parents=True)
    (release / "release.json").write_text(json.dumps({"release_id": "abc", "files": {}}))
    (release.parent.parent / "latest").symlink_to("releases/abc")
    return tmp_path / "lake"


def command(*arguments):
    answered = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return answered.exit_code, " ".join(answered.output.split())


def test_a_signed_release_names_who_signed_it(lake, tmp_path):
    key = new_key(tmp_path, "ada")
    assert command("release", "sign", "--key", key, "--lake", lake)[0] == 0
    code, said = command("verify", "--signers", allowed(tmp_path, ada=key), "--lake", lake)
    assert (code, said) == (0, "Release abc and the lake: every file is as it was written. Signed by ada@example.org.")


def test_a_manifest_changed_after_it_was_signed_is_a_fault(lake, tmp_path):
    key = new_key(tmp_path, "ada")
    command("release", "sign", "--key", key, "--lake", lake)
    manifest = lake / "published" / "releases" / "abc" / "release.json"
    manifest.write_text(manifest.read_text().replace("{}", "{ }"))
    code, said = command("verify", "--signers", allowed(tmp_path, ada=key), "--lake", lake)
    assert code == 1
    assert "the manifest is not the one that was signed" in said


def test_a_signature_of_somebody_unknown_and_none_at_all_are_faults(lake, tmp_path):
    signers = allowed(tmp_path, ada=new_key(tmp_path, "ada"))
    code, said = command("verify", "--signers", signers, "--lake", lake)
    assert (code, "is not signed" in said) == (1, True)
    command("release", "sign", "--key", new_key(tmp_path, "mallory"), "--lake", lake)
    code, said = command("verify", "--signers", signers, "--lake", lake)
    assert (code, "is of nobody in" in said) == (1, True)


def test_a_file_that_is_no_key_is_refused_in_a_sentence(lake, tmp_path):
    (tmp_path / "no_key").write_text("not a key")
    code, said = command("release", "sign", "--key", tmp_path / "no_key", "--lake", lake)
    assert code == 1
    assert "The release was not signed with" in said
