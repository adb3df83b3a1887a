"""On which line of its file a place of the policy stands, such as `packs.DE.rules.live_call.cite`."""

import yaml

from consent.errors import PolicyError

PLACE_ENDS = ": "


def with_line(error: PolicyError, root: yaml.Node | None) -> PolicyError:
    """Return a refusal with the line of the place that it names; where there is none, the refusal as it is.

    What is missing has no line of its own: it gets that of the nearest thing around it.
    """
    place, _, _ = str(error).partition(PLACE_ENDS)
    line = line_of(place, root)
    return error if line is None else type(error)(f"line {line}: {error}")


def line_of(place: str, root: yaml.Node | None) -> int | None:
    """Return the line, from 1, of the innermost part of a place that stands in the text; None if no part does."""
    node, line = root, None
    for part in place.split("."):
        found = _inside(node, part)
        if found is None:
            break
        named, node = found
        line = named.start_mark.line + 1
    return line


def _inside(node: yaml.Node | None, part: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return what names a part, and the part itself: the value of a key, or an item of a list.

    An item is named by its number or, a rule of a pack, by a class of channels that it is for.
    """
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            if part == str(number) or part in _is_for(item):
                return item, item
    return None


def _is_for(item: yaml.Node) -> list[str]:
    found = _inside(item, "for") if isinstance(item, yaml.MappingNode) else None
    if found is None or not isinstance(found[1], yaml.SequenceNode):
        return []
    return [name.value for name in found[1].value if isinstance(name, yaml.ScalarNode)]
