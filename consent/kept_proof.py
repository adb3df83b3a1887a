"""Until when the law wants proof of consents kept, as dates that stand alone. Pure.

An answer about an erased person still tells these dates, and they depend on where the person lived and on what
the person said. Kept as dates they need neither: the residence can go with the rest.
"""

from collections.abc import Mapping

from consent.periods import to_iso
from consent.permissions import hearings_for
from consent.state import keep_proof_until
from consent.view import View

KeptProof = Mapping[str, str]
"""By `proof_key` the latest date, as ISO 8601 text."""


def proof_key(controller: str, purpose: str, channel: str) -> str:
    """Return the name under which the date for a controller, purpose and channel is kept."""
    return f"{controller} {purpose} {channel}"


def dates_of_proof(subject: str, view: View, *, contact: str | None = None) -> dict[str, str]:
    """Return until when proof of a subject's consents is kept; with `contact`, of those at that contact point.

    Consents that need no contact point count at each. Under several rule packs the latest date holds.
    """
    latest: dict[str, str] = {}
    for declaration in view.record(subject).declarations:
        for part in declaration.parts:
            if contact is not None and part.contact_point not in (contact, None):
                continue
            dates = filter(None, map(keep_proof_until, hearings_for(subject, part, view)))
            until = max(dates, default=None)
            if until is not None:
                key = proof_key(part.controller, part.purpose, part.channel)
                latest[key] = max(to_iso(until), latest.get(key, ""))
    return latest
