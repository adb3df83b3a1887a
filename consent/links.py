"""What links in mails give: reasons as values, and what a page may show to whoever opened one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from consent.contacts import hash_of_contact
from consent.identifier_store import IdentifierStore, active
from consent.identifiers import masked
from consent.subject_store import StoredSubject
from consent.vocabulary import FormOfAddress
from consent.withdrawal_scope import WithdrawalScope


class ConfirmationOutcome(StrEnum):
    """What became of a confirmation link."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    ALREADY_CONFIRMED = "already_confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class WithdrawalOutcome(StrEnum):
    """What became of a withdrawal link. All but the last are the same to the person: it is withdrawn."""

    WITHDRAWN = "withdrawn"
    ALREADY_WITHDRAWN = "already_withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeekedConfirmation:
    """What a confirmation page may show; with nobody behind the link, only the outcome."""

    outcome: ConfirmationOutcome
    controller: str | None = None
    purposes: tuple[str, ...] = ()
    topic: str | None = None
    channels: tuple[str, ...] = ()
    notice: str | None = None
    expires_at: datetime | None = None
    masked_address: str | None = field(default=None, repr=False)
    language: str | None = None
    form_of_address: FormOfAddress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What became of a click on the button of a confirmation page."""

    outcome: ConfirmationOutcome
    event_id: str | None = None
    subject_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeekedLink:
    """What a withdrawal page may show: what will end, and a hint at whose address it is about."""

    subject_id: str
    controller: str
    scope: WithdrawalScope
    masked_address: str | None = field(repr=False)
    language: str | None
    form_of_address: FormOfAddress | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What became of a withdrawal by link."""

    outcome: WithdrawalOutcome
    event_id: str | None = None
    subject_id: str | None = None


def masked_contact(store: IdentifierStore, contact: str | None, subject: StoredSubject) -> str | None:
    """Return a hint at the contact point that a link names, or at the first e-mail address; None without one."""
    if contact is None:
        held = [row for row in active(store.list_of([subject.id])) if row.kind == "email"]
    else:
        hashes = [digest for digest in [hash_of_contact(contact)] if digest is not None]
        held = [row for row in store.list_by_hash(hashes) if row.subject_id == subject.id]
    return masked(held[0].kind, store.open(held[0])) if held else None
