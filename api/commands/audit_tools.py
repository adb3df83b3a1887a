"""`placet audit export|policy|prove`: what leaves the log for those who check it."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from api.commands.client import ACTOR
from api.commands.output import json_option, show
from api.installation import open_services, settings_from_environment
from audit.errors import LogChanged, NotInLog, NotSound
from audit.export import Selection
from audit.private_files import make_folder, write_private
from audit.receipt import Receipt, consistency_bytes

NO_OPENINGS = "none"
ALL_OPENINGS = "all"
NOT_COVERED = 1
NOT_SOUND = 1
INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The directory to make; it must not exist.")
@click.option("--openings", default=NO_OPENINGS, show_default=True, help="none, all, or names of fields with commas.")
@click.option("--subject", help="Only openings of this subject's entries.")
@click.option("--since", type=INSTANT, help="Only openings of entries from this instant on (UTC).")
@click.option("--until", type=INSTANT, help="Only openings of entries before this instant (UTC).")
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verify the bundle with this policy; default: the log's own key, no witnesses.",
)
@click.option("--request", default="", help="The reference of the request behind the export.")
@json_option
def export(
    out: Path,
    openings: str,
    subject: str | None,
    since: datetime | None,
    until: datetime | None,
    policy: Path | None,
    request: str,
    as_json: bool,
) -> int:
    """Write the whole log as a bundle that verifies offline; only the openings are selected.

    Exit 1 when the log in the database was changed, so that no sound bundle can be made of it.
    """
    selection = Selection(fields=_fields(openings), subject=subject, since=_utc(since), until=_utc(until))
    try:
        with closing(open_services(settings_from_environment())) as services:
            done = services.exporter.export(out, selection, actor=ACTOR, request=request, policy=policy)
    except (LogChanged, NotSound) as error:
        click.echo(f"placet: {error}", err=True)
        return NOT_SOUND
    show({"bundle": str(done.path), "entries": done.size, "openings": done.openings}, as_json=as_json)
    return 0


@click.command("policy")
def auditors_policy() -> None:
    """Print the auditor's policy file for this log, without witnesses. Hand it out apart from any bundle."""
    click.echo(open_services(settings_from_environment()).exporter.policy_text(), nl=False)


@click.command()
@click.argument("entry_id", required=False)
@click.option("--from", "old", type=click.IntRange(min=0), help="Size of the older head.")
@click.option("--to", "new", type=click.IntRange(min=0), help="Size of the newer head.")
@click.option("--out", default=Path(), type=click.Path(path_type=Path), help="Directory for the files; default: here.")
def prove(entry_id: str | None, old: int | None, new: int | None, out: Path) -> int:
    """Write entry and receipt of ENTRY_ID, or with --from and --to two heads and the proof between them."""
    if (entry_id is None) == (old is None or new is None):
        raise click.UsageError("give the id of an entry, or --from and --to")
    reader = open_services(settings_from_environment()).log_reader
    make_folder(out)
    try:
        if entry_id is not None:
            proof = reader.prove_inclusion(entry_id)
            write_private(out / entry_id, proof.entry.leaf)
            receipt = Receipt(proof.entry.index, proof.path, proof.head.note.encode())
            write_private(out / f"{entry_id}.tlog-proof", receipt.to_bytes())
        elif old is not None and new is not None:
            write_private(out / "old", reader.get_head_of(old).note.encode())
            write_private(out / "new", reader.get_head_of(new).note.encode())
            write_private(out / "proof", consistency_bytes(reader.prove_consistency(old, new)))
    except NotInLog as error:
        click.echo(f"placet: {error}", err=True)
        return NOT_COVERED
    return 0


def _fields(openings: str) -> frozenset[str] | None:
    if openings == ALL_OPENINGS:
        return None
    return frozenset() if openings == NO_OPENINGS else frozenset(openings.split(","))


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
