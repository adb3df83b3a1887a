"""`placet policy`: the policy as code: applied, shown, and tried on cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from api.bootstrap import Services
from api.cli import DONE, NO
from api.commands.client import ACTOR
from api.commands.output import json_option, show
from api.errors import CannotRun
from api.installation import open_services, settings_from_environment
from consent.case_reader import Case, read_cases
from consent.cases import Failure, run_case
from consent.errors import CaseError, PolicyError
from consent.policy import Policy, load_policy

POLICY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
BESIDE = "policy.yaml"


@click.group()
def policy() -> None:
    """Apply and show the policy: purposes, channels, notices, recipients, rule packs."""


@policy.command()
@click.argument("file", type=POLICY_FILE)
@json_option
def apply(file: Path, as_json: bool) -> None:
    """Make FILE the policy in force; a text that is in force already changes nothing."""
    with _opened() as services, _named(file) as text:
        done = services.policies.apply(text, actor=ACTOR)
    facts = {
        "version": done.version,
        "changed": done.changed,
        "purposes": len(done.policy.purposes),
        "notices": len(done.policy.notices),
    }
    show(facts, as_json=as_json)


@policy.command("show")
@click.option("--version", type=int, help="An earlier version; default: the one in force.")
def show_policy(version: int | None) -> None:
    """Print the policy as it was applied."""
    with _opened() as services:
        number = services.policies.current().version if version is None else version
        click.echo(services.policies.text(number), nl=False)


@policy.command()
@click.argument("files", nargs=-1, required=True, metavar="CASES...", type=POLICY_FILE)
@click.option(
    "--policy",
    "policy_file",
    type=POLICY_FILE,
    help=f"The policy to try; by default {BESIDE} beside each file of cases, else the one in force.",
)
@json_option
def test(files: tuple[Path, ...], policy_file: Path | None, as_json: bool) -> int:
    """Try a policy on CASES, files of decision cases, and name the first field that differs in each that fails.

    Nothing is stored and, where a policy lies beside the cases, no database is asked. Exit status: 0 all passed,
    1 a case differs, 2 could not run.
    """
    passed, failures = 0, []
    for file in files:
        for case, differs in _tried(file, _policy_for(file, policy_file)):
            if differs:
                failures.append(_failure(differs[0]))
            else:
                passed += 1
            if not as_json:
                click.echo(f"FAIL {differs[0]}" if differs else f"PASS {case.id}")
    if as_json:
        show({"passed": passed, "failed": len(failures), "failures": failures}, as_json=True)
    else:
        click.echo(f"{passed} passed, {len(failures)} failed")
    return NO if failures else DONE


@contextmanager
def _opened() -> Iterator[Services]:
    services = open_services(settings_from_environment())
    try:
        yield services
    finally:
        services.close()


@contextmanager
def _named(file: Path) -> Iterator[str]:
    """Give the text of a policy; what refuses it names the file."""
    try:
        yield file.read_text("utf-8")
    except UnicodeDecodeError:
        raise CannotRun(f"{file}: not a text in UTF-8") from None
    except PolicyError as error:
        raise type(error)(f"{file}: {error}") from None


def _policy_for(cases: Path, policy_file: Path | None) -> Policy:
    beside = policy_file or cases.with_name(BESIDE)
    if policy_file is None and not beside.exists():
        click.echo("policy: the one in force", err=True)
        with _opened() as services:
            return services.policies.current().policy
    click.echo(f"policy: {beside}", err=True)
    with _named(beside) as text:
        return load_policy(text)


def _failure(first: Failure) -> dict[str, Any]:
    return {
        "case": first.case,
        "ask": first.ask,
        "field": first.what,
        "expected": first.expected,
        "got": first.got,
    }


def _tried(file: Path, rules: Policy) -> Iterator[tuple[Case, list[Failure]]]:
    try:
        cases = read_cases(file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise CannotRun(f"{file}: not a text in UTF-8") from None
    except CaseError as error:
        raise CaseError(f"{file}: {error}") from None
    for case in cases:
        try:
            yield case, run_case(case, rules)
        except PolicyError as error:
            raise CaseError(f"{file}: {case.id}: {error}") from None
