"""`placet cases`: run case files of the rule books and say which cases pass; search for what breaks their laws.

Each case gives one line, `PASS id`, `FAIL id ...` or `SKIP id ...`, and the last line counts them. Exit status: 0 all
passed, 1 a case differs or a law is broken, 2 could not run.
"""

import logging
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from api.case_results import Result, Skipped

if TYPE_CHECKING:
    from consent.policy import Policy

CASE_FILES: Final = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
POLICY_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
COULD_NOT_RUN: Final = 2
SERVICES, HTTP = "services", "http"
EXAMPLE: Final = Path(__file__).resolve().parents[2] / "examples" / "policy.yaml"


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
    type=POLICY_FILE,
    help="The retention schedule; by default schedule.yaml beside each case file.",
)
def retention(files: tuple[Path, ...], schedule: Path | None) -> None:
    """Run cases of retention: whether a datum may be used, must be kept, or must go."""
    tell(_results(files, kind="retention", schedule=schedule))


@cases.command()
@CASE_FILES
@click.option("--policy", type=POLICY_FILE, help="The policy; by default policy.yaml beside each case file.")
@click.option(
    "--via",
    type=click.Choice([SERVICES, HTTP]),
    default=SERVICES,
    show_default=True,
    help="Whether every step goes through the services or through the HTTP API of a served installation.",
)
@click.option("--database", metavar="URL", help="A server beside whose database a throw-away one is made, or SQLite.")
@click.option("--url", help="With --via http: the address of an installation with a test clock and this policy.")
@click.option("--key", help="With --url: an API key for check, consents:write, subjects:write and group.")
def decisions(
    files: tuple[Path, ...], policy: Path | None, via: str, database: str | None, url: str | None, key: str | None
) -> None:
    """Run cases of decisions: whether a controller may use a contact point of a person, and why."""
    if (url is None) is not (key is None) or (url is not None and (via != HTTP or database is not None)):
        raise click.UsageError("--url goes with --key and --via http, and not with --database")
    tell(_decided(files, policy, via=via, database=database, place=None if url is None or key is None else (url, key)))


@cases.command()
@click.option("--examples", default=100_000, show_default=True, type=click.IntRange(1), help="How many random cases.")
@click.option("--seed", type=click.IntRange(0), help="Where the random numbers begin; by default anywhere.")
@click.option("--policy", type=POLICY_FILE, default=EXAMPLE, help="The policy; by default that of the examples.")
def fuzz(examples: int, seed: int | None, policy: Path) -> None:
    """Try the laws of the rule book on random cases; each that is broken is told with a small case that breaks it."""
    from consent.fuzzing import search
    from consent.invariants import LAWS

    rules, begin = _policy(policy), secrets.randbelow(2**32) if seed is None else seed
    click.echo(f"seed {begin}: {examples} random cases under each of {len(LAWS)} laws")
    with click.progressbar(length=examples, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        broken = list(search(rules, seed=begin, examples=examples, progress=lambda done: bar.update(1)))
    for found in broken:
        click.echo(str(found))
    click.echo(f"{len(LAWS) - len(broken)} laws hold, {len(broken)} broken")
    sys.exit(1 if broken else 0)


def tell(results: Iterable[Result]) -> NoReturn:
    """Print one line for each result and their count, and leave with the exit status of the whole."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, failures in results:
        if isinstance(failures, Skipped):
            counts["skipped"] += 1
            click.echo(f"SKIP {name} {failures.why}")
        elif failures:
            counts["failed"] += 1
            click.echo(f"FAIL {name} " + "; ".join(map(str, failures)))
        else:
            counts["passed"] += 1
            click.echo(f"PASS {name}")
    told = [f"{count} {what}" for what, count in counts.items() if count or what != "skipped"]
    click.echo(", ".join(told))
    sys.exit(1 if counts["failed"] else 0)


def _decided(
    files: Iterable[Path], policy: Path | None, *, via: str, database: str | None, place: tuple[str, str] | None
) -> Iterator[Result]:
    from api.case_runs import run_at, run_cases
    from consent.case_reader import read_cases
    from consent.errors import CaseError

    for file in files:
        beside = policy or file.with_name("policy.yaml")
        _policy(beside)
        try:
            found = read_cases(file.read_text("utf-8"))
        except (CaseError, OSError, UnicodeDecodeError) as error:
            _give_up(f"{file.name}: {error}")
        if not found:
            _give_up(f"{file.name}: there are no cases of decisions")
        text = beside.read_text("utf-8")
        with _silence():
            if place is not None:
                yield from run_at(found, text, url=place[0], key=place[1])
            else:
                yield from run_cases(found, text, database_url=database, over_http=via == HTTP)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the log lines of an installation that lasts for one command to itself."""
    from api.logging import configure_logging

    configure_logging()
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        root.setLevel(before)


def _policy(file: Path) -> "Policy":
    from consent.errors import PolicyError
    from consent.policy import load_policy

    try:
        return load_policy(file.read_text("utf-8"))
    except (PolicyError, OSError, UnicodeDecodeError) as error:
        _give_up(f"{file.name}: {error}")


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
