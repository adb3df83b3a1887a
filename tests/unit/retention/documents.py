"""Documents close to the schedule of the rule book, with one thing changed, and what is wrong with them."""

from typing import Any

import pytest

from retention import errors
from retention.merge_patch import merge_patch
from retention.schedule_loading import build_schedule
from tests.unit.retention.builders import schedule_document


def changed(**sections: Any) -> object:
    return merge_patch(schedule_document(), sections)


def limits(rule: object, category: str = "social_insight", purpose: str = "reach") -> dict[str, Any]:
    # Null first removes what stands there, so that the rule is exactly the one given.
    document = merge_patch(schedule_document(), {"categories": {category: {"limits": {purpose: None}}}})
    assert isinstance(document, dict)
    document["categories"][category]["limits"][purpose] = rule
    return document


def obligation(**fields: Any) -> object:
    whole = {"source": "AO §147", "for": {"category": "book"}, "keep": "P-3y"}
    document = schedule_document()
    assert isinstance(document["obligations"], dict)
    document["obligations"]["new"] = {key: value for key, value in {**whole, **fields}.items() if value != "absent"}
    return document


def defect_of(document: object) -> tuple[type[errors.DocumentError], str]:
    """Return by which error and at which place a document is refused."""
    with pytest.raises(errors.DocumentError) as caught:
        build_schedule(document)
    return type(caught.value), caught.value.place
