"""The projection of events to permissions: a pure fold, so that what is stored can be rebuilt at any time.

A permission tells how the consent for one key stood after the last word about its data subject. It is
for overviews and lists. Whether something may be done now is for `decide` alone to say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from consent.contacts import ABOUT_CONTACT_POINTS, HOLDING, contacts_in
from consent.event import ConsentEvent
from consent.hearing import Hearing, hear
from consent.history import History
from consent.holders import packs_for
from consent.matter import Matter
from consent.model import Key
from consent.noes import ABOUT_CONSENT, No, NoKind
from consent.periods import Horizon
from consent.policy_model import Policy
from consent.question import Question
from consent.state import consent_state
from consent.view import View
from consent.vocabulary import ConsentState, EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """The consent of one data subject for one key; empty texts where the key has no topic or contact point.

    `carried_by` is the yes that governs, if one does; `since` when what gives the state was said.
    """

    subject: str
    controller: str
    purpose: str
    topic: str
    channel: str
    contact: str
    state: ConsentState
    carried_by: str | None
    since: datetime


def fold(subject: str, history: History, policy: Policy) -> tuple[Permission, ...]:
    """Return the permissions of a subject after the last word about it, in the order of their keys.

    What others said afterwards does not count: the fold looks at the history as it was recorded up to the
    last event about the subject, about a record merged with it, or about a contact point it ever held.
    """
    about = list(_about(subject, history))
    if not about:
        return ()
    last = max(event.place for event in about)
    moment = max(max(event.at, event.recorded_at) for event in about)
    known = History.of(
        history.subjects.values(),
        history.identifiers.values(),
        [event for event in history.events if event.place <= last],
    )
    view = View(known, policy, moment, moment)
    found = (_permission(subject, key, view) for key in sorted(_keys(subject, view), key=_order))
    return tuple(permission for permission in found if permission is not None)


def _order(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)


def _about(subject: str, history: History) -> Iterator[ConsentEvent]:
    family = _family(subject, history)
    held = {
        name
        for event in history.events
        if event.subject in family and event.kind in HOLDING
        for name in contacts_in(event)
    }
    for event in history.events:
        about_contact = event.kind in ABOUT_CONTACT_POINTS and held.intersection(contacts_in(event))
        if event.subject in family or event.other in family or about_contact:
            yield event


def _family(subject: str, history: History) -> set[str | None]:
    """Return the subject and everybody whose record merges ever led to from it."""
    pairs = [(event.subject, event.other) for event in history.by_kind.get(EventKind.MERGE, ())]
    family: set[str | None] = {subject}
    while grown := {name for pair in pairs if family.intersection(pair) for name in pair} - family:
        family |= grown
    return family


def _keys(subject: str, view: View) -> set[Key]:
    """Return what the subject's yeses and requests name, and what its noes name in full."""
    record = view.record(subject)
    keys = {part for declaration in record.declarations for part in declaration.parts}
    keys |= {part for request in record.requests for part in request.parts}
    held = [name for name in view.history.identifiers if _holds(subject, name, view)]
    for no in record.noes:
        if no.kind in ABOUT_CONSENT:
            keys |= set(_named(no, held, view))
    known = view.policy
    gone = [no for no in record.noes if no.kind is NoKind.ERASED]
    return {
        key
        for key in keys
        if key.controller in known.controllers
        and key.purpose in known.purposes
        and key.channel in known.channels
        and not any(no.addresses(key.controller) for no in gone)
    }


def _holds(subject: str, name: str, view: View) -> bool:
    point = view.contact_point(name)
    return point is not None and subject in point.holders


def _named(no: No, held: Iterable[str], view: View) -> Iterator[Key]:
    """Give the keys of a no that names controller, purpose and channel."""
    for controller, purpose, channel in product(no.controllers, no.purposes, no.channels):
        known = view.policy.channels.get(channel)
        if known is None:
            continue
        if known.identifier is None:
            yield Key(controller, purpose, no.topic, channel, None)
            continue
        for name in no.identifiers or held:
            if view.history.identifiers[name].kind is known.identifier:
                yield Key(controller, purpose, no.topic, channel, name)


def hearing_for(subject: str, key: Key, view: View) -> Hearing:
    """Return what was said about a key as far as it counts for one subject, under the rules of its residence."""
    return hearings_for(subject, key, view)[0]


def hearings_for(subject: str, key: Key, view: View) -> list[Hearing]:
    """Return what was said about a key as far as it counts for one subject, under each rule pack that applies."""
    horizon = Horizon(view.timeline.as_of)
    question = Question(
        controller=key.controller,
        purpose=key.purpose,
        channel=key.channel,
        topic=key.topic,
        as_of=view.timeline.as_of,
        as_known=view.timeline.as_known,
    )
    holder = view.subject(subject)
    return [
        hear(Matter(view, horizon, question, holder, pack, key, content_is_special=False))
        for pack in packs_for(holder, question, view, horizon)
    ]


def _permission(subject: str, key: Key, view: View) -> Permission | None:
    hearing = hearing_for(subject, key, view)
    state = consent_state(hearing)
    if state in (ConsentState.NONE, ConsentState.ASKED):
        return None  # what was asked for ran out unanswered; nothing stands
    noes = [no.position for no in hearing.standing if no.kind in ABOUT_CONSENT]
    spoken = [request.event.position for request in hearing.requests]
    spoken += [declaration.position for declaration, _ in hearing.yeses]
    governing = hearing.governing
    rests_on = governing.position if governing is not None and not noes else max(noes or spoken)
    return Permission(
        subject=subject,
        controller=key.controller,
        purpose=key.purpose,
        topic=key.topic or "",
        channel=key.channel,
        contact=key.contact_point or "",
        state=state,
        carried_by=governing.event.id if governing is not None and state is ConsentState.GRANTED else None,
        since=rests_on[0],
    )
