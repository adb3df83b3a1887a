"""Rules of a retention schedule: when does something end? Part B.3; deletion classes are those of DIN 66398.

A rule has one of three forms: the period of a deletion class, the earliest end of several rules, or versions that
follow each other as the law or the house changes. A period whose start event has not occurred has no end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from retention.calendar import Period, first_instant, first_instant_after, local_day, year_end

Occurrences = Mapping[str, tuple[datetime, ...]]
"""When each event is known to have occurred to a datum, by the name of the event."""


class Pick(StrEnum):
    """Which occurrence starts a period if there are several; `latest` restarts it at every event."""

    EARLIEST = "earliest"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class StartType:
    """An abstract start of periods: the events that start it by default, and which of them to pick."""

    name: str
    events: tuple[str, ...]
    pick: Pick


@dataclass(frozen=True, slots=True)
class DeletionClass:
    """A start type times a standard period; with `to_year_end` the last day moves to 31 December of its year."""

    name: str
    start: StartType
    period: Period
    to_year_end: bool = False

    def last_day(self, start: date) -> date:
        """Return the last day of the class's period if it starts on `start`."""
        last = self.period.last_day(start)
        return year_end(last) if self.to_year_end else last


@dataclass(frozen=True, slots=True)
class ClassRule:
    """Ends when the period of a class is over that one of the events `after` has started."""

    deletion_class: DeletionClass
    after: tuple[str, ...]
    pick: Pick


@dataclass(frozen=True, slots=True)
class EarliestRule:
    """Ends when the first of its rules ends."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A rule in force since the local day `begins`; the first version of a rule has none."""

    rule: "Rule"
    begins: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class VersionedRule:
    """Ends as the version in force has it; versions are listed in order of time."""

    versions: tuple[Version, ...]


Rule = ClassRule | EarliestRule | VersionedRule


def end_of(rule: Rule, occurrences: Occurrences, zone: ZoneInfo) -> datetime | None:
    """Return the instant at which `rule` ends for a datum to which these events occurred, None without end."""
    match rule:
        case ClassRule():
            return _end_of_class(rule, occurrences, zone)
        case EarliestRule(rules):
            ends = [end_of(each, occurrences, zone) for each in rules]
            return min((end for end in ends if end is not None), default=None)
        case VersionedRule():
            return _end_of_versions(rule, occurrences, zone)


def _end_of_class(rule: ClassRule, occurrences: Occurrences, zone: ZoneInfo) -> datetime | None:
    starts = [at for event in rule.after for at in occurrences.get(event, ())]
    if not starts:
        return None
    start = min(starts) if rule.pick is Pick.EARLIEST else max(starts)
    return first_instant_after(rule.deletion_class.last_day(local_day(start, zone)), zone)


def _end_of_versions(rule: VersionedRule, occurrences: Occurrences, zone: ZoneInfo) -> datetime | None:
    # A period that lapsed under a version is not revived by the next; one that still runs when the next version
    # begins is judged by that version, but cannot have ended before it began.
    floor: datetime | None = None
    for version, successor in zip(rule.versions, (*rule.versions[1:], None), strict=True):
        end = end_of(version.rule, occurrences, zone)
        if end is not None and floor is not None:
            end = max(end, floor)
        if successor is None or successor.begins is None:
            return end
        floor = first_instant(successor.begins, zone)
        if end is not None and end <= floor:
            return end
    return None


def class_rules(rule: Rule) -> Iterator[ClassRule]:
    """Yield the rules of the first form that `rule` is made of."""
    match rule:
        case ClassRule():
            yield rule
        case EarliestRule(rules):
            for each in rules:
                yield from class_rules(each)
        case VersionedRule(versions):
            for version in versions:
                yield from class_rules(version.rule)
