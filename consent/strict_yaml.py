"""YAML as policies, schedules and cases need it: plain values, no key twice in a mapping, names as they are written."""

from collections.abc import Hashable

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


class _StrictLoader(yaml.SafeLoader):
    """A safe loader: it makes plain values and nothing else."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Return the mapping; raise NotStrictYaml for a key that is no single value, KeyTwice for one said twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise NotStrictYaml(_line(key.start_mark), "a key is no single value")
            # Whoever reads a mapping names its keys by their text: 1 and "1" are the same.
            name = str(self.construct_object(key))
            if name in seen:
                raise KeyTwice(_line(key.start_mark), f"{name}: key stands twice")
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _STAYS_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(text: str) -> object:
    """Return the mappings, lists, texts, whole numbers and truth values that `text` writes; raise NotStrictYaml."""
    try:
        # The loader derives from SafeLoader: it builds plain values only.
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except NotStrictYaml:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "not YAML"
        raise NotStrictYaml(_line(getattr(error, "problem_mark", None)), problem) from None


def _line(mark: yaml.Mark | None) -> str:
    return "text" if mark is None else f"line {mark.line + 1}"
