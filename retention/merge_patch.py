"""Changes to plain data as a JSON Merge Patch (RFC 7396)."""

from collections.abc import Mapping


def merge_patch(target: object, patch: object) -> object:
    """Return `target` with `patch` applied: mappings merge, everything else replaces, None removes (section 2).

    Neither argument is changed.
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
