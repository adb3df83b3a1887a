"""Letters that tell a person of a change: put down with it, and made up when they leave, from what is known then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.outbox import Outbox
from consent.errors import UnknownEvent
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.evidence_store import EvidenceStore
from consent.history import History
from consent.history_store import HistoryLoader
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.in_force import InForce, PolicySource
from consent.model import Key
from consent.noes import NoKind
from consent.permissions import hearing_for
from consent.subject_store import StoredSubject, SubjectStatus, SubjectStore
from consent.told_changes import ToldChange, Untold, is_told, told
from consent.view import View
from consent.vocabulary import BlockList, FormOfAddress, IdentifierKind

KIND: Final = "change"
"""The kind of these letters in the outbox, and the name of their template."""

# Public registers of people who want no advertising from strangers; what answers the person's own word is none.
_REGISTERS: Final = frozenset({BlockList.ROBINSON, BlockList.DO_NOT_CALL, BlockList.ECG_LIST})


class Withheld(StrEnum):
    """Why a mail is not sent to a person, whatever there is to tell."""

    GONE = "gone"
    DECEASED = "deceased"
    SUPPRESSED = "suppressed"
    UNDELIVERABLE = "undeliverable"
    NO_MAILBOX = "no_mailbox"
    NO_SENDER = "no_sender"


_ENDED: Final = {SubjectStatus.ERASED: Withheld.GONE, SubjectStatus.DECEASED: Withheld.DECEASED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLetter:
    """What a letter of a change says, and to whom. `source` is the form or system in which it was said."""

    event_id: str
    subject_id: str
    controller: str
    told: ToldChange
    at: datetime
    until: datetime | None
    source: str = field(repr=False)
    to: str = field(repr=False)
    language: str | None
    form_of_address: FormOfAddress | None


def put_change_letter(ground: Ground, session: Session, event: ConsentEvent, in_force: InForce) -> None:
    """Put the letter that tells of an event down, in the transaction of the event, if it is one of those."""
    if event.subject is None or not is_told(event, in_force.policy):
        return
    outbox = Outbox(ground.group_id, ground.subject_keys, ground.secrets)
    outbox.put(session.connection(), KIND, event.id.encode(), subject_id=event.subject, now=event.recorded_at)


class ChangeLetterService:
    """Makes up letters of changes; changes nothing."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def make_up(self, event_id: str) -> ChangeLetter | Untold | Withheld:
        """Return the letter that tells of an event, or why there is none."""
        with self._ground.reading() as session:
            try:
                event = EventStore(self._ground, session).get(event_id).event
            except UnknownEvent:
                return Withheld.GONE
            subject = SubjectStore(self._ground, session).get(event.subject or "")
            if subject.status in _ENDED:
                return _ENDED[subject.status]
            return self._made_up(session, event, subject)

    def _made_up(
        self, session: Session, event: ConsentEvent, subject: StoredSubject
    ) -> ChangeLetter | Untold | Withheld:
        policy = self._policies.current(session).policy
        if event.controllers[0] not in policy.controllers:
            return Withheld.NO_SENDER
        history = HistoryLoader(self._ground, session).load_person(subject.id).history
        what = told(event, View(_until(event, history), policy, event.recorded_at, event.recorded_at))
        if isinstance(what, Untold):
            return what
        store, now = IdentifierStore(self._ground, session), self._ground.now()
        mailbox = _mailbox(event, store.list_of([subject.id]))
        obstacle = _obstacle(subject.id, event, mailbox, View(history, policy, now, now))
        if mailbox is None or obstacle is not None:
            return obstacle or Withheld.NO_MAILBOX
        return ChangeLetter(
            event_id=event.id,
            subject_id=subject.id,
            controller=event.controllers[0],
            told=what,
            at=event.at,
            until=event.until,
            source=self._source(session, event),
            to=store.open(mailbox),
            language=subject.language,
            form_of_address=subject.form_of_address,
        )

    def _source(self, session: Session, event: ConsentEvent) -> str:
        proofs = EvidenceStore(self._ground, session).list_of([event.id])[event.id]
        return next((str(proof.content.get("source", "")) for proof in proofs if proof.kind == "capture"), "")


def _until(event: ConsentEvent, history: History) -> History:
    """Return the history as it was when an event was recorded."""
    known = [earlier for earlier in history.events if earlier.place <= event.place]
    return History.of(history.subjects.values(), history.identifiers.values(), known)


def _mailbox(event: ConsentEvent, held: Iterable[StoredIdentifier]) -> StoredIdentifier | None:
    """Return where to write: the mailbox that the event names, else one of which control is proved, else the first."""
    mailboxes = [row for row in active(list(held)) if row.kind == IdentifierKind.EMAIL]
    ranked = sorted(mailboxes, key=lambda row: (row.contact not in event.identifiers, row.verified_at is None))
    return ranked[0] if ranked else None


def _obstacle(subject: str, event: ConsentEvent, mailbox: StoredIdentifier | None, view: View) -> Withheld | None:
    """Return what stops every mail to a mailbox, even one that only tells of the person's own word."""
    contact = None if mailbox is None else mailbox.contact
    if contact is None:
        return Withheld.NO_MAILBOX
    closed = (no for no in view.record(subject).noes if no.kind in (NoKind.ERASED, NoKind.DECEASED))
    if any(no.addresses(event.controllers[0]) for no in closed):
        return Withheld.GONE
    point = view.contact_point(contact)
    if point is not None and len(point.hard_bounces) >= view.policy.parameters.hard_bounces:
        return Withheld.UNDELIVERABLE
    keys = _keys(event, contact, view)
    if keys and all(_is_suppressed(subject, key, view) for key in keys):
        return Withheld.SUPPRESSED
    return None


def _is_suppressed(subject: str, key: Key, view: View) -> bool:
    registers = {block_list.reason for block_list in _REGISTERS}
    return any(
        no.kind is NoKind.SUPPRESSED and no.reason not in registers for no in hearing_for(subject, key, view).standing
    )


def _keys(event: ConsentEvent, contact: str, view: View) -> list[Key]:
    """Return what may be written about to a mailbox: the purposes of an event, or else all advertising."""
    policy = view.policy
    purposes = [name for name in event.purposes if name in policy.purposes]
    purposes = purposes or [name for name, purpose in policy.purposes.items() if not purpose.is_service]
    channels = [name for name, channel in policy.channels.items() if channel.identifier is IdentifierKind.EMAIL]
    return [
        Key(event.controllers[0], purpose, None, channel, contact) for purpose, channel in product(purposes, channels)
    ]
