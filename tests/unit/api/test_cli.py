"""The command line: exit codes, one line for an error, and commands that load only what they need."""

import subprocess
import sys

import click
import pytest

from api.cli import AUDIT, PLACET, Lazy, LazyGroup, main
from api.errors import CannotRun
from tests.paths import ROOT


def test_listing_the_commands_loads_none_and_says_what_each_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in ("serve", "scheduler", "db", "keys", "client", "cases", "audit"):
        assert f"\n  {name} " in shown


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["nothing"], id="an unknown command"),
        pytest.param(["--nothing"], id="an unknown option"),
        pytest.param(["client", "create"], id="a missing option"),
        pytest.param(["serve", "--port", "x"], id="a malformed value"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("placet: ")
    assert shown.err.count("\n") == 1


def run_command(command: click.Command) -> int:
    return main(["go"], program=LazyGroup(name="placet", commands={"go": command}))


@pytest.mark.parametrize(
    ("outcome", "status"),
    [pytest.param(None, 0, id="nothing to say"), pytest.param(0, 0, id="done"), pytest.param(1, 1, id="no")],
)
def test_a_command_returns_its_answer_as_exit_status(outcome: int | None, status: int) -> None:
    assert run_command(click.Command("go", callback=lambda: outcome)) == status


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(CannotRun("do that first"), "placet: do that first\n", id="our own words"),
        pytest.param(
            FileNotFoundError(2, "No such file", "x.yaml"), "placet: x.yaml: No such file\n", id="a missing file"
        ),
        pytest.param(click.ClickException("two\nlines"), "placet: two lines\n", id="always one line"),
    ],
)
def test_an_error_is_told_in_one_line(error: Exception, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise error

    assert run_command(click.Command("go", callback=fail)) == 2
    assert capsys.readouterr().err == told


def test_an_unexpected_error_says_where_but_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError("erika@example.org")

    assert run_command(click.Command("go", callback=fail)) == 2
    shown = capsys.readouterr().err
    assert "internal error: ValueError at " in shown
    assert "erika" not in shown
    assert shown.count("\n") == 1


def test_breaking_off_is_no_traceback() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    assert run_command(click.Command("go", callback=stop)) == 130


@pytest.mark.parametrize(
    "name", [name for name, found in {**AUDIT.listed, **PLACET.listed}.items() if isinstance(found, Lazy)]
)
def test_every_listed_command_is_there(name: str) -> None:
    group = AUDIT if name in AUDIT.listed else PLACET
    command = group.get_command(click.Context(group), name)
    assert isinstance(command, click.Command)


def test_verifying_a_log_loads_neither_the_framework_nor_the_database_nor_the_settings() -> None:
    program = (
        "import sys; from api.cli import main; main(['audit', 'verify', '--help']);"
        "print(sorted({'flask', 'sqlalchemy', 'structlog', 'api.settings'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_an_unknown_setting_stops_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "db", "current"],
        cwd=ROOT,
        env={"PATH": "", "PLACET_TYPO": "hidden"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "placet: unknown setting: PLACET_TYPO\n"
