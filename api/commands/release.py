"""`placet release`: what waits is offered to a recipient, and what is allowed goes out."""

from collections.abc import Mapping
from typing import Any

import click

from api.commands.client import ACTOR
from api.commands.output import json_option, show
from api.installation import open_services, settings_from_environment
from pii.offer_preview import ALLOWED, OfferPreview


@click.command("release")
@click.option("--recipient", required=True, help="A recipient of the policy in force.")
@click.option("--limit", default=10_000, show_default=True, type=click.IntRange(1, 1_000_000), help="Posts at once.")
@click.option("--dry-run", is_flag=True, help="Only ask, and say what the answers are.")
@json_option
def release(recipient: str, limit: int, dry_run: bool, as_json: bool) -> None:
    """Offer what waits to RECIPIENT and deliver what is allowed; say by reason what is held."""
    services = open_services(settings_from_environment())
    preview = OfferPreview(services.ground, services.check, services.policies)
    if dry_run:
        counts = preview.ask(recipient, limit=limit, asker=ACTOR)
        allowed = counts.pop(ALLOWED, 0)
        facts: dict[str, Any] = {"recipient": recipient, "allowed": allowed, "held": counts.total()}
        show({**facts, "reasons": _reasons(counts, as_json=as_json)}, as_json=as_json)
        return
    offered = services.releases.offer(recipient, limit=limit, actor=ACTOR)
    delivered = services.releases.deliver(recipient, limit=limit, actor=ACTOR)
    services.decisions.flush()
    facts = {
        "recipient": recipient,
        "queued": offered.queued,
        "released": delivered.released,
        "held": offered.held + delivered.held,
    }
    show({**facts, "reasons": _reasons(preview.held(recipient), as_json=as_json)}, as_json=as_json)


def _reasons(counts: Mapping[str, int], *, as_json: bool) -> Any:
    ordered = dict(sorted(counts.items()))
    return ordered if as_json else [f"{reason}={count}" for reason, count in ordered.items()]
