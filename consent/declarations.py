"""Saying yes: grants, rows of files, and requests that a confirmation turns into a yes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from consent.event import ConsentEvent, Position
from consent.history import History
from consent.model import Key
from consent.noes import CANCELLING, No, NoKind
from consent.periods import add_days
from consent.policy_model import Policy
from consent.texts import Texts
from consent.vocabulary import EventKind, ImportStatus, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A yes to each of `parts`; `event` is what carries it: the grant, the row or the confirmation.

    `said` holds the evidence: the event itself or, of a confirmation, the request. A part with topic None
    speaks about every topic of its purpose.
    """

    event: ConsentEvent
    said: ConsentEvent
    subject: str
    parts: frozenset[Key]
    notice: str | None
    proof: Proof

    @property
    def position(self) -> Position:
        """Return the place of the yes in the order of effect."""
        return self.event.position

    @property
    def at(self) -> datetime:
        """Return when the yes was said."""
        return self.event.at

    @property
    def topic(self) -> str | None:
        """Return the topic that the yes names."""
        return self.said.topic

    @property
    def is_imported(self) -> bool:
        """Say whether the yes comes from a file: such a one answers no no."""
        return self.event.kind is EventKind.IMPORT_ROW

    def speaks_about(self, key: Key) -> bool:
        """Say whether the yes names the key's controller, purpose, channel, contact point and topic or none."""
        return speaks(self.parts, self.said.topic, key)

    def answers(self, no: No) -> bool:
        """Say whether the yes, if valid, is one that can answer the no: named by topic, not imported."""
        return not self.is_imported and (no.topic is None or self.topic == no.topic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A declaration that waits for confirmation at `challenge`, until `expires`."""

    event: ConsentEvent
    parts: frozenset[Key]
    challenge: str | None
    notice: str | None
    expires: datetime

    def speaks_about(self, key: Key) -> bool:
        """Say whether the request asks for the key."""
        return speaks(self.parts, self.event.topic, key)

    def without(self, cancelled: Iterable[No]) -> frozenset[Key]:
        """Return the parts that none of the later noes in `cancelled` covers."""
        later = [no for no in cancelled if no.kind in CANCELLING and no.position > self.event.position]
        return frozenset(part for part in self.parts if not any(self._is_cancelled(part, no) for no in later))

    def _is_cancelled(self, part: Key, no: No) -> bool:
        # A withdrawal told to one of several controllers named in a declaration reaches them all
        # (CJEU C-129/21), also while the declaration still waits.
        jointly = no.kind is NoKind.WITHDRAWN and any(map(no.addresses, self.event.controllers))
        return no.fits(part) and (jointly or no.addresses(part.controller))


def speaks(parts: frozenset[Key], topic: str | None, key: Key) -> bool:
    """Say whether parts that all name `topic` speak about a key."""
    return (topic is None or topic == key.topic) and key._replace(topic=topic) in parts


@dataclass(frozen=True, slots=True)
class Said:
    """What one subject declared, oldest first, and the requests that nobody confirmed."""

    declarations: tuple[Declaration, ...]
    requests: tuple[Request, ...]
    confirmations: tuple[tuple[str, Position], ...]
    """The contact points at which a request was confirmed, and when."""


class Reader:
    """Reads declarations from events: which contact points they name, and which text they rest on."""

    __slots__ = ("_history", "_policy", "_texts")

    def __init__(self, history: History, policy: Policy, texts: Texts) -> None:
        self._history = history
        self._policy = policy
        self._texts = texts

    def contact_points(self, event: ConsentEvent, channel: str) -> tuple[str | None, ...]:
        """Return the contact points that an event names for a channel, or else the default one.

        A channel without contact point gives (None,); where the subject has none of the kind, the result
        is empty.
        """
        known = self._policy.channels.get(channel)
        if known is None:
            return ()
        if known.identifier is None:
            return (None,)
        facts = self._history.identifiers
        named = [name for name in event.identifiers if name not in facts]
        named += [name for name in event.identifiers if name in facts and facts[name].kind is known.identifier]
        if named:
            return tuple(named)
        default = self._history.default_contact_point(event.subject, known.identifier)
        return () if default is None else (default,)

    def read(self, subject: str, events: Iterable[ConsentEvent], noes: Sequence[No]) -> Said:
        """Return what a subject declared in `events`, its own in the order of effect.

        `noes` are those that count for the subject for good: they cancel what waits in their scope.
        """
        declarations: list[Declaration] = []
        waiting: dict[Position, Request] = {}
        confirmations: list[tuple[str, Position]] = []
        for event in events:
            if event.kind is EventKind.GRANT or event.status is ImportStatus.SUBSCRIBED:
                declarations.append(self._declaration(subject, event))
            elif event.kind is EventKind.GRANT_REQUESTED:
                waiting[event.position] = self._request(event)
            elif event.kind is EventKind.DOI_CONFIRMED:
                earlier = [no for no in noes if no.position < event.position]
                request = _confirmed(event, waiting.values(), earlier)
                if request is not None:
                    del waiting[request.event.position]
                    declarations.append(_confirmation(subject, event, request, earlier))
                    if request.challenge is not None:
                        confirmations.append((request.challenge, event.position))
        return Said(tuple(declarations), tuple(waiting.values()), tuple(confirmations))

    def _parts(self, event: ConsentEvent) -> frozenset[Key]:
        return frozenset(
            Key(controller, purpose, event.topic, channel, point)
            for controller, purpose, channel in product(event.controllers, event.purposes, event.channels)
            for point in self.contact_points(event, channel)
        )

    def _notice(self, event: ConsentEvent) -> str | None:
        if event.notice is not None:
            return event.notice
        purpose = self._policy.purposes.get(event.purposes[0])
        return self._texts.newest(purpose.notice if purpose else None, event.at)

    def _declaration(self, subject: str, event: ConsentEvent) -> Declaration:
        return Declaration(
            event=event,
            said=event,
            subject=subject,
            parts=self._parts(event),
            notice=self._notice(event),
            proof=event.proof or Proof.CLAIMED,
        )

    def _request(self, event: ConsentEvent) -> Request:
        challenge = self.contact_points(event, event.channels[0])
        return Request(
            event=event,
            parts=self._parts(event),
            challenge=challenge[0] if challenge else None,
            notice=self._notice(event),
            expires=add_days(event.at, self._policy.parameters.doi_ttl_days),
        )


def _confirmed(event: ConsentEvent, waiting: Iterable[Request], noes: Sequence[No]) -> Request | None:
    """Return the request that a confirmation confirms: the one it names, or the newest that still waits."""
    for request in sorted(waiting, key=lambda request: request.event.position, reverse=True):
        if event.request is not None and request.event.id != event.request:
            continue
        waits = event.at < request.expires and request.without(noes)
        here = not event.identifiers or request.challenge in event.identifiers
        if waits and here:
            return request if event.notice in (None, request.notice) else None
    return None


def _confirmation(subject: str, event: ConsentEvent, request: Request, noes: Sequence[No]) -> Declaration:
    return Declaration(
        event=event,
        said=request.event,
        subject=subject,
        parts=request.without(noes),
        notice=request.notice,
        proof=Proof.CONFIRMED,
    )
