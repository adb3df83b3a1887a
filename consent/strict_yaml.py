"""YAML as policies and cases need it: safe, no key twice in a mapping, and no number with a fraction."""

from collections.abc import Hashable

import yaml


class _StrictLoader(yaml.SafeLoader):
    """A safe loader that refuses a mapping with the same key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                line = key_node.start_mark.line + 1
                raise yaml.constructor.ConstructorError(None, None, f"line {line}: {key}: key stands twice")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# A version such as 2026.10 is a name; read as a number it would become 2026.1.
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:float"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str) -> object:
    """Return the one document in `text`; raise `ValueError` naming the line where it is not sound."""
    try:
        # The loader derives from SafeLoader: it builds plain values only.
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(" ".join(str(error).split())) from None
