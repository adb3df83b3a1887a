"""YAML as plain data, read strictly: no key twice, no key but text, dates as the text that was written."""

import yaml

from retention.errors import DuplicateKey, Malformed, Unreadable

TEXT_TAG = "tag:yaml.org,2002:str"
TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


def load_yaml(text: str) -> object:
    """Return the mappings, lists and scalars that `text` writes.

    Raises Unreadable for text that is no YAML, DuplicateKey and Malformed for keys said twice or not text.
    """
    try:
        # The loader derives from PyYAML's safe one: it makes plain data and nothing else.
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(_line(mark), "this is no YAML") from error


class _StrictLoader(yaml.SafeLoader):
    """Makes plain data; a date stays text, so that an unquoted day means the same as a quoted one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            _refuse_key(key, seen)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != TIMESTAMP_TAG]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _refuse_key(key: yaml.Node, seen: set[str]) -> None:
    if key.tag != TEXT_TAG or not isinstance(key, yaml.ScalarNode):
        raise Malformed(_line(key.start_mark), "a key is not text")
    if key.value in seen:
        raise DuplicateKey(_line(key.start_mark), f"the key {key.value!r} stands twice in one mapping")
    seen.add(key.value)


def _line(mark: yaml.Mark | None) -> str:
    return "text" if mark is None else f"line {mark.line + 1}"
