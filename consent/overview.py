"""Overviews of one data subject: how each consent stands now, and all that was said, with what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.asking import Asked, Asking
from consent.errors import UnknownSubject
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.evidence_store import EvidenceStore
from consent.identifier_store import IdentifierStore
from consent.in_force import PolicySource
from consent.model import Decision
from consent.question import Question
from consent.report import Evidence
from consent.subject_store import SubjectStore


@dataclass(frozen=True, slots=True)
class Standing:
    """How the consent for one purpose on one channel stands now, and what a check would say."""

    purpose: str
    topic: str | None
    channel: str
    identifier_id: str | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is told to its data subject or a reader with the right to it.

    `identifier_ids` are the subject's own identifiers that it names, `entry_id` is its entry in the audit log.
    """

    event: ConsentEvent
    identifier_ids: tuple[str, ...]
    entry_id: str
    policy_version: int
    evidence: tuple[Evidence, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the events about a subject, the newest first; `next` is where the following page starts."""

    items: tuple[Told, ...]
    next: int | None


class OverviewService:
    """Reads what is known of one data subject; changes nothing."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def permissions(self, subject_id: str, controller: str) -> list[Standing]:
        """Return how every purpose stands on every channel, topics included; raise UnknownSubject.

        A channel for which the person has no contact point is denied like any other.
        """
        now = self._ground.now()
        with self._ground.reading() as session:
            subject = SubjectStore(self._ground, session).get(subject_id)
            in_force = self._policies.current(session)
            asked = [
                Asked(
                    question=Question(
                        controller=controller,
                        purpose=purpose.id,
                        topic=topic,
                        channel=channel,
                        as_of=now,
                        as_known=now,
                    ),
                    subject=subject.id,
                )
                for purpose in in_force.policy.purposes.values()
                for topic in (None, *purpose.topics)
                for channel in in_force.policy.channels
            ]
            asking = Asking(self._ground, session, in_force)
            answered = asking.answer(asking.named(asked))
            ids = self._own_ids(session, subject_id)
        return [
            Standing(
                item.question.purpose,
                item.question.topic,
                item.question.channel,
                ids.get(item.question.identifier or ""),
                item.decision,
            )
            for item in answered
        ]

    def consents(self, subject_id: str, *, before: int | None = None, limit: int = 100) -> Page:
        """Return what is recorded about a subject, the newest first, with its evidence; raise UnknownSubject."""
        with self._ground.reading() as session:
            if SubjectStore(self._ground, session).find(subject_id) is None:
                raise UnknownSubject("no data subject has this id")
            stored = EventStore(self._ground, session).list_newest(subject_id, before=before, limit=limit)
            proofs = EvidenceStore(self._ground, session).list_of([item.event.id for item in stored])
            ids = self._own_ids(session, subject_id)
            told = tuple(
                Told(
                    item.event,
                    _ids(item.event.identifiers, ids),
                    item.entry_id,
                    item.policy_version,
                    tuple(proofs[item.event.id]),
                )
                for item in stored
            )
        return Page(told, stored[-1].event.place if len(stored) == limit else None)

    def event(self, event_id: str) -> Told:
        """Return one event with its evidence; raise UnknownEvent."""
        with self._ground.reading() as session:
            item = EventStore(self._ground, session).get(event_id)
            ids = {} if item.event.subject is None else self._own_ids(session, item.event.subject)
            proofs = EvidenceStore(self._ground, session).list_of([event_id])[event_id]
            own = _ids(item.event.identifiers, ids)
            return Told(item.event, own, item.entry_id, item.policy_version, tuple(proofs))

    def _own_ids(self, session: Session, subject_id: str) -> dict[str, str]:
        """Return the id of each identifier of a subject by the name of its contact point."""
        rows = IdentifierStore(self._ground, session).list_of([subject_id])
        return {row.contact: row.id for row in rows if row.contact is not None}


def _ids(contacts: Sequence[str], ids: dict[str, str]) -> tuple[str, ...]:
    return tuple(ids[contact] for contact in contacts if contact in ids)
