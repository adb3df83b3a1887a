"""`placet policy`: the policy as code: applied, shown, tried on cases, and compared before it is applied."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from api.bootstrap import Services
from api.cli import DONE, NO
from api.commands.client import ACTOR
from api.commands.output import json_option, show
from api.errors import CannotRun
from api.installation import open_services, settings_from_environment
from audit.private_files import private
from consent.case_reader import Case, read_cases
from consent.cases import Failure, run_case
from consent.errors import CaseError, PolicyError
from consent.policy import Policy, load_policy
from consent.policy_diff import PermissionChange, Tally
from consent.policy_preview import PolicyPreview, preview

POLICY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
BESIDE = "policy.yaml"
WIDTH = 60


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


@policy.command()
@click.argument("file", type=POLICY_FILE)
@click.option(
    "--which",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a JSON line there for each stored permission that would change.",
)
@json_option
def diff(file: Path, which: Path | None, as_json: bool) -> None:
    """Say what would change if FILE were applied: in the policy, and of the stored permissions. Changes nothing."""
    with _opened() as services:
        with _named(file) as text:
            found = preview(services.ground, services.policies, text)
        facts = _compared(found, which)
    if as_json:
        show(facts, as_json=True)
    else:
        _tell(facts)


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


@contextmanager
def _lines(file: Path | None) -> Iterator[IO[str] | None]:
    if file is None:
        yield None
        return
    with open(file, "w", encoding="utf-8", opener=private) as lines:
        yield lines


def _progress(found: PolicyPreview) -> Any:
    return click.progressbar(length=found.count_subjects(), file=sys.stderr, hidden=not sys.stderr.isatty())


def _line(change: PermissionChange) -> dict[str, Any]:
    kept = change.permission
    return {
        "subject": kept.subject,
        "controller": kept.controller,
        "purpose": kept.purpose,
        "topic": kept.topic or None,
        "channel": kept.channel,
        "before": change.before,
        "after": change.after,
    }


def _compared(found: PolicyPreview, which: Path | None) -> dict[str, Any]:
    """Go through the stored permissions and return all that is told of the comparison."""
    looked_at, tally = 0, Tally()
    with _lines(which) as lines, _progress(found) as bar:
        for batch in found.changes():
            looked_at += batch.permissions
            for change in batch.changes:
                tally.add(change)
                if lines is not None:
                    lines.write(json.dumps(_line(change)) + "\n")
            bar.update(batch.subjects)
    return {
        "in_force": {"version": found.in_force.version, "edition": found.in_force.policy.version},
        "edition": found.policy.version,
        "policy": [place._asdict() for place in found.places()],
        "permissions": looked_at,
        "would_change": tally.counts.total(),
        "changes": [
            {**group._asdict(), "count": count, "subjects": tally.shown[group]}
            for group, count in sorted(tally.counts.items())
        ],
    }


def _tell(facts: dict[str, Any]) -> None:
    click.echo(f"in force: {facts['in_force']['version']} ({facts['in_force']['edition']})")
    click.echo(f"edition of the file: {facts['edition']}")
    for place in facts["policy"]:
        click.echo(f"{place['place']}: {_short(place['before'])} -> {_short(place['after'])}")
    click.echo(f"{facts['permissions']} stored permissions, {facts['would_change']} would change")
    for group in facts["changes"]:
        named = f"{group['controller']} {group['purpose']} {group['channel']}"
        more = " ..." if group["count"] > len(group["subjects"]) else ""
        subjects = " ".join(group["subjects"])
        click.echo(f"{named}: {group['before']} -> {group['after']}: {group['count']} ({subjects}{more})")


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
