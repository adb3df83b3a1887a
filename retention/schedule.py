"""The retention schedule as a value: what must be kept at least, and what may be used at most (part B.3).

`retention.schedule_loading.load_schedule` makes it from text and refuses every defect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from retention.errors import Unclassified
from retention.model import Attribute, Datum
from retention.rules import DeletionClass, Rule, StartType


class Basis(StrEnum):
    """The legal basis of a purpose, as far as ends depend on it (GDPR Art. 6(1))."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"
    LEGAL_OBLIGATION = "legal_obligation"


class Effect(StrEnum):
    """What the signal of a platform means for data."""

    DESTROY = "destroy"
    DESTROY_GEO = "destroy_geo"
    BLOCK = "block"
    UNBLOCK = "unblock"
    OPEN_REQUEST = "open_request"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What data are used for, and on which basis."""

    name: str
    basis: Basis
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of data with the purposes that it can serve and the limit of each (MAX)."""

    name: str
    limits: Mapping[str, Rule]
    geo: bool = False


@dataclass(frozen=True, slots=True)
class Selector:
    """Selects data of some categories whose attributes have these values."""

    categories: frozenset[str]
    attributes: Mapping[str, Attribute]

    def matches(self, datum: Datum) -> bool:
        """Say whether the datum is selected; an attribute that it lacks counts as false."""
        return datum.category in self.categories and all(
            _same(datum.attributes.get(name, False), value) for name, value in self.attributes.items()
        )


def _same(one: Attribute, other: Attribute) -> bool:
    # Python holds True and 1 for equal, a schedule does not.
    return isinstance(one, bool) is isinstance(other, bool) and one == other


@dataclass(frozen=True, slots=True)
class WhileOpen:
    """Keeps a datum from its last event `opened` until an event `closed` that is not earlier."""

    opened: str
    closed: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a statute demands to keep (MIN), for the data that any of the selectors matches."""

    name: str
    source: str
    selectors: tuple[Selector, ...]
    keep: Rule | WhileOpen
    replaces: frozenset[str] = frozenset()

    def matches(self, datum: Datum) -> bool:
        """Say whether the obligation is for this datum."""
        return any(selector.matches(datum) for selector in self.selectors)


@dataclass(frozen=True, slots=True)
class Platform:
    """The signals of one platform and the terms from which they follow."""

    name: str
    source: str
    signals: Mapping[str, Effect]


@dataclass(frozen=True, slots=True)
class Schedule:
    """One edition of a controller's retention schedule, free of defects.

    `document` is the plain data from which it was made, for changes by merge patch; `events` are the names of
    all events that its rules know.
    """

    edition: str
    controller: str
    zone: ZoneInfo
    start_types: Mapping[str, StartType]
    classes: Mapping[str, DeletionClass]
    obligations: Mapping[str, Obligation]
    purposes: Mapping[str, Purpose]
    categories: Mapping[str, Category]
    platforms: Mapping[str, Platform]
    events: frozenset[str]
    document: Mapping[str, object] = field(repr=False, compare=False)

    def obligations_for(self, datum: Datum) -> tuple[Obligation, ...]:
        """Return the obligations that count for the datum: all that match but those that another one replaces."""
        matching = [obligation for obligation in self.obligations.values() if obligation.matches(datum)]
        replaced = {name for obligation in matching for name in obligation.replaces - {obligation.name}}
        return tuple(obligation for obligation in matching if obligation.name not in replaced)

    def purposes_of(self, datum: Datum) -> tuple[Purpose, ...]:
        """Return the purposes that the datum serves: those it was collected for, or all that need no consent.

        Raises Unclassified if the category is unknown, if there is no purpose, or one that the category lacks.
        """
        category = self.categories.get(datum.category)
        if category is None:
            raise Unclassified("the schedule does not know the category of the datum")
        if datum.purposes is None:
            served = [name for name in category.limits if self.purposes[name].basis is not Basis.CONSENT]
        else:
            served = [name for name in category.limits if name in datum.purposes]
            if datum.purposes - category.limits.keys():
                raise Unclassified("the datum names a purpose that its category does not have")
        if not served:
            raise Unclassified("the datum serves no purpose")
        return tuple(self.purposes[name] for name in served)

    def effect(self, platform: str, signal: str) -> Effect | None:
        """Return what a signal of a platform means for data, None if the schedule does not know it."""
        known = self.platforms.get(platform)
        return None if known is None else known.signals.get(signal)
