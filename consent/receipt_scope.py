"""What one word about consent covers: the purposes and channels it names, or those that it reaches unnamed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from consent.declarations import Declaration
from consent.event import ConsentEvent
from consent.model import Key
from consent.noes import No, is_unsubscribed_row, no_of
from consent.notices import NO_TEXT
from consent.policy_model import Policy
from consent.view import View
from consent.vocabulary import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an event covers, key by key, and the notices (`news@2`) it rests on.

    `said` is the declaration itself: of a confirmation, the request. `declaration` is the yes that came of it.
    """

    said: ConsentEvent
    keys: tuple[Key, ...]
    notices: tuple[str, ...]
    is_no: bool
    covers_everything: bool = False
    declaration: Declaration | None = None


def scope_of(event: ConsentEvent, view: View) -> Scope:
    """Return what an event about consent covers, under the policy and with the knowledge of `view`."""
    said = view.records.said(event.subject or "")
    if is_unsubscribed_row(event):
        return _of_no(event, None, said.declarations, view)
    no = no_of(event, view.policy)
    if no is not None:
        return _of_no(event, no, said.declarations, view)
    declaration = next((found for found in said.declarations if found.event.id == event.id), None)
    if declaration is not None:
        return Scope(
            said=declaration.said,
            keys=_in_order(declaration.parts, view.policy),
            notices=_named(declaration.notice),
            is_no=False,
            declaration=declaration,
        )
    asked = _request_of(event, view)
    keys = _in_order(_keys_of(asked, view), view.policy)
    return Scope(said=asked, keys=keys, notices=_notices(asked, keys, (), view), is_no=False)


def _of_no(event: ConsentEvent, no: No | None, declared: Sequence[Declaration], view: View) -> Scope:
    """Return what a no closes of what was agreed to before; of nothing agreed to, what it names."""
    if no is None:
        keys = _in_order(_keys_of(event, view), view.policy)
        return Scope(said=event, keys=keys, notices=_notices(event, keys, declared, view), is_no=True)
    closed = [
        (part, declaration)
        for declaration in declared
        if declaration.position < event.position
        for part in declaration.parts
        if part.controller in event.controllers and no.fits(part)
    ]
    named = {part.purpose for part, _ in closed}
    purposes = no.purposes or (() if closed else _marketing(view.policy))
    beyond = _in_advance(event, no, [name for name in purposes if name not in named], view)
    keys = _in_order([*(part for part, _ in closed), *beyond], view.policy)
    return Scope(
        said=event,
        keys=keys,
        notices=_notices(event, keys, [declaration for _, declaration in closed], view),
        is_no=True,
        covers_everything=not (no.purposes or no.topic or no.channels or no.identifiers),
    )


def _marketing(policy: Policy) -> tuple[str, ...]:
    """Return the purposes that a no which names none reaches: all but the services."""
    return tuple(name for name, purpose in policy.purposes.items() if not purpose.is_service)


def _in_advance(event: ConsentEvent, no: No, purposes: Iterable[str], view: View) -> list[Key]:
    """Return the keys of purposes that a no closes before anybody agreed to them: what it leaves out means all."""
    keys = []
    for controller, name in product(event.controllers, purposes):
        purpose = view.policy.purposes.get(name)
        text = view.texts.get(view.texts.newest(purpose.notice if purpose else None, event.at))
        channels = no.channels or (text.channels if text is not None else tuple(view.policy.channels))
        for channel in channels:
            points = view.reader.contact_points(event, channel) or (None,)
            keys += [Key(controller, name, no.topic, channel, point) for point in points]
    return keys


def _keys_of(event: ConsentEvent, view: View) -> set[Key]:
    return {
        Key(controller, purpose, event.topic, channel, point)
        for controller, purpose, channel in product(event.controllers, event.purposes, event.channels)
        for point in view.reader.contact_points(event, channel) or (None,)
    }


def _request_of(event: ConsentEvent, view: View) -> ConsentEvent:
    """Return the request that a confirmation without effect names, or the event itself."""
    if event.kind is not EventKind.DOI_CONFIRMED or event.request is None:
        return event
    own = view.timeline.of_subject(event.subject or "")
    return next((request for request in own if request.id == event.request), event)


def _notices(event: ConsentEvent, keys: Iterable[Key], concerned: Iterable[Declaration], view: View) -> tuple[str, ...]:
    """Return the notices that an event rests on: its own, those of the consents it ends, or the newest by then."""
    if event.notice is not None:
        return _named(event.notice)
    agreed = [name for declaration in concerned for name in _named(declaration.notice)]
    if agreed:
        return tuple(dict.fromkeys(agreed))
    purposes = [view.policy.purposes.get(key.purpose) for key in keys]
    newest = [view.texts.newest(purpose.notice, event.at) for purpose in purposes if purpose is not None]
    return tuple(dict.fromkeys(name for name in newest if name is not None))


def _named(notice: str | None) -> tuple[str, ...]:
    return () if notice in (None, NO_TEXT) else (str(notice),)


def _in_order(keys: Iterable[Key], policy: Policy) -> tuple[Key, ...]:
    """Return keys in the order of the policy: by purpose, channel, controller, contact point."""
    purposes, channels = list(policy.purposes), list(policy.channels)
    known = [key for key in dict.fromkeys(keys) if key.purpose in policy.purposes and key.channel in policy.channels]

    def place(key: Key) -> tuple[int, int, str, str]:
        """Return what puts a key in its place."""
        return purposes.index(key.purpose), channels.index(key.channel), key.controller, key.contact_point or ""

    return tuple(sorted(known, key=place))
