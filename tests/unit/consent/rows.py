"""Rows of the tables of small decisions: a rule in words, a history, a question and the answer in one word."""

from typing import Any

import pytest

from consent.case_reader import Case
from tests.unit.consent.small import case, happened, why

NOON = "2025-07-01T12:00:00Z"
"""When the questions of the tables are asked, unless they say otherwise."""

SALE = happened("01-10", "sale", goods="shoes", objection_notice=True)
GRANT = happened("02-01", "grant", id="g1")
SMS = {"channel": "sms", "notice": "contact@2"}
JOINT = {"controller": ["acme", "beta"], "notice": "group@1"}
SOLICIT = {"action": "solicit"}
SECOND: dict[str, Any] = {"subjects": {"s2": {}}, "identifiers": {"e2": {"kind": "email", "subject": "s2"}}}
SHARED_BOX = happened("01-15", "identifier_shared", identifier="e1", subject="s2")
BOUNCES = [happened(f"03-0{day}", "bounce", identifier="e1") for day in (1, 2, 3)]
TRACKING = {"purpose": "web_analytics", "channel": "device_access"}
REQUEST = happened("06-20", "grant_requested", id="r1")
CONFIRMED = happened("06-21", "doi_confirmed", request="r1")
HEALTH = {"purpose": "health_tips"}
SHARE = {"purpose": "third_party_share", "channel": "data_use"}
CHILD = {"subject": {"birth_date": "2010-02-28"}}
E2 = {"identifiers": {"e2": {"kind": "email"}, "e3": {"kind": "email"}}}
POST = {"purpose": "post_catalogue", "channel": "post"}
SURVEY_CALL = {"purpose": "satisfaction_survey", "channel": "phone_live"}
CANADA = {"subject": {"country": "CA"}}
SHOES = {"goods": "shoes"}
REPLY = {"purpose": "product_question_reply"}
MOVED = happened("2024-07-02", "moved", country="US")
MERGE = happened("03-01", "merge", other="s2")
PART = happened("05-01", "unmerge", other="s2")


def row(name: str, *history: dict[str, Any], ask: dict[str, Any], says: str, **facts: Any) -> Any:
    """One row of a table; the question is asked on 1 July 2025 at noon."""
    return pytest.param(case(*history, **facts), {"at": NOON, **ask}, says, id=name)


def check(told: Case, asked: dict[str, Any], says: str) -> None:
    """Hold an answer against its one word."""
    assert why(told, **asked) == says
