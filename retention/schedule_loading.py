"""Loading of a retention schedule: strict, for a schedule with a defect is not loaded (part B.3)."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from retention.calendar import parse_period, zone_named
from retention.document import Node, read_document
from retention.errors import Malformed, RuleWithoutClass, TwoForms, UnknownStartType
from retention.merge_patch import merge_patch
from retention.rule_reading import NO_CLASS, event_names, read_rule
from retention.rules import DeletionClass, Pick, Rule, StartType, class_rules
from retention.schedule import (
    Basis,
    Category,
    Effect,
    Obligation,
    Platform,
    Purpose,
    Schedule,
    Selector,
    WhileOpen,
)
from retention.schedule_lint import (
    refuse_categories_without_limit,
    refuse_circles,
    refuse_longer_without_source,
    refuse_obligations_without_source,
    refuse_selecting_nothing,
    refuse_unknown_purposes,
)

SECTIONS = ("start_types", "classes", "obligations", "purposes", "categories", "platforms")
YEAR_END = "year_end"

Part = TypeVar("Part")


def load_schedule(text: str) -> Schedule:
    """Return the schedule that a YAML text describes.

    Raises a DocumentError with the code and the place of the first defect: those of part B.3, unknown and
    duplicate keys, and values of the wrong shape; raises UnknownZone for a zone that does not exist.
    """
    return build_schedule(read_document(text))


def patched(schedule: Schedule, rules: object) -> Schedule:
    """Return the schedule with `rules` applied as a JSON Merge Patch; raise as `load_schedule` does."""
    return build_schedule(merge_patch(schedule.document, rules)) if rules else schedule


def build_schedule(document: object) -> Schedule:
    """Return the schedule that the plain data of a document describe; raise as `load_schedule` does."""
    root = Node(document, "")
    parts = root.fields(["edition", "controller", "zone", *SECTIONS])
    sections = {name: parts[name].entries() if name in parts else {} for name in SECTIONS}
    purposes = _each(sections["purposes"], _read_purpose)
    start_types = _each(sections["start_types"], _read_start_type)
    classes = _each(sections["classes"], lambda name, node: _read_class(name, node, start_types))
    platforms = _each(sections["platforms"], _read_platform)
    # Names are checked before rules are read, and all rules before periods are compared: so the code reported
    # does not depend on the order in which a schedule lists its parts.
    refuse_categories_without_limit(sections["categories"])
    refuse_unknown_purposes(sections["categories"], purposes)
    refuse_obligations_without_source(sections["obligations"])
    refuse_selecting_nothing(sections["obligations"], sections["categories"])
    categories = _each(sections["categories"], lambda name, node: _read_category(name, node, classes))
    obligations = _each(sections["obligations"], lambda name, node: _read_obligation(name, node, classes))
    for category in categories.values():
        for purpose, rule in category.limits.items():
            refuse_longer_without_source(rule, f"categories.{category.name}.limits.{purpose}")
    refuse_circles(obligations)
    return Schedule(
        edition=parts["edition"].text() if "edition" in parts else "",
        controller=parts["controller"].text() if "controller" in parts else "",
        zone=zone_named(root.required(parts, "zone").text()),
        start_types=start_types,
        classes=classes,
        obligations=obligations,
        purposes=purposes,
        categories=categories,
        platforms=platforms,
        events=_event_names(start_types.values(), obligations.values(), categories.values()),
        document=dict(document) if isinstance(document, Mapping) else {},
    )


def _each(section: Mapping[str, Node], read: Callable[[str, Node], Part]) -> dict[str, Part]:
    return {name: read(name, node) for name, node in section.items()}


def _read_purpose(name: str, node: Node) -> Purpose:
    fields = node.fields(["basis", "marketing"])
    return Purpose(
        name=name,
        basis=node.required(fields, "basis").choice(Basis),
        marketing=fields["marketing"].flag() if "marketing" in fields else False,
    )


def _read_start_type(name: str, node: Node) -> StartType:
    fields = node.fields(["event", "pick"])
    events = event_names(node.required(fields, "event"))
    return StartType(name=name, events=events, pick=node.required(fields, "pick").choice(Pick))


def _read_class(name: str, node: Node, start_types: Mapping[str, StartType]) -> DeletionClass:
    fields = node.fields(["start", "period", "anchor"])
    start = node.required(fields, "start")
    if start.text() not in start_types:
        raise UnknownStartType(start.place, "there is no start type of this name")
    period = node.required(fields, "period")
    parsed = parse_period(period.text())
    if parsed is None:
        raise Malformed(period.place, "a period is a number of days, months or years such as 30d, 6m or 8y")
    if "anchor" in fields and fields["anchor"].text() != YEAR_END:
        raise Malformed(fields["anchor"].place, f"the only anchor is {YEAR_END}")
    return DeletionClass(name, start_types[start.text()], parsed, to_year_end="anchor" in fields)


def _read_platform(name: str, node: Node) -> Platform:
    fields = node.fields(["source", "signals"])
    signals = node.required(fields, "signals").entries()
    return Platform(
        name=name,
        source=node.required(fields, "source").text(),
        signals={signal: effect.choice(Effect) for signal, effect in signals.items()},
    )


def _read_category(name: str, node: Node, classes: Mapping[str, DeletionClass]) -> Category:
    fields = node.fields(["geo", "limits"])
    limits = node.required(fields, "limits").entries()
    return Category(
        name=name,
        limits={purpose: read_rule(rule, classes) for purpose, rule in limits.items()},
        geo=fields["geo"].flag() if "geo" in fields else False,
    )


def _read_obligation(name: str, node: Node, classes: Mapping[str, DeletionClass]) -> Obligation:
    fields = node.fields(["source", "for", "keep", "while", "replaces"])
    if "keep" in fields and "while" in fields:
        raise TwoForms(node.place, "an obligation has keep or while, not both")
    if "while" in fields:
        keep: Rule | WhileOpen = _read_while(fields["while"])
    elif "keep" in fields:
        keep = read_rule(fields["keep"], classes)
    else:
        raise RuleWithoutClass(node.place, NO_CLASS)
    return Obligation(
        name=name,
        source=node.required(fields, "source").text(),
        selectors=tuple(_read_selector(each) for each in node.required(fields, "for").one_or_more()),
        keep=keep,
        replaces=frozenset(fields["replaces"].texts() if "replaces" in fields else ()),
    )


def _read_while(node: Node) -> WhileOpen:
    events = tuple(each.text() for each in node.items())
    if len(events) != 2:
        raise Malformed(node.place, "while names two events, the one that opens and the one that closes")
    return WhileOpen(*events)


def _read_selector(node: Node) -> Selector:
    entries = node.entries()
    return Selector(
        categories=frozenset(entries.pop("category").texts()),
        attributes={name: value.scalar() for name, value in entries.items()},
    )


def _event_names(
    start_types: Iterable[StartType], obligations: Iterable[Obligation], categories: Iterable[Category]
) -> frozenset[str]:
    names = {event for start in start_types for event in start.events}
    rules = [rule for category in categories for rule in category.limits.values()]
    for obligation in obligations:
        if isinstance(obligation.keep, WhileOpen):
            names |= {obligation.keep.opened, obligation.keep.closed}
        else:
            rules.append(obligation.keep)
    return frozenset(names.union(*(each.after for rule in rules for each in class_rules(rule))))
