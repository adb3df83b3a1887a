"""What is told of an answer: the fields of the contract, as a JSON document (API.md, section Check)."""

import json
from datetime import UTC, datetime
from typing import Any

from consent.model import Decision


def answer_document(decision: Decision, policy_version: int) -> dict[str, Any]:
    """Return the part of an answer that is the same whenever it is given: all but its id, its time and the way out."""
    return {
        "decision": decision.decision,
        "basis": decision.basis,
        "reason": decision.reason,
        "rests_on": [{"event": item.event, "rule": item.rule, "citation": item.citation} for item in decision.rests_on],
        "notes": list(decision.notes),
        "obligations": list(decision.obligations),
        "policy_version": policy_version,
        "valid_until": _instant(decision.valid_until),
        "state": decision.state,
        "keep_proof_until": _instant(decision.keep_proof_until),
        "retry_after": _instant(decision.retry_after),
        "carried_by": decision.carried_by,
    }


def answer_text(decision: Decision, policy_version: int) -> str:
    """Return the document as JSON in one line."""
    return json.dumps(answer_document(decision, policy_version), ensure_ascii=False, separators=(",", ":"))


def format_instant(at: datetime) -> str:
    """Return `at` as RFC 3339 in UTC with `Z`, microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)
