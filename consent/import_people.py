"""The people whom the rows of a batch are about: found together, with all that is on record, by a few queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.subject_keys import SubjectKeys
from consent.contacts import contacts_in, kind_of_contact
from consent.event import ConsentEvent
from consent.history import History
from consent.history_store import HistoryLoader
from consent.identifier_store import IdentifierStore, active
from consent.import_row import RowRefused
from consent.merging import Merged
from consent.model import Identifier, Subject
from consent.registry import Indexed
from consent.subject_store import SubjectStatus, SubjectStore
from consent.suppression_store import SuppressionStore
from consent.vocabulary import BlockList, Reason

CONFLICT = "identifiers_conflict"


@dataclass(slots=True)
class Story:
    """What is on record about people and contact points that have to do with each other, and with nobody else."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    identifiers: dict[str, Identifier] = field(default_factory=dict)
    events: list[ConsentEvent] = field(default_factory=list)

    def history(self, more: Iterable[ConsentEvent] = (), somebody: Subject | None = None) -> History:
        """Return the history, as if more had happened, also about somebody new."""
        named = {name for event in more for name in contacts_in(event)} - self.identifiers.keys()
        return History.of(
            [*self.subjects.values(), *([] if somebody is None else [somebody])],
            [*self.identifiers.values(), *(_fact(name) for name in sorted(named))],
            [*self.events, *more],
        )

    def take(self, events: Sequence[ConsentEvent], subject: Subject) -> None:
        """Add what happened now, and whom it happened to."""
        self.subjects.setdefault(subject.id, subject)
        for name in (name for event in events for name in contacts_in(event)):
            self.identifiers.setdefault(name, _fact(name))
        self.events.extend(events)

    def is_about_one(self) -> bool:
        """Say whether nobody else has to do with it."""
        named = {name for event in self.events for name in (event.subject, event.other) if name is not None}
        return len(named | self.subjects.keys()) == 1


class People:
    """Who holds the identifiers of a batch, and what is on record about them.

    `known` are the ids of those who were on record before the batch.
    """

    def __init__(self, ground: Ground, session: Session, controller: str) -> None:
        self._ground = ground
        self._session = session
        self._controller = controller
        self._holders: dict[bytes, list[str]] = {}
        self._gone: dict[str, str] = {}
        self._shut: set[str] = set()
        self._stories: dict[str, Story] = {}
        self._common: list[ConsentEvent] = []
        self.keys: dict[str, list[SubjectKeys]] = {}
        self.known: set[str] = set()

    def find_holders(self, identifiers: Collection[Indexed]) -> set[str]:
        """Look up who holds some identifiers now, and return their ids."""
        rows = active(IdentifierStore(self._ground, self._session).list_by_hash({i.blind_index for i in identifiers}))
        for row in rows:
            if row.blind_index is not None:
                self._holders.setdefault(row.blind_index, []).append(row.subject_id)
        return {row.subject_id for row in rows}

    def load(self, identifiers: Collection[Indexed], subjects: Collection[str]) -> None:
        """Load what is on record about some identifiers, their holders, and whoever has to do with them."""
        contacts = {indexed.contact for indexed in identifiers if indexed.contact is not None}
        self.known |= set(subjects)
        held = IdentifierStore(self._ground, self._session).list_of(subjects) if subjects else []
        of_holders = {contact for row in held if (contact := row.contact) is not None}
        loaded = HistoryLoader(self._ground, self._session).load(subjects, contacts | of_holders)
        self._tell_apart(loaded.history)
        entries = SuppressionStore(self._ground, self._session).list_shut(contacts, BlockList.ERASURE, self._controller)
        self._shut = set(entries)
        self.keys = self._ground.subject_keys.list_of(self._session.connection(), subjects) if subjects else {}
        for subject in SubjectStore(self._ground, self._session).list_some(subjects) if subjects else []:
            if subject.status is SubjectStatus.ERASED or subject.id not in self.keys:
                self._gone[subject.id] = Reason.ERASED

    def holder(self, indexed: Indexed) -> str | None:
        """Return who holds an identifier, or None where nobody does. Raises RowRefused.

        An identifier of several people does not tell who is meant; one whose last holder was erased stays shut.
        """
        holders = list(dict.fromkeys(self._holders.get(indexed.blind_index, ())))
        if not holders:
            if indexed.contact in self._shut:
                raise RowRefused(Reason.SUPPRESSED_ERASURE)
            return None
        if len(holders) > 1 and not Merged(self._ground, self._session).same_person(holders):
            raise RowRefused(CONFLICT)
        if (gone := self._gone.get(holders[0])) is not None:
            raise RowRefused(gone)
        return holders[0]

    def is_unheard_of(self, indexed: Indexed) -> bool:
        """Say whether nothing at all is on record about an identifier."""
        return indexed.blind_index not in self._holders and indexed.contact not in self._stories

    def story(self, subject_id: str | None, indexed: Indexed) -> Story:
        """Return what is on record about a subject, or about an identifier that nobody holds."""
        found = self._stories.get(subject_id or indexed.contact or "")
        return Story(events=list(self._common)) if found is None else found

    def subject(self, subject_id: str, story: Story) -> Subject:
        """Return the facts about a subject."""
        return story.subjects.get(subject_id) or Subject(id=subject_id)

    def remember(self, subject_id: str, indexed: Indexed, story: Story) -> None:
        """Let the rows that follow find somebody new."""
        self._holders.setdefault(indexed.blind_index, []).append(subject_id)
        for name in (subject_id, indexed.contact):
            if name is not None:
                self._stories[name] = story

    def _tell_apart(self, history: History) -> None:
        """Tell the stories apart: what one event names belongs to one story. What names nobody belongs to all."""
        roots: dict[str, str] = {}

        def root(name: str) -> str:
            while (above := roots.setdefault(name, name)) != name:
                roots[name] = roots[above]
                name = above
            return name

        for event in history.events:
            first, *others = _names(event) or (None,)
            for name in others:
                roots[root(name)] = root(first or "")
        found: dict[str, Story] = {}

        def story(name: str) -> Story:
            return found.setdefault(root(name), Story())

        for event in history.events:
            if names := _names(event):
                story(names[0]).events.append(event)
            else:
                self._common.append(event)
        for name, subject in history.subjects.items():
            story(name).subjects[name] = subject
        for name, identifier in history.identifiers.items():
            if root(name) in found:
                story(name).identifiers[name] = identifier
        for each in found.values():
            each.events.extend(self._common)
        self._stories = {name: found[root(name)] for name in list(roots) if root(name) in found}


def _names(event: ConsentEvent) -> list[str]:
    return [name for name in (event.subject, event.other, *contacts_in(event)) if name is not None]


def _fact(contact: str) -> Identifier:
    """Return a contact point whose holder is told by events alone."""
    return Identifier(id=contact, kind=kind_of_contact(contact), holder=None, verified=False)
