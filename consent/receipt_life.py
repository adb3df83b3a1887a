"""The life of a consent as its receipt tells it: the events that bear on what the receipt covers, oldest first."""

from collections.abc import Collection, Iterable

from consent.declarations import Declaration
from consent.event import ConsentEvent
from consent.noes import is_unsubscribed_row
from consent.periods import add_days
from consent.receipt_facts import RECEIPTED, Step
from consent.receipt_scope import Scope
from consent.view import View
from consent.vocabulary import EventKind, Proof, SignalEffect


class Life:
    """What one data subject, and whoever struck its consents down, said about the keys of a scope."""

    def __init__(self, subject: str, scope: Scope, view: View) -> None:
        self._view = view
        self._scope = scope
        declared = view.records.said(subject).declarations
        self._by_event = {declaration.event.id: declaration for declaration in declared}
        own = [event for event in view.timeline.of_subject(subject) if event.kind in RECEIPTED]
        struck = [event for event in view.timeline.of_kind(EventKind.INVALIDATE) if event.subject in (None, subject)]
        named = {event.id for event in own if self._bears_on(event)}
        self.events = tuple(
            event
            for event in sorted((*own, *struck), key=lambda event: event.position)
            if self._bears_on(event) or self._request_of(event) in named
        )

    def step(self, event: ConsentEvent, *, entry_id: str, evidence: Iterable[str]) -> Step:
        """Return one of the events as a step of the life."""
        declaration = self._by_event.get(event.id)
        policy = self._view.policy
        waits = event.kind is EventKind.GRANT_REQUESTED
        return Step(
            event=event,
            entry_id=entry_id,
            proof=_proof(event, declaration),
            notice=self._view.texts.get(declaration.notice if declaration else None),
            waits_until=add_days(event.at, policy.parameters.doi_ttl_days) if waits else None,
            took_effect=event.kind is not EventKind.DOI_CONFIRMED or declaration is not None,
            acts_as=self._heard_as(event),
            evidence=tuple(dict.fromkeys(evidence)),
        )

    def _heard_as(self, event: ConsentEvent) -> SignalEffect | None:
        if event.kind is not EventKind.SIGNAL:
            return None
        known = self._view.policy.signals.get(event.name or "")
        return SignalEffect.OBJECT if known is None else known.acts_as

    def _request_of(self, event: ConsentEvent) -> str | None:
        """Return the id of the request that a confirmation is about."""
        if event.kind is not EventKind.DOI_CONFIRMED:
            return None
        declaration = self._by_event.get(event.id)
        return declaration.said.id if declaration is not None else event.request

    def _bears_on(self, event: ConsentEvent) -> bool:
        """Say whether an event speaks about one of the keys; what it leaves out means all."""
        if event.kind is EventKind.DOI_CONFIRMED:
            return False
        if event.kind is EventKind.INVALIDATE and not self._struck_text(event.notice):
            return False
        return any(
            key.controller in event.controllers
            and _meets(event.purposes, key.purpose)
            and _meets(event.channels, key.channel)
            and (key.contact_point is None or _meets(event.identifiers, key.contact_point))
            and (event.topic is None or key.topic is None or event.topic == key.topic)
            for key in self._scope.keys
        )

    def _struck_text(self, notice: str | None) -> bool:
        names = {name for ref in self._scope.notices for name in (ref, ref.partition("@")[0])}
        return notice is None or notice in names


def _meets(named: Collection[str], wanted: str) -> bool:
    return not named or wanted in named


def _proof(event: ConsentEvent, declaration: Declaration | None) -> Proof | None:
    if declaration is None or is_unsubscribed_row(event):
        return None
    return declaration.proof
