"""Contact points over time: who holds one, who held it before, whether control is proved, what bounced."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from consent.event import ConsentEvent, Position
from consent.model import Identifier
from consent.vocabulary import BounceKind, EventKind

_NEW_HOLDER = (EventKind.IDENTIFIER_ADDED, EventKind.IDENTIFIER_RECYCLED)


@dataclass(slots=True)
class ContactPoint:
    """One contact point as it stands: its holders in the order in which they came to hold it.

    `stages` tells from when on which holders held it (None: from the start); `hard_bounces` names the
    failed deliveries that are not forgotten.
    """

    id: str
    holders: tuple[str, ...]
    verified: bool
    hard_bounces: tuple[str, ...] = ()
    stages: list[tuple[Position | None, tuple[str, ...]]] = field(default_factory=list)

    @property
    def ever_holders(self) -> tuple[str, ...]:
        """Return everybody who ever held it, the first first."""
        return tuple(dict.fromkeys(holder for _, holders in self.stages for holder in holders))

    @property
    def former_holders(self) -> tuple[str, ...]:
        """Return those who held it and do not now."""
        return tuple(holder for holder in self.ever_holders if holder not in self.holders)

    def held_by(self, subject: str, position: Position) -> bool:
        """Say whether the subject held it when what stands at `position` happened."""
        holding: tuple[str, ...] = ()
        for start, holders in self.stages:
            if start is not None and start > position:
                break
            holding = holders
        return subject in holding

    def _pass_to(self, holders: tuple[str, ...], position: Position) -> None:
        self.holders = holders
        self.stages.append((position, holders))

    def _take_in(self, event: ConsentEvent) -> None:
        """Apply one event that names this contact point."""
        subject = event.subject or ""
        if event.kind in _NEW_HOLDER:
            self._pass_to((subject,), event.position)
            self.verified = bool(event.verified)
            self.hard_bounces = ()
        elif event.kind is EventKind.IDENTIFIER_SHARED:
            if subject not in self.holders:
                self._pass_to((*self.holders, subject), event.position)
        elif event.kind is EventKind.IDENTIFIER_CHANGED:
            if event.to == self.id:
                self._pass_to((subject,), event.position)
            else:
                others = tuple(holder for holder in self.holders if holder != subject)
                self._pass_to(others, event.position)
        elif event.kind is EventKind.IDENTIFIER_VERIFIED:
            self._verify()
        elif event.kind is EventKind.BOUNCE and event.bounce is BounceKind.HARD:
            self.hard_bounces = (*self.hard_bounces, event.id)

    def _verify(self) -> None:
        self.verified = True
        self.hard_bounces = ()


def contact_point(
    identifier: Identifier, events: Iterable[ConsentEvent], confirmations: Iterable[Position]
) -> ContactPoint:
    """Return a contact point after `events` that name it and `confirmations` of requests made at it.

    A confirmation proves control as a verification does: failures before it are forgotten.
    """
    holders = () if identifier.holder is None else (identifier.holder,)
    point = ContactPoint(identifier.id, holders, identifier.verified, stages=[(None, holders)])
    confirmed = sorted(confirmations)
    for event in events:
        while confirmed and confirmed[0] < event.position:
            point._verify()
            confirmed.pop(0)
        point._take_in(event)
    if confirmed:
        point._verify()
    return point
