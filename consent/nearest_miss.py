"""The nearest miss: what is missing, when nothing that was said could be tested."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from consent.declarations import Declaration
from consent.event import ConsentEvent
from consent.hearing import hear
from consent.matter import Matter
from consent.model import Key
from consent.validity import covered_later
from consent.vocabulary import EventKind, Reason


@dataclass(frozen=True, slots=True)
class Miss:
    """Why nothing speaks for the key, and the yes that came nearest."""

    reason: Reason
    event: ConsentEvent | None = None


_LINES: tuple[tuple[Callable[[Key, Key], bool], Reason], ...] = (
    (
        lambda named, asked: (
            _same(named, asked, "controller", "purpose", "channel") and named.contact_point != asked.contact_point
        ),
        Reason.SCOPE_IDENTIFIER,
    ),
    (
        lambda named, asked: (
            _same(named, asked, "purpose", "channel", "contact_point") and named.controller != asked.controller
        ),
        Reason.SCOPE_CONTROLLER,
    ),
    (
        lambda named, asked: (
            _same(named, asked, "controller", "purpose", "channel", "contact_point") and named.topic != asked.topic
        ),
        Reason.SCOPE_TOPIC,
    ),
    (
        lambda named, asked: _same(named, asked, "controller", "purpose") and named.channel != asked.channel,
        Reason.SCOPE_CHANNEL,
    ),
    (
        lambda named, asked: named.controller == asked.controller and named.purpose != asked.purpose,
        Reason.SCOPE_PURPOSE,
    ),
)


def _same(one: Key, other: Key, *parts: str) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def nearest_miss(matter: Matter) -> Miss:
    """Return the first line of the table that fits the yeses which govern what they name."""
    named = list(_named_and_governing(matter))
    moved = _from_changed_contact_point(matter, named) or _from_former_holder(matter)
    if moved is not None:
        return Miss(Reason.IDENTITY_CHANGED, moved.event)
    for fits, reason in _LINES:
        found = [yes for key, yes in named if fits(key, matter.key)]
        if not found:
            continue
        if reason is not Reason.SCOPE_IDENTIFIER:
            grown = [yes for yes in found if _has_grown(yes, matter)]
            if grown:
                return Miss(Reason.SUPERSEDED, grown[-1].event)
        return Miss(reason, found[-1].event)
    return Miss(Reason.NO_CONSENT)


def _named_and_governing(matter: Matter) -> Iterator[tuple[Key, Declaration]]:
    """Yield each key that a yes names and governs, lapsed or not."""
    asked, policy = matter.key, matter.policy
    governing: dict[Key, Declaration | None] = {}
    for declaration in matter.record.declarations:
        for key in sorted(declaration.parts, key=str):
            near = key.controller == asked.controller or key.purpose == asked.purpose
            if not near or key.purpose not in policy.purposes or key.channel not in policy.channels:
                continue
            if key not in governing:
                # Whoever agreed a hundred times to the same thing is heard about it once.
                governing[key] = hear(matter.about(key)).governing
            if governing[key] is declaration:
                yield key, declaration


def _from_changed_contact_point(matter: Matter, named: list[tuple[Key, Declaration]]) -> Declaration | None:
    """Return a yes on a contact point that the subject has since changed into the one asked."""
    asked = matter.key
    changes = matter.record.of_kind(EventKind.IDENTIFIER_CHANGED)
    for key, yes in named if changes else ():
        if not _same(key, asked, "controller", "purpose", "channel"):
            continue
        reached = {key.contact_point}
        for change in changes:
            if change.position > yes.position and reached.intersection(change.identifiers):
                reached.add(change.to)
        if key.contact_point != asked.contact_point and asked.contact_point in reached:
            return yes
    return None


def _from_former_holder(matter: Matter) -> Declaration | None:
    """Return a yes on the contact point asked by somebody who held it before, governing or not."""
    asked = matter.key
    point = None if asked.contact_point is None else matter.view.contact_point(asked.contact_point)
    for holder in point.former_holders if point else ():
        for declaration in matter.view.records.said(holder).declarations:
            if any(_same(key, asked, "controller", "purpose", "channel", "contact_point") for key in declaration.parts):
                return declaration
    return None


def _has_grown(declaration: Declaration, matter: Matter) -> bool:
    """Say whether a later version of the yes's notice covers what is asked."""
    version = matter.view.texts.get(declaration.notice)
    return version is not None and covered_later(version, matter.key, matter)
