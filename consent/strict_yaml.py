"""YAML as policies, schedules and cases need it: plain values, no key twice in a mapping, names as they are written."""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

import yaml

# A version such as 2026.10 is a name; read as a number it would become 2026.1. Days stay text as well, so that an
# unquoted one means the same as a quoted one.
_STAYS_TEXT = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")


class NotStrictYaml(ValueError):
    """A text is not YAML as it is read here; `place` says where, such as `line 3`."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place = place


class KeyTwice(NotStrictYaml):
    """A mapping says the same key twice; which one was meant, nobody knows."""


class _Twice(Exception):
    """A mapping says the same key at `first` and at `again`."""

    def __init__(self, first: yaml.Node, again: yaml.Node) -> None:
        super().__init__()
        self.first = first
        self.again = again


class _StrictLoader(yaml.SafeLoader):
    """A safe loader: it makes plain values and nothing else."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Return the mapping; raise NotStrictYaml for a key that is no name, _Twice for one said twice."""
        seen: dict[str, yaml.Node] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise NotStrictYaml(_line(key.start_mark), "a key is no single value")
            read = self.construct_object(key)
            if read is None or isinstance(read, bool):
                # A country such as NO would be lost.
                raise NotStrictYaml(_line(key.start_mark), f"{key.value}: read as {read}; a key like this needs quotes")
            # Whoever reads a mapping names its keys by their text: 1 and "1" are the same.
            first = seen.setdefault(str(read), key)
            if first is not key:
                raise _Twice(first, key)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _STAYS_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Written(NamedTuple):
    """What a text says, and the tree of YAML in which it stands, None for a text that says nothing."""

    value: object
    root: yaml.Node | None


def load_yaml(text: str) -> object:
    """Return the mappings, lists, texts, whole numbers and truth values that `text` writes; raise NotStrictYaml."""
    return read_yaml(text).value


def read_yaml(text: str) -> Written:
    """Return what `load_yaml` returns, and the tree that tells on which line each part of it stands."""
    root: yaml.Node | None = None
    try:
        loader = _StrictLoader(text)
        try:
            root = loader.get_single_node()
            return Written(None if root is None else loader.construct_document(root), root)
        finally:
            loader.dispose()
    except NotStrictYaml:
        raise
    except _Twice as twice:
        path = next(path for path, key in _keys(root) if key is twice.again)
        what = f"{path}: key stands twice, first on {_line(twice.first.start_mark)}"
        raise KeyTwice(_line(twice.again.start_mark), what) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "not YAML"
        raise NotStrictYaml(_line(getattr(error, "problem_mark", None)), problem) from None


def _keys(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Give every key of every mapping with its place, such as `purposes.newsletter.notice`."""
    waiting: list[tuple[str, yaml.Node | None]] = [("", root)]
    seen: set[int] = set()
    while waiting:
        place, node = waiting.pop()
        if node is None or id(node) in seen:
            continue  # an alias leads back to what was looked at
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = f"{place}.{key.value}".removeprefix(".")
                yield inner, key
                waiting.append((inner, value))
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(f"{place}.{number}".removeprefix("."), item) for number, item in enumerate(node.value)]


def _line(mark: yaml.Mark | None) -> str:
    return "text" if mark is None else f"line {mark.line + 1}"
