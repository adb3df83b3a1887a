"""What another policy would change: place by place in its text as it is read, and permission by permission."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final, NamedTuple

from consent.model import Key
from consent.notices import NoticeVersion
from consent.permissions import Permission, hearing_for
from consent.policy_model import Policy
from consent.state import consent_state
from consent.view import View
from consent.vocabulary import ConsentState

SHOWN: Final = 10
"""How many subjects are shown of each group of permissions that change alike."""


class PlaceChange(NamedTuple):
    """One place of a policy that differs; a value is None where the place is not there, or says nothing."""

    place: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class PermissionChange:
    """One stored permission whose state now would be another; the state is none where it would have no meaning."""

    permission: Permission
    before: ConsentState
    after: ConsentState


class Group(NamedTuple):
    """Permissions that would change alike."""

    controller: str
    purpose: str
    channel: str
    before: ConsentState
    after: ConsentState


@dataclass(slots=True)
class Tally:
    """Counts changes as they come; its size does not grow with their number."""

    counts: Counter[Group] = field(default_factory=Counter)
    shown: dict[Group, list[str]] = field(default_factory=dict)

    def add(self, change: PermissionChange) -> None:
        """Count one change."""
        kept = change.permission
        group = Group(kept.controller, kept.purpose, kept.channel, change.before, change.after)
        self.counts[group] += 1
        subjects = self.shown.setdefault(group, [])
        if len(subjects) < SHOWN and kept.subject not in subjects:
            subjects.append(kept.subject)


def permission_change(permission: Permission, before: View, after: View) -> PermissionChange | None:
    """Return how a stored permission stands otherwise under the policy of `after`; None if it stands the same.

    Both views are of the same history at the same moment: what time alone has changed is no change of the policy.
    """
    states = state_in(permission, before), state_in(permission, after)
    return None if states[0] is states[1] else PermissionChange(permission, *states)


def state_in(permission: Permission, view: View) -> ConsentState:
    """Return the state of a permission at the moment of a view, under the rules of the subject's residence."""
    known = view.policy
    if (
        permission.controller not in known.controllers
        or permission.purpose not in known.purposes
        or permission.channel not in known.channels
    ):
        return ConsentState.NONE
    key = Key(
        permission.controller,
        permission.purpose,
        permission.topic or None,
        permission.channel,
        permission.contact or None,
    )
    return consent_state(hearing_for(permission.subject, key, view))


def place_changes(before: Policy, after: Policy) -> Iterator[PlaceChange]:
    """Yield the places at which two policies differ, rule packs with all that they inherit.

    Of what is new or gone only the outermost place is told.
    """
    return _differing("", _plain(before), _plain(after))


def _differing(place: str, before: object, after: object) -> Iterator[PlaceChange]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from _differing(f"{place}.{key}".removeprefix("."), before.get(key), after.get(key))
    elif before != after:
        yield PlaceChange(place, before, after)


def _plain(value: object) -> object:
    """Return a value of a policy as mappings, lists, texts, numbers and truth values."""
    if is_dataclass(value):
        named = {entry.name: getattr(value, entry.name) for entry in fields(value)}
        # A name stands with its key already, and the first of several titles among them.
        told_twice = {"id", "title"} if "titles" in named else {"id"}
        return {name: _plain(item) for name, item in named.items() if name not in told_twice}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple):
        if value and all(isinstance(item, NoticeVersion) for item in value):
            return {str(item.number): _plain(item) for item in value}
        return [_plain(item) for item in value]
    if isinstance(value, datetime | time):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
