"""Saying no: what closes, for whom, and how far. A field that a no leaves out means *all*."""

from dataclasses import dataclass
from enum import StrEnum

from consent.event import ConsentEvent, Position
from consent.model import Key
from consent.policy_model import Policy, Suppression
from consent.vocabulary import (
    BlockList,
    EventKind,
    ImportStatus,
    PurposeClass,
    Reach,
    Reason,
    SignalEffect,
    YieldsTo,
)


class NoKind(StrEnum):
    """The kinds of noes, by what they are to the decision."""

    ERASED = "erased"
    DECEASED = "deceased"
    RESTRICTED = "restricted"
    SUPPRESSED = "suppressed"
    OBJECTED = "objected"
    OPTED_OUT = "opted_out"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LIFECYCLE = frozenset({NoKind.ERASED, NoKind.DECEASED, NoKind.RESTRICTED})
OWN_WORD = frozenset({NoKind.REFUSED, NoKind.WITHDRAWN})
ABOUT_CONSENT = OWN_WORD | {NoKind.OBJECTED}
"""The noes that the state of a consent looks at."""

CANCELLING = ABOUT_CONSENT | {NoKind.OPTED_OUT}
"""The noes after which a click on an old confirmation link comes too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """One no of one subject; `rule` and `cite` tell by what rule it closes.

    `position` is its place in the order of effect: that of the merge, where a no of another record binds.
    """

    kind: NoKind
    reason: Reason
    event: str
    subject: str | None
    position: Position
    rule: str
    cite: str | None
    controllers: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    topic: str | None = None
    channels: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    reach: Reach = Reach.MARKETING
    yields_to: YieldsTo = YieldsTo.LATER_CONSENT

    @property
    def is_ordinary(self) -> bool:
        """Say whether a consent has to be later than this no to carry."""
        return self.yields_to is YieldsTo.LATER_CONSENT

    def addresses(self, controller: str) -> bool:
        """Say whether the no was said to this controller."""
        return not self.controllers or controller in self.controllers

    def fits(self, key: Key) -> bool:
        """Say whether the scope of the no, apart from the controller, covers the key."""
        return (
            (not self.purposes or key.purpose in self.purposes)
            and (self.topic is None or self.topic == key.topic)
            and (not self.channels or key.channel in self.channels)
            and (not self.identifiers or key.contact_point in self.identifiers)
        )

    def reaches(self, purpose_class: PurposeClass) -> bool:
        """Say whether such a no speaks about purposes of a class.

        Nobody withdraws from a contract while it is performed, and a duty to answer is not stopped by a
        block list.
        """
        if purpose_class is PurposeClass.LEGAL:
            return self.kind in (NoKind.ERASED, NoKind.DECEASED)
        return purpose_class is not PurposeClass.TRANSACTIONAL or self.reach is Reach.ALL


_ACTS = {
    EventKind.REFUSE: SignalEffect.REFUSE,
    EventKind.WITHDRAW: SignalEffect.WITHDRAW,
    EventKind.OBJECT: SignalEffect.OBJECT,
}

_WORDS: dict[SignalEffect, tuple[NoKind, Reason, str, str]] = {
    SignalEffect.REFUSE: (NoKind.REFUSED, Reason.REFUSED, "own_word.refused", "GDPR Art. 4(11)"),
    SignalEffect.WITHDRAW: (NoKind.WITHDRAWN, Reason.WITHDRAWN, "own_word.withdrawn", "GDPR Art. 7(3)"),
    SignalEffect.OBJECT: (NoKind.OBJECTED, Reason.OBJECTION, "objection", "GDPR Art. 21(2), (3)"),
}

_ENDS: dict[EventKind, tuple[NoKind, Reason, str | None, YieldsTo]] = {
    EventKind.RESTRICT: (
        NoKind.RESTRICTED,
        Reason.RESTRICTED,
        "GDPR Art. 18(1), (2)",
        YieldsTo.LATER_CONSENT,
    ),
    EventKind.ERASE: (NoKind.ERASED, Reason.ERASED, "GDPR Art. 17", YieldsTo.NOTHING),
    EventKind.DECEASE: (NoKind.DECEASED, Reason.DECEASED, None, YieldsTo.NOTHING),
}


def no_of(event: ConsentEvent, policy: Policy) -> No | None:
    """Return the no that an event says, or None; rows of a file are read by `row_no`."""
    if event.kind in _ACTS:
        return _word(event, _ACTS[event.kind])
    if event.kind is EventKind.SIGNAL:
        return _signal(event, policy)
    if event.kind in _ENDS:
        kind, reason, cite, yields_to = _ENDS[event.kind]
        return No(
            kind=kind,
            reason=reason,
            event=event.id,
            subject=event.subject,
            position=event.position,
            rule=f"lifecycle.{kind}",
            cite=cite,
            # Death is a fact towards everybody; erasure and restriction are asked of one controller.
            controllers=() if kind is NoKind.DECEASED else event.controllers,
            reach=Reach.ALL,
            yields_to=yields_to,
        )
    return suppression_no(event, policy) if event.kind is EventKind.SUPPRESS else None


def _word(
    event: ConsentEvent,
    effect: SignalEffect,
    *,
    purposes: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
) -> No:
    kind, reason, rule, cite = _WORDS[effect]
    return No(
        kind=kind,
        reason=reason,
        event=event.id,
        subject=event.subject,
        position=event.position,
        rule=rule,
        cite=cite,
        controllers=event.controllers,
        purposes=event.purposes or purposes,
        topic=event.topic,
        channels=event.channels or channels,
        identifiers=event.identifiers,
    )


def _signal(event: ConsentEvent, policy: Policy) -> No:
    signal = policy.signals.get(event.name or "")
    if signal is None:
        # Somebody said no in a way that the policy does not know: heard as the strongest word there is.
        return _word(event, SignalEffect.OBJECT)
    if signal.reason is None:
        return _word(event, signal.acts_as, purposes=signal.purposes, channels=signal.channels)
    return No(
        kind=NoKind.OPTED_OUT,
        reason=signal.reason,
        event=event.id,
        subject=event.subject,
        position=event.position,
        rule=f"signals.{signal.id}",
        cite=signal.cite,
        controllers=event.controllers,
        purposes=event.purposes or signal.purposes,
        topic=event.topic,
        channels=event.channels or signal.channels,
        identifiers=event.identifiers,
    )


def suppression_no(event: ConsentEvent, policy: Policy) -> No:
    """Return the no of an entry on a block list."""
    block_list = event.reason or BlockList.LITIGATION
    rule = _rule_of(block_list, policy)
    return No(
        kind=NoKind.SUPPRESSED,
        reason=block_list.reason,
        event=event.id,
        subject=event.subject,
        position=event.position,
        rule=f"suppressions.{block_list}",
        cite=rule.cite,
        controllers=event.controllers,
        purposes=event.purposes,
        topic=event.topic,
        channels=event.channels or rule.channels,
        identifiers=event.identifiers,
        reach=rule.reach,
        yields_to=rule.yields_to,
    )


def erasure_entry(erasure: No, contact_point: str, policy: Policy) -> No:
    """Return the entry that an erasure leaves on a contact point the person held."""
    rule = _rule_of(BlockList.ERASURE, policy)
    return No(
        kind=NoKind.SUPPRESSED,
        reason=Reason.SUPPRESSED_ERASURE,
        event=erasure.event,
        subject=erasure.subject,
        position=erasure.position,
        rule=f"suppressions.{BlockList.ERASURE}",
        cite=rule.cite,
        controllers=erasure.controllers,
        channels=rule.channels,
        identifiers=(contact_point,),
        reach=rule.reach,
        yields_to=rule.yields_to,
    )


def _rule_of(block_list: BlockList, policy: Policy) -> Suppression:
    """Return how far a block list reaches. One that the policy does not know stops everything."""
    return policy.suppressions.get(block_list) or Suppression(
        id=block_list, reach=Reach.ALL, yields_to=YieldsTo.NOTHING
    )


def is_unsubscribed_row(event: ConsentEvent) -> bool:
    """Say whether an event is a row of a file that says `unsubscribed`."""
    return event.kind is EventKind.IMPORT_ROW and event.status is ImportStatus.UNSUBSCRIBED


def row_no(event: ConsentEvent, channel: str, contact_points: tuple[str, ...]) -> No:
    """Return the withdrawal that a row says: of exactly what it names, here for one of its channels."""
    kind, reason, rule, cite = _WORDS[SignalEffect.WITHDRAW]
    return No(
        kind=kind,
        reason=reason,
        event=event.id,
        subject=event.subject,
        position=event.position,
        rule=rule,
        cite=cite,
        controllers=event.controllers,
        purposes=event.purposes,
        topic=event.topic,
        channels=(channel,),
        identifiers=contact_points,
    )
