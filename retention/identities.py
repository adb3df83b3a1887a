"""Who is the same person: names of data subjects and what is known about them (part B.4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, repr=False)
class SubjectName:
    """A name of a data subject, `kind:value`, without the white space and capitals that distinguish nobody.

    It may hold a real contact point, so it prints as `<redacted>`. Make it with `SubjectName.of`.
    """

    canonical: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the name that `text` writes."""
        return cls("".join(text.split()).casefold())

    def __repr__(self) -> str:
        return "<redacted>"


@dataclass(frozen=True, slots=True, repr=False)
class Identities:
    """Which names belong to one person.

    Make it with `known` from groups of names, or with `unavailable` if nobody can say; then only equal names
    match, and no hold and no objection can be ruled out.
    """

    available: bool
    representatives: Mapping[SubjectName, SubjectName]

    @classmethod
    def known(cls, groups: Iterable[Iterable[SubjectName]] = ()) -> Self:
        """Return the identities in which groups that share a name are one person, in whatever order they come."""
        persons: dict[SubjectName, set[SubjectName]] = {}
        for group in groups:
            person = set(group)
            for name in tuple(person):
                person |= persons.get(name, set())
            persons.update(dict.fromkeys(person, person))
        return cls(available=True, representatives=dict(_representatives(persons)))

    @classmethod
    def unavailable(cls) -> Self:
        """Return the answer of an identity service that does not answer."""
        return cls(available=False, representatives={})

    def same_person(self, one: SubjectName, other: SubjectName) -> bool:
        """Say whether two names are known to be names of one person."""
        return self.representatives.get(one, one) == self.representatives.get(other, other)

    def __repr__(self) -> str:
        return f"Identities(available={self.available}, names={len(self.representatives)})"


def _representatives(
    persons: Mapping[SubjectName, set[SubjectName]],
) -> Iterator[tuple[SubjectName, SubjectName]]:
    for name, person in persons.items():
        yield name, min(person, key=lambda each: each.canonical)
