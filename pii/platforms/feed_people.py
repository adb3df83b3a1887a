"""Who wrote an entry of a feed, and who else is named as a person beside it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pii.cast import Cast
from pii.model import Role
from pii.platforms.feed_leaves import PERSONS, first_text, usual_name
from pii.xml_tree import Element

_MAIL_AND_NAME = re.compile(r"\s*([^\s()@]+@[^\s()@]+)\s*(?:\(([^()]*)\))?\s*")
_NAME_AND_MAIL = re.compile(r"\s*([^<>@]*?)\s*<([^\s<>@]+@[^\s<>@]+)>\s*")
_ROLES = {"contributor": Role.THIRD, "editor": Role.STAFF, "master": Role.STAFF, "deleter": Role.THIRD}


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a feed names one, and the element that does; `part` is what they are to the entry or feed."""

    pointer: str
    part: str
    name: str | None = None
    email: str | None = None
    page: str | None = None

    def is_same(self, other: "Named") -> bool:
        """Say whether two elements of one feed name one person."""
        pairs = ((self.page, other.page), (self.email, other.email), (self.name, other.name))
        return any(mine and theirs and mine.casefold() == theirs.casefold() for mine, theirs in pairs)


def people_of(element: Element) -> list[Named]:
    """Return the people named right below an entry or a feed."""
    return [_named(child) for child in element.children() if usual_name(child) in PERSONS]


def _named(element: Element) -> Named:
    part = PERSONS[usual_name(element)]
    if any(True for _ in element.children()):
        return Named(
            element.pointer,
            part,
            name=first_text(element, "atom:name", "name"),
            email=first_text(element, "atom:email", "email"),
            page=first_text(element, "atom:uri", "uri"),
        )
    text = element.text()
    if fit := _MAIL_AND_NAME.fullmatch(text):
        return Named(element.pointer, part, name=fit[2], email=fit[1])
    if fit := _NAME_AND_MAIL.fullmatch(text):
        return Named(element.pointer, part, name=fit[1] or None, email=fit[2])
    return Named(element.pointer, part, name=text.strip() or None)


def enter_people(cast: Cast, of_entry: Iterable[Named], of_feed: Iterable[Named]) -> dict[str, str | None]:
    """Note everybody in `cast` and return their keys by the pointers of their elements.

    The author is the first whom the entry names, else the first author of the feed, else its editor. An element
    that names the same person adds what it knows of them.
    """
    entry_people, feed_people = list(of_entry), list(of_feed)
    everybody = entry_people + feed_people
    author = _author(entry_people, feed_people)
    same: list[Named] = []
    if author is not None:
        # RSS gives name and address of one author in two elements.
        same = [named for named in everybody if named is author or named.is_same(author) or _is_twin(named, author)]
        for named in same:
            author = replace(
                author,
                name=author.name or named.name,
                email=author.email or named.email,
                page=author.page or named.page,
            )
        cast.set_author(cast.enter(Role.AUTHOR, id=author.page, name=author.name, email=author.email))
    keys: dict[str, str | None] = dict.fromkeys((named.pointer for named in same), cast.author)
    for named in everybody:
        if named.pointer not in keys:
            role = _ROLES.get(named.part, Role.THIRD)
            keys[named.pointer] = cast.enter(role, id=named.page, name=named.name, email=named.email)
    return keys


def _author(of_entry: list[Named], of_feed: list[Named]) -> Named | None:
    ranked = (
        [named for named in of_entry if named.part == "author"],
        [named for named in of_feed if named.part == "author"],
        [named for named in of_feed if named.part == "editor"],
    )
    return next((named for group in ranked for named in group), None)


def _is_twin(named: Named, author: Named) -> bool:
    """Say whether `named` is the other half of an RSS author: one element has the name, the other the address."""
    beside = named.pointer.rpartition("/")[0] == author.pointer.rpartition("/")[0]
    halves = {(named.name is None, named.email is None), (author.name is None, author.email is None)}
    return beside and named.part == author.part == "author" and halves == {(True, False), (False, True)}
