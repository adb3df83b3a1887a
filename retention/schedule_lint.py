"""Defects of a retention schedule: what each part says is sound only together with the others (part B.3).

A function raises at the first defect that it finds, and names the place.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

from retention.document import Node
from retention.errors import (
    CategoryWithoutLimit,
    LongerWithoutSource,
    ObligationWithoutSource,
    ReplacesInCircle,
    SelectsNothing,
    UnknownPurpose,
)
from retention.rules import EarliestRule, Rule, VersionedRule, class_rules
from retention.schedule import Obligation, Purpose

# Periods in days, months and years are compared by the days that they take from here.
NEW_YEAR_OF_A_COMMON_YEAR = date(2025, 1, 1)


def refuse_categories_without_limit(categories: Mapping[str, Node]) -> None:
    """Raise CategoryWithoutLimit for a category whose data could be used for ever."""
    for category in categories.values():
        limits = category.entries().get("limits")
        if limits is None or not limits.value:
            raise CategoryWithoutLimit(category.place, "this category has no limit")


def refuse_unknown_purposes(categories: Mapping[str, Node], purposes: Mapping[str, Purpose]) -> None:
    """Raise UnknownPurpose for a limit of a purpose that is not declared."""
    for category in categories.values():
        for name, limit in category.entries()["limits"].entries().items():
            if name not in purposes:
                raise UnknownPurpose(limit.place, "this purpose is not declared")


def refuse_obligations_without_source(obligations: Mapping[str, Node]) -> None:
    """Raise ObligationWithoutSource where nobody says which law demands to keep."""
    for obligation in obligations.values():
        source = obligation.entries().get("source")
        if source is None or source.value is None or not str(source.value).strip():
            raise ObligationWithoutSource(obligation.place, "no law is named that demands this")


def refuse_selecting_nothing(obligations: Mapping[str, Node], categories: Mapping[str, Node]) -> None:
    """Raise SelectsNothing for an obligation that concerns no category, an unknown one, or replaces nothing."""
    for obligation in obligations.values():
        entries = obligation.entries()
        selectors = entries["for"].one_or_more() if "for" in entries else ()
        if not selectors:
            raise SelectsNothing(obligation.place, "this obligation is for no data")
        for selector in selectors:
            named = selector.entries().get("category")
            if named is None or not named.texts() or not categories.keys() >= set(named.texts()):
                raise SelectsNothing(selector.place, "this obligation is for a category that does not exist")
        replaced = entries.get("replaces")
        if replaced is not None and replaced.value is not None and not obligations.keys() >= set(replaced.texts()):
            raise SelectsNothing(replaced.place, "this obligation replaces one that does not exist")


def refuse_longer_without_source(rule: Rule, place: str) -> None:
    """Raise LongerWithoutSource if a version inside the limit is longer than the one before and has no source."""
    for versioned in _versioned_rules(rule):
        for before, after in zip(versioned.versions, versioned.versions[1:], strict=False):
            if _longest(after.rule) > _longest(before.rule) and after.source is None:
                raise LongerWithoutSource(place, f"the version from {after.begins} is longer and names no source")


def _versioned_rules(rule: Rule) -> Iterator[VersionedRule]:
    if isinstance(rule, VersionedRule):
        yield rule
        for version in rule.versions:
            yield from _versioned_rules(version.rule)
    elif isinstance(rule, EarliestRule):
        for each in rule.rules:
            yield from _versioned_rules(each)


def _longest(rule: Rule) -> timedelta:
    start = NEW_YEAR_OF_A_COMMON_YEAR
    return max(each.deletion_class.last_day(start) - start for each in class_rules(rule))


def refuse_circles(obligations: Mapping[str, Obligation]) -> None:
    """Raise ReplacesInCircle if obligations switch each other off, so that none would keep the data."""
    graph = {name: obligation.replaces for name, obligation in obligations.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise ReplacesInCircle("obligations", "some of these replace each other") from error
