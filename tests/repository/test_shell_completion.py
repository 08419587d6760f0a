"""Completion in a shell: it is switched on with what the page of the command line says, and names the commands."""

import pytest
from lakes import REPOSITORY

from safety_pipeline.cli import main

VARIABLE = "_SAFETY_PIPELINE_COMPLETE"


def printed(monkeypatch, capsys, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main.main(args=[], prog_name="safety-pipeline")
    assert ended.value.code in (0, 1)
    return capsys.readouterr().out


@pytest.mark.parametrize(("shell", "hook"), [("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete ")])
def test_each_shell_gets_a_script_that_calls_the_program(monkeypatch, capsys, shell, hook):
    script = printed(monkeypatch, capsys, **{VARIABLE: f"{shell}_source"})
    assert hook in script
    assert f"{VARIABLE}={shell}_complete" in script


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("safety-pipeline re", ["reference", "release"]),
        ("safety-pipeline release ", ["list", "show", "diff", "trend", "reproduce"]),
        ("safety-pipeline run --fa", ["--fail-on-findings"]),
    ],
)
def test_the_words_that_fit_are_offered(monkeypatch, capsys, typed, offered):
    at = len(typed.split(" ")) - 1
    said = printed(monkeypatch, capsys, **{VARIABLE: "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(at)})
    words = [line.partition(",")[2] for line in said.splitlines()]
    assert set(offered) <= set(words)
    assert all(word.startswith(typed.split(" ")[-1]) for word in words)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_page_says_how_it_is_switched_on(shell):
    page = (REPOSITORY / "docs" / "command_line.md").read_text(encoding="utf-8")
    assert f"{VARIABLE}={shell}_source safety-pipeline" in page
