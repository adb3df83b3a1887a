"""Problem documents as every refusal must be (RFC 9457)."""

from typing import Any

from tests.journey.probe import PERSON

PROBLEM = "application/problem+json"


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Check that `answer` is a problem of this status and return the document."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == PROBLEM
    document: dict[str, Any] = answer.get_json(force=True)
    assert set(document) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert document["status"] == status
    assert document["type"].startswith("/problems/")
    assert document["instance"] == f"urn:uuid:{answer.headers['X-Request-Id']}"
    assert PERSON not in answer.get_data(as_text=True)
    return document
