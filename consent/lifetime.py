"""How long a yes lives: the end it names, the end its notice promises, and the sleep of what nobody uses."""

from dataclasses import dataclass
from datetime import datetime

from consent.declarations import Declaration
from consent.event import ConsentEvent, Position
from consent.matter import Matter
from consent.notices import NoticeVersion
from consent.periods import add_months, end_of_next_year
from consent.vocabulary import ConsentEnd, EventKind, SaleKind


@dataclass(slots=True)
class Lifetime:
    """When a yes ends and from when it sleeps; None is never. All instants are excluded from the life."""

    valid_until: datetime | None
    promised_end: datetime | None
    sleeps_from: datetime | None

    def is_over(self, instant: datetime) -> bool:
        """Say whether the yes had ended or fallen asleep by an instant."""
        ends = (self.valid_until, self.promised_end, self.sleeps_from)
        return any(end is not None and end <= instant for end in ends)


def lifetime(governing: Declaration, version: NoticeVersion | None, matter: Matter) -> Lifetime:
    """Follow a yes through its uses and renewals; one that comes too late no longer helps."""
    parameters = matter.policy.parameters
    dormancy = matter.rule.dormancy
    first_end = add_months(governing.at, parameters.first_use_months) if dormancy else None
    life = Lifetime(governing.said.valid_until, None, first_end)
    for event in _signs_of_life(governing, matter):
        life.promised_end = _promised_end(version, matter, event.position)
        if event.kind is EventKind.USE:
            if life.sleeps_from is not None and event.at < life.sleeps_from:
                life.sleeps_from = add_months(event.at, parameters.dormancy_months)
        elif not life.is_over(event.at):
            life.valid_until = event.valid_until or life.valid_until
            if dormancy:
                life.sleeps_from = add_months(event.at, parameters.first_use_months)
    life.promised_end = _promised_end(version, matter, None)
    return life


def _signs_of_life(governing: Declaration, matter: Matter) -> list[ConsentEvent]:
    """Return the uses and renewals since the yes; a use at the very instant of either one counts after it."""
    uses = [event for event in uses_of(matter) if event.at >= governing.at]
    renewals = [
        event for event in matter.record.renewals if event.position > governing.position and concerns(event, matter)
    ]
    return sorted((*uses, *renewals), key=lambda event: (event.at, event.kind is EventKind.USE, event.position))


def uses_of(matter: Matter) -> tuple[ConsentEvent, ...]:
    """Return the uses of the key, whatever the topic, by the holder's own record."""
    return tuple(event for event in matter.record.of_kind(EventKind.USE) if concerns(event, matter))


def concerns(event: ConsentEvent, matter: Matter) -> bool:
    """Say whether a use or a renewal is one of the key, whatever the topic."""
    key = matter.key
    return (
        key.controller in event.controllers
        and key.purpose in event.purposes
        and key.channel in event.channels
        and key.contact_point in matter.view.reader.contact_points(event, key.channel)
    )


def _promised_end(version: NoticeVersion | None, matter: Matter, before: Position | None) -> datetime | None:
    """Return the end of the (UTC) year after the one in which the contract ended, unless it began anew."""
    if version is None or version.consent_ends is not ConsentEnd.YEAR_AFTER_CONTRACT:
        return None
    end: datetime | None = None
    for event in matter.record.of_kind(EventKind.SALE, EventKind.CONTRACT_END):
        if before is not None and event.position > before:
            break
        if matter.key.controller not in event.controllers:
            continue
        if event.kind is EventKind.CONTRACT_END:
            end = end_of_next_year(event.at)
        elif event.sale is SaleKind.CONTRACT:
            end = None
    return end
