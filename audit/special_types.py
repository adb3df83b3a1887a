"""The two types of entry with a meaning for the verifier (LOG.md section 4)."""

from collections.abc import Mapping
from typing import cast

from audit.encoding import NUMBER_MAX
from audit.faults import ErasureForm, RetentionForm
from audit.strict_json import Json

ERASURE = "erasure.executed"
RETENTION = "retention.pruned"


def erased_events(pub: Mapping[str, Json]) -> list[str]:
    """Return the ids whose fields an erasure entry declares erased; raise ErasureForm if malformed."""
    events = pub.get("events")
    if not isinstance(events, list) or not all(isinstance(event, str) for event in events):
        raise ErasureForm("events is not an array of strings")
    return cast("list[str]", events)


def pruned_before(pub: Mapping[str, Json], own_index: int = NUMBER_MAX) -> int:
    """Return the bound below which entries may be present as hashes only.

    Raises RetentionForm if it is not an integer written in digits, or above the record's own index.
    """
    before = pub.get("before")
    if not isinstance(before, int) or isinstance(before, bool) or before < 0:
        raise RetentionForm("before is not an integer written in digits")
    if before > own_index:
        raise RetentionForm("before is beyond the record's own index")
    return before
