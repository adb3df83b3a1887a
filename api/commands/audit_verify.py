"""`placet audit verify`: judge an export, a receipt or two heads offline (LOG.md sections 11 and 20).

It needs no database, no settings and no network, and it loads none of them.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from audit.report import Report

SUBJECT_KEY_BYTES = 32
_MAX_KEY_FILE_BYTES = 1_000
_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class _Request:
    paths: tuple[Path, ...]
    policy: Path | None
    seen: tuple[Path, ...]
    fresh_after: str | None
    full: bool
    strict: bool
    subject_key_file: Path | None
    entry: Path | None
    consistency: Path | None


@click.command("verify")
@click.argument("paths", nargs=-1, type=_FILE, metavar="BUNDLE | FILE.tlog-proof | OLD NEW")
@click.option(
    "--policy", type=_FILE, metavar="FILE", help="Your policy: origin, log keys, witnesses, quorum. Always needed."
)
@click.option("--seen", multiple=True, type=_FILE, help="A head you kept, or a directory of them; repeatable.")
@click.option("--fresh-after", metavar="UNIX", help="Demand a witness time not before this, in Unix seconds.")
@click.option("--full", is_flag=True, help="Demand that every field is shown or erased.")
@click.option("--strict", is_flag=True, help="Demand the writer's exact form of every entry.")
@click.option(
    "--subject-key-file", type=_FILE, metavar="FILE", help="A person's tag key in hex: list exactly their entries."
)
@click.option("--entry", type=_FILE, metavar="FILE", help="The entry that a receipt is to prove.")
@click.option("--consistency", type=_FILE, metavar="HASHES", help="The proof between the heads OLD and NEW.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def verify(as_json: bool, **options: object) -> None:
    """Check that an audit log was neither shortened nor changed, by your own policy.

    \b
    placet audit verify BUNDLE --policy FILE                          an export
    placet audit verify FILE.tlog-proof --entry FILE --policy FILE    a receipt
    placet audit verify --consistency HASHES OLD NEW --policy FILE    two heads

    Lines start with ok, FAIL (a finding) or ERROR; the last one is the verdict. Exit status: 0 accepted,
    1 rejected, 2 unreadable or wrong usage. Keep every head you accept and show it next time with --seen:
    without a kept head or a witness nobody can notice that the newest entries were cut off.
    """  # noqa: D301 - click reads \b as "do not rewrap"
    report = judged(lambda: _run(_Request(**options)))  # type: ignore[arg-type]  # click gives them by these names
    text = json.dumps(report.as_dict(), indent=2) if as_json else "\n".join(report.lines)
    _print(text)
    raise SystemExit(report.exit_status)


def judged(run: Callable[[], "Report"]) -> "Report":
    """Return the report of a run; whatever goes wrong makes it unreadable, since 1 means a rejected log."""
    from audit.report import ReportBuilder

    builder = ReportBuilder()
    try:
        return run()
    except click.UsageError as error:
        # Not left to click, which would print no verdict.
        builder.error("usage", error.message)
    except KeyboardInterrupt:
        builder.error("interrupted", "stopped before the end; this says nothing about the log")
    except Exception as error:  # The status is the answer here: an unforeseen error must not read as "rejected".
        builder.error("internal", f"{type(error).__name__}; this says nothing about the log")
    return builder.finish()


def _run(request: _Request) -> "Report":
    from audit.verify_proofs import verify_consistency_files, verify_receipt

    if request.policy is None:
        raise click.UsageError("--policy is needed: without your own keys there is nothing to check against")
    if request.consistency is not None:
        _only_for_bundles(request)
        if len(request.paths) != 2 or request.entry is not None:
            raise click.UsageError("--consistency HASHES needs the two heads OLD and NEW, and no --entry")
        return verify_consistency_files(request.consistency, *request.paths, request.policy)
    if len(request.paths) != 1:
        raise click.UsageError("name one bundle or one receipt")
    if request.entry is not None:
        _only_for_bundles(request)
        return verify_receipt(request.paths[0], request.entry, request.policy)
    if request.paths[0].suffix == ".tlog-proof":
        raise click.UsageError("a receipt needs --entry, the file with the entry's bytes")
    return _run_bundle(request.paths[0], request.policy, request)


def _run_bundle(bundle: Path, policy: Path, request: _Request) -> "Report":
    from audit.verify import verify_bundle

    return verify_bundle(
        bundle,
        policy,
        seen=request.seen,
        fresh_after=_unix_time(request.fresh_after),
        full=request.full,
        strict=request.strict,
        subject_key=_subject_key(request.subject_key_file),
    )


def _only_for_bundles(request: _Request) -> None:
    # A demand that is silently not checked would read as fulfilled.
    if request.seen or request.fresh_after or request.full or request.strict or request.subject_key_file:
        raise click.UsageError("--seen, --fresh-after, --full, --strict and --subject-key-file are for bundles only")


def _unix_time(text: str | None) -> int:
    from audit.encoding import parse_number
    from audit.errors import NotStrict

    try:
        return 0 if text is None else parse_number(text)
    except NotStrict:
        raise click.UsageError("--fresh-after is a number of Unix seconds") from None


def _subject_key(path: Path | None) -> bytes | None:
    from audit.bounded_file import read_bounded
    from audit.encoding import decode_hex
    from audit.errors import NotStrict

    if path is None:
        return None
    try:
        return decode_hex(read_bounded(path, _MAX_KEY_FILE_BYTES).decode("ascii").strip(), SUBJECT_KEY_BYTES)
    except (OSError, ValueError, NotStrict):
        # `from None`: a key that is nearly right must not be quoted.
        raise click.UsageError("--subject-key-file holds no key: 64 lower-case hex characters") from None


def _print(text: str) -> None:
    """Print the report; a reader that went away ends the run as unreadable, never as rejected."""
    try:
        click.echo(text)
        sys.stdout.flush()
    except OSError:
        # What is still buffered would fail a second time at exit, with a status of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(2) from None
