"""Looking into JSON that may have any shape: what is not there is None."""

from collections.abc import Iterator

from pii.errors import UnreadableItem
from pii.model import Json, RejectReason
from pii.payload import identifier


def get(node: Json, *steps: str | int) -> Json:
    """Return what stands below `node` at these keys and indexes, or None."""
    for step in steps:
        if isinstance(step, str) and isinstance(node, dict):
            node = node.get(step)
        elif isinstance(step, int) and isinstance(node, list) and 0 <= step < len(node):
            node = node[step]
        else:
            return None
    return node


def text(node: Json, *steps: str | int) -> str | None:
    """Return the string that stands there, or None if nothing or something else does."""
    found = get(node, *steps)
    return found if isinstance(found, str) else None


def entries(node: Json, *steps: str | int) -> Iterator[tuple[int, Json]]:
    """Yield the elements of the list that stands there, with their index; nothing if it is no list."""
    found = get(node, *steps)
    if isinstance(found, list):
        yield from enumerate(found)


def without(node: Json, *keys: str) -> Json:
    """Return `node` less these keys: what belongs to another item is read there."""
    if not isinstance(node, dict):
        return node
    return {key: value for key, value in node.items() if key not in keys}


def has_any(node: Json, *keys: str) -> bool:
    """Say whether `node` is an object with at least one of these keys."""
    return isinstance(node, dict) and any(key in node for key in keys)


def id_at(node: Json, *keys: str) -> str | None:
    """Return the id under the first of `keys` that holds one, as text, or None."""
    return next((sign for key in keys if (sign := identifier(get(node, key)))), None)


def required_id(node: Json, *keys: str) -> str:
    """Return the id under the first of `keys` that holds one; raise UnreadableItem if none does."""
    found = id_at(node, *keys)
    if found is None:
        raise UnreadableItem(RejectReason.NO_ID if isinstance(node, dict) else RejectReason.WRONG_TYPE)
    return found
