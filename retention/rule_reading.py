"""Reading of rules from a schedule document: the three forms, and nothing between them (part B.3)."""

from collections.abc import Mapping

from retention.document import Node
from retention.errors import RuleWithoutClass, TwoForms, UnknownClass, VersionsOutOfOrder
from retention.rules import ClassRule, DeletionClass, EarliestRule, Pick, Rule, Version, VersionedRule

NO_CLASS = "this rule names no deletion class"


def read_rule(node: Node, classes: Mapping[str, DeletionClass]) -> Rule:
    """Return the rule that stands at `node`.

    Raises RuleWithoutClass and UnknownClass, TwoForms for a mapping that mixes forms, VersionsOutOfOrder, and the
    errors of the document for anything else.
    """
    if isinstance(node.value, str):
        return _read_class_rule(node, {}, _class_named(node, classes))
    if isinstance(node.value, list | tuple):
        rules = tuple(read_rule(each, classes) for each in node.items())
        if not rules:
            raise RuleWithoutClass(node.place, NO_CLASS)
        return EarliestRule(rules)
    if not isinstance(node.value, Mapping):
        raise RuleWithoutClass(node.place, NO_CLASS)
    if "versions" not in node.value:
        return _read_class_mapping(node, classes)
    if node.value.keys() & {"class", "after", "pick"}:
        raise TwoForms(node.place, "a rule has versions or a class, not both")
    return _read_versions(node.fields(["versions"])["versions"], classes)


def _class_named(node: Node, classes: Mapping[str, DeletionClass]) -> DeletionClass:
    found = classes.get(node.text())
    if found is None:
        raise UnknownClass(node.place, "there is no deletion class of this name")
    return found


def _read_class_mapping(node: Node, classes: Mapping[str, DeletionClass]) -> ClassRule:
    entries = node.entries()
    if "class" not in entries or entries["class"].value is None:
        raise RuleWithoutClass(node.place, NO_CLASS)
    return _read_class_rule(node, node.fields(["class", "after", "pick"]), _class_named(entries["class"], classes))


def _read_class_rule(node: Node, fields: Mapping[str, Node], named: DeletionClass) -> ClassRule:
    return ClassRule(
        deletion_class=named,
        after=event_names(fields["after"]) if "after" in fields else named.start.events,
        pick=fields["pick"].choice(Pick) if "pick" in fields else named.start.pick,
    )


def event_names(node: Node) -> tuple[str, ...]:
    """Return the one event, or the several, that `node` names; raise Malformed if it names none."""
    return node.texts() or (node.text(),)


def _read_versions(node: Node, classes: Mapping[str, DeletionClass]) -> VersionedRule:
    versions = tuple(_read_version(each, classes) for each in node.items())
    if not versions:
        raise RuleWithoutClass(node.place, NO_CLASS)
    first, *later = (version.begins for version in versions)
    begins = [day for day in later if day is not None]
    if first is not None or len(begins) < len(later) or begins != sorted(set(begins)):
        raise VersionsOutOfOrder(node.place, "each version but the first begins on a later day than the one before")
    return VersionedRule(versions)


def _read_version(node: Node, classes: Mapping[str, DeletionClass]) -> Version:
    fields = node.fields(["rule", "from", "source"])
    if "rule" not in fields:
        raise RuleWithoutClass(node.place, NO_CLASS)
    return Version(
        rule=read_rule(fields["rule"], classes),
        begins=fields["from"].day() if "from" in fields else None,
        source=fields["source"].text() if "source" in fields else None,
    )
