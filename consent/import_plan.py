"""What a batch of rows is going to write: gathered while the rows are judged, written afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from consent.event import ConsentEvent
from consent.identifiers import NormalisedIdentifier
from consent.import_people import Story
from consent.import_row import ImportRow
from consent.model import Subject
from consent.permissions import Permission
from consent.registry import Indexed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that names only what the policy has, with its identifier as it is found by."""

    number: int
    row: ImportRow
    indexed: Indexed

    @property
    def identifier(self) -> NormalisedIdentifier:
        """Return the identifier in its one spelling."""
        return self.indexed.identifier


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A record that begins with a row; `added` is the event by which it holds its contact point, if it is one."""

    subject: Subject
    candidate: Candidate
    added: ConsentEvent | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that becomes an event."""

    candidate: Candidate
    event: ConsentEvent


@dataclass(slots=True)
class Plan:
    """People, events and permissions to be written. `told` holds permissions that are worked out already."""

    people: list[NewPerson] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    stories: dict[str, Story] = field(default_factory=dict)
    told: list[Permission] = field(default_factory=list)

    def add(self, story: Story | None, person: NewPerson | None, taken: Taken, told: Sequence[Permission] = ()) -> None:
        """Add a row, and the record that begins with it. Without a story, `told` are all permissions there will be."""
        if person is not None:
            self.people.append(person)
        self.taken.append(taken)
        self.told.extend(told)
        if story is not None and taken.event.subject is not None:
            self.stories[taken.event.subject] = story

    def events(self) -> list[ConsentEvent]:
        """Return all events, in the order of recording."""
        added = [person.added for person in self.people if person.added is not None]
        return sorted([*added, *(taken.event for taken in self.taken)], key=lambda event: event.place)
