"""`placet cases`: run case files of the rule books and say which cases pass.

Each case gives one line, `PASS id` or `FAIL id ...`, and the last line counts them. Exit status: 0 all passed,
1 a case differs, 2 could not run.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click

CASE_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
COULD_NOT_RUN = 2

Result = tuple[str, Sequence[object]]
"""The id of a case and where its answer differs from what it expects."""


@click.group()
def cases() -> None:
    """Run case files of the rule books."""


@cases.command()
@CASE_FILES
def deadlines(files: tuple[Path, ...]) -> None:
    """Run cases of deadlines: by when a request must be answered."""
    tell(_results(files, kind="deadlines", schedule=None))


@cases.command()
@CASE_FILES
@click.option(
    "--schedule",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The retention schedule; by default schedule.yaml beside each case file.",
)
def retention(files: tuple[Path, ...], schedule: Path | None) -> None:
    """Run cases of retention: whether a datum may be used, must be kept, or must go."""
    tell(_results(files, kind="retention", schedule=schedule))


def tell(results: Iterable[Result]) -> NoReturn:
    """Print one line for each result and their count, and leave with the exit status of the whole."""
    passed = failed = 0
    for name, failures in results:
        if failures:
            failed += 1
            click.echo(f"FAIL {name} " + "; ".join(map(str, failures)))
        else:
            passed += 1
            click.echo(f"PASS {name}")
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _results(files: Iterable[Path], *, kind: str, schedule: Path | None) -> Iterator[Result]:
    # The packages below are loaded by the command that needs them, so that `placet --help` stays quick.
    from retention.cases import CaseKind, read_cases, run
    from retention.errors import RetentionError
    from retention.schedule_loading import load_schedule

    for file in files:
        try:
            found = [case for case in read_cases(file.read_text("utf-8")) if case.kind == kind]
            loaded = None
            if kind == CaseKind.RETENTION:
                loaded = load_schedule((schedule or file.with_name("schedule.yaml")).read_text("utf-8"))
        except (RetentionError, OSError, UnicodeDecodeError) as error:
            _give_up(f"{file.name}: {error}")
        if not found:
            _give_up(f"{file.name}: there are no cases of {kind}")
        for case in found:
            yield case.id, run(case, loaded)


def _give_up(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(COULD_NOT_RUN)
