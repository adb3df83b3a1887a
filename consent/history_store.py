"""Loading what a decision may need to know: a few indexed reads, for one question or for thousands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.contacts import contacts_in, hash_of_contact, kind_of_contact
from consent.event import ConsentEvent
from consent.event_store import EventStore
from consent.history import History
from consent.identifier_store import IdentifierStore, StoredIdentifier
from consent.kept_proof import KeptProof
from consent.model import Identifier
from consent.subject_store import SubjectStore
from consent.suppression_store import ErasedHolder, SuppressionStore
from consent.vocabulary import EventKind


@dataclass(frozen=True, slots=True)
class Loaded:
    """A history, and the identifiers of everybody in it by subject, in the order in which they came.

    `proof` holds what erased subjects leave instead of a residence: the dates of proof.
    """

    history: History
    identifiers: dict[str, list[StoredIdentifier]]
    proof: dict[str, KeptProof]


@dataclass(slots=True)
class _Gathered:
    """What was found so far."""

    subjects: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    events: dict[str, ConsentEvent] = field(default_factory=dict)

    def take(self, events: Iterable[ConsentEvent]) -> set[str]:
        """Add events and return the subjects among them that are new: merges lead to further records."""
        found: set[str] = set()
        for event in events:
            self.events[event.id] = event
            found |= {name for name in (event.subject, event.other) if name is not None}
        return found - self.subjects


class HistoryLoader:
    """Loads histories of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session
        self._events = EventStore(ground, session)
        self._identifiers = IdentifierStore(ground, session)

    def load(self, subjects: Collection[str] = (), contacts: Collection[str] = ()) -> Loaded:
        """Load all that was said by and about some subjects and about some contact points.

        That is: the holders and former holders of the contact points, everybody whose record was ever
        merged with one of theirs, what concerns the contact points themselves, and what concerns everybody.
        """
        gathered = _Gathered(contacts=set(contacts))
        named = set(subjects) | self._ever_holders(contacts)
        # The person that an event on a contact point names is not drawn in: what it does, it does to that point.
        concerned = self._events.list_for(named, contacts)
        gathered.subjects |= named
        gathered.take(event for event in concerned if event.subject not in named and event.other not in named)
        self._follow(gathered, gathered.take(e for e in concerned if e.subject in named or e.other in named))
        stored = SubjectStore(self._ground, self._session).list_some(gathered.subjects)
        held = self._identifiers.list_of(gathered.subjects)
        # As long as nobody took a contact point over, an erased holder still counts as one.
        erased = SuppressionStore(self._ground, self._session).list_erased_holders(contacts)
        known = {subject.id for subject in stored}
        history = History.of(
            [subject.facts() for subject in stored],
            _facts(gathered, held),
            [*gathered.events.values(), *(event for holder in erased for event in _stand_ins(holder))],
        )
        by_subject: dict[str, list[StoredIdentifier]] = {name: [] for name in known}
        for identifier in sorted(held, key=lambda identifier: identifier.place):
            by_subject[identifier.subject_id].append(identifier)
        proof = {subject.id: subject.proof for subject in stored if subject.proof is not None}
        return Loaded(history, by_subject, proof)

    def load_person(self, subject_id: str) -> Loaded:
        """Load all that was said by and about a subject and about every contact point it ever held."""
        held = (identifier.contact for identifier in self._identifiers.list_of([subject_id]))
        return self.load([subject_id], {contact for contact in held if contact is not None})

    def _ever_holders(self, contacts: Collection[str]) -> set[str]:
        hashes = [digest for digest in map(hash_of_contact, contacts) if digest is not None]
        if not hashes:
            return set()
        return {identifier.subject_id for identifier in self._identifiers.list_by_hash(hashes)}

    def _follow(self, gathered: _Gathered, names: set[str]) -> None:
        """Gather the events about some subjects and about all that merges lead to from there."""
        while names:
            gathered.subjects |= names
            names = gathered.take(self._events.list_of(names))


def _stand_ins(erased: ErasedHolder) -> list[ConsentEvent]:
    """Return the holding and the erasure of somebody of whom nothing else is left.

    At the same instant a fact comes before a no: the erased held the contact point when the erasure came.
    """
    shared = ConsentEvent(
        id=f"{erased.name}-held",
        kind=EventKind.IDENTIFIER_SHARED,
        at=erased.since,
        recorded_at=erased.recorded_at,
        subject=erased.name,
        identifiers=(erased.contact,),
    )
    gone = ConsentEvent(
        id=erased.name,
        kind=EventKind.ERASE,
        at=erased.since,
        recorded_at=erased.recorded_at,
        subject=erased.name,
        controllers=erased.controllers,
    )
    return [shared, gone]


def _facts(gathered: _Gathered, held: Iterable[StoredIdentifier]) -> list[Identifier]:
    """Return every contact point that is asked about, held or named; who holds one is told by events alone."""
    names = {identifier.contact for identifier in held} | gathered.contacts
    for event in gathered.events.values():
        names.update(contacts_in(event))
    return [
        Identifier(id=name, kind=kind_of_contact(name), holder=None, verified=False)
        for name in sorted(name for name in names if name is not None)
    ]
