"""Writing an event: audit entry, event, evidence and what follows from it, all in the caller's transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.change_letters import put_change_letter
from consent.contacts import ABOUT_CONTACT_POINTS, contacts_in, hash_of_contact
from consent.effects import Effects, Extras
from consent.eras import Eras
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.events import entry_of
from consent.evidence_store import EvidenceStore
from consent.identifier_store import IdentifierStore
from consent.in_force import InForce
from consent.permission_store import PermissionStore
from consent.ready_answers import ReadyAnswers
from consent.report import Capture, Evidence
from consent.subject_store import SubjectStore

_NOTHING_MORE = Extras(given={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who reports an event, in whose name, and what is known of how it came about."""

    actor: str
    controller: str = ""
    capture: Capture = field(default_factory=Capture)
    evidence: tuple[Evidence, ...] = ()
    digest: bytes | None = None


class Recorder:
    """Appends events for one unit of work under the policy in force."""

    def __init__(self, ground: Ground, uow: UnitOfWork, in_force: InForce) -> None:
        self._ground = ground
        self._uow = uow
        self._in_force = in_force
        self._events = EventStore(ground, uow.session)
        self._permissions = PermissionStore(ground, uow.session)

    @property
    def in_force(self) -> InForce:
        """Return the policy in force."""
        return self._in_force

    def append(self, event: ConsentEvent, act: Act, extras: Extras = _NOTHING_MORE) -> ConsentEvent:
        """Write an event with its entry and its evidence, and change what follows from it; return it placed.

        Raises SubjectErased for a subject without keys. Permissions are left to `project`.
        """
        where = act.capture.known()
        entry = entry_of(event, self._in_force, actor=act.actor, where=where, subject=event.subject)
        # The entry comes first: the row of the event carries its id, so no event can stand without one.
        entry_id = self._uow.record(entry)
        if event.other is not None:
            # An act about two people is an entry about each, under the keys of each (LOG.md section 3).
            mirrored = replace(event, subject=event.other, other=event.subject)
            self._uow.record(entry_of(mirrored, self._in_force, actor=act.actor, where=where, subject=event.other))
        placed = self._events.append(
            event,
            entry_id=entry_id,
            policy_version=self._in_force.version,
            controller=act.controller,
            digest=act.digest,
        )
        if event.subject is not None:
            proofs = [*act.evidence, *_kept_apart(event), *_capture(where)]
            EvidenceStore(self._ground, self._uow.session).add(event.id, event.subject, proofs, now=event.recorded_at)
        Effects(self._ground, self._uow.session).apply(placed, extras)
        return placed

    def lock(self, subject_ids: Iterable[str]) -> None:
        """Make other writers about some subjects, and about records merged with theirs, wait for this transaction."""
        session, names = self._uow.session, set(subject_ids)
        if session.get_bind().dialect.name != "postgresql":
            return  # on SQLite there is one writer at a time
        store, family = SubjectStore(self._ground, session), self._events.family(names)
        while True:
            attempt = session.begin_nested()
            store.lock(family)
            grown = self._events.family(names)
            if grown == family:
                attempt.commit()
                return
            # Others merged while we waited. All lock in one order, so what was locked is given back before more is.
            attempt.rollback()
            family = grown

    def project(self, events: Iterable[ConsentEvent]) -> None:
        """Write the permissions anew of everybody whom some events, written just now, concern.

        Answers made ready that the events could change are taken away.
        """
        concerned: set[str] = set()
        contacts: set[str] = set()
        for event in events:
            concerned |= {name for name in (event.subject, event.other) if name is not None}
            contacts |= set(contacts_in(event))
            if event.kind in ABOUT_CONTACT_POINTS:
                concerned |= self._ever_holders(event)
            elif event.subject is None:
                Eras(self._ground.group_id, self._uow.session).end_of_answers()
        family = self._events.family(concerned)
        for subject_id in sorted(family):
            self._permissions.project(subject_id, self._in_force)
        ReadyAnswers(self._ground.group_id, self._uow.session).forget(family, contacts)

    def tell(self, event: ConsentEvent) -> None:
        """Put down the letter that tells the person of an event, if it is one of those."""
        put_change_letter(self._ground, self._uow.session, event, self._in_force)

    def forget_answers(self, subject_id: str) -> None:
        """Take away the answers made ready that facts about a subject could change."""
        family = self._events.family({subject_id})
        ReadyAnswers(self._ground.group_id, self._uow.session).forget(family)

    def _ever_holders(self, event: ConsentEvent) -> set[str]:
        hashes = [digest for digest in map(hash_of_contact, contacts_in(event)) if digest is not None]
        rows = IdentifierStore(self._ground, self._uow.session).list_by_hash(hashes)
        return {row.subject_id for row in rows}


def _kept_apart(event: ConsentEvent) -> list[Evidence]:
    """Return what the event says in free words: it may name anybody, so it is sealed and not in the event's row."""
    return [] if event.rationale is None else [Evidence("rationale", {"text": event.rationale})]


def _capture(where: Mapping[str, str]) -> list[Evidence]:
    return [Evidence("capture", where)] if where else []
